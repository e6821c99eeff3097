"""The ground that a descent walks on: which part of it to show, and how high it lies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.trace import flatten
from hagang.view.marks import Heights, Points

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from hagang.minimizing.variables import Variables

    Array = npt.NDArray[np.float64]

__all__ = ["ends", "flat_path", "heights", "reach", "value_at", "within"]

GRID = 81


def flat_path(path: Any) -> Array:
    """The path's points as rows."""
    return np.concatenate([np.reshape(leaf, (len(leaf), -1)) for leaf in flatten(path)[0]], axis=1)


def within(points: Array, losses: Sequence[float]) -> npt.NDArray[np.bool_]:
    """The points worth showing: all of a descent; of a run that diverged, those before it left the picture."""
    values = np.asarray(losses, np.float64)
    with np.errstate(all="ignore"):
        good = np.isfinite(values) & np.all(np.isfinite(points), axis=1)
        lowest = np.min(values[good])
        far = values - lowest > 10 * max(values[0] - lowest, 0.3 * abs(values[0]), 1e-12)
    lost = np.flatnonzero(~good | far)
    return np.arange(len(values)) < (lost[0] if len(lost) else len(values))


def reach(numbers: Array, margin: float = 0.12) -> tuple[float, float]:
    """The range of the numbers with a margin; some room even where they are all the same."""
    low, high = float(np.min(numbers)), float(np.max(numbers))
    room = margin * (high - low) or 0.5 * max(1.0, abs(low))
    return low - room, high + room


def value_at(f: Callable[[Any], Any], variables: Variables, x: Array) -> float:
    """The function's value at a flat point; NaN where it has none."""
    with np.errstate(all="ignore"):
        try:
            return float(f(variables.nest(x)))
        except ArithmeticError:
            return np.nan


def heights(
    f: Callable[[Any], Any], variables: Variables, spans: Sequence[tuple[float, float]], label: str = "value"
) -> Heights:
    """The function of two numbers over a grid."""
    across, up = (np.linspace(low, high, GRID) for low, high in spans)
    return Heights(across, up, [[value_at(f, variables, np.array([a, b])) for a in across] for b in up], label)


def ends(start: Sequence[float], end: Sequence[float], ran_away: bool) -> list[Points]:
    """Start and end of a path; of one that ran away, its lowest point."""
    return [
        Points(*_alone(start), label="start", colour="vermilion", shape="ring", size=7.5),
        Points(*_alone(end), label="lowest" if ran_away else "end", colour="vermilion", shape="star", size=13),
    ]


def _alone(point: Sequence[float]) -> tuple[list[float], list[float], list[float] | None]:
    """One point's places, as a mark takes them."""
    x, y, *z = ([value] for value in point)
    return x, y, z[0] if z else None
