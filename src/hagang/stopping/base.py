"""The stopping rule interface: a frozen rule whose state advances with each record and decides whether to stop."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from hagang.errors import ArgumentError
from hagang.stopping.reason import StopKind, StopReason

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["AllOf", "AnyOf", "Record", "Rule", "Verdict", "plain", "split"]

Array = Any
State = Any


@dataclass(frozen=True)
class Record:
    """The quantities known after a step, a chunk or an epoch.

    Inside a graph the fields are traced values; unknown ones are None.

    Parameters
    ----------
    step, epoch : int
        Counted from 1.
    value : float
        The function value, or the loss.
    gradient_norm : float
        The Euclidean norm of the full gradient.
    change : float
        The Euclidean norm of the last update of the weights.
    validation : float
        The validation loss.
    seconds : float
        Time since the run began.
    interrupted : bool
        Whether the user pressed Ctrl-C.
    score : float
        The validation score; higher is better.
    """

    step: Array = None
    epoch: Array = None
    value: Array = None
    gradient_norm: Array = None
    change: Array = None
    validation: Array = None
    seconds: Array = None
    interrupted: bool = False
    score: Array = None

    def known(self, name: str, rule: Rule) -> Array:
        """The field, or an error that names the rule that needs it."""
        value = getattr(self, name)
        if value is None:
            msg = f"stop '{rule}': expected a record with {name}, which this run does not measure; use another rule"
            raise ArgumentError(msg)
        return value


@dataclass(frozen=True)
class Verdict:
    """Why a run stops.

    Parameters
    ----------
    rule : Rule
        The rule that fired.
    message : str
        The reason, with the numbers that triggered it; also the result of `str`.
    numbers : mapping of str to float
        Those numbers by name.
    restore_best : bool
        Whether the run should restore the best weights seen.
    """

    rule: Rule
    message: str
    numbers: Mapping[str, float] = field(default_factory=dict)
    restore_best: bool = False
    stop_kind: StopKind | None = None
    """Where it is another than the rule's own."""

    def __str__(self) -> str:
        return self.message

    @property
    def reason(self) -> StopReason:
        """The same as a run carries it."""
        return StopReason(self.message, self.stop_kind or self.rule.kind, str(self.rule), self.numbers)


class Rule(ABC):
    """A rule that decides when to stop. Subclasses are frozen dataclasses of plain values; their state is separate.

    `advance` and `holds` are NumPy functions of the state and the record. If a rule acts `at_step`, they are also
    traced into the Program, so that a run ends at that exact step; everywhere else the same two functions are called
    with numbers.
    """

    reads: ClassVar[tuple[str, ...]]
    """The fields of the record that the rule needs."""

    kind: ClassVar[StopKind] = "custom"
    """What kind of reason it gives."""

    at_step: ClassVar[bool] = True
    """Whether the rule acts at the exact step; otherwise at the end of chunks or epochs."""

    def start(self) -> State:
        """The state before the first step: a nest of numbers."""
        return {}

    def advance(self, state: State, record: Record) -> State:
        """The state after this record."""
        del record
        return state

    @abstractmethod
    def holds(self, state: State, record: Record) -> Array:
        """Whether to stop, given the state after this record: a boolean."""

    @abstractmethod
    def verdict(self, state: State, record: Record) -> Verdict:
        """The reason to stop, once the rule holds."""

    def step(self, state: State, record: Record) -> tuple[Array, State]:
        """Whether to stop after this record, and the state after it; traceable if the rule acts `at_step`."""
        with np.errstate(invalid="ignore", over="ignore"):
            state = self.advance(state, record)
            return self.holds(state, record), state

    def check(self, state: State, record: Record) -> tuple[State, Verdict | None]:
        """The state after this record, and the reason to stop, if any.

        Examples
        --------
        >>> from hagang.stopping import Steps
        >>> rule = Steps(2)
        >>> state, verdict = rule.check(rule.start(), Record(step=2))
        >>> print(verdict)
        step limit: 2 of 2 steps done
        """
        stop, state = self.step(state, record)
        return state, self.verdict(state, record) if stop else None

    def is_best(self, state: State) -> bool:
        """Whether the last record was the best so far, so that the run keeps its weights for `restore_best`."""
        del state
        return False

    def __or__(self, other: Rule) -> AnyOf:
        return AnyOf((*_parts(self, AnyOf), *_parts(other, AnyOf)))

    def __and__(self, other: Rule) -> AllOf:
        return AllOf((*_parts(self, AllOf), *_parts(other, AllOf)))


def _parts(rule: Rule, kind: type[AnyOf] | type[AllOf]) -> tuple[Rule, ...]:
    return rule.rules if isinstance(rule, kind) else (rule,)


# --- combinations ------------------------------------------------------------------------------------------


class _Combined(Rule):
    rules: tuple[Rule, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "rules", tuple(self.rules))
        wrong: list[object] = [rule for rule in self.rules if not isinstance(rule, Rule)]
        if wrong:
            name = type(self).__name__
            msg = (
                f"{name}: expected stopping rules, received {wrong[0]!r:.60}; hagang.stopping.rule makes one from text"
            )
            raise ArgumentError(msg)

    @property
    def reads(self) -> tuple[str, ...]:  # type: ignore[override]
        return tuple(dict.fromkeys(name for rule in self.rules for name in rule.reads))

    @property
    def at_step(self) -> bool:  # type: ignore[override]
        return all(rule.at_step for rule in self.rules)

    def start(self) -> State:
        return tuple(rule.start() for rule in self.rules)

    def advance(self, state: State, record: Record) -> State:
        return tuple(rule.advance(own, record) for rule, own in zip(self.rules, state, strict=True))

    def decisions(self, state: State, record: Record) -> list[Array]:
        """Whether each of the rules holds."""
        return [rule.holds(own, record) for rule, own in zip(self.rules, state, strict=True)]

    def is_best(self, state: State) -> bool:
        return any(rule.is_best(own) for rule, own in zip(self.rules, state, strict=True))


@dataclass(frozen=True)
class AnyOf(_Combined):
    """Stop when any of the rules fires, made by `first | second`.

    Parameters
    ----------
    rules : tuple of Rule
        If several fire at once, the first gives the reason.

    Examples
    --------
    >>> from hagang.stopping import rule
    >>> both = rule("gradient<1e-6") | rule("steps 100")
    >>> str(both.check(both.start(), Record(step=100, gradient_norm=0.5))[1])
    'step limit: 100 of 100 steps done'
    """

    rules: tuple[Rule, ...]

    def holds(self, state: State, record: Record) -> Array:
        return reduce(np.logical_or, self.decisions(state, record) or [False])

    def verdict(self, state: State, record: Record) -> Verdict:
        fired = int(np.argmax(self.decisions(state, record)))
        return self.rules[fired].verdict(state[fired], record)

    def __str__(self) -> str:
        return " or ".join(map(str, self.rules))


@dataclass(frozen=True)
class AllOf(_Combined):
    """Stop when all of the rules hold at once, made by `first & second`.

    If one of them acts at boundaries only, all are checked there, with the values at that moment.

    Parameters
    ----------
    rules : tuple of Rule
        At least one.

    Examples
    --------
    >>> from hagang.stopping import rule
    >>> both = rule("value<1") & rule("epochs 5")
    >>> str(both.check(both.start(), Record(epoch=6, step=60, value=0.5))[1])
    'the value 0.5 fell below 1 at step 60, and epoch limit: 6 of 5 epochs done'
    """

    rules: tuple[Rule, ...]
    kind = "all_of"

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.rules:
            msg = "AllOf: expected at least one rule, received none"
            raise ArgumentError(msg)

    def holds(self, state: State, record: Record) -> Array:
        return reduce(np.logical_and, self.decisions(state, record))

    def verdict(self, state: State, record: Record) -> Verdict:
        verdicts = [rule.verdict(own, record) for rule, own in zip(self.rules, state, strict=True)]
        numbers = {name: number for one in verdicts for name, number in one.numbers.items()}
        return Verdict(self, ", and ".join(map(str, verdicts)), numbers, any(one.restore_best for one in verdicts))

    def __str__(self) -> str:
        return " and ".join(f"({rule})" if isinstance(rule, AnyOf) else str(rule) for rule in self.rules)


def plain(number: float) -> str:
    """A number with all its digits, without a trailing `.0`."""
    return repr(float(number)).removesuffix(".0")


def split(rule: Rule) -> tuple[Rule | None, Rule | None]:
    """Split a rule into the part that acts at the exact step, inside a Program, and the part that acts at boundaries.

    A run stops when either fires; each has its own state.

    Examples
    --------
    >>> from hagang.stopping import rule
    >>> at_step, at_boundary = split(rule("gradient<1e-6 or time>60s"))
    >>> print(at_step, "|", at_boundary)
    gradient<1e-06 | time>60s
    """
    parts = _parts(rule, AnyOf)
    return _any([part for part in parts if part.at_step]), _any([part for part in parts if not part.at_step])


def _any(rules: list[Rule]) -> Rule | None:
    return rules[0] if len(rules) == 1 else AnyOf(tuple(rules)) if rules else None
