"""What a column of texts is: numbers, dates, truth or words. One convention, decided from all its cells."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from hagang.data.cell_parsing import is_code, is_missing_number
from hagang.data.datetimes import Calendar, find_calendar, is_datetime, parse_datetime
from hagang.data.numerals import (
    Numerals,
    are_dotted_thousands,
    canonical_unit,
    is_known_unit,
    parse_numeral,
    pick_separators,
)
from hagang.data.text import count, listing
from hagang.errors import ArgumentError, DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from hagang.data.numerals import Numeral

__all__ = ["TYPES", "CellError", "Cells", "Reading", "infer", "read_as"]

TYPES = ("text", "words", "number", "decimal-point", "decimal-comma", "date", "day-first", "month-first")
"""What a person may say of a column. "words" is text in which NA, null and the like are values of their own."""

T = TypeVar("T")

SLIPS = 0.05
"""The share of cells that may fail to fit a column's convention, and count as missing."""

FEW = 20
"""So many different numbers may be labels, like the words beside them."""

MOST_UNITS = 3
MANY_DOTTED = 50
"""So many different numbers of which none has one or two decimals are no decimals that were cut at zeros."""

FIRST_ROW = 10
MANY_WORDS, SAMPLE, HARDLY_ANY = 5000, 1000, 0.02


class CellError(DataError):
    """A cell cannot be used; `row` counts from 1, a header aside."""

    def __init__(self, text: str, row: int) -> None:
        super().__init__(text)
        self.row = row


@dataclass(frozen=True)
class Cells:
    """The different texts of a column that are not missing, and how often each occurs.

    Parameters
    ----------
    name
        The column's name.
    texts
        The texts, trimmed.
    counts
        In how many rows each stands.
    first_row
        The first row, from 1, of the text at a position.
    distinct
        How many different texts each stands for, where these are examples.
    """

    name: str
    texts: Sequence[str]
    counts: NDArray[np.int64]
    first_row: Callable[[int], int]
    distinct: NDArray[np.int64] | None = None

    def different(self, chosen: NDArray[np.bool_]) -> int:
        """How many different texts some of them stand for."""
        return int(chosen.sum() if self.distinct is None else self.distinct[chosen].sum())

    @cached_property
    def known(self) -> NDArray[np.bool_]:
        """Which of them mean "no value" among numbers and dates."""
        return np.fromiter(map(is_missing_number, self.texts), bool, len(self.texts))

    def some(self, chosen: NDArray[np.bool_], limit: int = 3) -> str:
        """The most frequent of some texts, with their rows, as an error should show them."""
        places = np.flatnonzero(chosen)
        places = places[np.argsort(-self.counts[places], kind="stable")][:limit]
        shown = [f"{self.texts[i]!r} (row {self.first_row(i):,})" for i in places.tolist()]
        return ", ".join(shown) + (", …" if int(chosen.sum()) > limit else "")


@dataclass(frozen=True)
class Reading:
    """What a column was taken for, and how it is written.

    Parameters
    ----------
    kind
        "text", "words", "number", "boolean" or "date".
    spelling
        How its numbers or dates are written, where not in the plain way.
    notes
        What a person should know of it.

    Examples
    --------
    >>> str(Reading("number")), str(Reading("number", "1.234,5 €")), Reading.named("dates").kind
    ('number', '1.234,5 €', 'date')
    """

    kind: str
    spelling: str = ""
    notes: tuple[str, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        return self.spelling or self.kind

    @classmethod
    def named(cls, text: str) -> Reading:
        """Return what `str` described."""
        if text in ("text", "words", "number", "boolean"):
            return cls(text)
        return cls("date" if is_datetime(text) else "number", text)

    @property
    def is_text(self) -> bool:
        """Whether its values stay texts."""
        return self.kind in ("text", "words")

    def values(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """The numbers of texts, NaN for those that are none."""
        if self.kind == "boolean":
            return np.array([_TRUTH.get(text.lower(), np.nan) for text in texts], np.float64)
        if self.kind == "date":
            return Calendar.named(self.spelling).values([_unless_missing(t, parse_datetime) for t in texts])
        return Numerals.named(self.spelling).values([_unless_missing(text, parse_numeral) for text in texts])


_TRUTH = {"true": 1.0, "false": 0.0}


def infer(cells: Cells, asked: str | None = None) -> Reading:
    """Decide what a column is.

    It is numbers or dates where all cells are, words for "no value" aside, in one convention. A few (5 %) among more
    than 20 different ones may be anything, and so may one word that is repeated: they count as missing.

    Parameters
    ----------
    cells
        Its different texts.
    asked
        What a person says it is, one of `TYPES`; or how it was read at training, as a `Reading` names it.

    Raises
    ------
    DataError
        When nobody can tell: two conventions, units or currencies; or words in up to half of the cells. The message
        says what to answer.
    """
    if asked in ("text", "words"):
        return Reading(asked)
    if asked in (None, "number") and _are_truth(cells.texts):
        return Reading("boolean")
    if asked is not None and asked not in TYPES:
        return _like_before(cells, Reading.named(asked))
    if asked in ("date", "day-first", "month-first"):
        return _dates(cells, asked) or Reading("date", "dates")
    if asked is None and _hardly_any(cells.texts):
        return Reading("text")
    numbers = _numbers(cells, asked)
    if asked is not None:
        return numbers if isinstance(numbers, Reading) else Reading("number")
    if isinstance(numbers, Reading):
        return numbers
    dates = _dates(cells)
    if dates is not None:
        return dates
    if numbers is not None:
        raise numbers
    return Reading("text")


def read_as(asked: str) -> str:
    """Return a type that a person may give to a column.

    Raises
    ------
    ArgumentError
        When it is none of `TYPES`, nor how a trained model reads a column.
    """
    if asked in TYPES or asked == "boolean" or is_datetime(asked) or str(Numerals.named(asked)) == asked:
        return asked
    text = f"types must give each column one of {listing(TYPES)}. Received {asked!r}."
    raise ArgumentError(text)


def _unless_missing(text: str, parse: Callable[[str], T | None]) -> T | None:
    return None if is_missing_number(text) else parse(text)


def _are_truth(texts: Sequence[str]) -> bool:
    return 0 < len(texts) <= 2 * len(_TRUTH) ** 2 and {text.lower() for text in texts} <= set(_TRUTH)


def _hardly_any(texts: Sequence[str]) -> bool:
    """Whether of very many different texts a sample shows next to no numbers and dates."""
    if len(texts) < MANY_WORDS:
        return False
    drawn = [texts[i] for i in np.linspace(0, len(texts) - 1, SAMPLE).astype(int)]
    fitting = sum(parse_numeral(text) is not None or parse_datetime(text) is not None for text in drawn)
    return fitting < HARDLY_ANY * SAMPLE


def _like_before(cells: Cells, before: Reading) -> Reading:
    """Read as at training; what parts the thousands may differ from file to file."""
    if before.kind != "number":
        return before
    old = Numerals.named(before.spelling)
    numerals = [_unless_missing(text, parse_numeral) for text in cells.texts]
    pairs = [(n, int(c)) for n, c in zip(numerals, cells.counts) if n is not None]
    (thousands, decimal), _ = pick_separators(pairs, old.decimal)
    return Reading("number", str(Numerals(thousands, decimal, old.unit)))


# --- numbers -------------------------------------------------------------------------------------------


def _numbers(cells: Cells, asked: str | None) -> Reading | DataError | None:
    """The reading of numbers, or why it is doubtful, or None where this is no column of numbers."""
    numerals = [None if gone else parse_numeral(text) for text, gone in zip(cells.texts, cells.known)]
    if not any(numerals) or (asked is None and _are_codes(cells)):
        return None
    forced = asked is not None
    unit = "" if forced and not any(n.unit for n in numerals if n) else _unit(cells, numerals, forced)
    if isinstance(unit, DataError):
        return unit
    alike = [n if n and (not n.unit or canonical_unit(n.unit) == canonical_unit(unit)) else None for n in numerals]
    decimal = {"decimal-point": ".", "decimal-comma": ","}.get(asked or "")
    separators, _ = pick_separators(((n, int(c)) for n, c in zip(alike, cells.counts) if n), decimal)
    convention = Numerals(*separators, unit)
    if asked is None and not convention.thousands and _shows_dotted_thousands(cells, alike):
        note = (
            f"points in {cells.name!r} stand before three digits each, beside whole numbers below 1,000: they are read "
            f"as marks of thousands; if that is wrong, say types={{{cells.name!r}: 'decimal-point'}} "
            f"(--type {cells.name}=decimal-point)"
        )
        return Reading("number", str(Numerals(".", ",", unit)), (note,))
    values = convention.values(alike)
    fitting = ~np.isnan(values)
    if forced or _is_kind(cells, fitting):
        return Reading("number", str(convention))
    others = np.array([n is not None for n in alike]) & ~fitting
    if _share(cells, others, fitting) > SLIPS and _share(cells, ~fitting & ~others, fitting) <= SLIPS:
        what = f"numbers in two conventions: {cells.some(fitting, 2)} and {cells.some(others, 2)}"
        return _question(cells, what, ("decimal-point", "decimal-comma", "text"))
    return _doubt(cells, fitting, "numbers", ("number", "text"))


def _shows_dotted_thousands(cells: Cells, numerals: Sequence[Numeral | None]) -> bool:
    texts = [text for text, numeral in zip(cells.texts, numerals) if numeral]
    dotted = np.array(["." in text for text in cells.texts])
    return cells.different(dotted) >= MANY_DOTTED and are_dotted_thousands(texts)


def _are_codes(cells: Cells) -> bool:
    """Whether these are codes written in digits: all are digits, and 1 % or more have a leading zero."""
    if not any(map(is_code, cells.texts)):
        return False
    digits = sum(int(c) for t, c in zip(cells.texts, cells.counts) if t.isascii() and t.isdigit())
    codes = sum(int(c) for text, c in zip(cells.texts, cells.counts) if is_code(text))
    return digits == int(cells.counts[~cells.known].sum()) and codes >= max(0.01 * digits, 1)


def _unit(cells: Cells, numerals: Sequence[Numeral | None], forced: bool) -> str | DataError:
    """The unit of a column; nothing where it has none, or where what looks like units are words of other kinds."""
    shown: dict[str, str] = {}
    cells_of: dict[str, int] = {}
    for numeral, n in zip(numerals, cells.counts.tolist()):
        if numeral:
            unit = canonical_unit(numeral.unit)
            shown.setdefault(unit, numeral.unit)
            cells_of[unit] = cells_of.get(unit, 0) + n
    total = sum(cells_of.values())
    cells_of.pop("", 0)
    if not cells_of:
        return _magnitudes(cells, numerals, "")
    ranked = sorted(cells_of, key=lambda unit: -cells_of[unit])
    top, rivals = ranked[0], ranked[1:]
    if rivals and not forced and sum(cells_of[unit] for unit in rivals) > SLIPS * total:
        if (
            len(ranked) > MOST_UNITS
            or not any(map(is_known_unit, ranked))
            or total < (1 - SLIPS) * int(cells.counts[~cells.known].sum())
        ):
            return ""
        return _question(cells, f"numbers in several units: {listing((shown[unit] for unit in ranked), 4)}", ("text",))
    if not is_known_unit(top) and not forced:
        different = len({n.parts for n in numerals if n and n.unit})
        if cells_of[top] < 0.5 * total or different <= FEW:
            return ""
    if top == "%" and not forced and _nonzero_plain(cells, numerals) > SLIPS * total:
        return _question(cells, f"numbers with and without {shown[top]}", ("number", "text"))
    return _magnitudes(cells, numerals, shown[top])


def _magnitudes(cells: Cells, numerals: Sequence[Numeral | None], unit: str) -> str | DataError:
    """Refuse 100만 beside 50: nobody knows whether that is 50만."""
    pairs = [(n, c) for n, c in zip(numerals, cells.counts.tolist()) if n]
    large = sum(c for n, c in pairs if any(size >= 1e4 for _, size in n.parts) and not n.western)
    if not large:
        return unit
    bare = _nonzero_plain(cells, numerals)
    if bare > SLIPS * (bare + large):
        return _question(cells, "numbers with 만 or 억 and numbers without a unit", ("number", "text"))
    return unit


def _nonzero_plain(cells: Cells, numerals: Sequence[Numeral | None]) -> int:
    """In how many cells a number stands bare, without unit and magnitude, and is not 0."""
    return sum(
        n
        for numeral, n in zip(numerals, cells.counts.tolist())
        if numeral and not numeral.unit and numeral.parts[0][1] == 1.0 and numeral.parts[0][0].strip("0.,")
    )


# --- dates ---------------------------------------------------------------------------------------------


def _dates(cells: Cells, asked: str | None = None) -> Reading | None:
    stamps = [None if gone else parse_datetime(text) for text, gone in zip(cells.texts, cells.known)]
    known = [(stamp, int(n)) for stamp, n in zip(stamps, cells.counts) if stamp]
    if not known:
        return None
    try:
        calendar = find_calendar(known, {"day-first": "dmy", "month-first": "mdy"}.get(asked or ""))
    except ValueError as error:
        raise _question(cells, str(error), ("day-first", "month-first", "text")) from error
    if calendar is None:
        return None
    fitting = ~np.isnan(calendar.values(stamps))
    written = np.array([stamp is not None for stamp in stamps])
    reading = Reading("date", calendar.spelling, _order_note(cells, calendar))
    if asked is not None or _is_kind(cells, fitting):
        return reading
    if _is_kind(cells, written):
        place = next(i for i in np.flatnonzero(written & ~fitting).tolist())
        text = (
            f"holds {cells.texts[place]!r} in row {cells.first_row(place)}, which is no date or time; expected dates "
            f"as 2024-02-29, times as 23:59"
        )
        raise CellError(str(_question(cells, text, ("date", "text"), verb="")), cells.first_row(place))
    doubt = _doubt(cells, fitting, "dates", ("date", "text"))
    if doubt is not None:
        raise doubt
    return None


def _order_note(cells: Cells, calendar: Calendar) -> tuple[str, ...]:
    if not calendar.ambiguous:
        return ()
    other = "month-first" if calendar.order == "dmy" else "day-first"
    first = {"dmy": "day", "mdy": "month", "ymd": "year"}[calendar.order]
    return (
        f"nothing in {cells.name!r} shows whether day or month is first: it is read with the {first} first; "
        f"if that is wrong, say types={{{cells.name!r}: {other!r}}} (--type {cells.name}={other})",
    )


# --- doubts --------------------------------------------------------------------------------------------


def _share(cells: Cells, chosen: NDArray[np.bool_], fitting: NDArray[np.bool_]) -> float:
    """The share that some cells have in themselves and those that fit, words for "no value" aside."""
    some = int(cells.counts[chosen & ~cells.known].sum())
    return some / max(some + int(cells.counts[fitting].sum()), 1)


def _is_kind(cells: Cells, fitting: NDArray[np.bool_]) -> bool:
    """Whether a column is what those of its cells are that fit."""
    rest = ~fitting & ~cells.known
    if not rest.any():
        return bool(fitting.any())
    share = _share(cells, rest, fitting)
    if cells.different(fitting) > FEW:
        return share <= SLIPS or (share <= 0.5 and _is_one_word(cells, rest))
    places = np.flatnonzero(rest)
    alone = len(places) == 1 and cells.counts[places[0]] == 1 and cells.first_row(int(places[0])) == 1
    return bool(alone and cells.counts[fitting].sum() >= FIRST_ROW and not _has_digits(cells.texts[int(places[0])]))


def _is_one_word(cells: Cells, rest: NDArray[np.bool_]) -> bool:
    words = {cells.texts[i].casefold().strip() for i in np.flatnonzero(rest).tolist()}
    return len(words) == 1 and not _has_digits(next(iter(words)))


def _has_digits(text: str) -> bool:
    return any(map(str.isdigit, text))


def _doubt(cells: Cells, fitting: NDArray[np.bool_], what: str, answers: Sequence[str]) -> DataError | None:
    """The question to ask where half of a column's cells or more fit, and the others are words without digits."""
    rest = ~fitting & ~cells.known
    share = _share(cells, rest, fitting)
    if cells.different(fitting) <= FEW or share > 0.5:
        return None
    wordy = np.array([not _has_digits(text) for text in cells.texts]) & rest
    if cells.counts[wordy].sum() < 0.5 * cells.counts[rest].sum():
        return None
    rows = count(int(cells.counts[rest].sum()), "row")
    return _question(cells, f"{what} but for {rows}: {cells.some(rest)}", answers)


def _question(cells: Cells, what: str, answers: Iterable[str], verb: str = "holds ") -> DataError:
    options = " or ".join(f"--type {cells.name}={answer}" for answer in answers)
    in_python = f"types={{{cells.name!r}: {next(iter(answers))!r}}}"
    return DataError(
        f"column {cells.name!r} {verb}{what}. Say what it is: {options} (in Python {in_python}); or correct it, "
        f"or leave it out (drop={cells.name})."
    )
