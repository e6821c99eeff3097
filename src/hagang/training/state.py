"""Where a training stands: weights worth keeping, the place within an epoch, and all that another needs to go on."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from hagang.schedules import Schedule

__all__ = ["EpochProgress", "Snapshot", "TrainingState"]


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Weights to answer with. A value, so that Ctrl-C finds the old one or the new one, never half of each.

    Parameters
    ----------
    weights : mapping of str to array
        By path.
    epoch : int
        At whose end they were so; 0 before the first.
    watched : float
        What epochs are compared by, lower is better.
    scores : mapping of str to float
        On the validation rows, with `loss`; empty where nothing is watched.
    """

    weights: dict[str, npt.NDArray[Any]]
    epoch: int = 0
    watched: float = math.inf
    scores: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class EpochProgress:
    """The steps of the current epoch: their losses, and the total weight of the rows of each.

    One sum over the whole epoch is made of them at its end, so that the epoch's loss does not depend on how its steps
    fell into calls.
    """

    losses: tuple[npt.NDArray[Any], ...] = ()
    masses: tuple[npt.NDArray[np.float64], ...] = ()

    @property
    def steps(self) -> int:
        """The number of steps taken."""
        return sum(map(len, self.losses))

    def after(self, losses: npt.NDArray[Any], masses: npt.NDArray[np.float64]) -> EpochProgress:
        """The progress after further steps."""
        return EpochProgress((*self.losses, losses), (*self.masses, masses))

    def loss(self, *, summed: bool) -> float:
        """The mean of the training losses over the rows; their sum if the loss sums its rows."""
        losses = np.concatenate(self.losses).astype(np.float64)
        if summed:
            return float(losses.sum())
        masses = np.concatenate(self.masses)
        return float(np.dot(losses, masses) / masses.sum())


@dataclass(frozen=True, eq=False)
class TrainingState:
    """The state of a training between two steps, from which another one continues exactly.

    Parameters
    ----------
    slots : mapping of str to array
        The weights, the layers' buffers and the optimiser's state.
    epoch, steps : int
        How many whole epochs, and how many steps, were done.
    schedule : Schedule
        As it is now: an adaptive one has heard the epochs' losses.
    best : Snapshot
        The best weights so far.
    progress : EpochProgress
        Of an epoch that has begun.
    """

    slots: Mapping[str, npt.NDArray[Any]]
    epoch: int
    steps: int
    schedule: Schedule
    best: Snapshot
    progress: EpochProgress = field(default_factory=EpochProgress)

    def at_next_epoch(self) -> TrainingState:
        """The same state, with the current epoch counted as done, so that other rows may follow."""
        return replace(self, epoch=self.epoch + (self.progress.steps > 0), progress=EpochProgress())
