"""Columns from DuckDB: one pass counts what each column holds, a second one fetches it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data.cell_parsing import MISSING
from hagang.data.columns import Column, Numbers, Table
from hagang.data.numerals import parse_numeral
from hagang.data.readings import Cells, infer
from hagang.data.values import coded_column, finite, without_missing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from hagang.data.hints import Hints

__all__ = [
    "cells_of",
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

PLAIN = (
    r" *([-+]?((0|[1-9][0-9]{0,99})(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]{1,2})?"
    f"|{'|'.join(map(re.escape, MISSING))}) *"
)
"""A plain number that a float64 holds, no zero before its digits, or a word for "no value"."""

MANY_NUMBERS = 1000
"""Plain numbers from which on they are not looked at one by one."""


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
    database: Any,
    scan: str,
    fields: Sequence[str],
    names: Sequence[str],
    *,
    numeric: Sequence[str],
    blanks: str,
    hints: Hints,
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
    columns: dict[str, Column] = dict(zip(clean, _numbers(database, clean, hints)))
    columns.update(zip(texts, columns_of_texts(database, "cells", texts, hints)))
    columns.update(zip(again, columns_of_texts(database, "again", {field: named[field] for field in again}, hints)))
    (rows,) = database.execute("SELECT count(*) FROM cells").fetchone()
    return Table(tuple(columns[field] for field in fields), rows)


def columns_of_texts(database: Any, source: str, named: Mapping[str, str], hints: Hints) -> list[Column]:
    """Return the columns of a table whose fields hold trimmed text; `named` gives each field the column's name."""
    numbers = {} if hints.raw else _mostly_numbers(database, source, named, hints)
    rest = {field: name for field, name in named.items() if field not in numbers}
    coded = text_codes(database, source, list(rest))
    texts = {field: coded_column(name, *coded[field], hints) for field, name in rest.items()}
    return [numbers[field] if field in numbers else texts[field] for field in named]


def _mostly_numbers(database: Any, source: str, named: Mapping[str, str], hints: Hints) -> dict[str, Column]:
    """The columns that are plain numbers but for a few words: these are read without a look at every number."""
    candidates = [field for field, name in named.items() if hints.as_numbers(name)]
    if not candidates:
        return {}
    counts = ", ".join(f"count({field}), count({number_sql(field)})" for field in candidates)
    counted = database.execute(f"SELECT {counts} FROM {source}").fetchone()
    columns: dict[str, Column] = {}
    for i, field in enumerate(candidates):
        present, plain = counted[2 * i : 2 * i + 2]
        if plain > MANY_NUMBERS and plain > present / 2:
            column = _numbers_and_words(database, source, field, named[field], hints)
            columns |= {field: column} if column is not None else {}
    return columns


def _numbers_and_words(database: Any, source: str, field: str, name: str, hints: Hints) -> Column | None:
    words, cells = cells_of(database, source, field, name, hints)
    reading = infer(cells, hints.types.get(name))
    if str(reading) != "number" or any(parse_numeral(word) is not None for word in words):
        return None
    value = fetch(database, source, {field: number_sql(field)})[field].filled(np.nan)
    strays = {word: row for word, (_, row) in words.items() if not hints.is_missing(word, None)}
    return finite(without_missing(Numbers(name, value, strays=strays), hints))


def cells_of(
    database: Any, source: str, field: str, name: str, hints: Hints, row: str = "rowid"
) -> tuple[dict[str, tuple[int, int]], Cells]:
    """Count the words of a field that are no plain numbers, and take some of its numbers for all of them."""
    code = f"CASE WHEN {field} >= '00' AND {field} < '0:' THEN '0' ELSE '' END"
    shape = f"{code} || translate({field}, '012345678', '999999999')"
    examples = database.execute(
        f"SELECT min({field}), max({field}), count(*), approx_count_distinct({field}) FROM {source} "
        f"WHERE {number_sql(field)} IS NOT NULL GROUP BY {shape} ORDER BY 1"
    ).fetchall()
    words = {
        word: (n, first)
        for word, n, first in database.execute(
            f"SELECT {field}, count(*), min({row}) + 1 FROM {source} "
            f"WHERE {field} IS NOT NULL AND {number_sql(field)} IS NULL GROUP BY ALL ORDER BY 3"
        ).fetchall()
    }
    present = [(word, n, 1, first) for word, (n, first) in words.items() if not hints.is_missing(word, None)]
    for low, high, n, different in examples:
        present += [(low, n - (high != low), max(different - 1, 1), 0)] + [(high, 1, 1, 0)] * (high != low)
    texts, counts, distinct, rows = zip(*present) if present else ((), (), (), ())
    firsts = list(rows)
    return words, Cells(name, texts, np.array(counts, np.int64), firsts.__getitem__, np.array(distinct, np.int64))


def _fill(database: Any, scan: str, fields: Sequence[str], numeric: set[str], blanks: str, into: str = "cells") -> None:
    """Read a scan into a table of numbers and trimmed text, with a mark where a number is not a plain one."""
    expressions = [
        f"TRY_CAST({field} AS DOUBLE) AS {field}"
        if field in numeric
        else f"nullif(trim({field}, {blanks}), '') AS {field}"
        for field in fields
    ]
    odd = " OR ".join(_is_odd(field) for field in fields if field in numeric) or "false"
    database.execute(f"CREATE TEMP TABLE {into} AS SELECT {', '.join(expressions)}, {odd} AS odd FROM {scan}")


def _is_odd(field: str) -> str:
    """SQL for a cell that is not a number, or is not to be read as one, as the code 020; NULL where it is missing."""
    return f"NOT regexp_full_match({field}, {literal(PLAIN)})"


def _odd(database: Any, scan: str, numeric: Sequence[str]) -> list[str]:
    """The fields that do not hold plain numbers and missing values alone."""
    if not numeric or database.execute("SELECT 1 FROM cells WHERE odd LIMIT 1").fetchone() is None:
        return []
    checks = ", ".join(f"bool_or({_is_odd(field)})" for field in numeric)
    return [field for field, odd in zip(numeric, database.execute(f"SELECT {checks} FROM {scan}").fetchone()) if odd]


def _numbers(database: Any, named: Mapping[str, str], hints: Hints) -> list[Column]:
    arrays = fetch(database, "cells", {field: field for field in named})
    return [finite(without_missing(Numbers(n, arrays[field].filled(np.nan)), hints)) for field, n in named.items()]


def number_sql(field: str) -> str:
    """SQL for the number that a cell spells, or NULL; DuckDB alone would read "1_000" as a number."""
    return f"CASE WHEN contains({field}, '_') THEN NULL ELSE TRY_CAST({field} AS DOUBLE) END"


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
