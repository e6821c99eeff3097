"""Progress output as listeners: a bar, text lines, JSON lines."""

from __future__ import annotations

import json
import math
import sys
import time
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from rich.progress import Progress

    from hagang.training.events import ChunkEnd, EpochEnd, RunBegin, RunEnd

__all__ = ["Bar", "JsonLines", "Lines", "progress"]

_GROWTH = 1.25
_SILENCE = 10.0
_BAR_WIDTH = 12


def progress(stream: TextIO | None = None, *, quiet: bool = False, unit: float = 1.0) -> Bar | Lines | None:
    """What to show a run with: a `Bar` in a terminal, `Lines` elsewhere, nothing when quiet.

    Parameters
    ----------
    stream : text file, optional
        Where; standard error by default, so that results on standard output stay by themselves.
    quiet : bool
        Show nothing.
    unit : float
        What 1 is of a standardised target, in its own unit: root mean squared errors are shown in that.

    Examples
    --------
    >>> progress(quiet=True) is None
    True
    """
    if quiet:
        return None
    stream = sys.stderr if stream is None else stream
    return Bar(stream, unit) if stream.isatty() else Lines(stream, unit)


class Bar:
    """A bar with epoch, loss, metric and time left. As a context it leaves the terminal in order after an error."""

    def __init__(self, stream: TextIO, unit: float = 1.0) -> None:
        self._stream = stream
        self._unit = unit
        self._bar: Progress | None = None
        self._epochs = 0

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop()

    def on_run_begin(self, record: RunBegin) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self._epochs = record.epochs_done + record.config.epochs
        bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(_BAR_WIDTH),
            TextColumn("{task.fields[said]}"),
            TimeRemainingColumn(compact=True),
            TextColumn("left"),
            console=Console(file=self._stream),
            transient=True,
        )
        bar.add_task(self._place(record.epochs_done + 1), total=self._epochs * record.steps_per_epoch, said="")
        bar.start()
        self._bar = bar

    def on_chunk_end(self, record: ChunkEnd) -> None:
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=record.step, description=self._place(record.epoch))

    def on_epoch_end(self, record: EpochEnd) -> None:
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], said="  ".join(_said(record, self._unit)))

    def on_run_end(self, record: RunEnd) -> None:
        del record
        self._stop()

    def _place(self, epoch: int) -> str:
        return f"epoch {epoch:{len(str(self._epochs))}}/{self._epochs}"

    def _stop(self) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


class Lines:
    """A line for the first epochs, then ever more seldom; and always after ten seconds without one.

    Parameters
    ----------
    stream : text file
        Where the lines go.
    unit : float
        What 1 is of a standardised target, in its own unit: root mean squared errors are shown in that.
    """

    def __init__(self, stream: TextIO, unit: float = 1.0) -> None:
        self._stream = stream
        self._unit = unit
        self._epochs = 0
        self._next, self._told = 1, time.perf_counter()

    def on_run_begin(self, record: RunBegin) -> None:
        self._epochs = record.epochs_done + record.config.epochs
        self._next, self._told = record.epochs_done + 1, time.perf_counter()

    def on_epoch_end(self, record: EpochEnd) -> None:
        now = time.perf_counter()
        if record.epoch >= self._next or now - self._told >= _SILENCE:
            self._next, self._told = max(record.epoch + 1, int(record.epoch * _GROWTH)), now
            place = f"epoch {record.epoch:{len(str(self._epochs))}}/{self._epochs}"
            print("  ".join([place, *_said(record, self._unit), f"{record.seconds:.1f} s"]), file=self._stream)


def _said(record: EpochEnd, unit: float) -> list[str]:
    said = [f"loss {record.loss:.4f}"]
    if record.validation_loss is not None:
        said.append(f"validation {record.validation_loss:.4f}")
    said += [_metric(name, value, unit) for name, value in record.metrics.items()]
    return said


def _metric(name: str, value: Any, unit: float) -> str:
    return f"{name} {value * unit:.4g}" if name == "rmse" else f"{name} {value:.4f}"


class JsonLines:
    """A JSON object a line: `begin`, `epoch` and `end`, each with what its record tells; null for what is not finite.

    Parameters
    ----------
    stream : text file
        Where the lines go.

    Examples
    --------
    >>> import sys
    >>> JsonLines(sys.stdout).tell("end", {"steps": 3, "loss": float("nan")})
    {"event": "end", "steps": 3, "loss": null}
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def tell(self, event: str, told: Mapping[str, Any]) -> None:
        """Write a line."""
        print(json.dumps(_plain({"event": event, **told}), ensure_ascii=False), file=self._stream, flush=True)

    def on_run_begin(self, record: RunBegin) -> None:
        counts = {"rows": record.rows, "steps_per_epoch": record.steps_per_epoch}
        self.tell("begin", {**record.config.describe(), **counts})

    def on_epoch_end(self, record: EpochEnd) -> None:
        self.tell("epoch", vars(record))

    def on_run_end(self, record: RunEnd) -> None:
        self.tell("end", vars(record))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    return value if isinstance(value, str | int | None) else str(value)
