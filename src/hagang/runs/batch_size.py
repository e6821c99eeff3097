"""Choosing the batch size by trial, by the loss reached in equal time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import ArgumentError
from hagang.runs.fitting import fit
from hagang.runs.run import layers_of
from hagang.training.inputs import training_data

if TYPE_CHECKING:
    from hagang.training.events import ChunkEnd

__all__ = ["BatchSizes", "Tried", "choose_batch_size"]

LARGEST = 8192
LATE = 0.75
"""The share of a trial's time after which its losses are compared."""


@dataclass(frozen=True)
class Tried:
    """The result of a trial of one batch size: rows per second, and the loss after the trial's seconds."""

    batch_size: int
    rows_per_second: float
    loss: float
    seconds: float

    def __str__(self) -> str:
        return f"{self.batch_size}: {self.rows_per_second:,.0f} rows/s, loss {self.loss:.4g} in {self.seconds:.2g} s"


@dataclass(frozen=True)
class BatchSizes:
    """The chosen batch size, and the last trial of each size, best first."""

    chosen: int
    tried: tuple[Tried, ...]


def choose_batch_size(network: Any, data: Any, *, seconds: float = 0.5, **options: Any) -> BatchSizes:
    """Choose the batch size by the loss reached in equal time.

    Powers of two from 16 to 8,192, limited by the number of rows, start from the same weights and get the same time;
    the half with the lower losses continues with twice the time, until one is left (successive halving). The loss is
    the mean over the last quarter of the time. Timings vary between runs, and so may the choice: pass the chosen
    number to `fit` to reproduce a run.

    Parameters
    ----------
    network, data
        As for `fit`.
    seconds : float
        Duration of the first trial of each size.
    **options
        Further arguments of `fit`; the learning rate is the same for all sizes.

    Returns
    -------
    BatchSizes
        With all measurements.

    Raises
    ------
    ArgumentError
        If `seconds` is not above 0; and as for `fit`.

    Examples
    --------
    >>> import numpy as np
    >>> from hagang import Dense, Network
    >>> X = np.random.default_rng(0).normal(size=(100, 3))
    >>> sizes = choose_batch_size(Network([Dense(1)]), (X, X[:, 0]), seconds=0.01)
    >>> sizes.chosen in (16, 32, 64, 100)
    True
    """
    if not (np.isfinite(seconds) and seconds > 0):
        msg = f"seconds: expected a number above 0, received {seconds!r}"
        raise ArgumentError(msg)
    layers_of(network)
    rows = len(training_data(data, options.get("validation"), "float32", options.get("seed", 0)).train)
    left = [size for k in range(4, 14) if (size := 1 << k) <= min(rows, LARGEST)]
    left = [*left, rows] if rows < LARGEST and rows not in left else left
    trials: dict[int, Tried] = {}
    _try(network, data, left[0], seconds / 10, options)  # warm-up: what is created once is created before timing
    while True:
        trials |= {size: _try(network, data, size, seconds, options) for size in left}
        left = sorted(left, key=lambda size: trials[size].loss)[: max(1, len(left) // 2)]
        if len(left) == 1:
            best = sorted(trials.values(), key=lambda one: (one.batch_size != left[0], one.loss))
            return BatchSizes(left[0], tuple(best))
        seconds *= 2


def _try(network: Any, data: Any, size: int, seconds: float, options: dict[str, Any]) -> Tried:
    recorder = _ChunkRecorder()
    settings = {**options, "batch_size": size, "epochs": 10**6, "stop": f"time>{seconds}s", "listeners": [recorder]}
    fit(network, data, **settings)
    took = recorder.chunks[-1].seconds
    steps = sum(len(chunk.losses) for chunk in recorder.chunks)
    late = [chunk.losses for chunk in recorder.chunks if chunk.seconds > LATE * took]
    loss = float(np.mean(np.concatenate(late), dtype=np.float64))
    return Tried(size, steps * size / max(took, 1e-9), loss if np.isfinite(loss) else np.inf, took)


class _ChunkRecorder:
    """A listener that records chunks."""

    def __init__(self) -> None:
        self.chunks: list[ChunkEnd] = []

    def on_chunk_end(self, record: ChunkEnd) -> None:
        self.chunks.append(record)
