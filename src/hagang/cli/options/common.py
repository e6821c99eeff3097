"""Options of several commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from hagang.cli.options.make import argument, flag, option

__all__ = [
    "Curves",
    "Data",
    "Encoding",
    "Force",
    "Header",
    "Keep",
    "Missing",
    "Model",
    "Page",
    "Predictions",
    "Run",
    "Runs",
    "RunsIn",
    "Separator",
    "Types",
]

_SOURCES = (
    "A table (CSV, TSV, also .gz, .zip, .bz2, .xz, .zst; .xlsx, Parquet, Arrow, JSON lines; - for stdin), "
    "several by a pattern or in a folder, a folder of pictures by "
    "class or of MNIST's four files, a NumPy .npy or .npz file, or one of digits, iris, wine, breast_cancer, diabetes."
)

Data = Annotated[str, argument("DATA", _SOURCES)]
Model = Annotated[Path, argument("MODEL", "A model saved by hagang train.")]
Run = Annotated[Path, argument("RUN", "The folder of a run, made by hagang train --folder.")]
Force = Annotated[bool, flag("--force", text="Replace a file that exists.")]
Page = Annotated[Path, option("--out", "-o", metavar="FILE", text="Where to save the page.", default="report.html")]
Curves = Annotated[
    Path | None,
    option("--plot", metavar="FILE", text="Plot their losses in one picture: .png, .svg, .pdf or .html."),
]
Runs = Annotated[list[Path], argument("RUN...", "Folders of runs.")]
RunsIn = Annotated[Path, argument("DIR", "A folder of runs. [dim]\\[runs][/]")]
Predictions = Annotated[
    Path | None,
    option(
        "--out",
        "-o",
        metavar="FILE",
        text="A file to write: .csv, .tsv, .csv.gz or .parquet; - for stdout.",
        default="stdout",
    ),
]
Header = Annotated[
    bool | None,
    flag("--header/--no-header", text="Whether the first row names the columns.", default="detected", panel="Data"),
]
Encoding = Annotated[
    str | None,
    option("--encoding", metavar="NAME", text="Encoding of a text file, as cp949.", default="detected", panel="Data"),
]
Types = Annotated[
    list[str] | None,
    option(
        "--types",
        "--type",
        metavar="COLUMN=TYPE",
        text="What a column is: text, words, number, decimal-point, decimal-comma, date, day-first or month-first; "
        "repeatable.",
        default="detected",
        panel="Data",
    ),
]
Missing = Annotated[
    list[str] | None,
    option("--missing", metavar="WORD", text="One more word for a missing value; repeatable.", panel="Data"),
]
Keep = Annotated[
    list[str] | None,
    option("--keep", metavar="COLUMNS", text="Columns of DATA to write beside the predictions, as id,name; or all."),
]
Separator = Annotated[
    str | None,
    option("--separator", metavar="TEXT", text="Separator of a text file.", default="detected", panel="Data"),
]
