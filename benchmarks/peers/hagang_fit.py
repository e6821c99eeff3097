"""hagang as a user writes it: `fit` of a `Network`. A listener measures the time and pauses the run in between."""

from __future__ import annotations

import queue
import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from benchmarks.workloads import data, start
from hagang.nn import Dense, Network
from hagang.nn.initialisers import Initialiser
from hagang.runs import fit

if TYPE_CHECKING:
    from benchmarks.peers.protocol import Settings, Trainer
    from benchmarks.workloads import Array, Weights, Workload

__all__ = ["prepare", "prepare_bfloat16", "prepare_one_thread", "prepare_within"]

_FOREVER = 10**6


def prepare(workload: Workload, settings: Settings) -> Trainer:
    """Whole epochs, with everything `fit` does between them."""
    return _Training(workload, settings)


def prepare_one_thread(workload: Workload, settings: Settings) -> Trainer:
    return _Training(workload, replace(settings, threads=1))


def prepare_bfloat16(workload: Workload, settings: Settings) -> Trainer:
    return _Training(workload, settings, precision="bfloat16")


def prepare_within(workload: Workload, settings: Settings) -> Trainer:
    """Only the chunks of steps, without the end of the epoch."""
    return _Training(workload, settings, within=True)


@dataclass(frozen=True)
class _Given(Initialiser):
    """An initialiser with given weights."""

    matrix: Array

    def draw(self, generator: object, fan_in: int, fan_out: int) -> Array:
        return self.matrix


class _Training:
    """`fit` in a separate thread, paused between runs."""

    def __init__(
        self, workload: Workload, settings: Settings, *, within: bool = False, precision: str = "float32"
    ) -> None:
        self.workload, self.settings, self.within, self.precision = workload, settings, within, precision
        self.data = data(workload)
        self.pace: _Pace | None = None

    def run(self, epochs: int) -> float:
        if self.pace is None:
            self.pace = _Pace(within=self.within)
            threading.Thread(target=self._fit, args=(self.pace,), daemon=True).start()
        return self.pace.run(epochs)

    def weights(self) -> Weights:
        if self.pace is None:
            return start(self.workload)
        weights = self.pace.end().network.weights
        self.pace = None
        names = [f"layers.{k}" for k in range(len(self.workload.layers))]
        return [(weights[f"{name}.weights"], weights[f"{name}.bias"]) for name in names]

    def _fit(self, pace: _Pace) -> None:
        try:
            pace.told.put(self._run_of(pace))
        except BaseException as error:
            pace.told.put(error)

    def _run_of(self, pace: _Pace) -> Any:
        work = self.workload
        hidden = [work.activation] * (len(work.layers) - 1)
        layers = [
            Dense(len(bias), activation, initialiser=_Given(matrix))
            for activation, (matrix, bias) in zip([*hidden, "identity"], start(work))
        ]
        return fit(
            Network(layers),
            self.data,
            optimizer=work.optimizer,
            lr=work.lr,
            epochs=_FOREVER,
            batch_size=work.batch,
            listeners=[pace],
            threads=self.settings.threads,
            precision=self.precision,
            runtime=self.settings.runtime,
        )


class _Pace:
    """A listener that lets a run continue for a number of epochs and measures their time."""

    def __init__(self, *, within: bool) -> None:
        self.within = within
        self.asked: queue.SimpleQueue[int] = queue.SimpleQueue()
        self.told: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.left = 0
        self.seconds = self.epoch_began = self.chunk_ended = 0.0

    def run(self, epochs: int) -> float:
        self.asked.put(epochs)
        seconds: float = self._answer()
        return seconds

    def end(self) -> Any:
        self.asked.put(0)
        return self._answer()

    def _answer(self) -> Any:
        answer = self.told.get()
        if isinstance(answer, BaseException):
            raise answer
        return answer

    # --- what the run tells ---

    def on_run_begin(self, record: object) -> None:
        self._wait()

    def on_chunk_end(self, record: object) -> None:
        self.chunk_ended = time.perf_counter()

    def on_epoch_end(self, record: object) -> None:
        now = time.perf_counter()
        self.seconds += (self.chunk_ended if self.within else now) - self.epoch_began
        self.epoch_began = now
        self.left -= 1
        if self.left == 0:
            self.told.put(self.seconds)
            self._wait()

    def _wait(self) -> None:
        self.left = self.asked.get()
        if self.left == 0:
            raise StopIteration
        self.seconds = 0.0
        self.epoch_began = time.perf_counter()
