"""Bounds on the variables, and what they do to a step and to a gradient."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import ArgumentError

if TYPE_CHECKING:
    from hagang.minimizing.variables import Array, Variables

__all__ = ["Box", "clipped", "read_bounds"]


@dataclass(frozen=True, eq=False)
class Box:
    """A lowest and a highest value for every number; infinite where there is none.

    Parameters
    ----------
    low, high : array
        Flat vectors.
    """

    low: Array
    high: Array

    def project(self, x: Array) -> Array:
        """The nearest point inside."""
        return np.minimum(np.maximum(x, self.low), self.high)

    def projected_gradient(self, x: Array, g: Array) -> Array:
        """The projected gradient: what is left of g where it may not push through a bound; zero at a minimum."""
        return x - self.project(x - g)

    def room(self, x: Array, v: Array, step: float) -> tuple[float, float]:
        """How far, up to the step, x may move along v and against it."""
        with np.errstate(divide="ignore", invalid="ignore"):
            up, down = (self.high - x) / v, (self.low - x) / v
        ahead, behind = np.where(v > 0, up, down)[v != 0], -np.where(v > 0, down, up)[v != 0]
        return min(step, float(np.min(ahead))), min(step, float(np.min(behind)))

    def free(self, x: Array, g: Array) -> Any:
        """Which variables may move and do not lie on a bound that the gradient pushes them against."""
        return (self.low < self.high) & ~(((x <= self.low) & (g > 0)) | ((x >= self.high) & (g < 0)))

    @property
    def is_finite(self) -> bool:
        """Whether every variable is bounded on both sides."""
        return bool(np.all(np.isfinite(self.low)) and np.all(np.isfinite(self.high)))


def read_bounds(bounds: Any, variables: Variables) -> Box | None:
    """Bounds as SciPy takes them.

    Parameters
    ----------
    bounds : sequence of (low, high), Bounds, dict or None
        A pair for each number in flat order, None on a side without a bound; SciPy's `Bounds`; or, for x a dict, a
        dict of one pair an entry, entries without bounds left out.

    Raises
    ------
    ArgumentError
        Where there are more or fewer, or a lower bound lies above its upper one.
    """
    if bounds is None:
        return None
    if isinstance(bounds, dict):
        pairs = _named_pairs(bounds, variables)
    elif hasattr(bounds, "lb") and hasattr(bounds, "ub"):
        pairs = _two_sides(bounds, variables)
    else:
        pairs = _listed(bounds, variables)
    low = np.array([_side(pair[0], -np.inf) for pair in pairs])
    high = np.array([_side(pair[1], np.inf) for pair in pairs])
    for k in np.flatnonzero(~(low <= high)):
        msg = f"bounds: expected low <= high for {variables.labels[k]}, received ({low[k]:g}, {high[k]:g})"
        raise ArgumentError(msg)
    return Box(low, high)


def _side(value: Any, otherwise: float) -> float:
    return otherwise if value is None else float(value)


def _two_sides(bounds: Any, variables: Variables) -> list[Any]:
    sides = [np.ravel(side) for side in (bounds.lb, bounds.ub)]
    if any(len(side) not in (1, variables.size) for side in sides):
        msg = (
            f"bounds: expected lb and ub with one number, or one for each of the {variables.size} in x0, received "
            f"{len(sides[0])} and {len(sides[1])}"
        )
        raise ArgumentError(msg)
    return [*zip(*(np.broadcast_to(side, variables.size) for side in sides), strict=True)]


def _listed(bounds: Any, variables: Variables) -> list[Any]:
    pairs = list(bounds)
    if len(pairs) != variables.size or any(np.shape(pair) != (2,) for pair in pairs):
        msg = (
            f"bounds: expected {variables.size} pairs (low, high), one for each number in x0, received "
            f"{len(pairs)}: {bounds!r:.60}"
        )
        raise ArgumentError(msg)
    return pairs


def _named_pairs(bounds: dict[Any, Any], variables: Variables) -> list[Any]:
    kind, known = variables.structure.kind, variables.structure.keys
    if kind is None or not issubclass(kind, dict) or set(bounds) - set(known):
        unknown = sorted(map(str, set(bounds) - set(known)))
        msg = f"bounds: expected a dict of x0's names ({', '.join(map(str, known))}), received {', '.join(unknown)}"
        raise ArgumentError(msg)
    counts = [_leaves(child) for child in variables.structure.children]
    ends = np.cumsum([0, *counts])
    sizes = [sum(variables.sizes[a:b]) for a, b in pairwise(ends)]
    return [bounds.get(key, (None, None)) for key, size in zip(known, sizes, strict=True) for _ in range(size)]


def _leaves(structure: Any) -> int:
    return 1 if structure.kind is None else sum(map(_leaves, structure.children))


def clipped(box: Box | None, x: Array, variables: Variables) -> tuple[Array, tuple[str, ...]]:
    """A start moved into the bounds, and a note where that has moved it."""
    if box is None:
        return x, ()
    outside = np.flatnonzero((x < box.low) | (x > box.high))
    if not len(outside):
        return x, ()
    inside = box.project(x)
    moved = ", ".join(f"{variables.labels[k]} from {x[k]:g} to {inside[k]:g}" for k in outside[:3])
    more = f" and {len(outside) - 3} more" if len(outside) > 3 else ""
    return inside, (f"x0 lay outside the bounds and was clipped: {moved}{more}",)
