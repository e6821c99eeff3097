"""Options of several commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from hagang.cli.options.make import argument, flag, option

__all__ = ["Curves", "Data", "Header", "Model", "Page", "Predictions", "Run", "Runs", "RunsIn", "Separator"]

_SOURCES = (
    "A table (CSV, TSV, also .gz; Parquet, Arrow), several by a pattern or in a folder, a folder of pictures by "
    "class or of MNIST's four files, a NumPy .npy or .npz file, or one of digits, iris, wine, breast_cancer, diabetes."
)

Data = Annotated[str, argument("DATA", _SOURCES)]
Model = Annotated[Path, argument("MODEL", "A model saved by hagang train.")]
Run = Annotated[Path, argument("RUN", "The folder of a run, made by hagang train --folder.")]
Page = Annotated[Path, option("--out", "-o", metavar="FILE", text="Where to save the page.", default="report.html")]
Curves = Annotated[
    Path | None,
    option("--plot", metavar="FILE", text="Plot their losses in one picture: .png, .svg, .pdf or .html."),
]
Runs = Annotated[list[Path], argument("RUN...", "Folders of runs.")]
RunsIn = Annotated[Path, argument("DIR", "A folder of runs. [dim]\\[runs][/]")]
Predictions = Annotated[
    Path | None, option("--out", "-o", metavar="FILE", text="A CSV file to write.", default="stdout")
]
Header = Annotated[
    bool | None,
    flag("--header/--no-header", text="Whether the first row names the columns.", default="detected", panel="Data"),
]
Separator = Annotated[
    str | None,
    option("--separator", metavar="TEXT", text="Separator of a text file.", default="detected", panel="Data"),
]
