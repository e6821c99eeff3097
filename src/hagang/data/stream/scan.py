"""A table too large for memory, read a range of rows at a time by DuckDB."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data.cell_parsing import BLANK, MISSING, nfc_name, to_number
from hagang.data.columns import Column, Numbers, Table
from hagang.data.query import connect, fetch, file_literal, known, literal, number_sql, quoted, text_codes
from hagang.data.readings import Reading
from hagang.data.values import NO_HINTS, column_read_as, composed, without_missing
from hagang.errors import FileFormatError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from hagang.data.hints import Hints

__all__ = ["Range", "Scan", "scan_parquet"]

NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL", "BOOLEAN")
MOMENTS = ("DATE", "TIMESTAMP")


@dataclass(frozen=True)
class Range:
    """Rows of one file: from start to before stop; `first` counts them from the source's beginning."""

    file: Path
    start: int
    stop: int
    first: int

    def __len__(self) -> int:
        return self.stop - self.start


@dataclass(frozen=True)
class Scan:
    """One or several Parquet files with the same columns.

    Parameters
    ----------
    files
        In order, with the rows of each.
    kinds
        DuckDB's type of each column.
    memory
        Bytes that DuckDB may use.
    hints
        What is known of it before.
    hows
        How columns are read where it is known, as a `Reading` names it.
    """

    files: Sequence[tuple[Path, int]]
    kinds: Mapping[str, str]
    memory: int
    hints: Hints = NO_HINTS
    hows: Mapping[str, str] = field(default_factory=dict)
    raw_names: Mapping[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return sum(rows for _, rows in self.files)

    def ranges(self, rows: int, begin: int = 0) -> Iterator[Range]:
        """The source cut into ranges of at most so many rows, from those that begin at row `begin` on."""
        first = 0
        for file, n in self.files:
            for start in range(0, n, rows):
                if first + start >= begin:
                    yield Range(file, start, min(start + rows, n), first + start)
            first += n

    def numeric(self, name: str) -> bool:
        """Whether a column is numbers by its type."""
        return self.kinds[name].removeprefix("U").startswith(NUMBERS)

    def sql_number(self, name: str) -> str:
        """SQL for a column's number in a row: NULL where it is missing, or a word."""
        column = self.column(name)
        if self.kinds[name].startswith(MOMENTS):
            return f"epoch({column})"
        if self.numeric(name):
            plain = f"{column}::DOUBLE"
            gone = [f"{column} = {float(n)!r}" for n in self.hints.missing if np.isfinite(to_number(n))]
            gone += [f"isnan({column})"] * (self.kinds[name] in ("FLOAT", "DOUBLE"))
            return f"(CASE WHEN {' OR '.join(gone)} THEN NULL ELSE {plain} END)" if gone else plain
        text = self.sql_text(name)
        if self.hows.get(name) == "boolean":
            return f"(CASE lower({text}) WHEN 'true' THEN 1.0 WHEN 'false' THEN 0.0 END)"
        return number_sql(text)

    def sql_text(self, name: str) -> str:
        """SQL for a column's trimmed text in a row: NULL where it is missing."""
        how = self.hows.get(name) or self.hints.types.get(name)
        absent = ("", *self.hints.missing) if how == "words" else (*MISSING, *self.hints.missing)
        return known(f"trim({self.column(name)}::VARCHAR, {literal(BLANK)})", absent)

    def column(self, name: str) -> str:
        """SQL for a column, by its name with composed characters."""
        return quoted(self.raw_names.get(name, name))

    def in_sql(self, name: str) -> bool:
        """Whether a column's numbers can be had without a look at each of its texts."""
        return self._is_number(name, self.hows.get(name, "number"))

    def read(self, rows: Range) -> Table:
        """Return the columns of a range whose way of being read is known."""
        hows = self.hows
        numbers = [name for name, how in hows.items() if self._is_number(name, how)]
        texts = [name for name in hows if name not in set(numbers)]
        source = self.rows_of(rows)
        columns: dict[str, Column] = {}
        with self.connection() as database:
            if numbers:
                fields = {f"n{i}": self.sql_number(name) for i, name in enumerate(numbers)}
                arrays = self.fetch(database, source, fields)
                for name, array in zip(numbers, arrays.values()):
                    how, values = hows[name], array.filled(np.nan).astype(np.float64)
                    spelling = "" if how in ("number", "boolean") else how
                    column = Numbers(name, values, how == "boolean", spelling=spelling)
                    columns[name] = without_missing(column, self.hints)
            if texts:
                columns.update(self._texts(database, source, texts))
        return Table(tuple(columns[name] for name in hows), len(rows))

    def fetch(self, database: Any, source: str, fields: Mapping[str, str]) -> dict[str, Any]:
        """Run a query; its columns as masked arrays.

        Raises
        ------
        FileFormatError
            When the source is damaged.
        """
        import duckdb

        try:
            return fetch(database, source, fields)
        except duckdb.Error as error:
            raise self._damaged(error) from error

    def execute(self, database: Any, query: str) -> Any:
        """Run a query.

        Raises
        ------
        FileFormatError
            When the source is damaged.
        """
        import duckdb

        try:
            return database.execute(query).fetchall()
        except duckdb.Error as error:
            raise self._damaged(error) from error

    def connection(self) -> Any:
        """Open a connection of its own to a database that keeps within the memory."""
        return self._database.cursor()

    @cached_property
    def _database(self) -> Any:
        return connect(memory=self.memory)

    @property
    def source(self) -> str:
        """SQL for all rows, with their number in their file as `file_row_number`."""
        return self._read(", ".join(file_literal(path) for path, _ in self.files))

    def rows_of(self, rows: Range) -> str:
        """SQL for the rows of a range."""
        scan = self._read(file_literal(rows.file))
        return f"(SELECT * FROM {scan} WHERE file_row_number >= {rows.start} AND file_row_number < {rows.stop})"

    def _read(self, files: str) -> str:
        return f"read_parquet([{files}], file_row_number = true)"

    def _is_number(self, name: str, how: str) -> bool:
        return (
            how in ("number", "boolean")
            or self.kinds[name].startswith(MOMENTS)
            or (how not in ("text", "words") and self.numeric(name))
        )

    def _texts(self, database: Any, source: str, names: Sequence[str]) -> dict[str, Column]:
        named = {f"t{i}": name for i, name in enumerate(names)}
        cells = ", ".join(f"{self.sql_text(name)} AS {key}" for key, name in named.items())
        self.execute(database, f"CREATE TEMP TABLE cells AS SELECT {cells} FROM {source}")
        coded = text_codes(database, "cells", list(named))
        return {
            name: column_read_as(Reading.named(self.hows[name]), name, *composed(*coded[key]))
            for key, name in named.items()
        }

    def _damaged(self, error: Exception) -> FileFormatError:
        where = ", ".join(str(path) for path, _ in self.files[:3])
        text = f"{where} cannot be read ({str(error).splitlines()[0]}); write or fetch it again."
        return FileFormatError(text)


def scan_parquet(files: Sequence[Path], memory: int, hints: Hints = NO_HINTS) -> Scan:
    """Look at Parquet files: their rows and the types of their columns.

    Raises
    ------
    FileFormatError
        When one is damaged, or their columns differ.
    """
    import duckdb

    counted, kinds = [], None
    with connect(memory=memory) as database:
        for file in files:
            try:
                own = dict(
                    database.execute(
                        f"SELECT column_name, column_type FROM (DESCRIBE FROM read_parquet({file_literal(file)}))"
                    ).fetchall()
                )
                (rows,) = database.execute(f"SELECT count(*) FROM read_parquet({file_literal(file)})").fetchone()
            except duckdb.Error as error:
                text = f"{file} is a damaged Parquet file ({str(error).splitlines()[0]}); write or fetch it again."
                raise FileFormatError(text) from error
            if kinds is not None and own != kinds:
                text = f"{file} has other columns than {files[0]}: {own}; expected {kinds}."
                raise FileFormatError(text)
            kinds = own
            counted.append((file, int(rows)))
    raw = {nfc_name(name): name for name in kinds or {}}
    return Scan(counted, {name: (kinds or {})[old] for name, old in raw.items()}, memory, hints, raw_names=raw)
