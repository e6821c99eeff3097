"""The reason why a run stopped: text for users, with a record for programs."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, get_args

from hagang.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["StopKind", "StopReason"]

StopKind = Literal[
    "epochs",
    "steps",
    "time",
    "threshold",
    "no_change",
    "patience",
    "divergence",
    "callback",
    "interrupted",
    "all_of",
    "custom",
    "unfinished",
]
"""The kind of reason.

A limit: `epochs`, `steps`, `time`; a criterion: `threshold`, `no_change`, `patience`, or several at once, `all_of`;
`divergence`, a loss that is not finite or far above its best; `callback`, a listener or a function; `interrupted`, by
the user (Ctrl-C or a key); `custom`, a user-defined rule; `unfinished`, if the run has not ended.
"""


class StopReason(str):
    """The reason as text, a `str` with further attributes.

    Parameters
    ----------
    text : str
        The text, with its numbers.
    kind : str
        One of `StopKind`.
    rule : str
        The stopping rule that fired, as text (`"patience 10"`); empty if none did.
    numbers : mapping of str to float
        The numbers that triggered it, by name.

    Examples
    --------
    >>> reason = StopReason("the loss fell below 0.1 at step 7", "threshold", "value<0.1", {"step": 7})
    >>> reason, reason.kind, reason.numbers["step"]
    ('the loss fell below 0.1 at step 7', 'threshold', 7)
    """

    kind: StopKind
    rule: str
    numbers: Mapping[str, float]

    def __new__(
        cls, text: str, kind: StopKind, rule: str = "", numbers: Mapping[str, float] | None = None
    ) -> StopReason:
        if kind not in get_args(StopKind):
            msg = f"StopReason: expected kind to be one of {', '.join(get_args(StopKind))}, received {kind!r}"
            raise ArgumentError(msg)
        self = super().__new__(cls, text)
        plain = {name: number.item() if hasattr(number, "item") else number for name, number in (numbers or {}).items()}
        self.__dict__.update(kind=kind, rule=rule, numbers=MappingProxyType(plain))
        return self

    def __setattr__(self, name: str, value: Any) -> None:
        msg = f"a StopReason does not change: expected no assignment, received {name}={value!r}"
        raise AttributeError(msg)

    def __reduce__(self) -> tuple[Any, ...]:
        return StopReason, (str(self), self.kind, self.rule, dict(self.numbers))

    def to_json(self) -> dict[str, Any]:
        """What `of_json` makes it from."""
        return {"text": str(self), "kind": self.kind, "rule": self.rule, "numbers": dict(self.numbers)}

    @classmethod
    def of_json(cls, record: Mapping[str, Any]) -> StopReason:
        """The reason that gave this record."""
        return cls(record["text"], record["kind"], record["rule"], record["numbers"])
