"""Plots of learning-rate schedules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.schedules import schedule as find_schedule
from hagang.view.marks import Axis, Line, Panel
from hagang.view.picture import Picture

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["plot_schedules", "previews"]


def previews(
    schedules: Any, steps: int = 1000, *, lr: float = 1.0, steps_per_epoch: int | None = None
) -> dict[str, np.ndarray[Any, Any]]:
    """The learning rate at each step of a run.

    Parameters
    ----------
    schedules : str, Schedule, sequence or mapping of them
        A schedule, several, or several by name.
    steps : int
        Number of steps of the run.
    lr : float
        The learning rate to scale.
    steps_per_epoch : int, optional
        For schedules that count epochs.

    Returns
    -------
    dict of str to array
        By name.

    Examples
    --------
    >>> previews("linear", steps=4)["linear"]
    array([1.  , 0.75, 0.5 , 0.25])
    """
    return {
        name: find_schedule(one).bind(steps, steps_per_epoch).preview(steps, lr)
        for name, one in _named(schedules).items()
    }


def _named(schedules: Any) -> Mapping[str, Any]:
    if hasattr(schedules, "items"):
        return dict(schedules)
    several = schedules if isinstance(schedules, list | tuple) else [schedules]
    return {one if isinstance(one, str) else repr(one): one for one in several}


def plot_schedules(
    schedules: Any, steps: int = 1000, *, lr: float = 1.0, steps_per_epoch: int | None = None, title: str = ""
) -> Picture:
    """Plot the learning rate of each step; parameters as for `previews`.

    Examples
    --------
    >>> [line.label for line in plot_schedules(["cosine", "one-cycle"]).panels[0].marks]
    ['cosine', 'one-cycle']
    """
    rates = previews(schedules, steps, lr=lr, steps_per_epoch=steps_per_epoch)
    lines = [Line(np.arange(steps), each, label=name) for name, each in rates.items()]
    label = "learning rate" if lr != 1.0 else "learning rate (relative)"
    return Picture([Panel(lines, Axis("step"), Axis(label), legend="below")], title)
