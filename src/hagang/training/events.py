"""The events of a run: one frozen record per event.

A listener is any object with some of `on_run_begin`, `on_chunk_end`, `on_epoch_end`, `on_run_end`; each is
given one of these records. A plain function is called with the record of each epoch's end. A listener that raises
StopIteration ends the run cleanly.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hagang.errors import ArgumentError
from hagang.stopping import StopReason
from hagang.training.steering import Steering

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import numpy as np
    import numpy.typing as npt

    from hagang.runtime import Session
    from hagang.training.config import Config
    from hagang.training.inputs import TrainingData
    from hagang.training.step import Model
    from hagang.training.trained import TrainedNetwork
    from hagang.training.trainer import Trainer

__all__ = ["ChunkEnd", "EpochEnd", "Halt", "LiveRun", "RunBegin", "RunEnd", "check_listeners", "tell"]

EVENTS = ("on_run_begin", "on_chunk_end", "on_epoch_end", "on_run_end")
_GIVES = ("report_section", "measured")
"""What a listener may contribute to a stored run, even if it handles no event."""


@dataclass(frozen=True, eq=False)
class LiveRun:
    """Access to a live run for listeners between chunks: reading, and running Programs that update nothing.

    Parameters
    ----------
    trainer : Trainer
        The Trainer: its session, model, Programs and data.
    network : callable
        Returns the trained network with the current weights.
    """

    trainer: Trainer
    network: Callable[[], TrainedNetwork]

    @property
    def session(self) -> Session:
        """The session, which holds the weights and the optimiser state."""
        return self.trainer.session

    @property
    def model(self) -> Model:
        """The network with its loss, before tracing."""
        return self.trainer.model

    @property
    def data(self) -> TrainingData:
        """The training and validation rows."""
        return self.trainer.data


@dataclass(frozen=True, eq=False)
class RunBegin:
    """A run is about to start.

    Parameters
    ----------
    config : Config
        Its settings.
    rows, steps_per_epoch : int
        Number of training rows, and of steps per epoch.
    live : LiveRun, optional
        Access to the run, for measurements.
    steering : Steering
        Manual changes that a listener may make.
    """

    config: Config
    rows: int
    steps_per_epoch: int
    live: LiveRun | None = None
    steering: Steering = field(default_factory=Steering)
    epochs_done: int = 0
    """Epochs done by an earlier run that this one continues."""


@dataclass(frozen=True, eq=False)
class ChunkEnd:
    """A chunk of steps is done.

    Parameters
    ----------
    epoch : int
        Counted from 1.
    step : int
        The number of the last step, counted from 1.
    losses, rates : ndarray, shape (steps,)
        The loss and the learning rate of each step.
    seconds : float
        Time since the run began.
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
        The mean training loss over the epoch's rows, during training.
    validation_loss : float or None
        The validation loss at the end of the epoch.
    metrics : mapping of str to float
        Validation metrics: accuracy, or RMSE in units of the loss.
    gradient_norm : float
        The gradient norm of the epoch's last step, before its update; NaN if not measured.
    rate : float
        The learning rate of the epoch's last step.
    seconds : float
        Time since the run began.
    is_best : bool
        Whether these weights are the best so far by score or validation loss (by training loss without validation).
    score : float or None
        The validation score, if one is used; higher is better.
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
    score: float | None = None


@dataclass(frozen=True)
class RunEnd:
    """The run is over: the reason, the numbers of epochs and steps, and the epoch of the best weights."""

    stopped_by: StopReason
    epochs: int
    steps: int
    best_epoch: int
    seconds: float


class Halt(Exception):
    """A listener stops the run, for this reason. StopIteration itself cannot leave a generator."""

    def __init__(self, reason: StopReason) -> None:
        super().__init__(str(reason))
        self.reason = reason


def check_listeners(listeners: Any, argument: str) -> None:
    """Raise an error for an object that handles no event.

    Raises
    ------
    ArgumentError
        It names the listener.
    """
    expected = f"{argument}: expected functions of an epoch's record, or objects with some of {', '.join(EVENTS)}"
    if not isinstance(listeners, list | tuple):
        msg = f"{expected}, in a list; received {listeners!r}"
        raise ArgumentError(msg)
    for listener in listeners:
        if isinstance(listener, type):
            msg = f"{expected}; received the class {listener.__name__}: give an object of it, {listener.__name__}(…)"
            raise ArgumentError(msg)
        if not (callable(listener) or _hears(listener) or any(hasattr(listener, part) for part in _GIVES)):
            msg = f"{expected}; received {listener!r}"
            raise ArgumentError(msg)


def _hears(listener: Any) -> bool:
    return any(hasattr(listener, event) for event in EVENTS)


def tell(listeners: Iterable[Any], event: str, record: Any) -> None:
    """Call every listener that handles the event; plain functions are called at the end of epochs."""
    for listener in listeners:
        hear = getattr(listener, event, None)
        if hear is None and event == "on_epoch_end" and callable(listener) and not _hears(listener):
            hear = listener
        try:
            if hear is not None:
                hear(record)
        except StopIteration as stop:
            raise Halt(_reason(stop.value)) from None


def _reason(value: Any) -> StopReason:
    """The reason that a listener passed with its StopIteration."""
    return value if isinstance(value, StopReason) else StopReason(str(value or "a listener"), "callback")
