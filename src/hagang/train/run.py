"""A finished run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hagang.train.config import Config
    from hagang.train.history import History
    from hagang.train.state import State
    from hagang.train.trained import TrainedNetwork

__all__ = ["Run"]


@dataclass(frozen=True, eq=False)
class Run:
    """What `fit` returns.

    Parameters
    ----------
    network : TrainedNetwork
        The network with the weights that were kept: the best by validation loss, or the last where nothing was
        watched.
    history : History
        What happened at each step and epoch.
    scores : mapping of str to float
        The kept weights' scores on the validation rows, with `loss`; empty where nothing was watched.
    stopped_by : str
        Which rule ended the run, with the numbers that made it.
    config : Config
        What was asked for, with defaults filled in.
    state : State, optional
        Where the run stands, so that `fit(run, ...)` goes on exactly there; none after a divergence.
    """

    network: TrainedNetwork
    history: History
    scores: Mapping[str, float]
    stopped_by: str
    config: Config
    state: State | None = None
