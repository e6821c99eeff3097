"""Training curves: loss, metric and gradient norm by epoch, learning rate by step, and events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from hagang.errors import ArgumentError
from hagang.training.timeline import TimelineEvent, timeline
from hagang.view.marks import Axis, Line, Mark, Panel, Points, ReferenceLine, spans_decades
from hagang.view.picture import Picture

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hagang.runs import Run
    from hagang.training.history import History

__all__ = ["plot_comparison", "plot_training"]

_FEW = 8
"""Number of events of a kind up to which they are labelled; up to ten times as many are drawn as lines."""

_COLOURS = {"cut": "grey", "restart": "purple", "person": "amber"}
_DOTS = 30
_POINTS = 2000


def plot_training(run: Run, *, title: str | None = None) -> Picture:
    """Plot loss, metric, gradient norm and learning rate, with the best epoch, rate cuts, and why the run ended.

    Parameters
    ----------
    run : Run
        With at least one epoch.
    title : str, optional
        By default the reason for stopping.

    Raises
    ------
    ArgumentError
        If no epoch is complete.

    Examples
    --------
    >>> import numpy as np
    >>> from hagang.nn import Dense, Network
    >>> from hagang.runs import fit
    >>> run = fit(Network([Dense(1)]), (np.eye(3), np.ones(3)), epochs=5)
    >>> [panel.y.label for panel in plot_training(run).panels]
    ['loss', 'gradient norm', 'learning rate']
    """
    history = _with_epochs(run)
    happened = timeline(history, run.stopped_by)
    panels = [
        _loss(history, happened),
        *_metrics(history, happened, run.record["data"].get("unit", 1.0)),
        *_gradient_norm(history, happened),
        _rate(history, happened),
    ]
    return Picture(panels, _title(run) if title is None else title, columns=2, width=9.4, height=6.0)


def _with_epochs(run: Run) -> History:
    if not run.history.epochs:
        msg = f"run: expected one with at least one epoch, '{run.name}' has none"
        raise ArgumentError(msg)
    return run.history


def _title(run: Run) -> str:
    """The best epoch, and why the run ended."""
    epochs = run.history.epochs
    best = [epoch.epoch for epoch in epochs if epoch.is_best][-1:] if run.history.validation_losses else []
    kept = "".join(f"best epoch {k}, " for k in best)
    return f"{run.name}: {kept}ended after epoch {epochs[-1].epoch} by {run.stopped_by.partition(':')[0]}"


def _epochs(history: History) -> Axis:
    return Axis("epoch", limits=(history.epochs[0].epoch - 1, history.epochs[-1].epoch * 1.02))


def _loss(history: History, happened: Sequence[TimelineEvent]) -> Panel:
    x = [epoch.epoch for epoch in history.epochs]
    dots = len(x) <= _DOTS
    lines: list[Mark] = [Line(x, history.losses, label="training", colour="blue", dots=dots)]
    if history.validation_losses:
        lines.append(Line(x, history.validation_losses, label="validation", colour="vermilion", dots=dots))
    numbers = np.array([*history.losses, *history.validation_losses])
    scale = Axis("loss", scale="log" if spans_decades(numbers) else "linear")
    best = [epoch for epoch in history.epochs if epoch.is_best and epoch.validation_loss is not None][-1:]
    marks = [
        Points([e.epoch], [float(e.validation_loss or 0)], label="best", colour="ink", shape="star", size=9)
        for e in best
    ]
    return Panel([*_crossing(happened, labelled=False), *lines, *marks], _epochs(history), scale)


def _metrics(history: History, happened: Sequence[TimelineEvent], unit: float) -> Iterator[Panel]:
    x = [epoch.epoch for epoch in history.epochs]
    for name in history.epochs[-1].metrics:
        of_unit = name == "rmse"
        values = np.array([epoch.metrics.get(name, np.nan) for epoch in history.epochs]) * (unit if of_unit else 1.0)
        line = Line(x, values, label="validation", colour="vermilion", dots=len(x) <= _DOTS)
        label = f"{name} (in units of the target)" if of_unit else name
        yield Panel([*_crossing(happened, labelled=False), line], _epochs(history), Axis(label))


def _gradient_norm(history: History, happened: Sequence[TimelineEvent]) -> Iterator[Panel]:
    """Nothing if it was not measured."""
    x, norms = [epoch.epoch for epoch in history.epochs], [epoch.gradient_norm for epoch in history.epochs]
    if not np.isfinite(norms).any():
        return
    line = Line(x, norms, label="last batch", colour="purple", dots=len(x) <= _DOTS)
    scale = Axis("gradient norm", scale="log" if spans_decades(norms) else "linear")
    yield Panel([*_crossing(happened, labelled=False), line], _epochs(history), scale)


def _rate(history: History, happened: Sequence[TimelineEvent]) -> Panel:
    rates = history.step_rates
    shown = np.unique(np.linspace(0, len(rates) - 1, min(len(rates), _POINTS)).astype(np.int64))
    first, last = history.epochs[0], history.epochs[-1]
    per_epoch = last.step / max(1, last.epoch) if first.epoch == 1 else first.step
    line = Line((shown + 1) / per_epoch, rates[shown], label="", colour="green")
    scale = Axis("learning rate", scale="log" if spans_decades(rates) else "linear")
    return Panel([*_crossing(happened), line], _epochs(history), scale)


def _crossing(happened: Sequence[TimelineEvent], *, labelled: bool = True) -> Iterator[ReferenceLine]:
    for kind, colour in _COLOURS.items():
        some = [one for one in happened if one.kind == kind]
        for one in some[: 10 * _FEW]:
            label = one.said if labelled and len(some) <= _FEW else ""
            yield ReferenceLine(one.epoch, of="x", label=label, colour=colour, dash="dotted")


def plot_comparison(runs: Sequence[Run] | Mapping[str, Run], *, title: str = "") -> Picture:
    """Plot the losses of several runs: the validation loss, if there is one, with the training loss faint.

    Parameters
    ----------
    runs : sequence of Run, or mapping of str to Run
        Each with at least one epoch; labelled by their own names or the keys.
    title : str
        Title.
    """
    colours = ("blue", "vermilion", "green", "purple", "amber", "sky")
    marks: list[Mark] = []
    numbers: list[float] = []
    named = list(runs.items() if isinstance(runs, Mapping) else ((run.name, run) for run in runs))
    for k, (name, run) in enumerate(named):
        history = _with_epochs(run)
        x, colour = [epoch.epoch for epoch in history.epochs], colours[k % len(colours)]
        validation = history.validation_losses
        if validation:
            marks.append(Line(x, history.losses, colour=colour, width=1.2, faint=True))
        marks.append(Line(x, validation or history.losses, label=name, colour=colour))
        numbers += [*validation, *history.losses]
    what = "validation loss (training faint)" if all(run.history.validation_losses for _, run in named) else "loss"
    scale = Axis(what, scale="log" if spans_decades(numbers) else "linear")
    return Picture([Panel(marks, Axis("epoch"), scale)], title, width=6.8, height=4.2)
