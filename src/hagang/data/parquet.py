"""Parquet files, read by DuckDB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data.cell_parsing import nfc_name
from hagang.data.columns import Column, Numbers, Table
from hagang.data.datetimes import spelling_of_seconds
from hagang.data.findings import Finding
from hagang.data.query import columns_of_texts, connect, file_literal, quoted
from hagang.data.text import count
from hagang.data.values import NO_HINTS, finite, without_missing
from hagang.errors import DataError, FileFormatError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from hagang.data.files import Look
    from hagang.data.hints import Hints

__all__ = ["columns_of_source", "is_nested", "read_parquet"]

NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL", "BOOLEAN")
STAMPS = ("DATE", "TIMESTAMP")
OTHERS = ("STRUCT", "MAP", "BLOB", "UNION", "VARIANT")


def read_parquet(look: Look, hints: Hints = NO_HINTS) -> tuple[Table, list[Finding]]:
    """Read a Parquet file: numbers as they are, everything else as text (understood as in a text file).

    Raises
    ------
    FileFormatError
        When the file is damaged.
    DataError
        When it has no rows, or a value is infinite.
    """
    source = f"read_parquet({file_literal(look.file)})"
    with connect() as database:
        kinds = dict(_query(database, look.path, f"SELECT column_name, column_type FROM (DESCRIBE FROM {source})"))
        usable = {name: kind for name, kind in kinds.items() if not is_nested(kind)}
        columns = columns_of_source(database, look.path, source, usable, hints)
    table = Table(tuple(columns[name] for name in usable), len(next(iter(columns.values()), ())))
    if len(table) == 0:
        text = f"{look.path} holds no rows; expected at least one."
        raise DataError(text)
    shape = f"{count(len(table), 'row')}, {count(len(table.columns), 'column')}"
    findings = [Finding("file", f"{look.path.name}: {shape} (Parquet)")]
    nested = [
        Finding("dropped", f"{name!r} holds {kinds[name]}, neither numbers nor text: left out", name)
        for name in kinds
        if name not in usable
    ]
    return table, findings + nested


def is_number(kind: str) -> bool:
    """Whether a type of DuckDB's is numbers, or true and false."""
    return kind.removeprefix("U").startswith(NUMBERS)


def is_nested(kind: str) -> bool:
    """Whether a type of DuckDB's is neither numbers nor text."""
    return kind.startswith(OTHERS) or kind.endswith("]")


def columns_of_source(
    database: Any, path: Path, source: str, kinds: Mapping[str, str], hints: Hints = NO_HINTS
) -> dict[str, Column]:
    """Return the columns of a source whose columns have these types; text is understood as in a text file."""
    numbers = [name for name, kind in kinds.items() if is_number(kind) and hints.as_numbers(name)]
    stamps = [name for name, kind in kinds.items() if kind.startswith(STAMPS)]
    texts = [name for name in kinds if name not in {*numbers, *stamps}]
    columns: dict[str, Column] = {}
    if numbers:
        casts = ", ".join(f"{quoted(name)}::DOUBLE AS n{i}" for i, name in enumerate(numbers))
        arrays = _execute(database, path, f"SELECT {casts} FROM {source}").fetchnumpy()
        for name, array in zip(numbers, arrays.values()):
            values = np.ma.asarray(array).filled(np.nan)
            column = Numbers(nfc_name(name), values, boolean=kinds[name] == "BOOLEAN")
            columns[name] = finite(without_missing(column, hints))
    if stamps:
        seconds = ", ".join(f"epoch({quoted(name)}) AS s{i}" for i, name in enumerate(stamps))
        arrays = _execute(database, path, f"SELECT {seconds} FROM {source}").fetchnumpy()
        for name, array in zip(stamps, arrays.values()):
            values = np.ma.filled(np.ma.asarray(array, np.float64), np.nan)
            columns[name] = Numbers(nfc_name(name), values, spelling=spelling_of_seconds(values))
    if texts:
        fields = [f"t{i}" for i in range(len(texts))]
        cleaned = ", ".join(f"nullif(trim({quoted(n)}::VARCHAR), '') AS {f}" for n, f in zip(texts, fields))
        _execute(database, path, f"CREATE TEMP TABLE cells AS SELECT {cleaned} FROM {source}")
        columns.update(zip(texts, columns_of_texts(database, "cells", dict(zip(fields, map(nfc_name, texts))), hints)))
    return columns


def _query(database: Any, path: Path, query: str) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = _execute(database, path, query).fetchall()
    return rows


def _execute(database: Any, path: Path, query: str) -> Any:
    import duckdb

    try:
        return database.execute(query)
    except duckdb.Error as error:
        text = f"{path} is a damaged Parquet file ({str(error).splitlines()[0]}); write or fetch it again."
        raise FileFormatError(text) from error
