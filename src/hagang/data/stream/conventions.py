"""How the columns of a table that is never in memory are read: decided from all their cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data.cell_parsing import is_missing_number
from hagang.data.columns import Text
from hagang.data.datetimes import DAY_FIRST, MONTH_FIRST, parse_datetime
from hagang.data.numerals import are_dotted_thousands, parse_numeral
from hagang.data.query import number_sql
from hagang.data.readings import Cells, Reading, infer
from hagang.data.values import type_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hagang.data.columns import Column, Table
    from hagang.data.stream.scan import Scan

__all__ = ["PLAIN", "readings_of"]

PLAIN = "1234.5"
"""Plain numbers, some of them in Unicode's digits or with a magnitude, so that they are read one by one."""

LIKELY = 0.02
"""The share of a sample's texts that spell numbers or dates, from which on all cells are looked at."""


def readings_of(scan: Scan, sample: Table) -> dict[str, Reading]:
    """Return how each column of a scan is read, as `hagang.data.readings.infer` decides it for a table in memory.

    Parameters
    ----------
    scan
        The table.
    sample
        Some of its rows, their texts as they stand there.
    """
    readings: dict[str, Reading] = {}
    with scan.connection() as database:
        texts = [c.name for c in sample.columns if isinstance(c, Text) and scan.hints.as_numbers(c.name)]
        plain = _plain(scan, database, texts)
        for column in sample.columns:
            how = scan.hints.types.get(column.name)
            if not isinstance(column, Text):
                readings[column.name] = Reading.named(type_of(column))
            elif how in ("text", "words") or (how is None and _is_wordy(column)):
                readings[column.name] = Reading(how or "text")
            elif (
                column.name in plain and scan.hints.as_numbers(column.name) and not are_dotted_thousands(column.values)
            ):
                readings[column.name] = Reading("number")
            else:
                readings[column.name] = _read(scan, database, column.name)
    return readings


def _is_wordy(column: Column) -> bool:
    """Whether next to nothing in a sample spells a number, a date or truth."""
    if not isinstance(column, Text) or not len(column):
        return True
    like = [
        parse_numeral(v) is not None or parse_datetime(v) is not None or v.lower() in ("true", "false")
        for v in column.values
    ]
    return float(column.counts[np.array(like, bool)].sum()) < LIKELY * len(column)


def _plain(scan: Scan, database: Any, names: Sequence[str]) -> set[str]:
    """The columns whose every cell is missing or a plain number, and none a code."""
    if not names:
        return set()
    checks = ", ".join(
        f"bool_and({number_sql(text)} IS NOT NULL AND NOT ({text} >= '00' AND {text} < '0:'))"
        for text in map(scan.sql_text, names)
    )
    wholes = scan.execute(database, f"SELECT {checks} FROM {scan.source}")[0]
    return {name for name, whole in zip(names, wholes) if whole}


def _read(scan: Scan, database: Any, name: str) -> Reading:
    cells = _cells(scan, database, name)
    reading = infer(cells, scan.hints.types.get(name))
    if str(reading) == "number" and any(_is_odd(text) for text in cells.texts):
        return Reading("number", PLAIN, reading.notes)
    if reading.notes and reading.spelling in (DAY_FIRST, MONTH_FIRST):
        return _with_order(scan, database, name, reading)
    return reading


def _is_odd(text: str) -> bool:
    """Whether this is a number that DuckDB does not read."""
    plain = text.isascii() and not any(c in text for c in "()kKMBbmn ") and not text.endswith("-")
    return not plain and not is_missing_number(text) and parse_numeral(text) is not None


def _cells(scan: Scan, database: Any, name: str) -> Cells:
    """Two examples of each shape that a column's cells have, standing for all of that shape."""
    text = scan.sql_text(name)
    code = "CASE WHEN w >= '00' AND w < '0:' THEN '0' ELSE '' END"
    found = scan.execute(
        database,
        f"SELECT min(w), max(w), count(*), approx_count_distinct(w), min(file_row_number) + 1 FROM "
        f"(SELECT {text} AS w, file_row_number FROM {scan.source}) WHERE w IS NOT NULL "
        f"GROUP BY {code} || translate(w, '012345678', '999999999') ORDER BY 1",
    )
    rows: list[tuple[str, int, int, int]] = []
    for low, high, n, different, first in found:
        rows.append((low, n - (high != low), max(int(different) - 1, 1), first))
        rows += [(high, 1, 1, first)] * (high != low)
    texts, counts, distinct, firsts = zip(*rows) if rows else ((), (), (), ())
    first_rows: Mapping[int, int] = dict(enumerate(firsts))
    return Cells(name, texts, np.array(counts, np.int64), first_rows.__getitem__, np.array(distinct, np.int64))


def _with_order(scan: Scan, database: Any, name: str, reading: Reading) -> Reading:
    """Look at the second number of every date, which examples do not show."""
    second = f"TRY_CAST(regexp_extract({scan.sql_text(name)}, '^[0-9]+[^0-9]+([0-9]+)', 1) AS INTEGER)"
    ((largest,),) = scan.execute(database, f"SELECT max({second}) FROM {scan.source}")
    return Reading("date", MONTH_FIRST) if largest is not None and largest > 12 else reading
