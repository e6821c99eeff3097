"""The interface of every library."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.workloads import Weights

__all__ = ["Epochs", "Settings", "Trainer"]


@dataclass(frozen=True)
class Settings:
    """Settings from the command line.

    Parameters
    ----------
    threads : int
        How many it may use.
    runtime : str, optional
        Which of hagang's runtimes; the fastest by default.
    """

    threads: int
    runtime: str | None = None


class Trainer(Protocol):
    """A network in training: weights, optimiser state, data, and compiled code."""

    def run(self, epochs: int) -> float:
        """Train for more epochs, each with a new random order of rows; returns the seconds."""
        ...

    def weights(self) -> Weights:
        """The current weights. This may end the training: the next run may start afresh."""
        ...


@dataclass(frozen=True)
class Epochs:
    """A Trainer made of two functions: one epoch, which returns when it is complete, and the weights."""

    epoch: Callable[[], object]
    weights: Callable[[], Weights]

    def run(self, epochs: int) -> float:
        began = time.perf_counter()
        for _ in range(epochs):
            self.epoch()
        return time.perf_counter() - began
