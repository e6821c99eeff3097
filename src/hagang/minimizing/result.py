"""SciPy's OptimizeResult with the whole path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hagang.minimizing.stationary import ARRIVED, REMEDIES, SLOPE
from hagang.minimizing.termination import CONVERGED, DIVERGED, FAILED, HALTED, STEPS

if TYPE_CHECKING:
    from hagang.minimizing.descent import Endpoint
    from hagang.minimizing.objective import Objective
    from hagang.minimizing.settings import Settings
    from hagang.minimizing.stationary import StationaryPoint
    from hagang.minimizing.trajectory import Trajectory

__all__ = ["result_of"]

_STATUS = {CONVERGED: 4, STEPS: 1, DIVERGED: 2, FAILED: 2, HALTED: 3}
_BY_CALLBACK = 99  # SciPy's number


def result_of(objective: Objective, settings: Settings, end: Endpoint, path: Trajectory, point: StationaryPoint) -> Any:
    """Put together what `minimize` returns."""
    from hagang.minimizing.html import MinimizeResult

    variables, counts, termination = objective.variables, objective.counts, end.termination
    arrived = termination.kind in (CONVERGED, STEPS, FAILED) and point.kind in ARRIVED
    success = arrived or (termination.kind == CONVERGED and termination.is_target)
    status = 0 if success else _BY_CALLBACK if termination.by_callback else _STATUS[termination.kind]
    notes = (*objective.notes, *_notes(end, path))
    result = MinimizeResult(
        x=variables.nest(end.x.copy()),
        fun=end.value,
        jac=variables.nest(end.gradient),
        nit=end.steps,
        nfev=counts.values,
        njev=counts.gradients,
        nhev=counts.products,
        success=success,
        status=status,
        message=_message(end, notes, point),
        stopped_by=termination.reason,
        kind=point.kind,
        verdict=_verdict(termination.kind, point),
        curvature=(point.lowest_curvature, point.highest_curvature),
        method=settings.method,
        gradient=objective.source,
        notes=notes,
        **_history(objective, path),
    )
    if settings.disp:
        print(result.message)
    return result


def _history(objective: Objective, path: Trajectory) -> dict[str, Any]:
    columns = path.columns()
    if columns is None:
        return dict.fromkeys(("path", "losses", "gradient_norms", "learning_rates", "steps"))
    steps, points, values, norms, rates = columns
    path = objective.variables.nest(points)
    return {"path": path, "losses": values, "gradient_norms": norms, "learning_rates": rates[:-1], "steps": steps}


def _notes(end: Endpoint, path: Trajectory) -> list[str]:
    notes = []
    best = path.best
    if best is not None and end.termination.kind in (DIVERGED, FAILED, HALTED) and best.step != end.steps:
        notes.append(f"x is the best point, that of step {best.step}")
    if best is not None and best.value < -1e10 * max(1.0, abs(path.first_value)):
        notes.append("f seems to fall without end; bounds would hold it")
    if path.decimated:
        notes.append(
            f"the path keeps every {path.every} steps, since all would take more than {path.memory / 2**20:.0f} MiB"
        )
    return notes


def _message(end: Endpoint, notes: tuple[str, ...], point: StationaryPoint) -> str:
    termination = end.termination
    where = f"value {end.value:.8g}, gradient norm {point.gradient_norm:.3g}"
    parts = (termination.reason, termination.detail, where, _verdict(termination.kind, point), *notes)
    return "; ".join(filter(None, parts))


def _verdict(ended: str, point: StationaryPoint) -> str:
    """What kind of point it is and what helps; nothing where the reason for the end says what helps."""
    if point.kind == SLOPE and ended in (DIVERGED, HALTED):
        return ""
    low, high = point.lowest_curvature, point.highest_curvature
    curvature = f" (curvature {low:.3g} to {high:.3g})" if low == low else ""
    remedy = REMEDIES[point.kind]
    return f"a {point.kind}{curvature}" + (f": {remedy}" if remedy else "")
