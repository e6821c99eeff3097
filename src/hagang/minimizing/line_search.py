"""Descent along the gradient with a step that is looked for: by backtracking, or from the curvature."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hagang.minimizing.descent import Endpoint, finish, norm_of, not_finite
from hagang.minimizing.objective import Recent
from hagang.minimizing.termination import FAILED, INTERRUPTED, Termination, steps_done
from hagang.minimizing.trajectory import Iterate, Trajectory

if TYPE_CHECKING:
    from hagang.minimizing.bounds import Box
    from hagang.minimizing.objective import Objective
    from hagang.minimizing.termination import StopCheck
    from hagang.minimizing.variables import Array
    from hagang.schedules import Schedule

__all__ = ["LineSearch"]

ARMIJO = 1e-4
SHORTEST = 2.0**-60
"""Below this share of the first trial a step is lost in rounding."""


@dataclass(frozen=True)
class AcceptedStep:
    """A step that serves: its size, where it leads, the value there."""

    size: float
    x: Array
    value: float


@dataclass(frozen=True)
class LineSearch:
    r"""Gradient descent with a step that lowers the function enough (Armijo's condition).

    .. math:: f(x - \eta g) \le f(x) - 10^{-4}\, \eta\, \lVert g \rVert^2

    The first step that is tried is halved until it does.

    Parameters
    ----------
    steps : int
        How many at most.
    lr : float or None
        The step that is tried first, times the schedule; None tries twice the last one that served, and at the
        start one of length 1, or of the gradient's where that is shorter.
    schedule : Schedule
        Bound to the number of steps.
    box : Box or None
        Each trial is projected into it.
    exact : bool
        Try first the step :math:`g \cdot g / g \cdot H g`, which is exact along the gradient of a quadratic.

    References
    ----------
    A. Cauchy, Méthode générale pour la résolution des systèmes d'équations simultanées (1847); L. Armijo,
    Minimization of functions having Lipschitz continuous first partial derivatives (1966).
    """

    steps: int
    lr: float | None
    schedule: Schedule
    box: Box | None
    exact: bool = False

    def run(self, objective: Objective, x: Array, check: StopCheck, path: Trajectory) -> Endpoint:
        """Go down until something ends the run."""
        recent = Recent(objective)
        try:
            termination = self._descend(recent, x, check, path)
        except KeyboardInterrupt:
            termination = INTERRUPTED
        return finish(recent.evaluate, x, path, path.done, termination)

    def _descend(self, recent: Recent, x: Array, check: StopCheck, path: Trajectory) -> Termination:
        step, objective = 0, recent.objective
        value, gradient = recent.evaluate(x)
        size = 0.5 / max(1.0, float(np.linalg.norm(gradient)))  # so that the first trial goes no further than 1
        while True:
            row = Iterate(step, x, value, norm_of(gradient, x, self.box))
            termination = check.look(row) or self._end(row, size)
            first = 0.0 if termination else self._first(objective, row, gradient, size)
            accepted = None if termination else self._search(objective, row, gradient, first)
            path.add(row.segment(rate=accepted.size if accepted else math.nan))
            if accepted is None:
                return termination or _no_lower(row)
            size, x, value = accepted.size, accepted.x, accepted.value
            gradient, step = objective.gradient(x), step + 1
            recent.keep(x, value, gradient)

    def _end(self, row: Iterate, size: float) -> Termination | None:
        if not math.isfinite(row.norm):
            return not_finite(row, size)
        return steps_done(row.step, self.steps) if row.step == self.steps else None

    def _first(self, objective: Objective, row: Iterate, gradient: Array, size: float) -> float:
        """The step to try first."""
        if self.lr is not None:
            return self.lr * float(self.schedule(row.step))
        if not self.exact:
            return 2 * size
        curvature = float(gradient @ objective.product(row.x, gradient))
        return float(gradient @ gradient) / curvature if curvature > 0 else 2 * size

    def _search(self, objective: Objective, row: Iterate, gradient: Array, size: float) -> AcceptedStep | None:
        """The first step that lowers the value enough; None where rounding leaves none."""
        least = SHORTEST * size
        while size > least:
            new = row.x - size * gradient
            if self.box is not None:
                new = self.box.project(new)
            square = float(np.sum(np.square(new - row.x)))
            if square == 0:
                return None
            value = objective.value(new)
            if value <= row.value - ARMIJO * square / size:
                return AcceptedStep(size, new, value)
            size /= 2
        return None


def _no_lower(row: Iterate) -> Termination:
    why = f"no lower point along the gradient at step {row.step}, to the last digit (its norm is {row.norm:g})"
    return Termination(FAILED, why)
