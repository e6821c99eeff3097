"""What was noticed about the data, and what was done about it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Finding"]


@dataclass(frozen=True)
class Finding:
    """One thing noticed while reading or preparing data.

    Parameters
    ----------
    kind
        A short word to filter by: ``"dropped"``, ``"missing"``, ``"task"``, ``"file"``, ``"category"``,
        ``"extreme"``, ``"repeated"``, ``"extra"``, ``"target"``, ``"leak"``, ``"conflict"``, ``"imbalance"`` or
        ``"scale"``.
    text
        The whole sentence, as a person should read it.
    column
        The column concerned, if it is about one.

    Examples
    --------
    >>> print(Finding("dropped", "'Street' has one value only ('Pave'): left out", column="Street"))
    'Street' has one value only ('Pave'): left out
    """

    kind: str
    text: str
    column: str | None = None

    def __str__(self) -> str:
        return self.text
