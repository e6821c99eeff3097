"""What kind of point a run came to: a minimum, a saddle, a plateau; and which distinct ones many runs found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hagang.minimizing.bounds import Box
    from hagang.minimizing.objective import Objective
    from hagang.minimizing.variables import Array, Nest

__all__ = ["Minima", "RunEnd", "StationaryPoint", "extreme_curvatures", "kind_of", "survey"]

FULL = 24
"""Up to so many variables the Hessian is made whole, of products; beyond, Lanczos finds its ends."""

NEAR = 1e-3
"""Points nearer than this share of their size are one."""


@dataclass(frozen=True)
class StationaryPoint:
    """A point that runs came to.

    Parameters
    ----------
    x : array or nest of arrays
        Where.
    fun : float
        The function there.
    count : int
        How many runs came to it.
    kind : str
        `"minimum"`; `"saddle"` (down on one side, up on another) or `"maximum"`; `"plateau"` where it is flat in
        some direction and down in none; `"slope"` where the gradient says that the run had not arrived.
    gradient_norm : float
        The Euclidean norm of the gradient there.
    lowest_curvature, highest_curvature : float
        The extreme eigenvalues of the Hessian there, along the variables that no bound holds.
    """

    x: Nest
    fun: float
    count: int
    kind: str
    gradient_norm: float
    lowest_curvature: float
    highest_curvature: float


class Minima(tuple[StationaryPoint, ...]):
    """The distinct points that many starts found, the lowest first; printed, a table."""

    __slots__ = ()

    def __str__(self) -> str:
        head = f"{'value':>14}  {'runs':>5}  {'kind':<8} {'gradient':>9}  {'curvature':<22} x"
        return "\n".join([head, *map(_line, self)])


def _line(point: StationaryPoint) -> str:
    curvature = f"{point.lowest_curvature:.3g} to {point.highest_curvature:.3g}"
    head = f"{point.fun:>14.8g}  {point.count:>5}  {point.kind:<8} {point.gradient_norm:>9.1e}"
    return f"{head}  {curvature:<22} {_where(point.x)}"


def _where(x: Nest) -> str:
    text = np.array2string(x, precision=6, threshold=8, suppress_small=True) if isinstance(x, np.ndarray) else str(x)
    return " ".join(text.split())


# --- curvature -----------------------------------------------------------------------------------------


def extreme_curvatures(objective: Objective, x: Array, free: Any = None) -> tuple[float, float]:
    """The lowest and the highest eigenvalue of the Hessian, by products with it.

    Parameters
    ----------
    free : array of bool, optional
        Which variables may move; all by default. (0, 0) where none may.
    """
    moving = np.arange(len(x)) if free is None else np.flatnonzero(free)

    def product(v: Array) -> Array:
        whole = np.zeros_like(x)
        whole[moving] = v
        return objective.product(x, whole)[moving]

    if len(moving) == 0:
        return 0.0, 0.0
    if len(moving) <= FULL:
        hessian = np.stack([product(row) for row in np.eye(len(moving))])
        values = np.linalg.eigvalsh((hessian + hessian.T) / 2) if np.all(np.isfinite(hessian)) else np.full(1, np.nan)
        return float(values[0]), float(values[-1])
    return _lanczos(product, len(moving))


def _lanczos(product: Any, size: int) -> tuple[float, float]:
    from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigsh

    operator = LinearOperator((size, size), matvec=product, dtype=np.float64)
    start = np.random.default_rng(0).standard_normal(size)
    try:
        values = eigsh(operator, k=2, which="BE", v0=start, tol=1e-4, return_eigenvectors=False)
    except ArpackNoConvergence as error:
        values = error.eigenvalues if len(error.eigenvalues) else np.full(1, np.nan)
    return float(np.min(values)), float(np.max(values))


def kind_of(norm: float, low: float, high: float, value: float) -> str:
    """The kind of a point from its gradient's norm and its extreme curvatures."""
    largest = max(abs(low), abs(high))
    flat = max(1e-8, 1e-6 * largest)
    if not norm <= 1e-3 * max(1.0, largest, abs(value)):
        return "slope"
    if low < -flat:
        return "saddle" if high > flat else "maximum"
    return "minimum" if low > flat else "plateau"


# --- many runs -----------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class RunEnd:
    """Where a run ended: a flat vector, the value and the gradient there."""

    x: Array
    value: float
    gradient: Array


def survey(objective: Objective, places: Sequence[RunEnd], box: Box | None) -> Minima:
    """Gather what runs came to into distinct points."""
    groups: list[list[RunEnd]] = []
    for place in sorted(places, key=lambda place: place.value):
        group = next((group for group in groups if _is_near(group[0], place)), None)
        if group is None:
            groups.append([place])
        else:
            group.append(place)
    return Minima(_stationary(objective, group[0], len(group), box) for group in groups)


def _is_near(a: RunEnd, b: RunEnd) -> bool:
    return bool(np.linalg.norm(a.x - b.x) <= NEAR * (1.0 + np.linalg.norm(a.x)))


def _stationary(objective: Objective, place: RunEnd, count: int, box: Box | None) -> StationaryPoint:
    x, g = place.x, place.gradient
    free = None if box is None else box.free(x, g)
    norm = float(np.linalg.norm(g if box is None else box.projected_gradient(x, g)))
    low, high = extreme_curvatures(objective, x, free)
    pinned = free is not None and not np.any(free)
    kind = "minimum" if pinned else kind_of(norm, low, high, place.value)
    return StationaryPoint(objective.variables.nest(x.copy()), place.value, count, kind, norm, low, high)
