"""The way down: contours with the path for two variables, the curve for one, value and gradient by step for more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import ArgumentError
from hagang.minimize.variables import Variables
from hagang.trace import flatten
from hagang.view.marks import Axis, Heights, Line, Mark, Panel, Points, spans_decades
from hagang.view.picture import Picture

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    Array = npt.NDArray[np.float64]

__all__ = ["plot_descent"]

GRID = 121
DOTS = 150
"""Up to so many steps each gets a dot."""


def plot_descent(f: Callable[[Any], Any], result: Any, *, title: str | None = None, surface: bool = False) -> Picture:
    """Draw the way that `minimize` went.

    Parameters
    ----------
    f : callable
        The function, of what x is; further arguments bound.
    result : OptimizeResult
        What `minimize` returned, with its path (`record` not None).
    title : str, optional
        By default the method and how the run ended.
    surface : bool
        For two variables, a surface in three dimensions in place of contours.

    Returns
    -------
    Picture
        For one variable the curve with the steps on it; for two, contours or a surface with the path; for more, the
        value and the gradient's norm against the step. `.save("descent.png")` writes it.

    Raises
    ------
    ArgumentError
        Where the result holds no path, or a surface is asked of other than two variables.

    Examples
    --------
    >>> from hagang.minimize import minimize
    >>> def f(x):
    ...     return (x[0] - 2) ** 2 + 4 * (x[1] - 3) ** 2
    >>> picture = plot_descent(f, minimize(f, [100.0, -10.0], method="gd"))
    >>> picture.panels[0].x.label, picture.panels[0].y.label
    ('x[0]', 'x[1]')
    """
    if result.path is None:
        msg = "plot_descent: expected a result with its path, received one of record=None"
        raise ArgumentError(msg)
    variables = Variables.of(result.x)
    if surface and variables.size != 2:
        msg = f"surface: expected a function of two numbers, received one of {variables.size}"
        raise ArgumentError(msg)
    kind = {1: _curve, 2: _surface if surface else _contours}.get(variables.size)
    said = _title(result) if title is None else title
    if kind is None:
        return Picture(_by_step(result), said, height=5.4)
    return Picture([kind(f, variables, _flat(result.path), result)], said, width=7.2 if variables.size == 2 else 6.8)


def _flat(path: Any) -> Array:
    """The path's points as rows."""
    return np.concatenate([np.reshape(leaf, (len(leaf), -1)) for leaf in flatten(path)[0]], axis=1)


def _title(result: Any) -> str:
    steps = f"{result.nit:,} step{'s' * (result.nit != 1)}"
    if result.losses[-1] != result.fun:
        return f"{result.method}: lowest value {result.fun:.6g} in {steps}"
    return f"{result.method}: value {result.fun:.6g} after {steps}"


# --- one variable --------------------------------------------------------------------------------------


def _curve(f: Callable[[Any], Any], variables: Variables, points: Array, result: Any) -> Panel:
    seen = _within(points, result.losses)
    low, high = _reach(points[seen, 0], margin=0.4)
    x = np.linspace(low, high, 400)
    curve = Line(x, [_value(f, variables, np.array([each])) for each in x], colour="blue")
    at = float(variables.flat(result.x)[0])
    ends = _ends((points[0, 0], result.losses[0]), (at, result.fun), seen)
    path = Line(points[seen, 0], result.losses[seen], colour="vermilion", width=1.2, dots=True, moves=True)
    return Panel([curve, path, *ends], Axis(variables.labels[0], limits=(low, high)), Axis("value"))


# --- two variables -------------------------------------------------------------------------------------


def _contours(f: Callable[[Any], Any], variables: Variables, points: Array, result: Any) -> Panel:
    seen = _within(points, result.losses)
    minima = np.array([variables.flat(found.x) for found in result.get("minima", ())]).reshape(-1, 2)
    spans = [_reach(np.concatenate([points[seen], minima])[:, k]) for k in (0, 1)]
    marks: list[Mark] = [_grid(f, variables, spans)]
    few = len(points) <= DOTS
    marks.append(Line(points[seen, 0], points[seen, 1], colour="vermilion", width=1.4, dots=few, moves=True))
    if len(minima) > 1:
        marks.append(Points(minima[:, 0], minima[:, 1], label="minima found", colour="amber", shape="cross", size=8))
    end = variables.flat(result.x)
    marks += _ends(tuple(points[0]), tuple(end), seen)
    x, y = (Axis(label, limits=span) for label, span in zip(variables.labels, spans, strict=True))
    return Panel(marks, x, y)


def _surface(f: Callable[[Any], Any], variables: Variables, points: Array, result: Any) -> Panel:
    seen = _within(points, result.losses)
    spans = [_reach(points[seen, k]) for k in (0, 1)]
    heights = np.asarray(result.losses)
    across, up = points[seen].T
    few = len(points) <= DOTS
    path = Line(across, up, heights[seen], colour="vermilion", width=2.0, dots=few, moves=True)
    end = variables.flat(result.x)
    ends = _ends((*points[0], heights[0]), (*end, result.fun), seen)
    x, y = (Axis(label) for label in variables.labels)
    return Panel([_grid(f, variables, spans), path, *ends], x, y, Axis("value"))


def _grid(f: Callable[[Any], Any], variables: Variables, spans: Sequence[tuple[float, float]]) -> Heights:
    across, up = (np.linspace(low, high, GRID) for low, high in spans)
    return Heights(across, up, [[_value(f, variables, np.array([a, b])) for a in across] for b in up])


# --- more variables ------------------------------------------------------------------------------------


def _by_step(result: Any) -> list[Panel]:
    return [
        _against_steps(result, result.losses, Axis("value"), "blue"),
        _against_steps(result, result.gradient_norms, Axis("gradient norm"), "vermilion"),
    ]


def _against_steps(result: Any, numbers: Array, axis: Axis, colour: str) -> Panel:
    good = np.isfinite(numbers)
    scale = "log" if spans_decades(numbers[good]) else "linear"
    line = Line(result.steps[good], numbers[good], colour=colour, dots=int(np.sum(good)) <= 40)
    return Panel([line], Axis("step"), Axis(axis.label, scale))  # type: ignore[arg-type]


# --- shared --------------------------------------------------------------------------------------------


def _within(points: Array, losses: Sequence[float]) -> npt.NDArray[np.bool_]:
    """The points worth showing: all of a descent; of a run that diverged, those before it left the picture."""
    values = np.asarray(losses, np.float64)
    with np.errstate(all="ignore"):
        good = np.isfinite(values) & np.all(np.isfinite(points), axis=1)
        far = values - np.min(values[good]) > 10 * max(values[0] - np.min(values[good]), 1e-12)
    lost = np.flatnonzero(~good | far)
    return np.arange(len(values)) < (lost[0] if len(lost) else len(values))


def _reach(numbers: Array, margin: float = 0.12) -> tuple[float, float]:
    """The range of the numbers with a margin; some room even where they are all the same."""
    low, high = float(np.min(numbers)), float(np.max(numbers))
    room = margin * (high - low) or 0.5 * max(1.0, abs(low))
    return low - room, high + room


def _value(f: Callable[[Any], Any], variables: Variables, x: Array) -> float:
    with np.errstate(all="ignore"):
        try:
            return float(f(variables.nest(x)))
        except ArithmeticError:
            return np.nan


def _ends(start: Sequence[float], end: Sequence[float], seen: npt.NDArray[np.bool_]) -> list[Points]:
    """Start and end of the path; of one that ran away, the lowest point."""
    name = "end" if seen.all() else "lowest"
    return [
        Points(*_alone(start), label="start", colour="vermilion", shape="ring", size=7.5),
        Points(*_alone(end), label=name, colour="vermilion", shape="star", size=13),
    ]


def _alone(point: Sequence[float]) -> tuple[list[float], list[float], list[float] | None]:
    """One point's places, as a mark takes them."""
    x, y, *z = ([value] for value in point)
    return x, y, z[0] if z else None
