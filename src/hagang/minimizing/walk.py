"""The descent of a first-order optimiser: chunks of steps, each looked at, until something ends the run."""

from __future__ import annotations

import math
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.minimizing.log import Block, Log, Row
from hagang.minimizing.watch import BY_HAND, CONVERGED, DIVERGED, STEPS, Ending, Watch, ended_by, steps_done
from hagang.stopping import AnyOf

if TYPE_CHECKING:
    from collections.abc import Callable

    from hagang.minimizing.bounds import Box
    from hagang.minimizing.objective import Objective
    from hagang.minimizing.variables import Array
    from hagang.optim import Optimizer
    from hagang.schedules import Schedule
    from hagang.stopping import Rule

__all__ = ["Descent", "End", "Stepper", "finish", "norm_of", "not_finite", "walk"]

CHUNK_SECONDS = 0.1
CHUNK_BYTES = 2**25


@dataclass(frozen=True)
class Descent:
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
class End:
    """Where a run came to and why.

    Parameters
    ----------
    x, gradient : array
        The point to give back, and the gradient there.
    value : float
        The function there.
    steps : int
        How many were done.
    ending : Ending
        Why there were no more.
    """

    x: Array
    value: float
    gradient: Array
    steps: int
    ending: Ending


class Stepper(ABC):
    """Something that takes steps: in a runtime, or in Python. It remembers where it is and the rules' states."""

    start: Array

    @abstractmethod
    def run(self, first: int, rates: Array) -> Block:
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


def walk(objective: Objective, stepper: Stepper, descent: Descent, watch: Watch, log: Log) -> End:
    """Take all steps, or as many as it takes for something to end the run."""
    try:
        done, ending = _chunks(stepper, descent, watch, log)
        if ending is None:
            return _at_last(objective, stepper, descent, watch, log)
    except KeyboardInterrupt:
        done, ending = log.done, BY_HAND
    return finish(objective.value_and_gradient, stepper.start, log, done, ending)


def finish(evaluate: Callable[[Array], tuple[float, Array]], start: Array, log: Log, done: int, ending: Ending) -> End:
    """Give back the last point of a run that came to its end by itself, the best of any other."""
    spot = log.end if ending.kind in (CONVERGED, STEPS) else log.best
    x = spot.locate() if spot is not None else start
    value, gradient = evaluate(x)
    return End(x, value, gradient, done, ending)


# --- chunks --------------------------------------------------------------------------------------------


def _chunks(stepper: Stepper, descent: Descent, watch: Watch, log: Log) -> tuple[int, Ending | None]:
    done, size, schedule = 0, 1, descent.schedule
    limit = 1 if schedule.listens else max(1, CHUNK_BYTES // (8 * (len(stepper.point()) + 4)))
    while done < descent.steps:
        began, count = time.perf_counter(), min(size, limit, descent.steps - done)
        block = stepper.run(done, descent.lr * schedule(np.arange(done, done + count, dtype=np.float64)))
        ending = _fired(stepper, descent, watch, block) if block.fired else None
        block, sooner = watch.look_at(block)
        log.add(block)
        done += len(block)
        if sooner or ending:
            return done - 1, sooner or ending
        schedule = schedule.observe(float(block.values[-1]))
        size = _next_size(count, time.perf_counter() - began, size)
    return done, None


def _next_size(count: int, seconds: float, last: int) -> int:
    """As many steps as take about a tenth of a second, at most sixteen times the last size."""
    return max(1, min(int(count * CHUNK_SECONDS / max(seconds, 1e-9)), 16 * last))


def _fired(stepper: Stepper, descent: Descent, watch: Watch, block: Block) -> Ending:
    row = block.row(len(block) - 1)
    if not math.isfinite(row.value):
        return not_finite(row, float(block.rates[-1]))
    return ended_by(descent.stop.verdict(stepper.stop_state(), watch.record(row, stepper.moved())))


def not_finite(row: Row, rate: float) -> Ending:
    """The end of a run whose value is no number any more."""
    smaller = f"; try lr={rate / 10:g}" if math.isfinite(rate) else ""
    return Ending(DIVERGED, f"divergence: the value became {row.value} at step {row.step}{smaller}")


# --- the last point ------------------------------------------------------------------------------------


def _at_last(objective: Objective, stepper: Stepper, descent: Descent, watch: Watch, log: Log) -> End:
    """The point after the last step, which nobody has looked at yet."""
    x, done = stepper.answer(), descent.steps
    if descent.box is not None:  # an average may have been taken before the projection
        x = descent.box.project(x)
    value, gradient = objective.value_and_gradient(x)
    row = Row(done, x, value, norm_of(gradient, x, descent.box))
    log.add(row.block())
    _, verdict = descent.stop.check(stepper.stop_state(), watch.record(row, stepper.moved()))
    ending = ended_by(verdict) if verdict is not None else None
    ending = watch.look(row) or ending or steps_done(done, descent.steps)
    if not math.isfinite(value):
        ending = not_finite(row, descent.lr)
    elif ending.kind == STEPS and log.best is not None and log.is_far_above_the_best(value):
        best = f"the best, {log.best.value:g} at step {log.best.step}"
        why = f"divergence: the value {value:g} at the end is far above {best}; try a smaller learning rate"
        ending = Ending(DIVERGED, why)
    if ending.kind in (CONVERGED, STEPS):
        return End(x, value, gradient, done, ending)
    return finish(objective.value_and_gradient, stepper.start, log, done, ending)


def norm_of(gradient: Array, x: Array, box: Box | None) -> float:
    """The Euclidean norm of the gradient; within bounds, of what is left of it where it may not push outwards."""
    return float(np.linalg.norm(gradient if box is None else box.slope(x, gradient)))
