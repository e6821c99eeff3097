"""Dates and times of day, as people and programs write them: numbers of seconds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from hagang.data.cell_parsing import MISSING_NUMBER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = [
    "CLOCK",
    "DATES",
    "DATES_AND_TIMES",
    "DAY_FIRST",
    "MONTH_FIRST",
    "day_first",
    "is_datetime",
    "of_datetime64",
    "parse_datetimes",
]

DATES, DATES_AND_TIMES, CLOCK = "dates", "dates and times", "times of day"
DAY_FIRST, MONTH_FIRST = "dates (the day first)", "dates (the month first)"
"""How dates and times are spelled, in a column's `spelling`; numbers are seconds since 1970, or since midnight."""

DAY = 86400.0

_PATTERN = re.compile(
    r"(?:(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})|(?P<a>\d{1,2})(?P<s>[./-])(?P<b>\d{1,2})[./-](?P<c>\d{4}))?"
    r"(?:(?:^|[T ])(?P<h>\d{1,2}):(?P<min>\d{2})(?::(?P<sec>\d{2}(?:[.,]\d+)?))?(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?)?"
    r" ?(?P<zone>Z|UTC|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)


def is_datetime(spelling: str) -> bool:
    """Whether numbers spelled so are dates or times."""
    return spelling in (DATES, DATES_AND_TIMES, CLOCK, DAY_FIRST, MONTH_FIRST)


def parse_datetimes(words: Sequence[str]) -> tuple[str, NDArray[np.float64], list[int]] | None:
    """Read words as dates and times, or return None where they are something else.

    Returns
    -------
    spelling : str
        How they are written. Of "5/6/2020" alone nobody knows: the month is first where slashes part, the day
        where points or dashes do, unless another word shows it.
    seconds : ndarray
        Since 1970, or since midnight; NaN for words that mean "no value".
    wrong : list of int
        The positions of words that look like dates or times, and are none.

    Examples
    --------
    >>> parse_datetimes(["1970-01-02", "1970-01-03 00:00:30"])
    ('dates and times', array([ 86400., 172830.]), [])
    >>> parse_datetimes(["25/12/2020", "01/02/2020", "31/02/2020"])[::2], parse_datetimes(["soon"])
    (('dates (the day first)', [2]), None)
    """
    found = [_PATTERN.fullmatch(word) if word not in MISSING_NUMBER else None for word in words]
    known = [match for match in found if match]
    if not known or any(match is None and word not in MISSING_NUMBER for match, word in zip(found, words)):
        return None
    dated = {_has_date(match) for match in known}
    clocked = {match["h"] is not None for match in known}
    if len(dated) > 1 or (dated == {False} and clocked != {True}):
        return None
    spelling, seconds = _seconds(known, dated == {True}, True in clocked)
    values = np.full(len(words), np.nan)
    places = [i for i, match in enumerate(found) if match]
    values[places] = seconds
    return spelling, values, [i for i in places if np.isnan(values[i])]


def of_datetime64(values: NDArray[np.datetime64]) -> tuple[str, NDArray[np.float64]]:
    """Return how NumPy's dates and times would be spelled, and their seconds since 1970."""
    seconds = np.where(np.isnat(values), np.nan, values.astype("M8[us]").astype(np.int64) / 1e6)
    whole = np.isnan(seconds) | (seconds % DAY == 0)
    return (DATES if whole.all() else DATES_AND_TIMES), seconds


def day_first(seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Read dates again, whose day was taken for the month or the other way round; NaN where that is no date."""
    there = ~np.isnan(seconds)
    whole = np.floor(seconds[there] / DAY).astype(np.int64).astype("M8[D]")
    months = whole.astype("M8[M]")
    day, month = (whole - months).astype(int) + 1, months.astype(int) % 12 + 1
    swapped = np.full(len(seconds), np.nan)
    swapped[there] = _days(months.astype(int) // 12 + 1970, day, month) * DAY + seconds[there] % DAY
    return swapped


def _has_date(match: re.Match[str]) -> bool:
    return match["y"] is not None or match["c"] is not None


def _seconds(known: Sequence[re.Match[str]], dated: bool, clocked: bool) -> tuple[str, NDArray[np.float64]]:
    clock = np.array([_clock(match) for match in known])
    if not dated:
        return CLOCK, clock
    first = _first(known)
    days = _days(*np.array([_date(match, first) for match in known], dtype=np.int64).T)
    spelling = first or (DATES_AND_TIMES if clocked else DATES)
    return spelling, days * DAY + clock


def _first(known: Sequence[re.Match[str]]) -> str:
    """Whether the day or the month is first, where the year is last; nothing where it is not."""
    pairs = [(int(match["a"]), int(match["b"])) for match in known if match["a"]]
    if not pairs:
        return ""
    if any(a > 12 for a, _ in pairs) != any(b > 12 for _, b in pairs):
        return DAY_FIRST if any(a > 12 for a, _ in pairs) else MONTH_FIRST
    return MONTH_FIRST if any(match["s"] == "/" for match in known) else DAY_FIRST


def _date(match: re.Match[str], first: str) -> tuple[int, int, int]:
    if match["y"]:
        return int(match["y"]), int(match["m"]), int(match["d"])
    a, b = int(match["a"]), int(match["b"])
    return (int(match["c"]), b, a) if first == DAY_FIRST else (int(match["c"]), a, b)


def _days(year: NDArray[np.int64], month: NDArray[np.int64], day: NDArray[np.int64]) -> NDArray[np.float64]:
    """Days since 1970, NaN where there is no such date."""
    months = ((year - 1970) * 12 + month - 1).astype("M8[M]")
    date = months.astype("M8[D]") + (day - 1).astype("m8[D]")
    there = (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1) & (date.astype("M8[M]") == months)
    return np.where(there, date.astype(np.int64), np.nan)


def _clock(match: re.Match[str]) -> float:
    """Seconds since midnight, less the zone's; NaN where there is no such time."""
    if match["h"] is None:
        return 0.0
    hour, minute, second = int(match["h"]), int(match["min"]), float((match["sec"] or "0").replace(",", "."))
    if match["half"]:
        if not 1 <= hour <= 12:
            return np.nan
        hour = hour % 12 + 12 * (match["half"] in "pP")
    if hour > 23 or minute > 59 or second >= 61:
        return np.nan
    return hour * 3600 + minute * 60 + second - _zone(match["zone"])


def _zone(zone: str | None) -> float:
    if zone is None or zone in ("Z", "UTC"):
        return 0.0
    digits = zone.replace(":", "")
    return (int(digits[1:3]) * 3600 + int(digits[3:5]) * 60) * (-1 if digits[0] == "-" else 1)
