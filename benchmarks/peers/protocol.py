"""What every library is asked to do."""

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
    """What the command line decides for a library.

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
    """A net in training: weights, optimiser's state, data, and everything compiled that is compiled."""

    def run(self, epochs: int) -> float:
        """Train so many epochs more, rows in a new random order in each; the seconds that they took."""
        ...

    def weights(self) -> Weights:
        """The weights as they are now. It may end the training: the next run may begin anew."""
        ...


@dataclass(frozen=True)
class Epochs:
    """A Trainer made of two functions: an epoch that returns when its work is done, and the weights."""

    epoch: Callable[[], object]
    weights: Callable[[], Weights]

    def run(self, epochs: int) -> float:
        began = time.perf_counter()
        for _ in range(epochs):
            self.epoch()
        return time.perf_counter() - began
