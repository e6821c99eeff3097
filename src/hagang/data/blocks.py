"""A large table block by block, read as a model's training data was: in bounded memory, however long it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from hagang.data.cell_parsing import nfc_name
from hagang.data.hints import make_hints
from hagang.data.like import types_like
from hagang.data.multi_file import files_of
from hagang.data.parquet import is_nested
from hagang.data.stream.conventions import readings_of
from hagang.data.stream.fit import sample
from hagang.data.stream.prepare import as_parquet, can_stream
from hagang.data.stream.scan import scan_parquet
from hagang.data.stream.shares import Shares
from hagang.data.unpack import is_stdin

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hagang.data.columns import Table

__all__ = ["table_blocks"]

LARGE = 1 << 23
"""Bytes of a source from which on it is read block by block."""

CELLS = 1 << 21
MEMORY = 1 << 29


def table_blocks(
    source: str, like: Any, options: Mapping[str, Any], keep: Sequence[str] = ()
) -> Iterator[tuple[Table, int, int]] | None:
    """Return the blocks of a table's rows, the rows that are done after each, and how many there are.

    Parameters
    ----------
    source
        A path or a pattern.
    like
        A trained network: its features say how columns are read, and which are needed.
    options
        As for `load`: header, separator, encoding, types, missing.
    keep
        More columns that are wanted; "all" for every one.

    Returns
    -------
    iterator or None
        None where the source is small, or no table that can be read so: then it is to be loaded whole.
    """
    if is_stdin(source):
        return None
    files = [file for file in files_of(source) if file.is_file()]
    if not files or sum(file.stat().st_size for file in files) < LARGE or not all(map(can_stream, files)):
        return None
    return _blocks(files, like, options, keep)


def _blocks(
    files: Sequence[Path], like: Any, options: Mapping[str, Any], keep: Sequence[str]
) -> Iterator[tuple[Table, int, int]]:
    given = make_hints(**options)
    own = types_like(like.features, like.target)
    hints = replace(given, types={**own, **given.types}, names=tuple(own))
    with TemporaryDirectory(prefix="hagang-") as folder:
        tables, _ = as_parquet(files, Path(folder), MEMORY, hints)
        scan = scan_parquet(tables, MEMORY, hints)
        names = [name for name, kind in scan.kinds.items() if not is_nested(kind)]
        needed = set(like.features.known) | {nfc_name(name) for name in keep}
        if list(keep) != ["all"] and needed & set(names) and own:
            names = [name for name in names if name in needed]
        scan = replace(scan, kinds={name: scan.kinds[name] for name in names})
        readings = readings_of(scan, sample(scan, Shares(0.0, 0.0, 0)))
        scan = replace(scan, hows={name: str(readings[name]) for name in names})
        for rows in scan.ranges(max(1, CELLS // max(len(names), 1))):
            yield scan.read(rows), rows.first + len(rows), len(scan)
