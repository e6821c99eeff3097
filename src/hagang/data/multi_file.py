"""Sources that are several files: a pattern, or a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from hagang.data.columns import Column, Inputs, Numbers, Table, Text
from hagang.data.text import listing
from hagang.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["files_of", "stacked"]

SUFFIXES = (".csv", ".tsv", ".csv.gz", ".tsv.gz", ".parquet", ".arrow", ".feather")


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


def stacked(tables: Sequence[tuple[str, Inputs]]) -> Table:
    """Put tables with the same columns one below the other.

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
    columns = tuple(_joined(names, [part[name] for part in parts]) for name in parts[0].names)
    return Table(columns, sum(map(len, parts)))


def _joined(files: Sequence[str], columns: Sequence[Column]) -> Column:
    known = [column for column in columns if not column.missing.all()] or columns[:1]
    spellings = {column.spelling if isinstance(column, Numbers) else "text" for column in known}
    if len(spellings) > 1:
        kinds = {spelling or "plain numbers" for spelling in spellings}
        one = next(file for file, column in zip(files, columns) if column is not known[0] and not column.missing.all())
        text = (
            f"column {known[0].name!r} is not written alike in all files: {' and '.join(sorted(kinds))} (as in {one}); "
            "expected the same in all."
        )
        raise DataError(text)
    if isinstance(known[0], Numbers):
        values = np.concatenate([c.values if isinstance(c, Numbers) else np.full(len(c), np.nan) for c in columns])
        strays = {word: row for c in known if isinstance(c, Numbers) for word, row in c.strays.items()}
        return Numbers(known[0].name, values, known[0].boolean, strays, known[0].spelling)
    words = tuple(sorted({value for column in known if isinstance(column, Text) for value in column.values}))
    return Text(known[0].name, np.concatenate([_codes(column, words) for column in columns]), words)


def _codes(column: Column, words: Sequence[str]) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    if not isinstance(column, Text):
        return np.full(len(column), -1, np.int32)
    places = {word: place for place, word in enumerate(words)}
    return np.array([*(places[value] for value in column.values), -1], np.int32)[column.codes]
