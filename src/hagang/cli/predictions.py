"""Predictions as a file: CSV, Parquet or a workbook, as the name's ending says."""

from __future__ import annotations

import csv
import gzip
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

from hagang.data.query import connect, literal
from hagang.errors import ArgumentError
from hagang.saved import atomic_write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

__all__ = ["ENDINGS", "check_ending", "opened"]

ENDINGS = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".parquet")


class Rows:
    """Where rows are written, one block after another."""

    def __init__(self, file: TextIO, separator: str) -> None:
        self._writer = csv.writer(file, delimiter=separator, lineterminator="\n")
        self.count = 0

    def head(self, names: Sequence[str]) -> None:
        """Write the columns' names."""
        self._writer.writerow(names)

    def write(self, rows: Iterable[Sequence[Any]]) -> None:
        """Write rows."""
        for row in rows:
            self._writer.writerow(row)
            self.count += 1


def check_ending(out: Path) -> None:
    """Refuse an ending that promises another format than can be written.

    Raises
    ------
    ArgumentError
        When it is none of `ENDINGS`.
    """
    if _is_stdout(out) or out.name.lower().endswith(ENDINGS):
        return
    msg = f"--out: expected a file whose name ends in {', '.join(ENDINGS)}, or - for the output, received '{out}'"
    raise ArgumentError(msg)


@contextmanager
def opened(out: Path | None) -> Iterator[Rows]:
    """Open a place for rows; a file is there only when all of them are."""
    if _is_stdout(out) or out is None:
        yield Rows(sys.stdout, ",")
        return
    name = out.name.lower()
    with atomic_write(out) as unfinished:
        plain = unfinished.with_suffix(".rows") if name.endswith(".parquet") else unfinished
        try:
            with _text(plain, name) as file:
                yield Rows(file, "\t" if ".tsv" in name else ",")
            if plain != unfinished:
                _to_parquet(plain, unfinished)
        finally:
            if plain != unfinished:
                plain.unlink(missing_ok=True)


def _is_stdout(out: Path | None) -> bool:
    return out is None or str(out) in ("-", "/dev/stdout")


def _text(file: Path, name: str) -> Any:
    if name.endswith(".gz"):
        return gzip.open(file, "wt", encoding="utf-8", newline="")
    return file.open("w", encoding="utf-8", newline="")


def _to_parquet(rows: Path, to: Path) -> None:
    with connect() as database:
        source = f"read_csv({literal(str(rows))}, header = true, sample_size = -1)"
        database.execute(f"COPY (SELECT * FROM {source}) TO {literal(str(to))} (FORMAT parquet)").fetchall()
