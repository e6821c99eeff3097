"""Stopping rules in a run: those that act at the exact step, inside the Program, and those checked at boundaries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hagang.errors import ArgumentError
from hagang.stopping import AnyOf, Record, Rule, split
from hagang.trace import flatten, rebuild

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from hagang.stopping import Verdict

__all__ = ["MEASURED", "Boundary", "boundaries", "check_measured", "step_rule", "step_verdict"]

MEASURED = {"value": "loss", "gradient_norm": "gradient_norm", "change": "change"}
"""The fields of a record that a training step can report, and the names of its outputs."""


def step_rule(rule: Rule) -> Rule:
    """The part that acts at the exact step; a rule that never fires if there is none."""
    return split(rule)[0] or AnyOf(())


def step_verdict(rule: Rule, state: dict[str, npt.NDArray[Any]], record: Record) -> Verdict:
    """The reason why the rule inside the Program ended a chunk, from its state in the slots."""
    structure = flatten(rule.start())[1]
    return rule.verdict(rebuild(structure, list(state.values())), record)


@dataclass
class Boundary:
    """A rule that is checked between chunks or epochs, with its state."""

    rule: Rule
    state: Any

    def ask(self, record: Record) -> Verdict | None:
        """The reason to stop, if there is one."""
        self.state, verdict = self.rule.check(self.state, record)
        return verdict


def boundaries(rule: Rule) -> tuple[list[Boundary], list[Boundary]]:
    """The rules checked after every chunk (time, interruption), and those checked after every epoch."""
    rest = split(rule)[1]
    parts = rest.rules if isinstance(rest, AnyOf) else [rest] if rest is not None else []

    def where(holds: Callable[[Rule], bool]) -> list[Boundary]:
        return [Boundary(part, part.start()) for part in parts if holds(part)]

    return where(_is_timed), where(lambda part: not _is_timed(part))


def _is_timed(rule: Rule) -> bool:
    return set(rule.reads) <= {"seconds", "interrupted"}


def check_measured(rule: Rule, watched: bool, scored: bool = False) -> None:
    """Check before the run that everything a rule needs is measured."""
    if "score" in rule.reads and not (scored and watched):
        msg = f"stop '{rule}': expected a score on validation rows; give score='accuracy', say, and validation=0.2"
        raise ArgumentError(msg)
    if "validation" in rule.reads and not watched:
        msg = f"stop '{rule}': expected validation rows to look at, received none; give validation=0.2, say"
        raise ArgumentError(msg)
