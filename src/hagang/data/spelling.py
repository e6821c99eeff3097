"""Numbers written for people: thousands' commas, decimal commas, currency and per cent signs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["respell", "spelling_of"]

_SIGNS = "$€£¥₩%"
_SIGN = f"[{re.escape(_SIGNS)}]"
_PLAIN = r"\d+\.?\d*|\.\d+"
_PATTERNS = {
    "thousands' commas": re.compile(r"[+-]?\d{1,3}(,\d{3})*(\.\d*)?", re.ASCII),
    "decimal commas": re.compile(r"[+-]?(\d+(,\d*)?|,\d+)([eE][+-]?\d+)?", re.ASCII),
}
_SIGNED = re.compile(rf"([+-]?){_SIGN}? ?((?:{_PLAIN})|\d{{1,3}}(?:,\d{{3}})*(?:\.\d*)?) ?{_SIGN}?", re.ASCII)


def spelling_of(words: Iterable[str]) -> str | None:
    """Return how these words spell numbers, all in one way, or None.

    Returns
    -------
    str or None
        ``"thousands' commas"`` ("1,234.5"), ``"decimal commas"`` ("1,5"), ``"signs"`` ("$1,234.50", "12 %").
        Where every comma has three digits after it, as in "1,234", it is taken as one of thousands.

    Examples
    --------
    >>> [spelling_of(words) for words in (["1,234", "56"], ["1,5", "2"], ["$5", "$1,200"], ["x"])]
    ["thousands' commas", 'decimal commas', 'signs', None]
    """
    ways = [*_PATTERNS.items(), ("signs", _SIGNED)]
    for word in words:
        ways = [(name, pattern) for name, pattern in ways if pattern.fullmatch(word)]
        if not ways:
            return None
    return ways[0][0]


def respell(word: str, spelling: str) -> str:
    """Write a number in the plain way.

    Examples
    --------
    >>> respell("1,234.5", "thousands' commas"), respell("1,5", "decimal commas"), respell("-$1,200", "signs")
    ('1234.5', '1.5', '-1200')
    """
    if spelling == "decimal commas":
        return word.replace(",", ".")
    return re.sub(f"[,{re.escape(_SIGNS)} ]", "", word)
