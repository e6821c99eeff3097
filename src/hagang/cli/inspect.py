"""`hagang inspect`: what is understood of data, and what would train badly, before anything is trained."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hagang.cli.console import Console
from hagang.cli.parse import as_typed, options
from hagang.data import Pixels, Prepared, kind_of, load, range_of
from hagang.data.text import count
from hagang.workflow.data import prepare_data

if TYPE_CHECKING:
    from hagang.cli.options import DataOptions
    from hagang.data import Dataset

__all__ = ["COLUMNS", "run", "understood_rows"]

COLUMNS = ("Column", "Kind", "Missing", "Range", "What becomes of it")


def run(asked: DataOptions) -> None:
    """Read, prepare, say."""
    console = Console()
    if asked.target is None:
        read = load(asked.source, header=asked.header, separator=asked.separator)
        if read.target is None:
            _say_columns(console, read)
            return
    _say_prepared(console, prepare_data(asked.source, options(asked)))


def understood_rows(ready: Prepared) -> list[tuple[str, ...]]:
    """The lines of the table of columns."""
    return [
        (line.column, line.kind, f"{line.missing:,}" if line.missing else "", line.range, line.treatment)
        for line in ready.understood
    ]


def _say_prepared(console: Console, ready: Prepared) -> None:
    parts = (("training", ready.train), ("validation", ready.validation), ("test", ready.test))
    told = [finding for finding in ready.findings if finding.kind not in ("file", "task")]
    console.row("Data", *[str(finding) for finding in ready.findings if finding.kind == "file"] or [ready.name])
    console.row("Task", *[as_typed(f"{ready.task}: {f}") for f in ready.findings if f.kind == "task"])
    console.row("Rows", ", ".join(f"{len(part):,} {name}" for name, part in parts if len(part)))
    console.row("Inputs", count(ready.features.width, "feature"))
    console.gap()
    console.table(COLUMNS, understood_rows(ready), right=False)
    console.gap()
    console.row("Findings", *([as_typed(str(finding)) for finding in told] or ["nothing to say"]))


def _say_columns(console: Console, read: Dataset) -> None:
    console.row("Data", *[str(finding) for finding in read.findings] or [read.name])
    console.gap()
    if isinstance(read.inputs, Pixels):
        console.row("Images", f"{count(len(read), 'image')} of {' × '.join(map(str, read.inputs.shape))}")
        return
    rows = [
        (c.name, kind_of(c), f"{missing:,}" if (missing := int(c.missing.sum())) else "", range_of(c))
        for c in read.inputs.columns
    ]
    console.table(COLUMNS[:4], rows, right=False)
    console.gap()
    console.row("", "With --target COLUMN more is told.")
