"""Dates and times of day, as people and programs write them: numbers of seconds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hagang.data.cell_parsing import fold, is_missing_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

__all__ = [
    "CLOCK",
    "DATES",
    "DATES_AND_TIMES",
    "DAY_FIRST",
    "MONTH_FIRST",
    "Calendar",
    "Stamp",
    "day_first",
    "find_calendar",
    "is_datetime",
    "of_datetime64",
    "parse_datetime",
    "parse_datetimes",
    "spelling_of_seconds",
]

DATES, DATES_AND_TIMES, CLOCK = "dates", "dates and times", "times of day"
DAY_FIRST, MONTH_FIRST = "dates (the day first)", "dates (the month first)"
"""How dates and times are spelled, in a column's `spelling`; numbers are seconds since 1970, or since midnight."""

DAY = 86400.0

_MONTHS = {
    **dict.fromkeys(("january", "januar", "janvier", "jan", "jän", "jänner", "janv"), 1),
    **dict.fromkeys(("february", "februar", "février", "feb", "févr"), 2),
    **dict.fromkeys(("march", "märz", "mars", "mar", "mär", "mrz"), 3),
    **dict.fromkeys(("april", "avril", "apr", "avr"), 4),
    **dict.fromkeys(("may", "mai"), 5),
    **dict.fromkeys(("june", "juni", "juin", "jun"), 6),
    **dict.fromkeys(("july", "juli", "juillet", "jul", "juil"), 7),
    **dict.fromkeys(("august", "août", "aug"), 8),
    **dict.fromkeys(("september", "septembre", "sep", "sept"), 9),
    **dict.fromkeys(("october", "oktober", "octobre", "oct", "okt"), 10),
    **dict.fromkeys(("november", "novembre", "nov"), 11),
    **dict.fromkeys(("december", "dezember", "décembre", "dec", "dez", "déc"), 12),
}
_ZONES: dict[str, float] = {
    "z": 0,
    "utc": 0,
    "gmt": 0,
    "kst": 9,
    "jst": 9,
    "cet": 1,
    "cest": 2,
    "bst": 1,
    "est": -5,
    "edt": -4,
}
_ZONES |= {"cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "ist": 5.5, "msk": 3}

_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so)[a-zä]*\.?,? ?|\([월화수목금토일]\) ?)?"
_DATE = (
    r"(?P<y>\d{4})(?: ?[-/.년] ?(?P<m>\d{1,2}))(?: ?[-/.월] ?(?P<d>\d{1,2})(?: ?[.일])?|월)"
    r"|(?P<ym>(?:19|20)\d{2})[-/](?P<mm>\d{1,2})"
    r"|(?P<a>\d{1,2})(?P<s>[./-]) ?(?P<b>\d{1,2})[./-] ?'?(?P<c>\d{4}|\d{2})\.?"
    rf"|(?P<d1>\d{{1,2}})(?:st|nd|rd|th|\.)?[ .-]*(?:of )?(?P<n1>{_MONTH})\.?,?[ .-]*'?(?P<y1>\d{{4}}|\d{{2}})"
    rf"|(?P<n2>{_MONTH})\.?[ .-]*(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?[ .-]+'?(?P<y2>\d{{4}}|\d{{2}})"
    rf"|(?P<y3>\d{{4}})[ .-]+(?P<n3>{_MONTH})\.?[ .-]+(?P<d3>\d{{1,2}})"
)
_CLOCK = (
    r"(?:(?P<half>am|pm|오전|오후) ?)?(?P<h>\d{1,2})(?::(?P<min>\d{2})(?::(?P<sec>\d{2}(?:[.,]\d+)?))?"
    r"|시(?: ?(?P<kmin>\d{1,2})분)?(?: ?(?P<ksec>\d{1,2})초)?)(?: ?(?P<half2>[ap])\.?m\.?)?"
)
_ZONE = rf" ?\(?(?P<zone>{'|'.join(sorted(_ZONES, key=len, reverse=True))}|[+-]\d{{2}}(?::?\d{{2}})?)\)?"
_DATED = re.compile(rf"{_WEEKDAY}(?:{_DATE}) ?{_WEEKDAY}(?:(?:(?<=[ )])|t|,? ){_CLOCK})?(?:{_ZONE})?")
_TIMED = re.compile(rf"{_CLOCK}(?:{_ZONE})?")
_LONGEST = 48


class Stamp(NamedTuple):
    """A date or a time of day as it is written: three numbers, and whether their order is known."""

    parts: tuple[int, int, int] | None
    order: str
    separator: str
    clock: float | None


@dataclass(frozen=True)
class Calendar:
    """How a column writes dates and times.

    Parameters
    ----------
    spelling
        One of the names above.
    order
        What numbers such as 5/6/2020 are: "dmy", "mdy" or "ymd".
    ambiguous
        Whether no date of the column shows the order.
    """

    spelling: str
    order: str = "ymd"
    ambiguous: bool = False

    @classmethod
    def named(cls, spelling: str) -> Calendar:
        """Return the calendar with a spelling's order."""
        return cls(spelling, {DAY_FIRST: "dmy", MONTH_FIRST: "mdy"}.get(spelling, "ymd"))

    def values(self, stamps: Sequence[Stamp | None]) -> NDArray[np.float64]:
        """Seconds since 1970, or since midnight; NaN where there is no such date or time."""
        values = np.full(len(stamps), np.nan)
        dated = self.spelling != CLOCK
        places = [i for i, stamp in enumerate(stamps) if stamp is not None and (stamp.parts is not None) == dated]
        clock = np.array([stamps[i].clock or 0.0 for i in places])  # type: ignore[union-attr]
        if not dated:
            values[places] = clock
        elif places:
            dates = np.array([_ordered(stamps[i], self.order) for i in places], np.int64)  # type: ignore[arg-type]
            values[places] = _days(*dates.T) * DAY + clock
        return values


def is_datetime(spelling: str) -> bool:
    """Whether numbers spelled so are dates or times."""
    return spelling in (DATES, DATES_AND_TIMES, CLOCK, DAY_FIRST, MONTH_FIRST)


def parse_datetime(text: str) -> Stamp | None:
    """Take a date or a time of day apart, or return None where it is something else.

    Examples
    --------
    >>> parse_datetime("2024. 1. 5. 오후 3:05").parts, parse_datetime("5 Jan 24").parts, parse_datetime("soon")
    ((2024, 1, 5), (2024, 1, 5), None)
    """
    if len(text) > _LONGEST or not any(map(str.isdigit, text)):
        return None
    word = fold(text).casefold()
    match = _DATED.fullmatch(word)
    if match is None:
        match = _TIMED.fullmatch(word)
        return None if match is None else Stamp(None, "", "", _clock(match))
    return Stamp(*_written(match), _clock(match) if match["h"] else None)


def find_calendar(stamps: Sequence[tuple[Stamp, int]], order: str | None = None) -> Calendar | None:
    """Return how these dates or times of day are written, each with how often it occurs; None where both occur.

    Of "5/6/2020" alone nobody knows: the month is first where slashes part, the day where points or dashes do, unless
    another date shows it.

    Raises
    ------
    ValueError
        When some dates have the day first and others the month; it names one of each.

    Examples
    --------
    >>> [find_calendar([(parse_datetime(w), 1) for w in words]).spelling for words in (
    ...     ["25/12/2020", "01/02/2020"], ["2024-01-05 10:00"], ["10:30", "오후 3시"])]
    ['dates (the day first)', 'dates and times', 'times of day']
    """
    dated = [(stamp, n) for stamp, n in stamps if stamp.parts is not None]
    if len(dated) < len(stamps):
        return Calendar(CLOCK) if not dated else None
    loose = [(stamp, n) for stamp, n in dated if not stamp.order]
    if loose:
        chosen, ambiguous = (order, False) if order else _order(loose)
        if chosen != "ymd":
            return Calendar(DAY_FIRST if chosen == "dmy" else MONTH_FIRST, chosen, ambiguous)
        return Calendar(_plain(dated), "ymd", ambiguous)
    return Calendar(_plain(dated))


def parse_datetimes(words: Sequence[str]) -> tuple[str, NDArray[np.float64], list[int]] | None:
    """Read words that all are dates, or all times of day; None where one is something else.

    Returns
    -------
    spelling : str
        How they are written.
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
    stamps = [None if is_missing_number(word) else parse_datetime(word) for word in words]
    known = [(stamp, 1) for stamp in stamps if stamp is not None]
    absent = sum(map(is_missing_number, words))
    calendar = find_calendar(known) if known and len(known) + absent == len(words) else None
    if calendar is None:
        return None
    seconds = calendar.values(stamps)
    return calendar.spelling, seconds, [i for i, s in enumerate(stamps) if s is not None and np.isnan(seconds[i])]


def of_datetime64(values: NDArray[np.datetime64]) -> tuple[str, NDArray[np.float64]]:
    """Return how NumPy's dates and times would be spelled, and their seconds since 1970."""
    seconds = np.where(np.isnat(values), np.nan, values.astype("M8[us]").astype(np.int64) / 1e6)
    return spelling_of_seconds(seconds), seconds


def spelling_of_seconds(seconds: NDArray[np.float64]) -> str:
    """Whether these are whole days, NaN aside, or have times."""
    return DATES if (np.isnan(seconds) | (seconds % DAY == 0)).all() else DATES_AND_TIMES


def day_first(seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Read dates again, whose day was taken for the month or the other way round; NaN where that is no date."""
    there = ~np.isnan(seconds)
    whole = np.floor(seconds[there] / DAY).astype(np.int64).astype("M8[D]")
    months = whole.astype("M8[M]")
    day, month = (whole - months).astype(int) + 1, months.astype(int) % 12 + 1
    swapped = np.full(len(seconds), np.nan)
    swapped[there] = _days(months.astype(int) // 12 + 1970, day, month) * DAY + seconds[there] % DAY
    return swapped


def _plain(stamps: Sequence[tuple[Stamp, int]]) -> str:
    return DATES_AND_TIMES if any(stamp.clock is not None for stamp, _ in stamps) else DATES


def _written(match: re.Match[str]) -> tuple[tuple[int, int, int], str, str]:
    """The three numbers of a date, their order where it is known, and what parts them."""
    if match["y"] or match["ym"]:
        year, month = match["y"] or match["ym"], match["m"] or match["mm"]
        return (int(year), int(month), int(match["d"] or 1)), "ymd", ""
    if match["a"]:
        wide = len(match["c"]) == 4
        return (int(match["a"]), int(match["b"]), int(match["c"]) if wide else -int(match["c"]) - 1), "", match["s"]
    k = next(k for k in "123" if match[f"n{k}"])
    return (_year(match[f"y{k}"]), _MONTHS[match[f"n{k}"]], int(match[f"d{k}"])), "ymd", ""


def _year(text: str) -> int:
    return _century(int(text)) if len(text) == 2 else int(text)


def _century(year: int) -> int:
    """The year that two digits mean: from 1969 to 2068, as POSIX has it."""
    return year + (1900 if year > 68 else 2000)


def _ordered(stamp: Stamp, order: str) -> tuple[int, int, int]:
    """Year, month and day. A last number of two digits is kept as its negative, less 1."""
    a, b, c = stamp.parts or (0, 0, 0)
    if stamp.order:
        return a, b, c
    if order == "ymd":
        return (_century(a), b, -c - 1) if c < 0 else (0, 0, 0)
    year = _century(-c - 1) if c < 0 else c
    return (year, b, a) if order == "dmy" else (year, a, b)


def _order(loose: Sequence[tuple[Stamp, int]]) -> tuple[str, bool]:
    """The order of dates whose year is not first for sure, and whether nothing shows it."""
    fitting = {order: sum(n for s, n in loose if _possible(s, order)) for order in ("dmy", "mdy", "ymd")}
    best = max(fitting.values())
    orders = [order for order, n in fitting.items() if n == best]
    _check_one_order(loose, fitting)
    if len(orders) == 1:
        return orders[0], False
    parts = np.array([s.parts for s, _ in loose])
    if "ymd" in orders and 2 * len(np.unique(parts[:, 0])) < len(np.unique(parts[:, 2])):
        return "ymd", True
    rest = [order for order in orders if order != "ymd"]
    slashes = any(s.separator == "/" for s, _ in loose)
    return (rest[0] if len(rest) == 1 else "mdy" if slashes else "dmy"), True


def _check_one_order(loose: Sequence[tuple[Stamp, int]], fitting: Mapping[str, int]) -> None:
    """Refuse a column in which more than slips have the other order."""
    cells = sum(n for _, n in loose)
    if max(fitting.values()) >= 0.95 * cells:
        return
    day = next((s.parts for s, _ in loose if _possible(s, "dmy") and not _possible(s, "mdy")), None)
    month = next((s.parts for s, _ in loose if _possible(s, "mdy") and not _possible(s, "dmy")), None)
    if day and month:
        text = f"dates with the day first ({_shown(day)}) and with the month first ({_shown(month)})"
        raise ValueError(text)


def _shown(parts: tuple[int, int, int]) -> str:
    return f"{parts[0]}/{parts[1]}/{parts[2] if parts[2] >= 0 else -parts[2] - 1}"


def _possible(stamp: Stamp, order: str) -> bool:
    year, month, day = _ordered(stamp, order)
    return year > 0 and 1 <= month <= 12 and 1 <= day <= 31


def _days(year: NDArray[np.int64], month: NDArray[np.int64], day: NDArray[np.int64]) -> NDArray[np.float64]:
    """Days since 1970, NaN where there is no such date."""
    months = ((year - 1970) * 12 + month - 1).astype("M8[M]")
    date = months.astype("M8[D]") + (day - 1).astype("m8[D]")
    there = (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1) & (date.astype("M8[M]") == months)
    return np.where(there, date.astype(np.int64), np.nan)


def _clock(match: re.Match[str]) -> float:
    """Seconds since midnight, less the zone's; NaN where there is no such time."""
    hour, minute = int(match["h"]), int(match["min"] or match["kmin"] or 0)
    second = float((match["sec"] or match["ksec"] or "0").replace(",", "."))
    half = (match["half2"] or match["half"] or "")[:2]
    if half:
        if not 1 <= hour <= 12:
            return np.nan
        hour = hour % 12 + 12 * (half in ("p", "pm", "오후"))
    if hour > 23 or minute > 59 or second >= 61:
        return np.nan
    return hour * 3600 + minute * 60 + second - _zone(match["zone"])


def _zone(zone: str | None) -> float:
    if zone is None or zone in _ZONES:
        return 3600.0 * _ZONES.get(zone or "utc", 0)
    digits = zone.replace(":", "")
    return (int(digits[1:3]) * 3600 + int(digits[3:5] or 0) * 60) * (-1 if digits[0] == "-" else 1)
