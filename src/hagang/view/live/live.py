"""The listener that displays a run in a terminal and handles the control keys."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, TextIO

from hagang.measure.probe import Probe
from hagang.stopping import StopReason
from hagang.view.live.keys import Keys
from hagang.view.live.state import LiveState, layout

if TYPE_CHECKING:
    from types import TracebackType

    from rich.live import Live as Screen

    from hagang.training.events import ChunkEnd, EpochEnd, LiveRun, RunBegin, RunEnd
    from hagang.training.steering import Steering

__all__ = ["Live"]

_BETWEEN, _LOOK_EVERY = 0.1, 1.0
"""Minimum seconds between redraws, and between measurements of the gradients."""

_SHARE = 0.05
"""The share of the time that drawing may take, and measuring; a slow terminal is redrawn less often."""

_ROWS = 128


class Live:
    """A live display of a run in a terminal: a listener, `fit(..., listeners=[Live()])`.

    Keys: `s` stops and keeps the best weights, `+` and `-` double and halve the learning rate, `p` pauses and resumes.
    They take effect between chunks of steps and are recorded in the history. As a context manager it restores the
    terminal after an error.

    Parameters
    ----------
    stream : text file, optional
        The terminal; standard error by default, so that standard output holds only results.
    keys : Keys, optional
        By default from standard input.
    unit : float
        The standard deviation of a standardised target, so that RMSE is shown in the units of the target.
    """

    def __init__(self, stream: TextIO | None = None, *, keys: Keys | None = None, unit: float = 1.0) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._keys = Keys() if keys is None else keys
        self._unit = unit
        self._screen: Screen | None = None
        self._steering: Steering | None = None
        self._live: LiveRun | None = None
        self._probe: Probe | None = None
        self._drawn = self._drawing = self._looked = self._looking = 0.0

    def __enter__(self) -> Live:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._close()

    # --- events ---

    def on_run_begin(self, record: RunBegin) -> None:
        """Take control of the terminal."""
        from rich.console import Console
        from rich.live import Live as Screen

        epochs = record.epochs_done + record.config.epochs
        self._state = LiveState(epochs, epochs * record.steps_per_epoch, record.epochs_done + 1, unit=self._unit)
        self._state.step = self._state.first_step = record.epochs_done * record.steps_per_epoch
        self._state.rate = record.config.lr
        self._steering = record.steering
        self._live, self._probe, self._looked = record.live, None, time.perf_counter()
        self._state.keys = self._keys.open().is_open
        self._console = Console(file=self._stream)
        self._size = self._console.size
        self._screen = Screen(console=self._console, auto_refresh=False, transient=True)
        self._screen.start()
        self._draw(force=True)

    def on_chunk_end(self, record: ChunkEnd) -> None:
        """Update the display; handle key presses."""
        state = self._state
        state.epoch, state.step, state.seconds = record.epoch, record.step, record.seconds
        state.rate = float(record.rates[-1]) if len(record.rates) else state.rate
        self._obey()
        self._draw()

    def on_epoch_end(self, record: EpochEnd) -> None:
        """Show the metrics of the epoch, and from time to time the gradients per layer."""
        self._state.add_epoch(record)
        self._look()
        self._draw()

    def on_run_end(self, record: RunEnd) -> None:
        """Restore the terminal."""
        del record
        self._close()

    # --- keys ---

    def _obey(self) -> None:
        for key in self._keys.pressed():
            self._do(key)
        while self._state.paused:
            self._draw(force=True)
            began = time.perf_counter()
            for key in self._keys.pressed(wait=_BETWEEN):
                self._do(key)
            if self._steering is not None:
                self._steering.idle += time.perf_counter() - began

    def _do(self, key: str) -> None:
        if key == "s":
            reason = StopReason("interrupted (the key s)", "interrupted")
            raise StopIteration(reason)
        if key == "p":
            self._state.paused = not self._state.paused
        elif key in "+=-_" and self._steering is not None:
            by = 2.0 if key in "+=" else 0.5
            self._steering.multiply_rate(by, self._state.step)
            self._state.rate *= by

    # --- drawing ---

    def _look(self) -> None:
        """Measure the gradients, if the last measurement is long enough ago."""
        now = time.perf_counter()
        if self._live is None or now - self._looked < max(_LOOK_EVERY, self._looking / _SHARE):
            return
        self._probe = self._probe or Probe(self._live, _ROWS)
        self._state.layers = self._probe.names
        self._state.norms = tuple(self._probe.read().norms.tolist())
        self._looked = time.perf_counter()
        self._looking = self._looked - now

    def _draw(self, *, force: bool = False) -> None:
        now = time.perf_counter()
        if self._screen is None or (now - self._drawn < max(_BETWEEN, self._drawing / _SHARE) and not force):
            return
        self._resize()
        size = self._console.size
        self._screen.update(layout(self._state, size.width, size.height), refresh=True)
        self._drawn = time.perf_counter()
        self._drawing = self._drawn - now

    def _resize(self) -> None:
        """Clear the screen after a resize: a display drawn for another width cannot be overwritten."""
        from rich.control import Control

        if self._console.size != self._size:
            self._size = self._console.size
            self._console.control(Control.clear(), Control.home())

    def _close(self) -> None:
        screen, self._screen = self._screen, None
        if screen is not None:
            screen.stop()
        self._keys.close()
