"""`hagang inspect`: how data is read, and what would train badly, before anything is trained."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from hagang.cli.console import Console
from hagang.cli.parse import as_typed, options
from hagang.data import PixelFeatures, Pixels, Prepared, kind_of, load, range_of
from hagang.data.text import count
from hagang.workflow.data import prepare_data

if TYPE_CHECKING:
    from hagang.cli.options import DataOptions
    from hagang.data import Dataset

__all__ = ["COLUMNS", "column_rows", "run"]

MOST = 8

COLUMNS = ("Column", "Kind", "Missing", "Range", "Treatment")


def run(data: DataOptions) -> None:
    """Read, prepare, print."""
    console = Console()
    if data.target is None:
        named = ("header", "separator", "encoding", "types", "missing")
        typed = options(data)
        read = load(data.source, **{name: getattr(typed, name) for name in named})
        if read.target is None:
            _print_columns(console, read)
            return
    _print_prepared(console, prepare_data(data.source, options(data)))


def _types_line(prepared: Prepared) -> str:
    """What was understood of the first columns, as it is typed to correct it."""
    return " ".join(f"--type {shlex.quote(f'{line.column}={_type(line.kind)}')}" for line in prepared.understood[:MOST])


def _type(kind: str) -> str:
    if kind.startswith("dates"):
        return {"dates (the day first)": "day-first", "dates (the month first)": "month-first"}.get(kind, "date")
    return "number" if kind.startswith(("number", "whole number")) else "text"


def column_rows(prepared: Prepared) -> list[tuple[str, ...]]:
    """The rows of the table of columns."""
    return [
        (line.column, line.kind, f"{line.missing:,}" if line.missing else "", line.range, line.treatment)
        for line in prepared.understood
    ]


def _print_prepared(console: Console, prepared: Prepared) -> None:
    parts = (("training", prepared.train), ("validation", prepared.validation), ("test", prepared.test))
    findings = [finding for finding in prepared.findings if finding.kind not in ("file", "task")]
    console.row("Data", *[str(finding) for finding in prepared.findings if finding.kind == "file"] or [prepared.name])
    console.row("Task", *[as_typed(f"{prepared.task}: {f}") for f in prepared.findings if f.kind == "task"])
    console.row("Rows", ", ".join(f"{len(part):,} {name}" for name, part in parts if len(part)))
    console.row("Inputs", count(prepared.features.width, "feature"))
    console.gap()
    console.table(COLUMNS, column_rows(prepared), right=False)
    console.gap()
    console.row("Findings", *([as_typed(str(finding)) for finding in findings] or ["none"]))
    if not isinstance(prepared.features, PixelFeatures):
        console.gap()
        console.row("Types", "to correct, change and add: " + _types_line(prepared))


def _print_columns(console: Console, read: Dataset) -> None:
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
    console.row("", "With --target COLUMN more is shown.")
