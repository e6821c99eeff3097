"""Prints a training as it goes: a listener of `hagang.train`."""

from __future__ import annotations

import os
import sys
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from hagang.cli.console import amount
from hagang.cli.parse import as_typed
from hagang.cli.phrases import chain
from hagang.data import ColumnFeatures, Prepared, Quantity
from hagang.data.text import count
from hagang.training.progress import JsonLines, Lines
from hagang.view.live import Live
from hagang.workflow.record import notes, rows

if TYPE_CHECKING:
    from types import TracebackType

    from hagang.cli.console import Console
    from hagang.runs.batch_size import BatchSizes
    from hagang.training import ChunkEnd, EpochEnd, RunBegin, RunEnd
    from hagang.workflow.events import Conversion, DataReady
    from hagang.workflow.folds import Folds

__all__ = ["Narrator"]

_NOTES = 10
_SILENCE = 2.0
_SCALED = {
    "standard": "standardised",
    "minmax": "scaled to 0 to 1",
    "robust": "scaled by quartiles",
    "none": "as they are",
}


class Narrator:
    """Prints results to the console and progress to the terminal, which it leaves in order.

    Parameters
    ----------
    console : Console
        For results.
    json, quiet : bool
        Print one JSON object per line instead; print nothing.
    """

    def __init__(self, console: Console, *, json: bool, quiet: bool) -> None:
        self._console, self._json, self._quiet = console, json, quiet
        self._progress: Any = None
        self._terminal = ExitStack()
        self._next = time.perf_counter() + _SILENCE
        self.seconds = 0.0

    def __enter__(self) -> Narrator:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._terminal.__exit__(kind, error, at)

    # --- before the run ---

    def on_conversion(self, record: Conversion) -> None:
        """Print how far a conversion is, now and then."""
        now = time.perf_counter()
        if now >= self._next and not self._quiet:
            self._next = now + _SILENCE
            print(f"converted {record.done:,} of {record.rows:,} rows", file=sys.stderr)

    def on_data(self, record: DataReady) -> None:
        """Print what the data and the network are."""
        data, console = record.data, self._console
        lines = [as_typed(note) for note in notes(data)]
        more = len(lines) - _NOTES
        console.row("Data", *(_found(data, "file") or [f"{data.name}: {count(sum(rows(data).values()), 'row')}"]))
        console.row("Task", as_typed(f"{data.task}: {'; '.join(_found(data, 'task'))}"))
        console.row("Rows", ", ".join(f"{n:,} {part}" for part, n in rows(data).items() if n))
        console.row("Inputs", _inputs(data))
        console.row(
            "Notes", *(lines if more <= 1 else [*lines[:_NOTES], f"and {more} more; hagang show lists them all"])
        )
        console.row("Network", chain(record.network, data.features.width))
        target = data.target
        self._progress = self._shown(target.scale if isinstance(target, Quantity) and not target.log else 1.0)

    def on_folds(self, record: Folds) -> None:
        """Print the scores of each fold, their mean and deviation."""
        lines = [(f"fold {k}", scores) for k, scores in enumerate(record.scores, start=1)]
        lines += [("mean", record.mean), ("deviation", record.deviation)]
        heads = ("", *(name.replace("_", " ") for name in record.scores[0]))
        self._console.gap()
        self._console.table(heads, [(name, *map(amount, scores.values())) for name, scores in lines])
        self._console.gap()

    def on_batch_size(self, record: BatchSizes) -> None:
        """Print which batch size was chosen, and the trials."""
        chosen = f"{record.chosen} rows per step, the best of those tried (to repeat: --batch-size {record.chosen})"
        self._console.row("Batch", chosen, *map(str, record.tried))

    # --- the run ---

    def on_run_begin(self, record: RunBegin) -> None:
        """Begin to show progress."""
        self._forward("on_run_begin", record)

    def on_chunk_end(self, record: ChunkEnd) -> None:
        """Show progress."""
        self._forward("on_chunk_end", record)

    def on_epoch_end(self, record: EpochEnd) -> None:
        """Show the epoch's numbers."""
        self._forward("on_epoch_end", record)

    def on_run_end(self, record: RunEnd) -> None:
        """Show no more progress."""
        self.seconds = record.seconds
        self._forward("on_run_end", record)

    def _forward(self, event: str, record: Any) -> None:
        if hasattr(self._progress, event):
            getattr(self._progress, event)(record)

    def _shown(self, unit: float) -> Live | Lines | JsonLines | None:
        """What shows progress: a view in a terminal, lines elsewhere, JSON for programs, nothing when quiet."""
        if self._json:
            return JsonLines(sys.stdout)
        if self._quiet:
            return None
        is_terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        return self._terminal.enter_context(Live(unit=unit)) if is_terminal else Lines(sys.stderr, unit)


# --- texts ---------------------------------------------------------------------------------------------


def _found(data: Prepared, kind: str) -> list[str]:
    return [str(finding) for finding in data.findings if finding.kind == kind]


def _inputs(data: Prepared) -> str:
    scale = _SCALED[data.features.scale]
    if isinstance(data.features, ColumnFeatures):
        return f"{count(data.features.width, 'feature')} of {count(len(data.features.inputs), 'column')}, {scale}"
    return f"{count(data.features.width, 'pixel')}, {scale}"
