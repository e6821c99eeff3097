"""Where a run stands: the weights it would answer with, and all that another run needs to go on exactly there."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from hagang.schedules import Schedule

__all__ = ["Kept", "State"]


@dataclass(frozen=True, eq=False)
class Kept:
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
class State:
    """The end of a run, from which `fit` can go on as if it had never stopped.

    Parameters
    ----------
    slots : mapping of str to array
        The weights and the optimiser's state.
    epoch, steps : int
        How many were done.
    schedule : Schedule
        As it was in the end: one that listens has heard.
    kept : Kept
        The best so far.
    """

    slots: Mapping[str, npt.NDArray[Any]]
    epoch: int
    steps: int
    schedule: Schedule
    kept: Kept
