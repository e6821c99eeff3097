"""SciPy's methods with our gradient and products with the Hessian: conjugate gradients, L-BFGS, Newton-CG."""

from __future__ import annotations

import math
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.minimizing.log import Log, Row
from hagang.minimizing.objective import Recent
from hagang.minimizing.walk import End, finish, norm_of
from hagang.minimizing.watch import BY_HAND, CONVERGED, DIVERGED, FAILED, Ending, steps_done

if TYPE_CHECKING:
    from hagang.minimizing.bounds import Box
    from hagang.minimizing.objective import Objective
    from hagang.minimizing.variables import Array
    from hagang.minimizing.watch import Watch

__all__ = ["ThroughSciPy"]

NAMES = {"lbfgs": "L-BFGS-B", "cg": "CG", "newton-cg": "Newton-CG"}


@dataclass(frozen=True)
class ThroughSciPy:
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

    def run(self, objective: Objective, x: Array, watch: Watch, log: Log) -> End:
        """Go down until something ends the run."""
        seen = _Seen(Recent(objective), watch, log, self.box)
        try:
            seen.start(x)
            told = self._call(objective, x, seen) if self.steps and seen.ending is None else None
        except KeyboardInterrupt:
            seen.ending, told = BY_HAND, None
        ending = seen.ending or (_told(told, log, self) if told is not None else steps_done(0, self.steps))
        return finish(seen.recent.evaluate, x, log, log.done, ending)

    def _call(self, objective: Objective, x: Array, seen: _Seen) -> Any:
        from scipy.optimize import Bounds, minimize

        more: dict[str, Any] = {}
        if self.method == "newton-cg":
            more["hessp"] = objective.product
        if self.box is not None:
            more["bounds"] = Bounds(self.box.low, self.box.high)
        options = {"maxiter": self.steps, **self.options}
        name = NAMES[self.method]
        with _few_threads(objective):
            return minimize(seen.recent.evaluate, x, method=name, jac=True, callback=seen.step, options=options, **more)


def _few_threads(objective: Objective) -> Any:
    """One thread for SciPy's own algebra, whose vectors are too small to share; a black box keeps what it may need."""
    return _libraries().limit(limits=1) if objective.source == "graph" else nullcontext()


@cache
def _libraries() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


@dataclass
class _Seen:
    """What SciPy shows of its way, turned into the run's record."""

    recent: Recent
    watch: Watch
    log: Log
    box: Box | None
    ending: Ending | None = None
    steps: int = 0
    before: tuple[Array, Array] | None = None

    def start(self, x: Array) -> None:
        """The first point."""
        self._look(x)

    def step(self, intermediate_result: Any) -> None:
        """SciPy's callback after each iteration."""
        self.steps += 1
        self._look(np.array(intermediate_result.x))
        if self.ending is not None:
            raise StopIteration

    def _look(self, x: Array) -> None:
        value, gradient = self.recent.evaluate(x)
        row = Row(self.steps, x, value, norm_of(gradient, x, self.box))
        self._rate(x)
        self.log.add(row.block())
        self.before = (x, gradient)
        self.ending = self.watch.look(row)
        if self.ending is None and not math.isfinite(row.norm):
            self.ending = Ending(DIVERGED, f"divergence: the gradient is not finite at step {row.step}")

    def _rate(self, x: Array) -> None:
        """The rate of the step that led here: its length over the gradient's."""
        if self.before is not None:
            point, gradient = self.before
            self.log.set_rate(float(np.linalg.norm(x - point) / max(np.linalg.norm(gradient), np.finfo(float).tiny)))


def _told(told: Any, log: Log, run: ThroughSciPy) -> Ending:
    """SciPy's own word on why it stopped."""
    done, message = log.done, " ".join(str(told.message).split()).rstrip(".")
    if told.status == 1 and done >= run.steps:
        return steps_done(done, run.steps)
    said = f"SciPy's {NAMES[run.method]}: {message}"
    if not told.success:
        return Ending(FAILED, f"{said}, at step {done}")
    return Ending(CONVERGED, f"{_criterion(told, run)} at step {done}", said)


def _criterion(told: Any, run: ThroughSciPy) -> str:
    """Which of SciPy's criteria was met, with the numbers."""
    if run.method == "newton-cg":
        return f"the weights' mean change fell below {run.options.get('xtol', 1e-5):g}"
    if "REDUCTION" in str(told.message).upper():
        return f"the value fell by less than {run.options.get('ftol', 2.220446049250313e-09):g} of itself"
    largest = float(np.max(np.abs(told.jac if run.box is None else run.box.slope(told.x, told.jac))))
    return f"the gradient's largest component {largest:g} fell below {run.options.get('gtol', 1e-5):g}"
