"""Stopping rules parsed from text: "gradient<1e-6", "no-change 20 or time>60s"."""

from __future__ import annotations

import re
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Any

from hagang.errors import ArgumentError
from hagang.stopping.base import AnyOf, Rule
from hagang.stopping.boundaries import Epochs, Interrupt, Patience, Time
from hagang.stopping.steps import Divergence, GradientBelow, NoChange, Steps, ValueBelow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["rule"]

_NUMBER = r"([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)"
_COUNT = r"(\d+)"
_SECONDS = {"ms": 1e-3, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}

# A pattern, the rule made from its groups, and the syntax shown in errors.
_PHRASES: tuple[tuple[str, Callable[..., Rule], str], ...] = (
    (rf"gradient\s*<\s*{_NUMBER}", lambda x: GradientBelow(float(x)), "gradient<1e-6"),
    (rf"(?:value|loss)\s*<\s*{_NUMBER}", lambda x: ValueBelow(float(x)), "value<1e-8"),
    (
        rf"no-change\s+{_COUNT}(?:\s+within\s+{_NUMBER})?(?:\s+of\s+(value|weights))?",
        lambda n, near, of: NoChange(int(n), float(near or 0), of or "value"),
        "no-change 20 [within 1e-9] [of weights]",
    ),
    (rf"steps\s+{_COUNT}", lambda n: Steps(int(n)), "steps 1000"),
    (rf"epochs\s+{_COUNT}", lambda n: Epochs(int(n)), "epochs 50"),
    (rf"time\s*>\s*{_NUMBER}\s*(ms|s|min|m|h)", lambda x, unit: Time(float(x) * _SECONDS[unit]), "time>60s"),
    (rf"divergence(?:\s+{_NUMBER})?", lambda k: Divergence(float(k)) if k else Divergence(), "divergence [1000]"),
    (
        rf"patience\s+{_COUNT}(?:\s+gain\s+{_NUMBER})?(?:\s+after\s+{_COUNT})?(?:\s+of\s+(value|validation|score))?"
        r"(\s+keep-last)?",
        lambda n, gain, after, of, last: Patience(
            int(n), float(gain or 0), int(after or 0), last is None, of or "validation"
        ),
        "patience 10 [gain 0.001] [after 20] [of value] [keep-last]",
    ),
    (r"interrupt", Interrupt, "interrupt"),
)
_KNOWN = "; ".join(written for _, _, written in _PHRASES)
_TOKEN = re.compile(r"\s*(?:([()])|(\||,|or\b)|(&|and\b)|((?:(?!\s+(?:or|and)\b)[^()|,&])+))")


def rule(chosen: Any = None) -> Rule:
    """Make a stopping rule from text, a function or a sequence of rules.

    Parameters
    ----------
    chosen : str, Rule, callable, sequence of them, or None
        Text is one phrase, or several joined by `or` (also `|` and a comma), `and` (also `&`, which binds tighter)
        and brackets. A function of the record becomes an `Interrupt`; any rule of a sequence stops; None never does.

    Returns
    -------
    Rule

    Raises
    ------
    ArgumentError
        If the text cannot be parsed, naming the character; or if it is none of these.

    Examples
    --------
    >>> rule("gradient<1e-6 or no-change 20")
    AnyOf(rules=(GradientBelow(threshold=1e-06), NoChange(steps=20, tolerance=0.0, of='value')))
    >>> rule("time>5m")
    Time(seconds=300.0)
    """
    if isinstance(chosen, Rule):
        return chosen
    if chosen is None:
        return AnyOf(())
    if isinstance(chosen, str):
        return _Parser(chosen).parse()
    if isinstance(chosen, (tuple, list)):
        return reduce(or_, map(rule, chosen), AnyOf(())) if len(chosen) != 1 else rule(chosen[0])
    if callable(chosen):
        return Interrupt(chosen)
    msg = f"stop: expected text, a rule or a function of the record, received {chosen!r:.60}; known: {_KNOWN}"
    raise ArgumentError(msg)


class _Parser:
    """Parses `any := all (or all)*`, `all := one (and one)*`, `one := (any) | phrase`."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(self._split())
        self.next = 0

    def _split(self) -> Iterator[tuple[str, str, int]]:
        at, end = 0, len(self.text.rstrip())
        while at < end:
            match = _TOKEN.match(self.text, at)
            if match is None:
                raise self._error("a rule", at)
            kind = ("bracket", "or", "and", "phrase")[(match.lastindex or 1) - 1]
            yield kind, match[match.lastindex or 0].strip(), match.start(match.lastindex or 0)
            at = match.end()

    def parse(self) -> Rule:
        parsed = self._any()
        if self.next < len(self.tokens):
            raise self._error("'or' or 'and'", self.tokens[self.next][2])
        return parsed

    def _any(self) -> Rule:
        return self._joined("or", self._all, or_)

    def _all(self) -> Rule:
        return self._joined("and", self._one, and_)

    def _joined(self, kind: str, read: Callable[[], Rule], join: Callable[[Any, Any], Any]) -> Rule:
        rules = [read()]
        while self.next < len(self.tokens) and self.tokens[self.next][0] == kind:
            self.next += 1
            rules.append(read())
        return reduce(join, rules)

    def _one(self) -> Rule:
        kind, text, at = self._token()
        if kind == "phrase":
            return self._phrase(text, at)
        if text != "(":
            raise self._error("a rule", at)
        inner = self._any()
        kind, text, at = self._token()
        if text != ")":
            raise self._error("')'", at)
        return inner

    def _token(self) -> tuple[str, str, int]:
        self.next += 1
        return self.tokens[self.next - 1] if self.next <= len(self.tokens) else ("end", "", len(self.text))

    def _phrase(self, text: str, at: int) -> Rule:
        for pattern, make, _ in _PHRASES:
            match = re.fullmatch(pattern, text, re.IGNORECASE)
            if match:
                return make(*match.groups())
        raise self._error("a rule", at)

    def _error(self, expected: str, at: int) -> ArgumentError:
        return ArgumentError(f"stop: expected {expected} at character {at + 1} of {self.text!r}; known: {_KNOWN}")
