"""What kind of point a run came to, judged by gradient and curvature; and which distinct ones many runs found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hagang.minimizing.curvature import Curvature, curvature_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hagang.minimizing.bounds import Box
    from hagang.minimizing.objective import Objective
    from hagang.minimizing.variables import Array, Nest

__all__ = [
    "ARRIVED",
    "GRADIENT_TOLERANCE",
    "REMEDIES",
    "SLOPE",
    "Minima",
    "RunEnd",
    "StationaryPoint",
    "judge",
    "on_the_way",
    "survey",
]

GRADIENT_TOLERANCE = 1e-5
"""SciPy's default; below it, largest component, a point counts as stationary."""

NEGLIGIBLE = 1e-7
"""A point counts as stationary too where a quadratic is lower by less than this share of the value, or of one."""

FLANK = 0.05
"""A flat place is no minimum where Newton's step would go further than this share of the point's size, or of one."""

FEW = 5
"""Up to so many variables the neighbours along each are worth their evaluations."""

MINIMUM, PLATEAU, SADDLE, MAXIMUM, SLOPE = "minimum", "plateau", "saddle", "maximum", "slope"
ARRIVED = (MINIMUM, PLATEAU)

REMEDIES = {
    MINIMUM: "",
    PLATEAU: "f is flat here and may be lower elsewhere; start elsewhere, or starts=20 tries many",
    SADDLE: "f falls to one side of it; start beside it, or starts=20 tries many",
    MAXIMUM: "f falls to every side of it; start beside it, or starts=20 tries many",
    SLOPE: "f still falls along the gradient; more steps, another method ('gd', 'nelder-mead') or scaled variables",
}
"""What each kind of point means for who looks for the lowest."""

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
        some direction and down in none, or the quadratic through it has its minimum far away; `"slope"` where the
        gradient says that the run had not arrived.
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


# --- one point -----------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class RunEnd:
    """Where a run ended: a flat vector, the value and the gradient there."""

    x: Array
    value: float
    gradient: Array


def judge(objective: Objective, end: RunEnd, box: Box | None, tolerance: float, count: int = 1) -> StationaryPoint:
    """Say what kind of point a run came to, by the gradient and the curvature there.

    Parameters
    ----------
    objective : Objective
        Evaluated at most fifty times, within the bounds; its counts stay as they are.
    end : RunEnd
        Where the run ended.
    box : Box or None
        The bounds.
    tolerance : float
        Of the gradient's largest component.
    count : int
        How many runs came to it.
    """
    counts, objective.counts = objective.counts, type(objective.counts)()
    try:
        with np.errstate(all="ignore"):
            kind, norm, curvature = _judged(objective, end, box, tolerance)
    finally:
        objective.counts = counts
    x = objective.variables.nest(end.x.copy())
    return StationaryPoint(x, end.value, count, kind, norm, curvature.low, curvature.high)


def on_the_way(objective: Objective, end: RunEnd, box: Box | None) -> StationaryPoint:
    """The end of a run that had not arrived, for which the curvature is not worth an evaluation."""
    left = end.gradient if box is None else box.projected_gradient(end.x, end.gradient)
    x = objective.variables.nest(end.x.copy())
    return StationaryPoint(x, end.value, 1, SLOPE, float(np.linalg.norm(left)), np.nan, np.nan)


def _judged(objective: Objective, end: RunEnd, box: Box | None, tolerance: float) -> tuple[str, float, Curvature]:
    x, gradient = end.x, end.gradient
    free = np.ones(len(x), bool) if box is None else box.free(x, gradient)
    left = gradient if box is None else box.projected_gradient(x, gradient)
    norm = float(np.linalg.norm(left))
    if not np.isfinite(norm):
        return SLOPE, norm, Curvature(np.nan, np.nan)
    curvature = curvature_at(objective, x, end.value, free, box)
    distance, gain = curvature.newton_step(gradient[free])
    flat = float(np.max(np.abs(left))) <= tolerance
    is_still = flat or gain <= NEGLIGIBLE * max(1.0, abs(end.value))
    kind = _kind(curvature, distance, x) if is_still else SLOPE
    if kind in (PLATEAU, SLOPE) and _is_lowest_about(objective, end, box):
        kind = MINIMUM
    return kind, norm, curvature


def _kind(curvature: Curvature, distance: float, x: Array) -> str:
    if curvature.low < -curvature.flat:
        return SADDLE if curvature.high > curvature.flat else MAXIMUM
    if curvature.low == curvature.high == 0.0:  # nothing may move, or nothing curves
        return MINIMUM if curvature.eigen is None else PLATEAU
    is_near = distance <= FLANK * (1.0 + float(np.linalg.norm(x)))
    return MINIMUM if curvature.low > curvature.flat and is_near else PLATEAU


def _is_lowest_about(objective: Objective, end: RunEnd, box: Box | None) -> bool:
    """Whether every point a millionth away along a variable is higher: so it is at a kink, whatever the gradient."""
    if len(end.x) > FEW:
        return False
    steps = 1e-6 * np.maximum(1.0, np.abs(end.x))
    for step in (*np.diag(steps), *np.diag(-steps)):
        point = end.x + step if box is None else box.project(end.x + step)
        if not (objective.value(point) > end.value or np.array_equal(point, end.x)):
            return False
    return True


# --- many runs -----------------------------------------------------------------------------------------


def survey(objective: Objective, ends: Sequence[RunEnd], box: Box | None, tolerance: float) -> Minima:
    """Gather what runs came to into distinct points."""
    groups: list[list[RunEnd]] = []
    for end in sorted(ends, key=lambda end: end.value):
        group = next((group for group in groups if _is_near(group[0], end)), None)
        if group is None:
            groups.append([end])
        else:
            group.append(end)
    return Minima(judge(objective, group[0], box, tolerance, len(group)) for group in groups)


def _is_near(a: RunEnd, b: RunEnd) -> bool:
    return bool(np.linalg.norm(a.x - b.x) <= NEAR * (1.0 + np.linalg.norm(a.x)))
