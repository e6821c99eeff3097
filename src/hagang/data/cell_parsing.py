"""How one cell of text is understood: missing, a plain number, or words.

The same rules serve files (written as SQL) and Python values, so a column means the same wherever it comes
from.
"""

from __future__ import annotations

import math
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["BLANK", "MISSING", "fold", "is_code", "is_missing_number", "label_key", "nfc", "nfc_name", "to_number"]

BLANK = " \t\r\n\v\f\u00a0\u3000\ufeff"
"""Characters trimmed from both ends of every text."""

MISSING = ("", "?", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "NAN", "NULL", "null", "Null", "<NA>")
"""Texts that mean "no value" in every column."""

_MISSING_NUMBER = frozenset(
    [
        *("none", "na", "n.a", "n/d", "nd", "n.d", "missing", "unknown", "null", "nil", "void", "empty", "tbd", "tba"),
        *("not available", "not applicable", "no data", "#div/0!", "#value!", "#ref!", "#name?", "#num!", "#null!"),
        *("#n/a", "\\n", "-", "--", "---", ".", "..", "...", "*", "**", "***", "…", "?", "??"),
        *(
            "없음",
            "미상",
            "미정",
            "해당없음",
            "해당 없음",
            "결측",
            "모름",
            "무응답",
            "불명",
            "알수없음",
            "알 수 없음",
            "자료없음",
        ),
        *(
            "k.a",
            "k. a",
            "keine angabe",
            "keine angaben",
            "unbekannt",
            "fehlt",
            "s.d",
            "s/d",
            "nc",
            "n.c",
            "不明",
            "无",
        ),
        *("0000-00-00", "0000-00-00 00:00:00"),
    ]
)
"""Words that mean "no value" among numbers and dates only, without case or a full stop at the end. In a column of
words they are values of their own, as the "None" of a house without masonry or the "unknown" of a bank's contact."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?inf(inity)?", re.ASCII | re.IGNORECASE)
_SPACES = re.compile(r"\s+")
_MINUS = {ord(c): "-" for c in "\u2212\u2012\u2013\u2010\u2011\ufe63"} | {ord(c): "'" for c in "\u2019\u02bc"}


def to_number(text: str) -> float:
    """Return the number that a trimmed text spells in the plain way, or NaN.

    Examples
    --------
    >>> to_number("-1.5e3"), to_number("12 m"), to_number("inf")
    (-1500.0, nan, inf)
    """
    return float(text) if _NUMBER.fullmatch(text) else math.nan


def is_code(text: str) -> bool:
    """Whether these are digits with a leading zero, as in "020": a code, for no quantity is written so."""
    return len(text) > 1 and text[0] == "0" and text.isascii() and text.isdigit()


def is_missing_number(text: str) -> bool:
    """Whether a word stands for "no value" among numbers and dates.

    Examples
    --------
    >>> [is_missing_number(word) for word in ("N.A.", "없음", "-", "soon")]
    [True, True, True, False]
    """
    plain = text.casefold()
    return plain in _MISSING_NUMBER or plain.rstrip(".") in _MISSING_NUMBER


def fold(text: str) -> str:
    """Write a cell with ASCII digits, signs and blanks where Unicode has others: full-width digits, U+2212, U+202F.

    Examples
    --------
    >>> fold("−１,２３４ ％")
    '-1,234 %'
    """
    return text if text.isascii() else unicodedata.normalize("NFKC", text).translate(_MINUS).strip(BLANK)


def nfc(texts: Iterable[str]) -> list[str]:
    """Write texts with composed characters: "가" and its letters one by one are the same text."""
    return [text if text.isascii() else unicodedata.normalize("NFC", text) for text in texts]


def nfc_name(name: str) -> str:
    """Write a name with composed characters."""
    return unicodedata.normalize("NFC", name)


def label_key(text: str) -> str:
    """What labels share that differ by case, width or blanks alone."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", text)).strip().casefold()
