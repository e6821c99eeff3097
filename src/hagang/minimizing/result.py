"""SciPy's OptimizeResult with the whole path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.minimizing.descent import norm_of
from hagang.minimizing.settings import GRADIENT_TOLERANCE
from hagang.minimizing.termination import CONVERGED, DIVERGED, FAILED, HALTED, STEPS

if TYPE_CHECKING:
    from hagang.minimizing.bounds import Box
    from hagang.minimizing.descent import Endpoint
    from hagang.minimizing.objective import Objective
    from hagang.minimizing.settings import Settings
    from hagang.minimizing.trajectory import Trajectory

__all__ = ["result_of"]

_STATUS = {CONVERGED: 0, STEPS: 1, DIVERGED: 2, FAILED: 2, HALTED: 3}
_BY_CALLBACK = 99  # SciPy's number


def result_of(objective: Objective, settings: Settings, end: Endpoint, path: Trajectory, box: Box | None) -> Any:
    """Put together what `minimize` returns."""
    from hagang.minimizing.html import MinimizeResult

    variables, counts, termination = objective.variables, objective.counts, end.termination
    left = end.gradient if box is None else box.projected_gradient(end.x, end.gradient)
    success = termination.kind == CONVERGED or (
        termination.kind in (STEPS, FAILED) and bool(np.max(np.abs(left)) <= GRADIENT_TOLERANCE)
    )
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
        message=_message(end, notes, norm_of(end.gradient, end.x, box)),
        stopped_by=termination.reason,
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


def _message(end: Endpoint, notes: tuple[str, ...], norm: float) -> str:
    parts = (end.termination.reason, end.termination.detail, f"value {end.value:.8g}, gradient norm {norm:.3g}", *notes)
    return "; ".join(filter(None, parts))
