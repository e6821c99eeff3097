"""SciPy's methods with our gradient and products with the Hessian: conjugate gradients, L-BFGS, Newton-CG."""

from __future__ import annotations

import math
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.minimizing.descent import Endpoint, finish, norm_of
from hagang.minimizing.objective import Recent
from hagang.minimizing.termination import CONVERGED, DIVERGED, FAILED, INTERRUPTED, Termination, steps_done
from hagang.minimizing.trajectory import Iterate, Trajectory

if TYPE_CHECKING:
    from hagang.minimizing.bounds import Box
    from hagang.minimizing.objective import Objective
    from hagang.minimizing.termination import StopCheck
    from hagang.minimizing.variables import Array

__all__ = ["SciPyMethod"]

NAMES = {"lbfgs": "L-BFGS-B", "cg": "CG", "newton-cg": "Newton-CG"}


@dataclass(frozen=True)
class SciPyMethod:
    """One of SciPy's methods.

    Parameters
    ----------
    method : str
        `lbfgs`, `cg` or `newton-cg`.
    steps : int
        How many iterations at most.
    box : Box or None
        L-BFGS only.
    options : dict
        SciPy's own for the method, `maxiter` left out.
    """

    method: str
    steps: int
    box: Box | None = None
    options: dict[str, Any] = field(default_factory=dict)

    def run(self, objective: Objective, x: Array, check: StopCheck, path: Trajectory) -> Endpoint:
        """Go down until something ends the run."""
        progress = _Progress(Recent(objective), check, path, self.box)
        try:
            progress.start(x)
            outcome = self._call(objective, x, progress) if self.steps and progress.termination is None else None
        except KeyboardInterrupt:
            progress.termination, outcome = INTERRUPTED, None
        termination = progress.termination or (
            _termination(outcome, path, self) if outcome is not None else steps_done(0, self.steps)
        )
        return finish(progress.recent.evaluate, x, path, path.done, termination)

    def _call(self, objective: Objective, x: Array, progress: _Progress) -> Any:
        from scipy.optimize import Bounds, minimize

        more: dict[str, Any] = {}
        if self.method == "newton-cg":
            more["hessp"] = objective.product
        if self.box is not None:
            more["bounds"] = Bounds(self.box.low, self.box.high)
        options = {"maxiter": self.steps, **self.options}
        name = NAMES[self.method]
        with _few_threads(objective):
            return minimize(
                progress.recent.evaluate, x, method=name, jac=True, callback=progress.step, options=options, **more
            )


def _few_threads(objective: Objective) -> Any:
    """One thread for SciPy's own algebra, whose vectors are too small to share; a black box keeps what it may need."""
    return _libraries().limit(limits=1) if objective.source == "graph" else nullcontext()


@cache
def _libraries() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


@dataclass
class _Progress:
    """What SciPy shows of its way, turned into the run's record."""

    recent: Recent
    check: StopCheck
    path: Trajectory
    box: Box | None
    termination: Termination | None = None
    steps: int = 0
    before: tuple[Array, Array] | None = None

    def start(self, x: Array) -> None:
        """The first point."""
        self._look(x)

    def step(self, intermediate_result: Any) -> None:
        """SciPy's callback after each iteration."""
        self.steps += 1
        self._look(np.array(intermediate_result.x))
        if self.termination is not None:
            raise StopIteration

    def _look(self, x: Array) -> None:
        value, gradient = self.recent.evaluate(x)
        row = Iterate(self.steps, x, value, norm_of(gradient, x, self.box))
        self._rate(x)
        self.path.add(row.segment())
        self.before = (x, gradient)
        self.termination = self.check.look(row)
        if self.termination is None and not math.isfinite(row.norm):
            self.termination = Termination(DIVERGED, f"divergence: the gradient is not finite at step {row.step}")

    def _rate(self, x: Array) -> None:
        """The rate of the step that led here: its length over the gradient's."""
        if self.before is not None:
            point, gradient = self.before
            self.path.set_rate(float(np.linalg.norm(x - point) / max(np.linalg.norm(gradient), np.finfo(float).tiny)))


def _termination(outcome: Any, path: Trajectory, run: SciPyMethod) -> Termination:
    """SciPy's own word on why it stopped."""
    done, message = path.done, " ".join(str(outcome.message).split()).rstrip(".")
    if outcome.status == 1 and done >= run.steps:
        return steps_done(done, run.steps)
    message_of_scipy = f"SciPy's {NAMES[run.method]}: {message}"
    if not outcome.success:
        return Termination(FAILED, f"{message_of_scipy}, at step {done}")
    return Termination(CONVERGED, f"{_criterion(outcome, run)} at step {done}", message_of_scipy)


def _criterion(outcome: Any, run: SciPyMethod) -> str:
    """Which of SciPy's criteria was met, with the numbers."""
    if run.method == "newton-cg":
        return f"the weights' mean change fell below {run.options.get('xtol', 1e-5):g}"
    if "REDUCTION" in str(outcome.message).upper():
        return f"the value fell by less than {run.options.get('ftol', 2.220446049250313e-09):g} of itself"
    largest = float(
        np.max(np.abs(outcome.jac if run.box is None else run.box.projected_gradient(outcome.x, outcome.jac)))
    )
    return f"the gradient's largest component {largest:g} fell below {run.options.get('gtol', 1e-5):g}"
