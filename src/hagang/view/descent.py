"""Descent paths: on contours or a surface for two variables, on the curve for one, by step for more."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import ArgumentError
from hagang.minimizing.variables import Variables
from hagang.view.marks import Axis, HeightMap, Line, Mark, Panel, Points
from hagang.view.picture import Picture
from hagang.view.progress import progress_panels
from hagang.view.surface import ends, flat_path, heights, reach, value_at, within

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy.typing as npt

    Array = npt.NDArray[np.float64]
    Function = Callable[[Any], Any]

__all__ = ["compare_descents", "plot_descent"]

DOTS = 150
"""Number of steps up to which each has a dot."""

TOGETHER = 3
"""Number of paths up to which they share a panel."""


def plot_descent(
    f: Function, result: Any, *, title: str | None = None, surface: bool = False, stop: Any = None
) -> Picture:
    """Plot the path of `minimize`.

    Parameters
    ----------
    f : callable
        The function of x alone; bind further arguments.
    result : OptimizeResult
        The result of `minimize`, with its path (`record` not None).
    title : str, optional
        By default the method and the final value.
    surface : bool
        For two variables, a surface in three dimensions instead of contours.
    stop : str or Rule, optional
        The stopping rule, whose thresholds are drawn if values and gradients are plotted.

    Returns
    -------
    Picture
        For one variable the curve with the steps; for two, contours or a surface with the path; for more, value and
        gradient norm against the step. `.save("descent.png")` writes it.

    Raises
    ------
    ArgumentError
        If the result has no path, or a surface is requested for other than two variables.

    Examples
    --------
    >>> from hagang.minimizing import minimize
    >>> def f(x):
    ...     return (x[0] - 2) ** 2 + 4 * (x[1] - 3) ** 2
    >>> picture = plot_descent(f, minimize(f, [100.0, -10.0], method="gd"))
    >>> picture.panels[0].x.label, picture.panels[0].y.label
    ('x[0]', 'x[1]')
    """
    variables = _variables(result, "plot_descent")
    if surface and variables.size != 2:
        msg = f"surface: expected a function of two variables, received one of {variables.size}"
        raise ArgumentError(msg)
    kind = {1: _curve, 2: _surface if surface else _contours}.get(variables.size)
    title = _title(result) if title is None else title
    if kind is None:
        return Picture(progress_panels({"": result}, stop), title, height=5.4)
    panel = kind(f, variables, flat_path(result.path), result)
    return Picture([panel], title, width=7.2 if variables.size == 2 else 6.8)


def _variables(result: Any, owner: str) -> Variables:
    if result.path is None:
        msg = f"{owner}: expected a result with its path, received one of record=None"
        raise ArgumentError(msg)
    return Variables.of(result.x)


def _title(result: Any) -> str:
    steps = f"{result.nit:,} step{'s' * (result.nit != 1)}"
    if result.losses[-1] != result.fun:
        return f"{result.method}: lowest value {result.fun:.6g} in {steps}"
    return f"{result.method}: value {result.fun:.6g} after {steps}"


def _curve(f: Function, variables: Variables, points: Array, result: Any) -> Panel:
    seen = within(points, result.losses)
    span = reach(points[seen, 0], margin=0.4)
    at = float(variables.flat(result.x)[0])
    marks: list[Mark] = [_function_curve(f, variables, span)]
    marks.append(Line(points[seen, 0], result.losses[seen], colour="vermilion", width=1.2, dots=True, moves=True))
    marks += ends((points[0, 0], result.losses[0]), (at, result.fun), not seen.all())
    return Panel(marks, Axis(variables.labels[0], limits=span), Axis("value"))


def _function_curve(f: Function, variables: Variables, span: tuple[float, float]) -> Line:
    x = np.linspace(*span, 400)
    return Line(x, [value_at(f, variables, np.array([each])) for each in x], colour="blue")


def _contours(f: Function, variables: Variables, points: Array, result: Any) -> Panel:
    seen = within(points, result.losses)
    minima = np.array([variables.flat(minimum.x) for minimum in result.get("minima", ())]).reshape(-1, 2)
    spans = _spans([points[seen], minima])
    few = len(points) <= DOTS
    marks: list[Mark] = [heights(f, variables, spans)]
    marks.append(Line(points[seen, 0], points[seen, 1], colour="vermilion", width=1.4, dots=few, moves=True))
    if len(minima) > 1:
        marks.append(Points(minima[:, 0], minima[:, 1], label="minima found", colour="amber", shape="cross", size=8))
    marks += ends(tuple(points[0]), tuple(variables.flat(result.x)), not seen.all())
    x, y = _axes(variables, spans)
    return Panel(marks, x, y)


def _spans(parts: Sequence[Array]) -> list[tuple[float, float]]:
    together = np.concatenate(parts)
    return [reach(together[:, k]) for k in (0, 1)]


def _axes(variables: Variables, spans: Sequence[tuple[float, float]]) -> list[Axis]:
    return [Axis(label, limits=span) for label, span in zip(variables.labels, spans, strict=True)]


def _surface(f: Function, variables: Variables, points: Array, result: Any) -> Panel:
    seen = within(points, result.losses)
    spans = _spans([points[seen]])
    values = np.asarray(result.losses)
    across, up = points[seen].T
    few = len(points) <= DOTS
    path = Line(across, up, values[seen], colour="vermilion", width=2.0, dots=few, moves=True)
    end = (*variables.flat(result.x), result.fun)
    marks: list[Mark] = [heights(f, variables, spans), path, *ends((*points[0], values[0]), end, not seen.all())]
    x, y = (Axis(label) for label in variables.labels)
    return Panel(marks, x, y, Axis("value"))


# --- several -------------------------------------------------------------------------------------------


def compare_descents(
    f: Function, results: Mapping[str, Any], *, title: str = "", apart: bool | None = None, columns: int | None = None
) -> Picture:
    """Plot several descents on one function, of different methods or learning rates.

    Parameters
    ----------
    f : callable
        A function of one or two variables.
    results : mapping of str to OptimizeResult
        Results of `minimize` by name; at least one, each with its path.
    title : str
        Title.
    apart : bool, optional
        Whether each has its own panel. By default for one variable, and for more than three results.
    columns : int, optional
        Number of panels per row; by default up to three.

    Returns
    -------
    Picture
        With the same region in every panel.

    Raises
    ------
    ArgumentError
        If there is no result, one has no path, or there are more than two variables.

    Examples
    --------
    >>> from hagang.minimizing import minimize
    >>> def f(x):
    ...     return x[0] ** 2 / 20 + x[1] ** 2
    >>> ways = {name: minimize(f, [-7.0, 2.0], method=name, lr=0.1, steps=30) for name in ("sgd", "momentum")}
    >>> [line.label for line in compare_descents(f, ways).panels[0].marks[1:3]]
    ['sgd', 'momentum']
    """
    if not results:
        msg = "compare_descents: expected at least one result, received none"
        raise ArgumentError(msg)
    variables = next(_variables(result, "compare_descents") for result in results.values())
    if variables.size > 2:
        msg = f"compare_descents: expected a function of one or two variables, received one of {variables.size}"
        raise ArgumentError(msg)
    paths = {name: flat_path(result.path) for name, result in results.items()}
    seen = {name: within(paths[name], result.losses) for name, result in results.items()}
    shown = np.concatenate([paths[name][seen[name]] for name in results])
    panels = (_curves if variables.size == 1 else _paths)(f, variables, results, seen, shown)
    together = len(results) <= TOGETHER and variables.size == 2 if apart is None else not apart
    if together:
        panels = [_joined(panels)]
    beside = min(len(panels), columns or 3)
    rows = -(-len(panels) // beside)
    return Picture(panels, title, beside, width=7.2 if beside == 1 else 3.7 * beside, height=1.0 + 3.2 * rows)


def _curves(f: Function, variables: Variables, results: Any, seen: Any, shown: Array) -> list[Panel]:
    span = reach(shown[:, 0], margin=0.15)
    curve = _function_curve(f, variables, span)
    x, y = Axis(variables.labels[0], limits=span), Axis("value")
    panels = []
    for name, result in results.items():
        points, values = flat_path(result.path)[seen[name], 0], np.asarray(result.losses)[seen[name]]
        path = Line(points, values, label=name, colour="vermilion", width=1.2, dots=True, moves=True)
        start = Points(points[:1], values[:1], colour="vermilion", shape="ring", size=7)
        panels.append(Panel([curve, path, start], x, y, title=f"{name}: {_outcome(result)}", legend="none"))
    return panels


def _paths(f: Function, variables: Variables, results: Any, seen: Any, shown: Array) -> list[Panel]:
    spans = _spans([shown])
    contours = heights(f, variables, spans, label="")
    x, y = _axes(variables, spans)
    panels = []
    for (name, result), colour in zip(results.items(), _colours(len(results)), strict=True):
        points = flat_path(result.path)[seen[name]]
        few = len(points) <= DOTS
        path = Line(points[:, 0], points[:, 1], label=name, colour=colour, width=1.5, dots=few, moves=True)
        start = Points(points[:1, 0], points[:1, 1], colour="ink", shape="ring", size=7)
        panels.append(Panel([contours, path, start], x, y, title=f"{name}: {_outcome(result)}", legend="none"))
    return panels


def _colours(count: int) -> list[str]:
    """Colours that stand out from the blue of the contours."""
    cycle = ("vermilion", "amber", "green", "purple")
    return [cycle[k % len(cycle)] for k in range(count)]


def _joined(panels: Sequence[Panel]) -> Panel:
    """One panel with the contours of the first, its colour bar, and every path."""
    first = panels[0]
    contours, _, start = first.marks
    if isinstance(contours, HeightMap):
        contours = replace(contours, label="value")
    return Panel([contours, *(panel.marks[1] for panel in panels), start], first.x, first.y)


def _outcome(result: Any) -> str:
    values = np.asarray(result.losses)
    if not np.isfinite(values[-1]) or values[-1] > values[0]:
        return "diverges"
    return f"{values[-1]:.2g} after {result.nit}"
