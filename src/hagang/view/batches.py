"""One data set in batches of one row, of some, of all: what a step costs and what it brings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import ArgumentError
from hagang.view.marks import Axis, Bars, Line, Mark, Panel
from hagang.view.picture import Picture

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy.typing as npt

    from hagang.runs import Run

    Array = npt.NDArray[Any]

__all__ = ["compare_batch_sizes"]

GROUPS = 60


def compare_batch_sizes(runs: Mapping[str, Run], memory: Mapping[str, float], *, title: str = "") -> Picture:
    """Draw the loss of runs with different batch sizes against steps and against seconds, beside their memory.

    Parameters
    ----------
    runs : mapping of str to Run
        What `fit` returned, by name.
    memory : mapping of str to float
        The bytes that a step's values take, as `hagang.measure.step_bytes` tells.
    title : str
        Above.

    Returns
    -------
    Picture
        Three panels; steps and seconds on logarithmic axes.

    Raises
    ------
    ArgumentError
        Where there is no run, or one without its memory.
    """
    if not runs or set(runs) != set(memory):
        said = f"{', '.join(runs) or 'none'} and {', '.join(memory) or 'none'}"
        msg = f"runs, memory: expected runs and the memory of each, received {said}"
        raise ArgumentError(msg)
    loss = Axis("training loss", "log")
    steps, seconds = ([_line(name, run, of) for name, run in runs.items()] for of in (_steps, _seconds))
    bars: list[Mark] = [Bars(list(runs), [memory[name] / 1024 for name in runs])]
    panels = [
        Panel(steps, Axis("steps", "log"), loss, title="For each step"),
        Panel(seconds, Axis("time (s)", "log"), loss, title="For each second", legend="none"),
        Panel(bars, Axis("batch (rows)"), Axis("values of a step (KiB)", "log"), title="Memory", legend="none"),
    ]
    return Picture(panels, title, columns=3, width=9.6, height=3.6)


def _line(name: str, run: Run, of: Callable[[Run, Array], Array]) -> Line:
    """The mean loss of groups of steps, the later the larger, at each group's end."""
    losses = run.history.step_losses
    steps = np.arange(1, len(losses) + 1)
    ends = steps if len(steps) <= GROUPS else np.unique(np.geomspace(1, len(steps), GROUPS).astype(int))
    starts = np.concatenate([[0], ends[:-1]])
    means = np.add.reduceat(losses, starts) / np.diff([*starts, len(losses)])
    return Line(of(run, ends), means, label=name)


def _steps(run: Run, steps: Array) -> Array:
    del run
    return steps


def _seconds(run: Run, steps: Array) -> Array:
    """When a step was done, evenly between the ends of epochs."""
    epochs = run.history.epochs
    told = np.interp(steps, [0, *(epoch.step for epoch in epochs)], [0.0, *(epoch.seconds for epoch in epochs)])
    return np.asarray(told)
