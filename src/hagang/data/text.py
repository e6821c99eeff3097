"""Small pieces of the sentences that errors and findings share."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["count", "did_you_mean", "listing", "number"]


def listing(names: Iterable[object], limit: int = 12) -> str:
    """Quote names, separated by commas; beyond `limit` only how many more there are."""
    shown = [repr(name) for name in names]
    more = len(shown) - limit
    return ", ".join(shown[:limit]) + (f" and {more} more" if more > 0 else "")


def did_you_mean(name: str, names: Sequence[str]) -> str:
    """Return ``" Did you mean 'x'?"`` for the nearest of `names`, or nothing when none is near.

    Examples
    --------
    >>> did_you_mean("incme", ["age", "income"])
    " Did you mean 'income'?"
    >>> did_you_mean("zzz", ["age", "income"])
    ''
    """
    folded = {known.casefold(): known for known in reversed(names)}
    near = get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    return f" Did you mean {folded[near[0]]!r}?" if near else ""


def count(n: int, thing: str, things: str | None = None) -> str:
    """Return ``"1 row"``, ``"3 rows"``, ``"30,000 rows"``."""
    return f"{n:,} {thing if n == 1 else things or thing + 's'}"


def number(value: float) -> str:
    """Write a number as a person would: integers without a point, others with six digits.

    Examples
    --------
    >>> number(190.0), number(0.1234567)
    ('190', '0.123457')
    """
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else f"{value:.6g}"
