"""How a text table is laid out: what separates its cells, where it begins, whether it has a header.

DuckDB reads the table; these rules decide how, on its first lines. (Its own sniffer reads a short ragged
table as one column, takes a commented table's header for a comment, and misses quotes that first occur
late.)
"""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hagang.data.cell_parsing import BLANK, MISSING, to_number

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Dialect", "find_dialect", "has_header"]

SEPARATORS = ("\t", ";", "|", ",")
"""Tried in this order: where several cut all lines alike, the rarer character is the separator (semicolons
beside decimal commas, commas followed by a space)."""

COMMENTS = ("#", "%")
SAMPLE_LINES = 1000

_SEPARATOR_LINE = re.compile(r'"?sep=(\\t|[^\w\s]|\t)"?', re.IGNORECASE)


@dataclass(frozen=True)
class Dialect:
    """The layout of a text table.

    Parameters
    ----------
    separator
        The character between cells; ``""`` where any run of blanks is one separator.
    width
        The number of columns.
    skip
        Lines before the table that are not part of it.
    escape
        What makes a quote inside quotes: another quote, or a backslash.
    names
        The columns' names, where a comment above the table gives them, or a header with one name too few or too many.
    trailing
        Whether each row ends in a separator that the header does not have: the last column has no name.
    named_apart
        Whether the last of the lines to skip is such a header.
    """

    separator: str
    width: int
    skip: int = 0
    escape: str = '"'
    names: tuple[str, ...] = ()
    trailing: bool = False
    named_apart: bool = False


def find_dialect(sample: str, separator: str | None = None) -> Dialect:
    """Find the layout from the first lines of a table; with `separator`, only the rest."""
    lines = re.split(r"\r\n|\n|\r", sample)
    declared = _SEPARATOR_LINE.fullmatch(lines[0].removeprefix("\ufeff"))
    if declared:
        separator = separator if separator is not None else declared[1].replace("\\t", "\t")
        lines[0] = COMMENTS[0]  # what Excel is told is no row of the table
    body = [line for line in lines if not _is_aside(line)]
    chosen = separator if separator is not None else _separator(body)
    width = _width(_cells(body, chosen))
    skip = _above(lines, chosen, width)
    escape = "\\" if '\\"' in sample else '"'
    names = _names_of_other_width(lines[skip:], chosen, width)
    if names:
        return Dialect(chosen, width, skip + 1, escape, names, len(names) < width, True)
    return Dialect(chosen, width, skip, escape, _names_in_comment(lines[:skip], chosen, width))


def has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first of these rows names the columns.

    Every column votes. Words above numbers are a name; a number above numbers, or a word that the column
    below repeats, is data; a word that a column of few different values never repeats is a name. Without
    any vote (text that never repeats), the first row is a header if its cells differ and none is empty.
    """
    first, body = rows[0], rows[1:]
    if not body:
        return not any(map(_is_number, first))
    if len(first) > 3 and list(first) in _counted(len(first)):
        return True
    votes = [_vote(cell, [row[i] for row in body if i < len(row)]) for i, cell in enumerate(first)]
    if any(votes):
        return sum(votes) > 0
    return len(set(first)) == len(first) and all(first)


def _vote(cell: str, below: Sequence[str]) -> int:
    """+1: this cell is a name; -1: it is a value like those below; 0: it cannot be told."""
    present = [value for value in below if value not in MISSING]
    if cell in MISSING or not present:
        return 0
    numeric = sum(map(_is_number, present))
    if numeric >= 0.9 * len(present):
        return -1 if _is_number(cell) else 1
    if cell in present:
        return -1
    return 1 if len(set(present)) <= 0.5 * len(present) else 0


def _is_number(cell: str) -> bool:
    return not math.isnan(to_number(cell))


def _counted(width: int) -> tuple[list[str], list[str]]:
    """The headers that programs write for columns without names: counting from 0 or from 1."""
    return [str(i) for i in range(width)], [str(i + 1) for i in range(width)]


def _is_aside(line: str) -> bool:
    return not line.strip(BLANK) or line.startswith(COMMENTS)


def _above(lines: Sequence[str], separator: str, width: int) -> int:
    """Lines above the table: blank ones, comments, and titles, which are one cell above several columns."""
    skip = 0
    for line in lines[:-1]:
        cells = _cells([line], separator)
        title = width > 1 and len(cells) == 1 and len(cells[0]) == 1
        if not title and not _is_aside(line):
            break
        skip += 1
    return skip


def _names_of_other_width(lines: Sequence[str], separator: str, width: int) -> tuple[str, ...]:
    """The header's names, where either it or every row below ends in one separator more than the other."""
    if not separator or width < 2 or len(lines) < 3:
        return ()
    header, *rows = _cells(lines[:SAMPLE_LINES], separator) or [[]]
    if any(map(_is_number, header)):
        return ()
    if len(header) == width + 1 and not header[-1]:
        return tuple(header[:-1])
    whole = [row for row in rows if len(row) == width]
    if len(header) == width - 1 and header[-1] and whole and not any(row[-1] for row in whole):
        return tuple(header)
    return ()


def _names_in_comment(above: Sequence[str], separator: str, width: int) -> tuple[str, ...]:
    """The names in the last comment above the table, if it has one for each of several columns."""
    if not above or width == 1 or not above[-1].startswith(COMMENTS):
        return ()
    cells = _cells([above[-1].lstrip("".join(COMMENTS)).strip(BLANK)], separator)
    fits = bool(cells) and len(cells[0]) == width and not any(map(_is_number, cells[0]))
    return tuple(cells[0]) if fits else ()


def _separator(lines: Sequence[str]) -> str:
    """The separator that cuts most lines into the same number (two or more) of cells; a comma if none does.

    Blanks separate where nothing else does: each run of them, or each space where there are quotes.
    """
    for separators in (SEPARATORS, " " if any('"' in line for line in lines) else ("",)):
        best, best_share = "", 0.5
        for separator in separators:
            share = _share(_cells(lines, separator))
            if share > best_share + 0.05:
                best, best_share = separator, share
        if best_share > 0.5:
            return best
    return ","


def _cells(lines: Sequence[str], separator: str) -> list[list[str]]:
    if not separator:
        return [line.split() for line in lines if line.strip(BLANK)]
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=separator != " ")
    try:
        return [[cell.strip(BLANK) for cell in row] for row in reader if row]
    except csv.Error:  # a cell of more than 128 KiB: no such separator, or a quote that never closes
        return []


def _width(rows: Sequence[Sequence[str]]) -> int:
    return Counter(map(len, rows)).most_common(1)[0][0] if rows else 1


def _share(rows: Sequence[Sequence[str]]) -> float:
    """Of rows of two cells or more, the share that has the most common number of cells."""
    width = _width(rows)
    return sum(len(row) == width for row in rows) / len(rows) if width > 1 else 0.0
