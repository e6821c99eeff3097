"""Events in the history of a run: rate cuts, restarts, manual changes, the best epoch, the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from hagang.training.history import History

__all__ = ["TimelineEvent", "jumps", "timeline"]

_LEAST = 0.05
_APART = 3.0
"""A jump is a change of the rate's logarithm by at least the first, so many times as large as those beside it."""

Kind = Literal["cut", "restart", "person", "best", "stop"]


@dataclass(frozen=True)
class TimelineEvent:
    """An event.

    Parameters
    ----------
    epoch : float
        When, in epochs; within one where it was not at its end.
    kind : str
        "cut" and "restart" of the learning rate, "person", "best" epoch, "stop".
    said : str
        In words.
    """

    epoch: float
    kind: Kind
    said: str


def timeline(history: History, stopped_by: str) -> list[TimelineEvent]:
    """The events in order.

    Parameters
    ----------
    history : History
        Of the run.
    stopped_by : str
        Why it ended.
    """
    if not history.epochs:
        return []
    return sorted(_all(history, stopped_by), key=lambda one: one.epoch)


def _all(history: History, stopped_by: str) -> Iterator[TimelineEvent]:
    rates = history.step_rates
    by_hand = {change.step for change in history.changes}
    for change in history.changes:
        yield TimelineEvent(_epoch(history, change.step), "person", change.said)
    for step in jumps(rates).tolist():
        if step not in by_hand:
            before, after = rates[step - 1 : step + 1]
            kind: Kind = "cut" if after < before else "restart"
            yield TimelineEvent(_epoch(history, step), kind, f"rate {before:.3g} → {after:.3g}")
    if history.validation_losses:
        best = [epoch for epoch in history.epochs if epoch.is_best]
        if best:
            yield TimelineEvent(best[-1].epoch, "best", f"best epoch {best[-1].epoch}")
    yield TimelineEvent(history.epochs[-1].epoch, "stop", stopped_by)


def _epoch(history: History, step: int) -> float:
    steps = [0, *(epoch.step for epoch in history.epochs)]
    first = history.epochs[0].epoch - 1
    return float(np.interp(step, steps, np.arange(first, first + len(steps))))


def jumps(rates: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """The steps after which the learning rate jumps, which smooth schedules never do.

    Examples
    --------
    >>> jumps(np.array([0.1, 0.1, 0.1, 0.01, 0.01, 0.1, 0.1])).tolist()
    [3, 5]
    >>> jumps(0.5 + 0.5 * np.cos(np.linspace(0, 3, 100))).tolist()
    []
    """
    if len(rates) < 2:
        return np.empty(0, np.int64)
    floor = max(float(np.max(rates)), 1e-300) * 1e-12
    change = np.abs(np.diff(np.log(np.maximum(rates, floor))))
    beside = np.maximum(np.concatenate([[0.0], change[:-1]]), np.concatenate([change[1:], [0.0]]))
    return np.flatnonzero((change > _LEAST) & (change > _APART * beside)) + 1
