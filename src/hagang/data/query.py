"""Columns from DuckDB: one pass counts what each column holds, a second one fetches it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data.columns import Column, Numbers, Table, Text
from hagang.data.values import finite
from hagang.data.words import BLANK, MISSING, MISSING_NUMBER, Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["clean", "connect", "literal", "quoted", "table_of_texts"]


def connect() -> Any:
    """Open a private DuckDB database in memory that never reaches for the network."""
    import duckdb

    return duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})


def literal(text: str) -> str:
    """Write a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """Write a name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def clean(expression: str) -> str:
    """Return SQL for a cell of text: trimmed, and NULL where it stands for "no value"."""
    trimmed = f"trim({expression}, {literal(BLANK)})"
    return f"CASE WHEN {trimmed} IN ({_words(MISSING)}) THEN NULL ELSE {trimmed} END"


def table_of_texts(database: Any, source: str, fields: Sequence[str], names: Sequence[str]) -> Table:
    """Return the table of a DuckDB table `source`, whose `fields` hold cleaned text, under `names`."""
    (rows,) = database.execute(f"SELECT count(*) FROM {source}").fetchone()
    tallies = dict(zip(fields, _tallies(database, source, fields)))
    numbers = [field for field in fields if tallies[field].is_numbers or tallies[field].present == 0]
    texts = [field for field in fields if field not in set(numbers)]
    values = _fetch(database, source, [(f, _number(f)) for f in numbers])
    dictionaries = {field: _dictionary(database, source, field) for field in texts}
    codes = _fetch(database, source, [(f, f"enum_code({f}::{_kind(f)})") for f in texts])
    columns: list[Column] = []
    for field, name in zip(fields, names):
        if field in dictionaries:
            columns.append(Text(name, codes[field].astype(np.int32).filled(-1), dictionaries[field]))
        else:
            strays = _strays(database, source, field) if tallies[field].numbers < tallies[field].present else {}
            columns.append(finite(Numbers(name, values[field].filled(np.nan), strays=strays)))
    return Table(tuple(columns), rows)


def _words(words: Iterable[str]) -> str:
    return ", ".join(map(literal, words))


def _number(field: str) -> str:
    """SQL for the number that a cell spells, or NULL; DuckDB alone would read "1_000" as a number."""
    return f"CASE WHEN contains({field}, '_') THEN NULL ELSE TRY_CAST({field} AS DOUBLE) END"


def _tallies(database: Any, source: str, fields: Sequence[str]) -> list[Tally]:
    counts = [
        f"count({f}), count(*) FILTER {_where(f'{_number(f)} IS NOT NULL')}, "
        f"count(*) FILTER {_where(_matches(f, '[0-9]+'))}, count(*) FILTER {_where(_matches(f, '0[0-9]+'))}, "
        f"count(*) FILTER {_where(f'{f} IN ({_words(MISSING_NUMBER)})')}"
        for f in fields
    ]
    found = database.execute(f"SELECT {', '.join(counts)} FROM {source}").fetchone()
    tallies = [Tally(*found[5 * i : 5 * i + 5]) for i in range(len(fields))]
    return [_settled(database, source, f, tally) for f, tally in zip(fields, tallies)]


def _settled(database: Any, source: str, field: str, tally: Tally) -> Tally:
    if not tally.doubtful:
        return tally
    query = f"SELECT count(DISTINCT {_number(field)}) FROM {source}"
    (distinct,) = database.execute(query).fetchone()
    return Tally(tally.present, tally.numbers, tally.digits, tally.codes, tally.known, distinct)


def _where(condition: str) -> str:
    return f"(WHERE {condition})"


def _matches(field: str, pattern: str) -> str:
    return f"regexp_full_match({field}, {literal(pattern)})"


def _fetch(database: Any, source: str, wanted: Sequence[tuple[str, str]]) -> dict[str, Any]:
    if not wanted:
        return {}
    columns = ", ".join(f"{expression} AS {field}" for field, expression in wanted)
    arrays = database.execute(f"SELECT {columns} FROM {source}").fetchnumpy()
    return {field: np.ma.asarray(array) for field, array in arrays.items()}


def _kind(field: str) -> str:
    return f"values_of_{field}"


def _dictionary(database: Any, source: str, field: str) -> tuple[str, ...]:
    """Make the different texts of a field a type of their own, whose codes NumPy can fetch."""
    query = f"SELECT DISTINCT {field} FROM {source} WHERE {field} IS NOT NULL ORDER BY {field}"
    database.execute(f"CREATE TYPE {_kind(field)} AS ENUM ({query})")
    (values,) = database.execute(f"SELECT enum_range(NULL::{_kind(field)})").fetchone()
    return tuple(values)


def _strays(database: Any, source: str, field: str) -> dict[str, int]:
    condition = f"{field} IS NOT NULL AND {_number(field)} IS NULL"
    query = f"SELECT {field}, min(rowid) + 1 FROM {source} WHERE {condition} GROUP BY ALL ORDER BY 2"
    return dict(database.execute(query).fetchall())
