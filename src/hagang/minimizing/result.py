"""SciPy's OptimizeResult with the whole path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.minimizing.settings import GRADIENT_TOLERANCE
from hagang.minimizing.walk import norm_of
from hagang.minimizing.watch import CONVERGED, DIVERGED, FAILED, HALTED, STEPS

if TYPE_CHECKING:
    from hagang.minimizing.bounds import Box
    from hagang.minimizing.log import Log
    from hagang.minimizing.objective import Objective
    from hagang.minimizing.settings import Settings
    from hagang.minimizing.walk import End

__all__ = ["result_of"]

_STATUS = {CONVERGED: 0, STEPS: 1, DIVERGED: 2, FAILED: 2, HALTED: 3}
_BY_CALLBACK = 99  # SciPy's number


def result_of(objective: Objective, settings: Settings, end: End, log: Log, box: Box | None) -> Any:
    """Put together what `minimize` returns."""
    from hagang.minimizing.found import Found

    variables, counts, ending = objective.variables, objective.counts, end.ending
    left = end.gradient if box is None else box.slope(end.x, end.gradient)
    success = ending.kind == CONVERGED or (
        ending.kind in (STEPS, FAILED) and bool(np.max(np.abs(left)) <= GRADIENT_TOLERANCE)
    )
    status = 0 if success else _BY_CALLBACK if ending.callback else _STATUS[ending.kind]
    notes = (*objective.notes, *_notes(end, log))
    result = Found(
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
        stopped_by=ending.why,
        method=settings.method,
        gradient=objective.source,
        notes=notes,
        **_history(objective, log),
    )
    if settings.disp:
        print(result.message)
    return result


def _history(objective: Objective, log: Log) -> dict[str, Any]:
    told = log.told()
    if told is None:
        return dict.fromkeys(("path", "losses", "gradient_norms", "learning_rates", "steps"))
    steps, points, values, norms, rates = told
    path = objective.variables.nest(points)
    return {"path": path, "losses": values, "gradient_norms": norms, "learning_rates": rates[:-1], "steps": steps}


def _notes(end: End, log: Log) -> list[str]:
    notes = []
    best = log.best
    if best is not None and end.ending.kind in (DIVERGED, FAILED, HALTED) and best.step != end.steps:
        notes.append(f"x is the best point, that of step {best.step}")
    if best is not None and best.value < -1e10 * max(1.0, abs(log.first_value)):
        notes.append("f seems to fall without end; bounds would hold it")
    if log.thinned:
        notes.append(
            f"the path keeps every {log.every} steps, since all would take more than {log.memory / 2**20:.0f} MiB"
        )
    return notes


def _message(end: End, notes: tuple[str, ...], norm: float) -> str:
    told = (end.ending.why, end.ending.said, f"value {end.value:.8g}, gradient norm {norm:.3g}", *notes)
    return "; ".join(filter(None, told))
