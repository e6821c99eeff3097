"""Value and gradient norm by step, with the thresholds of the stopping rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import ArgumentError
from hagang.stopping import AllOf, AnyOf, GradientBelow, Rule, ValueBelow
from hagang.stopping import rule as find_rule
from hagang.view.marks import Axis, Line, Mark, Panel, ReferenceLine, spans_decades
from hagang.view.picture import Picture

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["plot_progress", "progress_panels"]


def plot_progress(results: Any, *, stop: Any = None, title: str = "") -> Picture:
    """Plot value and gradient norm against the step.

    Parameters
    ----------
    results : OptimizeResult or mapping of str to OptimizeResult
        The result of `minimize`, for one run or several by name.
    stop : str or Rule, optional
        The stopping rule of the runs, whose thresholds are drawn.
    title : str
        Title.

    Returns
    -------
    Picture

    Raises
    ------
    ArgumentError
        If a result has no record of its steps.

    Examples
    --------
    >>> from hagang.minimizing import minimize
    >>> result = minimize(lambda x: np.sum(x**4), np.ones(5), method="momentum", stop="gradient<1e-3")
    >>> value, gradient = plot_progress(result, stop="gradient<1e-3").panels
    >>> gradient.y.label, gradient.marks[-1].label
    ('gradient norm', 'stop below 0.001')
    """
    named = results if not hasattr(results, "losses") else {"": results}
    if not named or any(result.losses is None for result in named.values()):
        msg = "results: expected at least one result with its steps, received none or one with record=None"
        raise ArgumentError(msg)
    return Picture(progress_panels(named, stop), title, height=5.4)


def progress_panels(results: Mapping[str, Any], stop: Any = None) -> list[Panel]:
    """Two panels: value, and gradient norm."""
    rules = list(_parts(find_rule(stop)))
    targets = [rule.target for rule in rules if isinstance(rule, ValueBelow)]
    thresholds = [rule.threshold for rule in rules if isinstance(rule, GradientBelow)]
    return [
        _panel(results, lambda result: result.losses, "value", targets),
        _panel(results, lambda result: result.gradient_norms, "gradient norm", thresholds),
    ]


def _parts(rule: Rule) -> list[Rule]:
    if isinstance(rule, AnyOf | AllOf):
        return [part for inner in rule.rules for part in _parts(inner)]
    return [rule]


def _panel(results: Mapping[str, Any], of: Callable[[Any], Any], label: str, levels: list[float]) -> Panel:
    alone = len(results) == 1
    marks: list[Mark] = []
    shown = list(levels)
    for name, result in results.items():
        numbers = np.asarray(of(result), np.float64)
        good = np.isfinite(numbers)
        shown += numbers[good].tolist()
        colour = ("vermilion" if label != "value" else "blue") if alone else ""
        few = int(np.sum(good)) <= 40
        marks.append(Line(np.asarray(result.steps)[good], numbers[good], label=name, colour=colour, dots=few))
    marks += [ReferenceLine(level, label=f"stop below {level:g}", colour="ink") for level in levels]
    scale = Axis(label, "log") if spans_decades(shown) else Axis(label)
    return Panel(marks, Axis("step"), scale)
