"""Rules that act at the exact step: thresholds, no change, a step limit, divergence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from hagang.errors import check_choice, check_number
from hagang.stopping.base import Array, Record, Rule, State, Verdict, plain

__all__ = ["Divergence", "GradientBelow", "NoChange", "Steps", "ValueBelow"]


@dataclass(frozen=True)
class GradientBelow(Rule):
    r"""Stop when the Euclidean norm of the gradient is below a threshold, :math:`\lVert g \rVert < \epsilon`.

    Parameters
    ----------
    threshold : float
        :math:`\epsilon`, above 0.

    Examples
    --------
    >>> rule = GradientBelow(1e-3)
    >>> _, verdict = rule.check(rule.start(), Record(step=7, gradient_norm=2e-4))
    >>> print(verdict)
    the gradient norm 0.0002 fell below 0.001 at step 7
    """

    threshold: float = 1e-6
    reads: ClassVar = ("step", "gradient_norm")
    kind = "threshold"

    def __post_init__(self) -> None:
        check_number(self, "threshold", above=0)

    def holds(self, state: State, record: Record) -> Array:
        del state
        return record.known("gradient_norm", self) < self.threshold

    def verdict(self, state: State, record: Record) -> Verdict:
        del state
        return _below(self, "the gradient norm", "gradient_norm", record, self.threshold)

    def __str__(self) -> str:
        return f"gradient<{plain(self.threshold)}"


@dataclass(frozen=True)
class ValueBelow(Rule):
    """Stop when the value, or the loss, is below a target.

    Parameters
    ----------
    target : float
        Any finite number.

    Examples
    --------
    >>> rule = ValueBelow(0.1)
    >>> _, verdict = rule.check(rule.start(), Record(step=3, value=0.05))
    >>> print(verdict)
    the value 0.05 fell below 0.1 at step 3
    """

    target: float
    reads: ClassVar = ("step", "value")
    kind = "threshold"

    def __post_init__(self) -> None:
        check_number(self, "target")

    def holds(self, state: State, record: Record) -> Array:
        del state
        return record.known("value", self) < self.target

    def verdict(self, state: State, record: Record) -> Verdict:
        del state
        return _below(self, "the value", "value", record, self.target)

    def __str__(self) -> str:
        return f"value<{plain(self.target)}"


def _below(rule: Rule, what: str, name: str, record: Record, threshold: float) -> Verdict:
    value, step = float(getattr(record, name)), int(record.known("step", rule))
    message = f"{what} {value:g} fell below {plain(threshold)} at step {step}"
    return Verdict(rule, message, {name: value, "threshold": threshold, "step": step})


@dataclass(frozen=True)
class NoChange(Rule):
    """Stop when the value, or the weights, have not changed for `steps` steps.

    Parameters
    ----------
    steps : int
        Number of consecutive steps.
    tolerance : float
        What counts as no change: a value within this distance of the one at its last change, or an update of the
        weights whose Euclidean norm is at most this.
    of : {'value', 'weights'}
        The monitored quantity.

    Examples
    --------
    >>> rule = NoChange(2, tolerance=0.01)
    >>> state = rule.start()
    >>> for step, value in enumerate((3.0, 1.0, 1.001, 1.002), start=1):
    ...     state, verdict = rule.check(state, Record(step=step, value=value))
    >>> print(verdict)
    the value stayed within 0.01 of 1 for 2 steps, from step 2 to step 4
    """

    steps: int = 20
    tolerance: float = 0.0
    of: str = "value"

    kind = "no_change"

    def __post_init__(self) -> None:
        check_number(self, "steps", least=1, whole=True)
        check_number(self, "tolerance", least=0)
        check_choice(self, "of", ("value", "weights"))

    @property
    def reads(self) -> tuple[str, ...]:  # type: ignore[override]
        return ("step", "value" if self.of == "value" else "change")

    def start(self) -> State:
        since = {"since": np.int64(0)}
        return since if self.of == "weights" else {"reference": np.float64(np.inf), **since}

    def advance(self, state: State, record: Record) -> State:
        step = record.known("step", self)
        if self.of == "weights":
            still = record.known("change", self) <= self.tolerance
            return {"since": np.where(still, state["since"], step)}
        value = record.known("value", self)
        still = np.abs(value - state["reference"]) <= self.tolerance
        reference = np.where(still, state["reference"], value)
        return {"reference": reference, "since": np.where(still, state["since"], step)}

    def holds(self, state: State, record: Record) -> Array:
        return record.known("step", self) - state["since"] >= self.steps

    def verdict(self, state: State, record: Record) -> Verdict:
        step, since = int(record.known("step", self)), int(state["since"])
        numbers = {"step": step, "since": since, "tolerance": self.tolerance}
        if self.of == "weights":
            what = "the weights moved" + (
                f" at most {plain(self.tolerance)} per step" if self.tolerance else " not at all"
            )
        else:
            numbers["reference"] = float(state["reference"])
            near = f"within {plain(self.tolerance)} of" if self.tolerance else "at"
            what = f"the value stayed {near} {numbers['reference']:g}"
        message = f"{what} for {step - since} steps, from step {since} to step {step}"
        return Verdict(self, message, numbers)

    def __str__(self) -> str:
        within = f" within {plain(self.tolerance)}" if self.tolerance else ""
        return f"no-change {self.steps}{within}{' of weights' if self.of == 'weights' else ''}"


@dataclass(frozen=True)
class Steps(Rule):
    """Stop after a number of steps.

    Parameters
    ----------
    count : int
        1 or more.
    """

    count: int
    reads: ClassVar = ("step",)
    kind = "steps"

    def __post_init__(self) -> None:
        check_number(self, "count", least=1, whole=True)

    def holds(self, state: State, record: Record) -> Array:
        del state
        return record.known("step", self) >= self.count

    def verdict(self, state: State, record: Record) -> Verdict:
        del state
        step = int(record.known("step", self))
        return Verdict(self, f"step limit: {step} of {self.count} steps done", {"step": step})

    def __str__(self) -> str:
        return f"steps {self.count}"


@dataclass(frozen=True)
class Divergence(Rule):
    r"""Stop when the value is not finite, or far above the best so far.

    .. math:: f - f_{\text{best}} > k\, \max(1, |f_{\text{first}}|, |f_{\text{best}}|)

    Parameters
    ----------
    factor : float
        :math:`k`, above 0.

    Examples
    --------
    >>> rule = Divergence(factor=100)
    >>> state = rule.start()
    >>> for step, value in enumerate((2.0, 1.5, 500.0), start=1):
    ...     state, verdict = rule.check(state, Record(step=step, value=value))
    >>> print(verdict)
    divergence: the value 500 at step 3 is far above the best, 1.5; try a smaller learning rate
    """

    factor: float = 1e3
    reads: ClassVar = ("step", "value")
    kind = "divergence"

    def __post_init__(self) -> None:
        check_number(self, "factor", above=0)

    def start(self) -> State:
        return {"first": np.float64(np.inf), "best": np.float64(np.inf)}

    def advance(self, state: State, record: Record) -> State:
        value = record.known("value", self)
        first = np.where(np.isfinite(state["first"]), state["first"], value)
        best = np.where(np.isfinite(value), np.minimum(state["best"], value), state["best"])
        return {"first": first, "best": best}

    def holds(self, state: State, record: Record) -> Array:
        value = record.known("value", self)
        scale = np.maximum(np.maximum(np.abs(state["first"]), np.abs(state["best"])), 1.0)
        return np.logical_or(~np.isfinite(value), value - state["best"] > self.factor * scale)

    def verdict(self, state: State, record: Record) -> Verdict:
        value, best, step = float(record.value), float(state["best"]), int(record.known("step", self))
        if np.isfinite(value):
            what = f"the value {value:g} at step {step} is far above the best, {best:g}"
        else:
            what = f"the value became {value} at step {step}"
        message = f"divergence: {what}; try a smaller learning rate"
        return Verdict(self, message, {"value": value, "best": best, "step": step}, restore_best=True)

    def __str__(self) -> str:
        return "divergence" if self.factor == 1e3 else f"divergence {plain(self.factor)}"
