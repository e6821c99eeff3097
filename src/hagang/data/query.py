"""Columns from DuckDB: one pass counts what each column holds, a second one fetches it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data.cell_parsing import MISSING, MISSING_NUMBER, Tally
from hagang.data.columns import Column, Numbers, Table
from hagang.data.values import coded_column, finite, text_column

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

__all__ = [
    "columns_of_texts",
    "connect",
    "fetch",
    "file_literal",
    "known",
    "literal",
    "number_sql",
    "quoted",
    "table_of_scan",
    "text_codes",
]

DIGITS = "[0-9]+"
CODE = "0[0-9]+"


def connect(memory: int | None = None) -> Any:
    """Open a private DuckDB database in memory that never reaches for the network; `memory` bounds it, in bytes."""
    import duckdb

    config: dict[str, Any] = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    if memory is not None:
        config["memory_limit"] = f"{memory}B"
    return duckdb.connect(config=config)


def literal(text: str) -> str:
    """Write a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def file_literal(path: Path) -> str:
    """Write a path as an SQL literal that stands for this one file, though it may hold a pattern's characters."""
    return literal(re.sub(r"[*?\[]", r"[\g<0>]", str(path)))


def known(text: str, absent: Iterable[str]) -> str:
    """SQL for a text, NULL where it is one of these words.

    A list of words would do (IN, or list_contains), but DuckDB plans a long one as a join, which mixes up the rows.
    """
    return f"(CASE {text} {' '.join(f'WHEN {literal(word)} THEN NULL' for word in absent)} ELSE {text} END)"


def quoted(name: str) -> str:
    """Write a name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def table_of_scan(
    database: Any, scan: str, fields: Sequence[str], names: Sequence[str], *, numeric: Sequence[str], blanks: str
) -> Table:
    """Return the table that `scan`, a source of text cells, gives.

    Fields that are said to be `numeric` are read as numbers at once, which is several times as fast as by way of
    text; one that turns out to hold anything else is read again as text, and judged like the others.
    """
    named = dict(zip(fields, names))
    _fill(database, scan, fields, set(numeric), blanks)
    again = _odd(database, scan, numeric)
    if again:
        _fill(database, scan, again, set(), blanks, into="again")
    clean = {field: named[field] for field in numeric if field not in set(again)}
    texts = {field: named[field] for field in fields if field not in set(numeric)}
    columns: dict[str, Column] = dict(zip(clean, _numbers(database, clean)))
    columns.update(zip(texts, columns_of_texts(database, "cells", texts)))
    columns.update(zip(again, columns_of_texts(database, "again", {field: named[field] for field in again})))
    (rows,) = database.execute("SELECT count(*) FROM cells").fetchone()
    return Table(tuple(columns[field] for field in fields), rows)


def columns_of_texts(database: Any, source: str, named: Mapping[str, str]) -> list[Column]:
    """Return the columns of a table whose fields hold trimmed text; `named` gives each field the column's name."""
    counted = dict(zip(named, _count(database, source, list(named))))
    numbers = [field for field in named if counted[field].tally.is_numbers or counted[field].blank]
    texts = [field for field in named if field not in set(numbers)]
    values = fetch(database, source, {field: number_sql(field) for field in numbers})
    coded = text_codes(database, source, texts)
    columns: list[Column] = []
    for field, name in named.items():
        if field in coded:
            columns.append(_text(name, *coded[field]))
        else:
            strays = {word: row for word, (_, row) in counted[field].words.items() if word not in MISSING}
            columns.append(finite(Numbers(name, values[field].filled(np.nan), strays=strays)))
    return columns


def _fill(database: Any, scan: str, fields: Sequence[str], numeric: set[str], blanks: str, into: str = "cells") -> None:
    """Read a scan into a table of numbers and trimmed text, with a mark where a number is not a plain one."""
    expressions = [
        f"TRY_CAST({field} AS DOUBLE) AS {field}" if field in numeric else f"trim({field}, {blanks}) AS {field}"
        for field in fields
    ]
    odd = " OR ".join(_is_odd(field) for field in fields if field in numeric) or "false"
    database.execute(f"CREATE TEMP TABLE {into} AS SELECT {', '.join(expressions)}, {odd} AS odd FROM {scan}")


def _is_odd(field: str) -> str:
    """SQL for a cell that is not a number, or is not to be read as one.

    '00' <= x < '0:' is a zero before another digit, so perhaps a code; DuckDB alone reads "1_000" as a number.
    """
    no_number = f"({field} IS NOT NULL AND TRY_CAST({field} AS DOUBLE) IS NULL)"
    return f"{no_number} OR ({field} >= '00' AND {field} < '0:') OR contains({field}, '_')"


def _odd(database: Any, scan: str, numeric: Sequence[str]) -> list[str]:
    """The fields that do not hold plain numbers and missing values alone."""
    if not numeric or database.execute("SELECT 1 FROM cells WHERE odd LIMIT 1").fetchone() is None:
        return []
    checks = ", ".join(f"bool_or({_is_odd(field)})" for field in numeric)
    return [field for field, odd in zip(numeric, database.execute(f"SELECT {checks} FROM {scan}").fetchone()) if odd]


def _numbers(database: Any, named: Mapping[str, str]) -> list[Column]:
    arrays = fetch(database, "cells", {field: field for field in named})
    return [finite(Numbers(name, arrays[field].filled(np.nan))) for field, name in named.items()]


@dataclass(frozen=True)
class _Counted:
    """What a field holds: the tally, and of a field of numbers and words each word's count and first row."""

    tally: Tally
    words: Mapping[str, tuple[int, int]]

    @property
    def blank(self) -> bool:
        return self.tally.present == 0


def number_sql(field: str) -> str:
    """SQL for the number that a cell spells, or NULL; DuckDB alone would read "1_000" as a number."""
    return f"CASE WHEN contains({field}, '_') THEN NULL ELSE TRY_CAST({field} AS DOUBLE) END"


def _matching(field: str, pattern: str) -> str:
    return f"count(*) FILTER (WHERE regexp_full_match({field}, {literal(pattern)}))"


def _count(database: Any, source: str, fields: Sequence[str]) -> list[_Counted]:
    if not fields:
        return []
    counts = [f"count({f}), count({number_sql(f)}), {_matching(f, CODE)}" for f in fields]
    counted = database.execute(f"SELECT {', '.join(counts)} FROM {source}").fetchone()
    return [_look_closer(database, source, f, *counted[3 * i : 3 * i + 3]) for i, f in enumerate(fields)]


def _look_closer(database: Any, source: str, field: str, present: int, numbers: int, codes: int) -> _Counted:
    """Count what only a field of numbers needs to know: words among them, plain digits, different numbers."""
    words = _words(database, source, field) if 0 < numbers < present else {}
    absent = sum(words[word][0] for word in MISSING if word in words)
    known = sum(words[word][0] for word in MISSING_NUMBER if word in words)
    digits = _one(database, f"SELECT {_matching(field, DIGITS)} FROM {source}") if codes else 0
    tally = Tally(present - absent, numbers, digits, codes, known)
    if not tally.doubtful:
        return _Counted(tally, words)
    distinct = _one(database, f"SELECT count(DISTINCT {number_sql(field)}) FROM {source}")
    return _Counted(Tally(present - absent, numbers, digits, codes, known, distinct), words)


def _words(database: Any, source: str, field: str) -> dict[str, tuple[int, int]]:
    condition = f"{field} IS NOT NULL AND {number_sql(field)} IS NULL"
    query = f"SELECT {field}, count(*), min(rowid) + 1 FROM {source} WHERE {condition} GROUP BY ALL ORDER BY 3"
    return {word: (n, row) for word, n, row in database.execute(query).fetchall()}


def _one(database: Any, query: str) -> int:
    (value,) = database.execute(query).fetchone()
    return int(value)


def text_codes(
    database: Any, source: str, fields: Sequence[str]
) -> dict[str, tuple[np.ndarray[tuple[int], np.dtype[np.int32]], tuple[str, ...]]]:
    """Return the codes (-1 where missing) and the different texts of fields that hold trimmed text."""
    dictionaries = {field: _dictionary(database, source, field) for field in fields}
    codes = fetch(database, source, {field: f"enum_code({field}::{_kind(field)})" for field in fields})
    return {field: (codes[field].astype(np.int32).filled(-1), dictionaries[field]) for field in fields}


def fetch(database: Any, source: str, expressions: Mapping[str, str]) -> dict[str, Any]:
    """Return SQL expressions over a source as masked arrays."""
    if not expressions:
        return {}
    columns = ", ".join(f"{expression} AS {field}" for field, expression in expressions.items())
    arrays = database.execute(f"SELECT {columns} FROM {source}").fetchnumpy()
    return {field: np.ma.asarray(array) for field, array in arrays.items()}


def _kind(field: str) -> str:
    return f"values_of_{field}"


def _dictionary(database: Any, source: str, field: str) -> tuple[str, ...]:
    """Make the different texts of a field a type of their own, whose codes NumPy can fetch."""
    query = f"SELECT DISTINCT {field} FROM {source} WHERE {field} IS NOT NULL ORDER BY {field}"
    database.execute(f"CREATE TEMP TYPE {_kind(field)} AS ENUM ({query})")
    (values,) = database.execute(f"SELECT enum_range(NULL::{_kind(field)})").fetchone()
    return tuple(values)


def _text(name: str, codes: np.ndarray[tuple[int], np.dtype[np.int32]], values: tuple[str, ...]) -> Column:
    """Make the words that mean "no value" missing: the reader knows most, but not behind several blanks."""
    if not any(word in MISSING for word in values):
        return coded_column(name, codes, values)
    return text_column(name, [None if code < 0 or values[code] in MISSING else values[code] for code in codes])
