"""Comparison of batch sizes: loss per step and per second, and memory."""

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
    """Plot the loss of runs with different batch sizes against steps and against time, and their memory.

    Parameters
    ----------
    runs : mapping of str to Run
        Runs of `fit` by name.
    memory : mapping of str to float
        Bytes of a step's intermediate values, from `hagang.measure.step_bytes`.
    title : str
        Title.

    Returns
    -------
    Picture
        Three panels; steps and seconds on logarithmic axes.

    Raises
    ------
    ArgumentError
        If there is no run, or the keys differ.
    """
    if not runs or set(runs) != set(memory):
        received = f"{', '.join(runs) or 'none'} and {', '.join(memory) or 'none'}"
        msg = f"runs, memory: expected runs and the memory of each, received {received}"
        raise ArgumentError(msg)
    loss = Axis("training loss", "log")
    steps, seconds = ([_line(name, run, of) for name, run in runs.items()] for of in (_steps, _seconds))
    bars: list[Mark] = [Bars(list(runs), [memory[name] / 1024 for name in runs])]
    panels = [
        Panel(steps, Axis("steps", "log"), loss, title="Per step"),
        Panel(seconds, Axis("time (s)", "log"), loss, title="Per second", legend="none"),
        Panel(bars, Axis("batch (rows)"), Axis("memory per step (KiB)", "log"), title="Memory", legend="none"),
    ]
    return Picture(panels, title, columns=3, width=9.6, height=3.6)


def _line(name: str, run: Run, of: Callable[[Run, Array], Array]) -> Line:
    """The mean loss of groups of steps, whose size grows geometrically, at the end of each group."""
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
    """The time of each step, interpolated between the ends of epochs."""
    epochs = run.history.epochs
    times = np.interp(steps, [0, *(epoch.step for epoch in epochs)], [0.0, *(epoch.seconds for epoch in epochs)])
    return np.asarray(times)
