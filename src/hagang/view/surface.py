"""The function under a descent path: which region to show, and its values there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.trace import flatten
from hagang.view.marks import HeightMap, Points

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from hagang.minimizing.variables import Variables

    Array = npt.NDArray[np.float64]

__all__ = ["ends", "flat_path", "heights", "reach", "value_at", "within"]

GRID = 81


def flat_path(path: Any) -> Array:
    """The points of the path as rows."""
    return np.concatenate([np.reshape(leaf, (len(leaf), -1)) for leaf in flatten(path)[0]], axis=1)


def within(points: Array, losses: Sequence[float]) -> npt.NDArray[np.bool_]:
    """The points worth showing: all of a descent; of a diverging run, those before it leaves the region."""
    values = np.asarray(losses, np.float64)
    with np.errstate(all="ignore"):
        good = np.isfinite(values) & np.all(np.isfinite(points), axis=1)
        lowest = np.min(values[good])
        far = values - lowest > 10 * max(values[0] - lowest, 0.3 * abs(values[0]), 1e-12)
    lost = np.flatnonzero(~good | far)
    return np.arange(len(values)) < (lost[0] if len(lost) else len(values))


def reach(numbers: Array, margin: float = 0.12) -> tuple[float, float]:
    """The range of the numbers with a margin, which is positive even if all are equal."""
    low, high = float(np.min(numbers)), float(np.max(numbers))
    extra = margin * (high - low) or 0.5 * max(1.0, abs(low))
    return low - extra, high + extra


def value_at(f: Callable[[Any], Any], variables: Variables, x: Array) -> float:
    """The value at a flattened point; NaN if it is undefined."""
    with np.errstate(all="ignore"):
        try:
            return float(f(variables.nest(x)))
        except ArithmeticError:
            return np.nan


def heights(
    f: Callable[[Any], Any], variables: Variables, spans: Sequence[tuple[float, float]], label: str = "value"
) -> HeightMap:
    """A function of two variables over a grid."""
    across, up = (np.linspace(low, high, GRID) for low, high in spans)
    return HeightMap(across, up, [[value_at(f, variables, np.array([a, b])) for a in across] for b in up], label)


def ends(start: Sequence[float], end: Sequence[float], diverged: bool) -> list[Points]:
    """Start and end of a path; for a diverging one, its lowest point."""
    return [
        Points(*_alone(start), label="start", colour="vermilion", shape="ring", size=7.5),
        Points(*_alone(end), label="lowest" if diverged else "end", colour="vermilion", shape="star", size=13),
    ]


def _alone(point: Sequence[float]) -> tuple[list[float], list[float], list[float] | None]:
    """The coordinates of a single point, in the form of a mark."""
    x, y, *z = ([value] for value in point)
    return x, y, z[0] if z else None
