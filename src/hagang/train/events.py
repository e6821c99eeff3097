"""What a run tells its listeners: one frozen record an event.

A listener is any object with some of `on_run_begin`, `on_chunk_end`, `on_epoch_end`, `on_run_end`; each is
given one of these records. A listener that raises StopIteration ends the run cleanly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy as np
    import numpy.typing as npt

    from hagang.train.config import Config

__all__ = ["ChunkEnd", "EpochEnd", "RunBegin", "RunEnd", "tell"]


@dataclass(frozen=True)
class RunBegin:
    """A run is about to start: its settings, the rows it trains on, and how many steps an epoch takes."""

    config: Config
    rows: int
    steps_per_epoch: int


@dataclass(frozen=True, eq=False)
class ChunkEnd:
    """Some steps are done, with the interpreter back between them.

    Parameters
    ----------
    epoch : int
        Counted from 1.
    step : int
        The number of the last step, counted from 1 through the run.
    losses, rates : ndarray, shape (steps,)
        The loss and the learning rate of each step.
    seconds : float
        Since the run began.
    """

    epoch: int
    step: int
    losses: npt.NDArray[Any]
    rates: npt.NDArray[np.float64]
    seconds: float


@dataclass(frozen=True)
class EpochEnd:
    """An epoch is done.

    Parameters
    ----------
    epoch, step : int
        Counted from 1.
    loss : float
        The mean over the epoch's rows of the losses as they were met, weights changing meanwhile.
    validation_loss : float or None
        The loss over the validation rows, with the weights of the epoch's end.
    metrics : mapping of str to float
        Of the validation rows: accuracy, or rmse in the loss's units.
    gradient_norm : float
        Of the epoch's last batch, with the weights of the epoch's end.
    rate : float
        The learning rate of the epoch's last step.
    seconds : float
        Since the run began.
    is_best : bool
        Whether these weights are the best so far by validation loss (by loss where there is no validation).
    """

    epoch: int
    step: int
    loss: float
    validation_loss: float | None
    metrics: Mapping[str, float]
    gradient_norm: float
    rate: float
    seconds: float
    is_best: bool


@dataclass(frozen=True)
class RunEnd:
    """The run is over: why, after how many epochs and steps, and which epoch's weights were kept."""

    stopped_by: str
    epochs: int
    steps: int
    best_epoch: int
    seconds: float


def tell(listeners: Iterable[Any], event: str, record: Any) -> None:
    """Call each listener that has this event."""
    for listener in listeners:
        hear = getattr(listener, event, None)
        if hear is not None:
            hear(record)
