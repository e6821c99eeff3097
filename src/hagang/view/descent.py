"""The way down: contours with the path for two variables, the curve for one, value and gradient by step for more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import ArgumentError
from hagang.minimize.variables import Variables
from hagang.trace import flatten
from hagang.view.colours import BLUE, GREY, INK, ORANGE, SURFACE, VERMILION

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    Array = npt.NDArray[np.float64]

__all__ = ["plot_descent"]

GRID = 121
LEVELS = 14
DOTS = 150
"""Up to so many steps each gets a dot."""


def plot_descent(f: Callable[[Any], Any], result: Any, *, title: str | None = None) -> Figure:
    """Draw the way that `minimize` went.

    Parameters
    ----------
    f : callable
        The function, of what x is; further arguments bound.
    result : OptimizeResult
        What `minimize` returned, with its path (`record` not None).
    title : str, optional
        By default the method and how the run ended.

    Returns
    -------
    matplotlib.figure.Figure
        For one variable the curve with the steps on it; for two, contours with the path; for more, the value and the
        gradient's norm against the step. `figure.savefig("descent.png")` writes it.

    Raises
    ------
    ArgumentError
        Where the result holds no path.

    Examples
    --------
    >>> from hagang.minimize import minimize
    >>> def f(x):
    ...     return (x[0] - 2) ** 2 + 4 * (x[1] - 3) ** 2
    >>> figure = plot_descent(f, minimize(f, [100.0, -10.0], method="gd"))
    >>> [axes.get_xlabel() for axes in figure.axes]
    ['x[0]', '']
    """
    if result.path is None:
        msg = "plot_descent: expected a result with its path, received one of record=None"
        raise ArgumentError(msg)
    from matplotlib.figure import Figure

    variables = Variables.of(result.x)
    points = _flat(result.path)
    figure = Figure(figsize=(7.2, 5.4), dpi=150, layout="constrained")
    if variables.size == 1:
        _curve(figure, f, variables, points, result)
    elif variables.size == 2:
        _contours(figure, f, variables, points, result)
    else:
        _by_step(figure, result)
    figure.suptitle(title if title is not None else _title(result), fontsize=11, color=INK)
    return figure


def _flat(path: Any) -> Array:
    """The path's points as rows."""
    return np.concatenate([np.reshape(leaf, (len(leaf), -1)) for leaf in flatten(path)[0]], axis=1)


def _title(result: Any) -> str:
    steps = f"{result.nit:,} step{'s' * (result.nit != 1)}"
    if result.losses[-1] != result.fun:
        return f"{result.method}: lowest value {result.fun:.6g} in {steps}"
    return f"{result.method}: value {result.fun:.6g} after {steps}"


# --- one variable --------------------------------------------------------------------------------------


def _curve(figure: Figure, f: Callable[[Any], Any], variables: Variables, points: Array, result: Any) -> None:
    axes = figure.add_subplot()
    seen = _within(points, result.losses)
    low, high = _reach(points[seen, 0], margin=0.4)
    x = np.linspace(low, high, 400)
    axes.plot(x, [_value(f, variables, np.array([each])) for each in x], color=BLUE, linewidth=1.8, zorder=1)
    axes.plot(points[seen, 0], result.losses[seen], color=VERMILION, linewidth=0.9, alpha=0.7, zorder=2)
    axes.scatter(
        points[seen, 0], result.losses[seen], s=16, color=VERMILION, edgecolors="white", linewidths=0.4, zorder=3
    )
    at = float(variables.flat(result.x)[0])
    _ends(axes, (points[0, 0], result.losses[0]), (at, result.fun), _name(seen))
    axes.set(xlabel=variables.labels[0], ylabel="value", xlim=(low, high))
    _tidy(axes)


# --- two variables -------------------------------------------------------------------------------------


def _contours(figure: Figure, f: Callable[[Any], Any], variables: Variables, points: Array, result: Any) -> None:
    axes = figure.add_subplot()
    seen = _within(points, result.losses)
    minima = np.array([variables.flat(found.x) for found in result.get("minima", ())]).reshape(-1, 2)
    shown = np.concatenate([points[seen], minima])
    spans = [_reach(shown[:, k]) for k in (0, 1)]
    across, up = (np.linspace(low, high, GRID) for low, high in spans)
    heights = np.array([[_value(f, variables, np.array([a, b])) for a in across] for b in up])
    _surface(figure, axes, across, up, heights)
    marker = "o" if len(points) <= DOTS else ""
    axes.plot(*points[seen].T, color=VERMILION, linewidth=1.3, marker=marker, markersize=2.6, zorder=3)
    if len(minima) > 1:
        axes.scatter(
            minima[:, 0],
            minima[:, 1],
            marker="X",
            s=55,
            color=ORANGE,
            edgecolors=INK,
            linewidths=0.7,
            zorder=4,
            label="minima found",
        )
    end = variables.flat(result.x)
    _ends(axes, (points[0, 0], points[0, 1]), (end[0], end[1]), _name(seen))
    axes.set(xlabel=variables.labels[0], ylabel=variables.labels[1], xlim=spans[0], ylim=spans[1])
    _tidy(axes)


def _surface(figure: Figure, axes: Axes, across: Array, up: Array, heights: Array) -> None:
    """Contours that lie closer where the function is low: evenly in the logarithm of the height above the lowest."""
    from matplotlib.colors import BoundaryNorm

    finite = heights[np.isfinite(heights)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    if high - low <= 1e-12 * max(1.0, abs(low)):
        return
    above = np.quantile(finite - low, 0.02)
    lowest = max(float(above), (high - low) * 1e-6)
    levels = low + np.concatenate([[0.0], np.geomspace(lowest, high - low, LEVELS)])
    norm = BoundaryNorm(levels, 256)
    filled = axes.contourf(across, up, heights, levels=levels, cmap=SURFACE, norm=norm)
    axes.contour(across, up, heights, levels=levels[1:-1], colors="white", linewidths=0.5, alpha=0.6)
    bar = figure.colorbar(filled, ax=axes, pad=0.02, aspect=30)
    bar.set_ticks(levels[::2].tolist(), labels=[_short(level) for level in levels[::2]])
    bar.set_label("value", color=INK)
    bar.ax.tick_params(labelsize=8, colors=INK)
    bar.outline.set_visible(False)


def _short(number: float) -> str:
    """Three digits, without an exponent where one can do without."""
    rounded = float(f"{number:.3g}")
    return f"{rounded:,.12g}" if rounded == 0 or 1e-4 <= abs(rounded) < 1e7 else f"{rounded:.2g}"


# --- more variables ------------------------------------------------------------------------------------


def _by_step(figure: Figure, result: Any) -> None:
    upper, lower = figure.subplots(2, 1, sharex=True)
    for axes, numbers, name, colour in (
        (upper, result.losses, "value", BLUE),
        (lower, result.gradient_norms, "gradient norm", VERMILION),
    ):
        good = np.isfinite(numbers)
        marker = "o" if np.sum(good) <= 40 else ""
        axes.plot(result.steps[good], numbers[good], color=colour, linewidth=1.6, marker=marker, markersize=3)
        axes.set_ylabel(name)
        if _spans_decades(numbers[good]):
            axes.set_yscale("log")
        _tidy(axes)
    lower.set_xlabel("step")


def _spans_decades(numbers: Array) -> bool:
    return bool(numbers.size and np.min(numbers) > 0 and np.max(numbers) > 30 * np.min(numbers))


# --- shared --------------------------------------------------------------------------------------------


def _within(points: Array, losses: Sequence[float]) -> npt.NDArray[np.bool_]:
    """The points worth showing: all of a descent; of a run that diverged, those before it left the picture."""
    values = np.asarray(losses, np.float64)
    with np.errstate(all="ignore"):
        good = np.isfinite(values) & np.all(np.isfinite(points), axis=1)
        far = values - np.min(values[good]) > 10 * max(values[0] - np.min(values[good]), 1e-12)
    lost = np.flatnonzero(~good | far)
    return np.arange(len(values)) < (lost[0] if len(lost) else len(values))


def _name(seen: npt.NDArray[np.bool_]) -> str:
    """What the point that was given back is: the end of the path, or the best point of one that ran away."""
    return "end" if seen.all() else "lowest"


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


def _ends(axes: Axes, start: tuple[float, float], end: tuple[float, float], name: str) -> None:
    ring = axes.scatter(*start, s=60, facecolors="white", edgecolors=VERMILION, linewidths=1.6, zorder=5)
    star = axes.scatter(*end, s=170, marker="*", color=VERMILION, edgecolors="white", linewidths=0.8, zorder=6)
    ring.set_label("start")
    star.set_label(name)
    axes.legend(loc="best", fontsize=8, framealpha=0.9, edgecolor="none")


def _tidy(axes: Axes) -> None:
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(GREY)
    axes.tick_params(labelsize=9, colors=INK)
    axes.grid(visible=True, color=GREY, alpha=0.18, linewidth=0.6)
    axes.set_axisbelow(True)
