"""How one cell of text, and a column of them, is understood: missing, numbers, or words.

The same rules serve files (written as SQL) and Python values, so a column means the same wherever it comes
from.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

__all__ = ["BLANK", "MISSING", "MISSING_NUMBER", "Tally", "is_code", "to_number"]

BLANK = " \t\r\n\v\f\u00a0\u3000\ufeff"
"""Characters trimmed from both ends of every text."""

MISSING = ("", "?", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "NAN", "NULL", "null", "Null", "<NA>")
"""Texts that mean "no value" in every column."""

MISSING_NUMBER = ("None", "none", "NONE", "-", "--", ".", "na", "missing", "unknown", "Unknown")
"""Texts that mean "no value" among numbers only. In a column of words they are values of their own, as the
"None" of a house without masonry or the "unknown" of a bank's contact."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?inf(inity)?", re.ASCII | re.IGNORECASE)


def to_number(text: str) -> float:
    """Return the number that a trimmed text spells, or NaN.

    Examples
    --------
    >>> to_number("-1.5e3"), to_number("12 m"), to_number("inf")
    (-1500.0, nan, inf)
    """
    return float(text) if _NUMBER.fullmatch(text) else math.nan


def is_code(text: str) -> bool:
    """Whether these are digits with a leading zero, as in "020": a code, for no quantity is written so."""
    return len(text) > 1 and text[0] == "0" and text.isascii() and text.isdigit()


@dataclass(frozen=True)
class Tally:
    """What a column of text holds, counted.

    Parameters
    ----------
    present
        Values that are not one of `MISSING`.
    numbers
        Of these, the numbers.
    digits
        Of the numbers, those written with digits alone.
    codes
        Of the digits, those of two or more with a leading zero (see `is_code`).
    known
        Of the values present, those in `MISSING_NUMBER`.
    distinct
        How many different numbers there are; needed only when `doubtful`.
    """

    present: int
    numbers: int
    digits: int
    codes: int
    known: int
    distinct: int = 0

    @property
    def coded(self) -> bool:
        """Whether these are codes written in digits: all are digits, and 1 % or more have a leading zero."""
        return self.digits == self.present - self.known and self.codes >= max(0.01 * self.digits, 1)

    @property
    def doubtful(self) -> bool:
        """Whether nearly all (95 %) are numbers, so that the few words may be slips."""
        rest = self.present - self.known
        return 0.95 * rest <= self.numbers < rest

    @property
    def is_numbers(self) -> bool:
        """Whether the column is one of numbers.

        A few words among more than 20 different numbers are slips, counted as missing; among 20 or fewer
        they may be labels like the numbers beside them ("1", "2", "3", "X").
        """
        if self.numbers == 0 or self.coded:
            return False
        return self.numbers == self.present - self.known or (self.doubtful and self.distinct > 20)
