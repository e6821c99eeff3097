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

__all__ = ["NAMES", "SciPyMethod"]

NAMES = {"lbfgs": "L-BFGS-B", "bfgs": "BFGS", "cg": "CG", "newton-cg": "Newton-CG", "nelder-mead": "Nelder-Mead"}

RESTARTS = 5


@dataclass(frozen=True)
class SciPyMethod:
    """One of SciPy's methods.

    Where f is not finite, a gradient method is shown a rise that leads its line search back. A line search that gives
    up is not the last word: as long as that lowers the value, the method starts afresh from there.

    Parameters
    ----------
    method : str
        One of `NAMES`.
    steps : int
        How many iterations at most.
    box : Box or None
        L-BFGS and Nelder-Mead only.
    options : dict
        SciPy's own for the method, `maxiter` left out.
    """

    method: str
    steps: int
    box: Box | None = None
    options: dict[str, Any] = field(default_factory=dict)

    def run(self, objective: Objective, x: Array, check: StopCheck, path: Trajectory) -> Endpoint:
        """Go down until something ends the run."""
        progress = _Progress(Recent(objective), check, path, self.box, has_gradient=self.method != "nelder-mead")
        try:
            progress.start(x)
            termination = progress.termination or self._descend(objective, x, progress)
        except KeyboardInterrupt:
            termination = INTERRUPTED
        return finish(progress.recent.evaluate, x, path, path.done, termination)

    def _descend(self, objective: Objective, x: Array, progress: _Progress) -> Termination:
        if not self.steps:
            return steps_done(0, 0)
        for _ in range(1 + RESTARTS):
            value = progress.value
            outcome = self._call(objective, x, progress)
            termination = progress.termination or _termination(outcome, progress, self)
            fell = progress.value < value - 1e-9 * max(1.0, abs(value))
            if termination.kind != FAILED or not fell or progress.steps >= self.steps:
                break
            x = progress.x
        return termination

    def _call(self, objective: Objective, x: Array, progress: _Progress) -> Any:
        from scipy.optimize import Bounds, minimize

        more: dict[str, Any] = {"jac": True} if progress.has_gradient else {}
        if self.method == "newton-cg":
            more["hessp"] = objective.product
        if self.box is not None:
            more["bounds"] = Bounds(self.box.low, self.box.high)
        options = {"maxiter": self.steps - progress.steps, **self.options}
        f = progress.evaluate if progress.has_gradient else progress.evaluate_value
        with _few_threads(objective):
            return minimize(f, x, method=NAMES[self.method], callback=progress.step, options=options, **more)


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
    has_gradient: bool = True
    termination: Termination | None = None
    steps: int = 0
    left_domain: bool = False
    before: tuple[Array, Array] | None = None
    x: Any = None
    value: float = math.nan

    def start(self, x: Array) -> None:
        """The first point."""
        self._look(x, self._evaluated(x))

    def step(self, intermediate_result: Any) -> None:
        """SciPy's callback after each iteration."""
        self.steps += 1
        x = np.array(intermediate_result.x)
        known = None if self.has_gradient else (float(intermediate_result.fun), None)
        self._look(x, known or self._evaluated(x))
        if self.termination is not None:
            raise StopIteration

    def evaluate(self, x: Array) -> tuple[float, Array]:
        """The value and the gradient; where one is not finite, those of a parabola that turns the search back.

        Along the step from the last point it begins with that point's value and slope and ends with the same value.
        """
        value, gradient = self.recent.evaluate(x)
        if math.isfinite(value) and np.all(np.isfinite(gradient)):
            return value, gradient
        self.left_domain = True
        point, slope = self.before if self.before is not None else (x, gradient)
        step = x - point
        return self.value, abs(float(slope @ step)) / max(float(step @ step), np.finfo(float).tiny) * step

    def evaluate_value(self, x: Array) -> float:
        """The value; infinite where it is no number."""
        value = self.recent.objective.value(x)
        return math.inf if math.isnan(value) else value

    def _evaluated(self, x: Array) -> tuple[float, Any]:
        return self.recent.evaluate(x) if self.has_gradient else (self.evaluate_value(x), None)

    def _look(self, x: Array, known: tuple[float, Any]) -> None:
        self.value, gradient = known
        norm = math.nan if gradient is None else norm_of(gradient, x, self.box)
        row = Iterate(self.steps, x, self.value, norm)
        if gradient is not None:
            self._rate(x)
            self.before = (x, gradient)
        self.path.add(row.segment())
        self.x = x
        self.termination = self.check.look(row)
        if self.termination is None and gradient is not None and not math.isfinite(norm):
            self.termination = Termination(DIVERGED, f"divergence: the gradient is not finite at step {row.step}")

    def _rate(self, x: Array) -> None:
        """The rate of the step that led here: its length over the gradient's."""
        if self.before is not None:
            point, gradient = self.before
            self.path.set_rate(float(np.linalg.norm(x - point) / max(np.linalg.norm(gradient), np.finfo(float).tiny)))


def _termination(outcome: Any, progress: _Progress, run: SciPyMethod) -> Termination:
    """SciPy's own word on why it stopped."""
    done, message = progress.steps, " ".join(str(outcome.message).split()).rstrip(".:")
    if done >= run.steps and not outcome.success:
        return steps_done(done, run.steps)
    detail = f"SciPy's {NAMES[run.method]}: {message}"
    if not outcome.success:
        remedy = "; f is not finite at points it tried: bounds keep x where it is" if progress.left_domain else ""
        return Termination(FAILED, f"{detail}, at step {done}{remedy}")
    return Termination(CONVERGED, f"{_criterion(outcome, run)} at step {done}", detail)


def _criterion(outcome: Any, run: SciPyMethod) -> str:
    """Which of SciPy's criteria was met, with the numbers."""
    options = run.options
    if run.method == "newton-cg":
        return f"the weights' mean change fell below {options.get('xtol', 1e-5):g}"
    if run.method == "nelder-mead":
        size, spread = options.get("xatol", 1e-4), options.get("fatol", 1e-4)
        return f"the simplex is smaller than {size:g} and its values within {spread:g}"
    if "REDUCTION" in str(outcome.message).upper():
        return f"the value fell by less than {options.get('ftol', 2.220446049250313e-09):g} of itself"
    left = outcome.jac if run.box is None else run.box.projected_gradient(outcome.x, outcome.jac)
    return f"the gradient's largest component {np.max(np.abs(left)):g} fell below {options.get('gtol', 1e-5):g}"
