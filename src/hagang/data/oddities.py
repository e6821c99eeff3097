"""What often goes unseen in a table: rows of totals or units, an index, labels spelled in two ways, -999."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from hagang.data.cell_parsing import label_key
from hagang.data.columns import Numbers, Text
from hagang.data.datetimes import is_datetime
from hagang.data.findings import Finding
from hagang.data.numerals import is_known_unit
from hagang.data.text import count, listing, number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hagang.data.columns import Column, Table

__all__ = ["oddities", "row_index"]

SENTINELS = (-1.0, -9.0, -99.0, -999.0, -9999.0, -99999.0, 99.0, 999.0, 9999.0, 99999.0)
OFTEN = 0.01
FAR = 2.0
FEWEST_ROWS = 20
MOST_LABELS = 1000

_TOTAL = re.compile(
    r"((grand |sub)?totals?|sums?|overall|gesamt|summe|insgesamt|somme|total général"
    r"|합\s*계|총\s*계|소\s*계|계|총\s*합|합\s*산|전체)\s*:?(\s*\(.*\))?",
    re.IGNORECASE,
)
_UNNAMED = re.compile(r"c1|unnamed: ?\d+|index|level_0|", re.IGNORECASE)


def oddities(table: Table, target: Column | None = None) -> list[Finding]:
    """Say what a careful reader of a table would ask about.

    Parameters
    ----------
    table
        The inputs.
    target
        The target, where it is known.
    """
    columns = (*table.columns, *([target] if target is not None else []))
    notes = [Finding("read", note, column.name) for column in columns for note in column.notes]
    return [*notes, *_totals(columns), *_units(columns), *_sentinels(columns), *_spelled_alike(columns)]


def row_index(table: Table) -> str | None:
    """The first column, where it has no name of its own and counts the rows, in whatever order.

    Examples
    --------
    >>> from hagang.data import Numbers, Table
    >>> row_index(Table((Numbers("c1", np.roll(np.arange(50.0), 7)), Numbers("x", np.ones(50))), 50))
    'c1'
    """
    if len(table.columns) < 2 or len(table) < FEWEST_ROWS:
        return None
    column = table.columns[0]
    others_named = not all(name == f"c{i + 1}" for i, name in enumerate(table.names))
    if not (isinstance(column, Numbers) and _UNNAMED.fullmatch(column.name) and others_named):
        return None
    if column.missing.any() or column.spelling:
        return None
    ordered = np.sort(column.values)
    counts = ordered[0] in (0, 1) and np.array_equal(ordered, ordered[0] + np.arange(len(ordered)))
    return column.name if counts else None


def _totals(columns: Sequence[Column]) -> list[Finding]:
    """A last row of totals, told by its word."""
    for column in columns:
        word = _last_word(column)
        if word and _TOTAL.fullmatch(word):
            text = (
                f"the last row looks like a row of totals ({word!r} in {column.name!r}): it is no case like the "
                "others. Take it out of the file"
            )
            return [Finding("totals", text, column.name)]
    sums = [column.name for column in columns if _is_sum(column)]
    if len(sums) < 2:
        return []
    text = f"the last row is the sum of the others in {listing(sums, 4)}: a row of totals? Take it out of the file"
    return [Finding("totals", text)]


def _last_word(column: Column) -> str | None:
    """The word in a column's last row, or nothing."""
    last = len(column)
    if isinstance(column, Numbers):
        return next((word for word, row in column.strays.items() if row == last), None)
    code = int(column.codes[-1]) if last else -1
    return column.values[code] if code >= 0 else None


def _is_sum(column: Column) -> bool:
    if not isinstance(column, Numbers) or is_datetime(column.spelling) or column.boolean or len(column) < 4:
        return False
    last, rest = column.values[-1], np.nansum(column.values[:-1])
    return bool(np.isfinite(last) and last != 0 and abs(last - rest) <= 1e-6 * abs(rest))


def _units(columns: Sequence[Column]) -> list[Finding]:
    """A first row that holds units, or a second header."""
    words = {
        column.name: word
        for column in columns
        if isinstance(column, Numbers)
        for word, row in column.strays.items()
        if row == 1
    }
    if len(words) < 2 and not any(is_known_unit(word.strip("()[] ")) for word in words.values()):
        return []
    shown = ", ".join(f"{word!r} in {name!r}" for name, word in list(words.items())[:4])
    text = f"the first row seems to hold units or a second header ({shown}): it counts as missing there"
    return [Finding("units", text)]


def _sentinels(columns: Iterable[Column]) -> list[Finding]:
    """Numbers such as -999 that stand apart from all the others, again and again."""
    findings = []
    for column in columns:
        if not isinstance(column, Numbers) or is_datetime(column.spelling) or len(column) < FEWEST_ROWS:
            continue
        present = column.values[~column.missing]
        for value in {float(present.min()), float(present.max())} & set(SENTINELS) if len(present) else ():
            times, rest = int((present == value).sum()), present[present != value]
            if times >= max(2, OFTEN * len(present)) and _stands_apart(value, rest):
                text = (
                    f"{column.name!r} is {number(value)} in {count(times, 'row')}, far from all its other values "
                    f"({number(rest.min())} to {number(rest.max())}): if that stands for no value, say "
                    f"missing={number(value)}"
                )
                findings.append(Finding("sentinel", text, column.name))
    return findings


def _stands_apart(value: float, rest: np.ndarray[tuple[int], np.dtype[np.float64]]) -> bool:
    if rest.size < FEWEST_ROWS / 2:
        return False
    low, high = float(rest.min()), float(rest.max())
    distance = low - value if value < low else value - high
    if abs(value) < 10:  # -1 and -9 stand near: only where nothing else is below 0, and 0 is rare
        return value < 0 <= low and high > 5 and len(np.unique(rest)) > FEWEST_ROWS
    return distance >= FAR * max(high - low, abs(high) / 4)


def _spelled_alike(columns: Iterable[Column]) -> list[Finding]:
    """Labels that differ by case, width or blanks alone."""
    findings = []
    for column in columns:
        if isinstance(column, Text) and 1 < len(column.values) <= MOST_LABELS:
            groups: dict[str, list[str]] = {}
            for value in column.values:
                groups.setdefault(label_key(value), []).append(value)
            alike = [group for group in groups.values() if len(group) > 1]
            if alike and len(alike) < 0.5 * len(groups) + 1:
                shown = "; ".join(listing(group, 3) for group in alike[:3])
                text = f"labels of {column.name!r} differ by case or blanks alone: {shown}. Write them alike"
                findings.append(Finding("labels", text, column.name))
    return findings
