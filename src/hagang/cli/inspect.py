"""`hagang inspect`: what is understood of data, and what would train badly, before anything is trained."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hagang.cli.asked import as_typed
from hagang.cli.page import Page
from hagang.cli.ready import made_ready
from hagang.data import Pixels, Prepared, kind_of, load, range_of
from hagang.data.text import count
from hagang.recipe import defaults

if TYPE_CHECKING:
    from hagang.cli.options import DataOptions
    from hagang.data import Dataset

__all__ = ["COLUMNS", "run", "understood_rows"]

COLUMNS = ("Column", "Kind", "Missing", "Range", "What becomes of it")


def run(asked: DataOptions) -> None:
    """Read, prepare, say."""
    page = Page()
    if asked.target is None:
        read = load(asked.source, header=asked.header, separator=asked.separator)
        if read.target is None:
            _say_columns(page, read)
            return
    _say_prepared(page, made_ready(asked, defaults.SEED))


def understood_rows(ready: Prepared) -> list[tuple[str, ...]]:
    """The lines of the table of columns."""
    return [
        (line.column, line.kind, f"{line.missing:,}" if line.missing else "", line.range, line.treatment)
        for line in ready.understood
    ]


def _say_prepared(page: Page, ready: Prepared) -> None:
    parts = (("training", ready.train), ("validation", ready.validation), ("test", ready.test))
    told = [finding for finding in ready.findings if finding.kind not in ("file", "task")]
    page.row("Data", *[str(finding) for finding in ready.findings if finding.kind == "file"] or [ready.name])
    page.row("Task", *[as_typed(f"{ready.task}: {f}") for f in ready.findings if f.kind == "task"])
    page.row("Rows", ", ".join(f"{len(part):,} {name}" for name, part in parts if len(part)))
    page.row("Inputs", count(ready.features.width, "feature"))
    page.gap()
    page.table(COLUMNS, understood_rows(ready), right=False)
    page.gap()
    page.row("Findings", *([as_typed(str(finding)) for finding in told] or ["nothing to say"]))


def _say_columns(page: Page, read: Dataset) -> None:
    page.row("Data", *[str(finding) for finding in read.findings] or [read.name])
    page.gap()
    if isinstance(read.inputs, Pixels):
        page.row("Images", f"{count(len(read), 'image')} of {' × '.join(map(str, read.inputs.shape))}")
        return
    rows = [
        (c.name, kind_of(c), f"{missing:,}" if (missing := int(c.missing.sum())) else "", range_of(c))
        for c in read.inputs.columns
    ]
    page.table(COLUMNS[:4], rows, right=False)
    page.gap()
    page.row("", "With --target COLUMN more is told.")
