"""Who may end a run: stopping rules asked in Python, the caller's callback, Ctrl-C; and how the end is described."""

from __future__ import annotations

import inspect
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import ArgumentError
from hagang.stopping import AllOf, AnyOf, Divergence, Epochs, Record, Rule, Steps, ValueBelow, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from hagang.minimizing.trajectory import Iterate, Segment
    from hagang.minimizing.variables import Array, Variables

__all__ = ["CONVERGED", "DIVERGED", "FAILED", "HALTED", "STEPS", "StopCheck", "Termination", "ended_by", "steps_done"]

CONVERGED, STEPS, DIVERGED, FAILED, HALTED = "converged", "steps", "diverged", "failed", "halted"


@dataclass(frozen=True)
class Termination:
    """How a run ended.

    Parameters
    ----------
    kind : str
        `converged` where a criterion of the caller or the method was met, `steps` where they were used up,
        `diverged`, `failed` where the method found no way on, `halted` by a time limit, Ctrl-C or a callback.
    reason : str
        In words, with the numbers.
    detail : str
        The same in the words of the library that did the work, where it was another.
    by_callback : bool
        Whether it was the callback's StopIteration.
    is_target : bool
        Whether a target was reached that says itself what success is: a value, or a rule of the caller's own.
    """

    kind: str
    reason: str
    detail: str = ""
    by_callback: bool = False
    is_target: bool = False


def ended_by(verdict: Verdict) -> Termination:
    """The end that a stopping rule has made."""
    return Termination(_kind(verdict.rule), verdict.message, is_target=_is_target(verdict.rule))


def _kind(rule: Rule) -> str:
    if isinstance(rule, (Steps, Epochs)):
        return STEPS
    if isinstance(rule, Divergence):
        return DIVERGED
    if isinstance(rule, (AllOf, AnyOf)):
        kinds = [_kind(part) for part in rule.rules]
        return next(kind for kind in (DIVERGED, HALTED, CONVERGED, STEPS) if kind in kinds)
    return CONVERGED if rule.at_step else HALTED


def _is_target(rule: Rule) -> bool:
    parts = getattr(rule, "rules", (rule,))
    return any(isinstance(part, ValueBelow) or not type(part).__module__.startswith("hagang.") for part in parts)


def steps_done(done: int, steps: int) -> Termination:
    """The end of a run that has used up its steps."""
    return Termination(STEPS, f"step limit: {done} of {steps} steps done")


BY_CALLBACK = "`callback` raised `StopIteration`"
INTERRUPTED = Termination(HALTED, "interrupted (Ctrl-C)")


@dataclass
class StopCheck:
    """What is asked after every step, in Python.

    Parameters
    ----------
    rule : Rule or None
        The stopping rule, or the part of it that a Program does not ask itself.
    callback : callable or None
        SciPy's: called with `intermediate_result` if that is its only parameter, else with the point.
    variables : Variables
        What the callback's point is made of.
    """

    rule: Rule | None
    callback: Callable[..., Any] | None
    variables: Variables
    state: Any = None
    before: Any = None
    began: float = field(default_factory=time.perf_counter)

    def __post_init__(self) -> None:
        self.state = self.rule.start() if self.rule is not None else None
        self._call = _caller(self.callback)

    @property
    def asks_often(self) -> bool:
        """Whether somebody wants to see every single step."""
        return self.callback is not None or (self.rule is not None and set(self.rule.reads) != {"seconds"})

    def look(self, row: Iterate) -> Termination | None:
        """Show one point; the run's end, if this is it."""
        termination = self._ask(row)
        if self.callback is not None and row.step > 0:
            try:
                self._call(self.variables.nest(row.x.copy()), row.value)
            except StopIteration:
                termination = termination or Termination(HALTED, f"{BY_CALLBACK} at step {row.step}", by_callback=True)
        return termination

    def _ask(self, row: Iterate) -> Termination | None:
        if self.rule is None:
            return None
        change = None
        if "change" in self.rule.reads:
            change = np.inf if self.before is None else float(np.linalg.norm(row.x - self.before))
            self.before = row.x
        self.state, verdict = self.rule.check(self.state, self.record(row, change))
        return ended_by(verdict) if verdict is not None else None

    def record(self, row: Iterate, change: float | None = None) -> Record:
        """What stopping rules read; every step of a full-batch method is an epoch."""
        seconds = time.perf_counter() - self.began
        return Record(row.step, row.step, row.value, row.norm, change, seconds=seconds)

    def look_at(self, segment: Segment) -> tuple[Segment, Termination | None]:
        """Show a segment, point by point where somebody wants to see them; what is left of it, and the end."""
        if self.rule is None and self.callback is None:
            return segment, None
        rows = range(len(segment)) if self.asks_often else range(len(segment))[-1:]
        for k in rows:
            row = segment.row(k)
            termination = self.look(row)
            if termination is not None:
                return segment.cut(k + 1), termination
        return segment, None


def _caller(callback: Callable[..., Any] | None) -> Callable[[Any, float], Any]:
    """SciPy's two conventions as one."""
    call: Any = callback
    if call is None:
        return lambda x, value: None  # noqa: ARG005
    if not callable(call):
        msg = f"callback: expected a function of xk or of intermediate_result, received {call!r:.60}"
        raise ArgumentError(msg)
    if _wants_result(call):
        return lambda x, value: call(intermediate_result=_intermediate(x, value))
    return lambda x, value: call(x)  # noqa: ARG005


def _wants_result(callback: Callable[..., Any]) -> bool:
    try:
        return set(inspect.signature(callback).parameters) == {"intermediate_result"}
    except (TypeError, ValueError):  # a built-in without a signature
        return False


def _intermediate(x: Array, value: float) -> Any:
    from scipy.optimize import OptimizeResult

    return OptimizeResult(x=x, fun=value)
