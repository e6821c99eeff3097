"""Choosing the batch size by trial, by the loss reached in equal time."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data.batches import steps_per_epoch
from hagang.errors import ArgumentError
from hagang.runs.run import Run, layers_of
from hagang.runs.settings import resolve, with_batch_size
from hagang.training.trained import TrainedNetwork
from hagang.training.trainer import Trainer

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

__all__ = ["BatchSizes", "Tried", "choose_batch_size"]

LARGEST = 8192
_PART = 0.05
"""The share of a trial's time that a call into the engine takes."""

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
    threads = options.pop("threads", None)
    runtime = options.pop("runtime", None)
    config, rows = resolve(layers_of(network), data, **options, runtime=runtime)
    count = len(rows.train)
    left = [size for k in range(4, 14) if (size := 1 << k) <= min(count, LARGEST)]
    left = [*left, count] if count < LARGEST and count not in left else left

    def opened(size: int) -> Trainer:
        """A training from the same start, with so many rows per step."""
        own, data = with_batch_size(config, rows, size)
        steps = steps_per_epoch(len(data.train), size)
        own = replace(own, schedule=own.schedule.bind(own.epochs * steps, steps))
        return Trainer.open(own, data, weights=_weights(network), threads=threads, runtime=runtime)

    trials: dict[int, Tried] = {}
    _try(opened(left[0]), seconds / 10)  # warm-up: what is created once is created before timing
    while True:
        trials |= {size: _try(opened(size), seconds) for size in left}
        left = sorted(left, key=lambda size: trials[size].loss)[: max(1, len(left) // 2)]
        if len(left) == 1:
            best = sorted(trials.values(), key=lambda one: (one.batch_size != left[0], one.loss))
            return BatchSizes(left[0], tuple(best))
        seconds *= 2


def _weights(network: Any) -> Mapping[str, Any] | None:
    """Those that a trained network, or a run, has."""
    trained = network.network if isinstance(network, Run) else network
    return trained.weights if isinstance(trained, TrainedNetwork) else None


def _try(trainer: Trainer, seconds: float) -> Tried:
    """Train for so many seconds, in calls that each take a small part of them."""
    began, took, steps = time.perf_counter(), 0.0, 1
    calls: list[tuple[float, npt.NDArray[np.float64]]] = []
    while took < seconds:
        losses = trainer.train_steps(steps)
        now = time.perf_counter() - began
        steps = max(1, min(10 * steps, int(steps * seconds * _PART / max(now - took, 1e-9))))
        took = now
        calls.append((took, losses))
        if not np.isfinite(losses[-1]):
            break
    loss = float(np.mean(np.concatenate([losses for at, losses in calls if at > LATE * took])))
    rows = trainer.steps * trainer.batch_size
    return Tried(trainer.batch_size, rows / max(took, 1e-9), loss if np.isfinite(loss) else np.inf, took)
