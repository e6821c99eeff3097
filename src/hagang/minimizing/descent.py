"""The descent of a first-order optimiser: chunks of steps, each looked at, until something ends the run."""

from __future__ import annotations

import math
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.minimizing.termination import (
    CONVERGED,
    DIVERGED,
    INTERRUPTED,
    STEPS,
    StopCheck,
    Termination,
    ended_by,
    steps_done,
)
from hagang.minimizing.trajectory import Iterate, Segment, Trajectory
from hagang.stopping import AnyOf

if TYPE_CHECKING:
    from collections.abc import Callable

    from hagang.minimizing.bounds import Box
    from hagang.minimizing.objective import Objective
    from hagang.minimizing.variables import Array
    from hagang.optim import Optimizer
    from hagang.schedules import Schedule
    from hagang.stopping import Rule

__all__ = ["DescentConfig", "Endpoint", "Stepper", "descend", "finish", "norm_of", "not_finite"]

CHUNK_SECONDS = 0.1
CHUNK_BYTES = 2**25


@dataclass(frozen=True)
class DescentConfig:
    """What a first-order run is made of.

    Parameters
    ----------
    optimizer : Optimizer
        The rule that turns a gradient into a step.
    lr : float
        The learning rate that the schedule multiplies.
    schedule : Schedule
        Bound to the number of steps.
    stop : Rule
        The part of the stopping rule that acts at the very step.
    steps : int
        How many at most.
    box : Box or None
        Each step is projected into it.
    """

    optimizer: Optimizer
    lr: float
    schedule: Schedule
    stop: Rule
    steps: int
    box: Box | None = None

    @property
    def has_rule(self) -> bool:
        """Whether there is anything that could stop it at a step."""
        return self.stop != AnyOf(())


@dataclass(frozen=True)
class Endpoint:
    """Where a run came to and why.

    Parameters
    ----------
    x, gradient : array
        The point to give back, and the gradient there.
    value : float
        The function there.
    steps : int
        How many were done.
    termination : Termination
        Why there were no more.
    """

    x: Array
    value: float
    gradient: Array
    steps: int
    termination: Termination


class Stepper(ABC):
    """Something that takes steps: in a runtime, or in Python. It remembers where it is and the rules' states."""

    start: Array

    @abstractmethod
    def run(self, first: int, rates: Array) -> Segment:
        """Take a step for each of the rates, counted from `first`; fewer where a rule fires."""

    @abstractmethod
    def point(self) -> Array:
        """Where the next step would begin."""

    @abstractmethod
    def answer(self) -> Array:
        """The point to give back: this one, or an average where the optimiser keeps one."""

    @abstractmethod
    def moved(self) -> float | None:
        """How far the last step went, where a rule asks."""

    @abstractmethod
    def stop_state(self) -> Any:
        """What the stopping rule remembers."""


def descend(
    objective: Objective, stepper: Stepper, descent: DescentConfig, check: StopCheck, path: Trajectory
) -> Endpoint:
    """Take all steps, or as many as it takes for something to end the run."""
    try:
        done, termination = _chunks(stepper, descent, check, path)
        if termination is None:
            return _at_last(objective, stepper, descent, check, path)
    except KeyboardInterrupt:
        done, termination = path.done, INTERRUPTED
    return finish(objective.value_and_gradient, stepper.start, path, done, termination)


def finish(
    evaluate: Callable[[Array], tuple[float, Array]],
    start: Array,
    path: Trajectory,
    done: int,
    termination: Termination,
) -> Endpoint:
    """Give back the last point of a run that came to its end by itself, the best of any other."""
    ref = path.end if termination.kind in (CONVERGED, STEPS) else path.best
    x = ref.locate() if ref is not None else start
    value, gradient = evaluate(x)
    return Endpoint(x, value, gradient, done, termination)


# --- chunks --------------------------------------------------------------------------------------------


def _chunks(
    stepper: Stepper, descent: DescentConfig, check: StopCheck, path: Trajectory
) -> tuple[int, Termination | None]:
    done, size, schedule = 0, 1, descent.schedule
    limit = 1 if schedule.is_adaptive else max(1, CHUNK_BYTES // (8 * (len(stepper.point()) + 4)))
    while done < descent.steps:
        began, count = time.perf_counter(), min(size, limit, descent.steps - done)
        segment = stepper.run(done, descent.lr * schedule(np.arange(done, done + count, dtype=np.float64)))
        termination = _fired(stepper, descent, check, segment) if segment.fired else None
        segment, sooner = check.look_at(segment)
        path.add(segment)
        done += len(segment)
        if sooner or termination:
            return done - 1, sooner or termination
        schedule = schedule.observe(float(segment.values[-1]))
        size = _next_size(count, time.perf_counter() - began, size)
    return done, None


def _next_size(count: int, seconds: float, last: int) -> int:
    """As many steps as take about a tenth of a second, at most sixteen times the last size."""
    return max(1, min(int(count * CHUNK_SECONDS / max(seconds, 1e-9)), 16 * last))


def _fired(stepper: Stepper, descent: DescentConfig, check: StopCheck, segment: Segment) -> Termination:
    row = segment.row(len(segment) - 1)
    if not math.isfinite(row.value):
        return not_finite(row, float(segment.rates[-1]))
    return ended_by(descent.stop.verdict(stepper.stop_state(), check.record(row, stepper.moved())))


def not_finite(row: Iterate, rate: float) -> Termination:
    """The end of a run whose value is no number any more."""
    smaller = f"; try lr={rate / 10:g}" if math.isfinite(rate) else ""
    return Termination(DIVERGED, f"divergence: the value became {row.value} at step {row.step}{smaller}")


# --- the last point ------------------------------------------------------------------------------------


def _at_last(
    objective: Objective, stepper: Stepper, descent: DescentConfig, check: StopCheck, path: Trajectory
) -> Endpoint:
    """The point after the last step, which nobody has looked at yet."""
    x, done = stepper.answer(), descent.steps
    if descent.box is not None:  # an average may have been taken before the projection
        x = descent.box.project(x)
    value, gradient = objective.value_and_gradient(x)
    row = Iterate(done, x, value, norm_of(gradient, x, descent.box))
    path.add(row.segment())
    _, verdict = descent.stop.check(stepper.stop_state(), check.record(row, stepper.moved()))
    termination = ended_by(verdict) if verdict is not None else None
    termination = check.look(row) or termination or steps_done(done, descent.steps)
    if not math.isfinite(value):
        termination = not_finite(row, descent.lr)
    elif termination.kind == STEPS and path.best is not None and path.is_far_above_the_best(value):
        best = f"the best, {path.best.value:g} at step {path.best.step}"
        why = f"divergence: the value {value:g} at the end is far above {best}; try a smaller learning rate"
        termination = Termination(DIVERGED, why)
    if termination.kind in (CONVERGED, STEPS):
        return Endpoint(x, value, gradient, done, termination)
    return finish(objective.value_and_gradient, stepper.start, path, done, termination)


def norm_of(gradient: Array, x: Array, box: Box | None) -> float:
    """The Euclidean norm of the gradient; within bounds, of what is left of it where it may not push outwards."""
    return float(np.linalg.norm(gradient if box is None else box.projected_gradient(x, gradient)))
