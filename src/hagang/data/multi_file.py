"""Sources that are several files: a pattern, or a folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from hagang.data.columns import Column, Inputs, Numbers, Table, Text
from hagang.data.datetimes import is_datetime
from hagang.data.numerals import parse_numeral
from hagang.data.text import listing
from hagang.data.values import coded_column, spelled
from hagang.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hagang.data.hints import Hints

__all__ = ["files_of", "stacked"]

PACKED = ("", ".gz", ".bz2", ".xz", ".zst")
SUFFIXES = (
    *(kind + packed for kind in (".csv", ".tsv", ".jsonl") for packed in PACKED),
    ".parquet",
    ".arrow",
    ".feather",
    ".xlsx",
)


def files_of(source: str | Path) -> list[Path]:
    """The files that a source names, in the order of their names: itself, those of a pattern, or a folder's tables.

    A path that is there is never taken for a pattern.
    """
    path = Path(source).expanduser()
    if path.is_dir():
        return sorted(file for file in path.iterdir() if file.is_file() and file.name.lower().endswith(SUFFIXES))
    if path.exists() or not set("*?[") & set(str(source)):
        return [path]
    root = Path(path.anchor) if path.is_absolute() else Path()
    return sorted(file for file in root.glob(str(path.relative_to(path.anchor))) if file.is_file())


def stacked(tables: Sequence[tuple[str, Inputs]], hints: Hints) -> Table:
    """Put tables with the same columns one below the other; texts are understood together.

    Raises
    ------
    DataError
        When columns differ, by name or in that one file has text where another has numbers.
    """
    first, head = tables[0]
    parts: list[Table] = []
    for name, table in tables:
        if not isinstance(table, Table) or not isinstance(head, Table):
            text = f"{name} holds images; expected tables where there are several files."
            raise DataError(text)
        if set(table.names) != set(head.names):
            odd = sorted(set(table.names) ^ set(head.names))
            text = (
                f"{name} and {first} do not have the same columns: {listing(odd, 6)}; expected the same in all files."
            )
            raise DataError(text)
        parts.append(table)
    names = [name for name, _ in tables]
    columns = tuple(_joined(names, [part[name] for part in parts], hints) for name in parts[0].names)
    return Table(columns, sum(map(len, parts)))


def _joined(files: Sequence[str], columns: Sequence[Column], hints: Hints) -> Column:
    known = [column for column in columns if not column.missing.all()] or columns[:1]
    if all(isinstance(column, Numbers) for column in known):
        _check_alike(files, columns, [column for column in known if isinstance(column, Numbers)])
        values = np.concatenate([c.values if isinstance(c, Numbers) else np.full(len(c), np.nan) for c in columns])
        return replace(known[0], values=values)  # type: ignore[arg-type]
    texts = [column if isinstance(column, Text) else _as_texts(file, column) for file, column in zip(files, columns)]
    words = tuple(sorted({value for column in texts for value in column.values}))
    codes = np.concatenate([_codes(column, words) for column in texts])
    column = coded_column(known[0].name, codes, words, hints)
    if isinstance(column, Text) and column.name not in hints.types:
        _check_words(files, columns)
    return column


def _check_words(files: Sequence[str], columns: Sequence[Column]) -> None:
    """Refuse words in one file where another has numbers alone."""
    if not any(isinstance(column, Numbers) and not column.missing.all() for column in columns):
        return
    for file, column in zip(files, columns):
        if isinstance(column, Text) and column.values and not any(map(parse_numeral, column.values)):
            raise _unlike(column.name, ["plain numbers", "text"], file)


def _check_alike(files: Sequence[str], columns: Sequence[Column], known: Sequence[Numbers]) -> None:
    kinds = {("dates" if is_datetime(c.spelling) else "booleans" if c.boolean else "numbers") for c in known}
    if len(kinds) > 1:
        odd = next(file for file, column in zip(files, columns) if column is known[1])
        raise _unlike(known[0].name, sorted(kinds), odd)


def _as_texts(file: str, column: Numbers) -> Text:
    """Plain numbers of one file, as texts beside those of another."""
    if column.spelling or column.boolean:
        raise _unlike(column.name, ["text", column.spelling or "booleans"], file)
    there = ~column.missing
    values, inverse = np.unique(column.values[there], return_inverse=True)
    codes = np.full(len(column), -1, np.int32)
    codes[there] = inverse
    return Text(column.name, codes, tuple(map(spelled, values.tolist())))


def _unlike(name: str, kinds: Sequence[str], file: str) -> DataError:
    text = (
        f"column {name!r} is not written alike in all files: {' and '.join(kinds)} (as in {file}); "
        "expected the same in all."
    )
    return DataError(text)


def _codes(column: Text, words: Sequence[str]) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    places = {word: place for place, word in enumerate(words)}
    return np.array([*(places[value] for value in column.values), -1], np.int32)[column.codes]
