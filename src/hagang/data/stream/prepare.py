"""`prepare` for tables larger than memory."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data.arrow import arrow_to_parquet
from hagang.data.delimited import NotUtf8, open_delimited, write_parquet
from hagang.data.files import look
from hagang.data.findings import Finding
from hagang.data.multi_file import files_of
from hagang.data.prepared import Part, Prepared
from hagang.data.query import connect
from hagang.data.stream.convert import StreamRequest, convert
from hagang.data.stream.rows import StreamedRows
from hagang.data.stream.scan import scan_parquet
from hagang.data.stream.shares import PARTS
from hagang.data.text import count, listing
from hagang.data.unpack import is_packed, is_stdin, reencoded, unpacked
from hagang.data.values import NO_HINTS
from hagang.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hagang.data.files import Look
    from hagang.data.hints import Hints
    from hagang.data.stream.convert import Converted
    from hagang.data.stream.scan import Scan
    from hagang.data.stream.settings import Streaming

__all__ = ["as_parquet", "can_stream", "prepare_streamed", "refuse", "streams"]

BYTES_A_ROW = 4
SHARE_OF_BLOCK, SHARE_OF_DATABASE = 32, 3
FEWEST_BLOCK_ROWS = 65_536


def streams(source: Any, streaming: Streaming) -> bool:
    """Whether a source is a file, or several, that `streaming` asks to stream."""
    if not isinstance(source, str | Path):
        return _refused(streaming, f"a {type(source).__name__} in memory")
    if is_stdin(source):
        return _refused(streaming, "a pipe")
    files = files_of(source)
    if not files or not all(map(can_stream, files)):
        return _refused(streaming, str(source))
    return streaming.applies(files)


def can_stream(file: Path) -> bool:
    """Whether a file is a table that can be read a range of rows at a time, by way of Parquet."""
    return file.is_file() and (is_packed(file) or look(file).kind in ("text", "parquet", "arrow"))


def prepare_streamed(
    source: str | Path,
    request: StreamRequest,
    streaming: Streaming,
    *,
    hints: Hints = NO_HINTS,
    progress: Callable[[int, int], None] | None = None,
) -> Prepared:
    """Convert a table to its compact form on disk, and prepare it from there.

    Parameters
    ----------
    source
        A CSV or Parquet file, several by a pattern, or a folder of them.
    request, streaming
        What a person decided.
    hints
        What is known of the source before.
    progress
        Told the rows that are done, and how many there are.
    """
    files, place = files_of(source), streaming.place(Path(source))
    name, memory = Path(source).name, streaming.budget // SHARE_OF_DATABASE

    def open_scan() -> tuple[Scan, list[Finding]]:
        tables, findings = as_parquet(files, place, memory, hints)
        scan = scan_parquet(tables, memory, hints)
        shape = f"{count(len(scan), 'row')}, {count(len(scan.kinds), 'column')}"
        return scan, [*findings, Finding("file", f"{name}: {shape}, streamed by way of {place}")]

    converted = convert(open_scan, place, request, lambda: _stamps(files), progress)
    for copy in place.glob("cells*.parquet"):
        copy.unlink()
    return _prepared(name, converted, streaming)


def _prepared(name: str, converted: Converted, streaming: Streaming) -> Prepared:
    width = max(converted.features.width, 1)
    block = max(FEWEST_BLOCK_ROWS, streaming.budget // SHARE_OF_BLOCK // (width * BYTES_A_ROW))
    parts = {part: StreamedRows(converted.store, part, converted.features, block) for part in PARTS}
    return Prepared(
        name=name,
        train=parts["train"],
        validation=_in_memory(parts["validation"]),
        test=_in_memory(parts["test"]),
        features=converted.features,
        target=converted.target,
        findings=converted.findings,
        understood=converted.understood,
    )


def _in_memory(rows: StreamedRows) -> Part:
    weight = None if rows.weight is None else np.array(rows.weight)
    y = rows.y.astype(np.int64) if rows.y.dtype.kind in "iu" else np.array(rows.y)
    return Part(rows.inputs(0, len(rows)), y, np.arange(len(rows)), weight)


def as_parquet(files: Sequence[Path], place: Path, memory: int, hints: Hints) -> tuple[list[Path], list[Finding]]:
    """The files, a text file being copied to Parquet first: DuckDB finds a range of rows in that."""
    if not any(map(is_packed, files)) and all(look(file).kind == "parquet" for file in files):
        return list(files), []
    place.mkdir(parents=True, exist_ok=True)
    copies, findings = [], []
    for k, file in enumerate(files):
        copies.append(place / f"cells{k}.parquet")
        with unpacked(file, hints) as seen:
            try:
                findings += _copied(seen, memory, hints, copies[-1])
            except NotUtf8:
                findings += _copied(reencoded(seen), memory, hints, copies[-1])
    return copies, findings


def _copied(seen: Look, memory: int, hints: Hints, copy: Path) -> list[Finding]:
    """Copy a table of any kind to Parquet, every cell as text where it is a file of text."""
    with connect(memory=memory) as database:
        if seen.kind == "text":
            return write_parquet(database, seen, open_delimited(database, seen, hints), copy)
        if seen.kind == "parquet":
            copy.unlink(missing_ok=True)
            copy.write_bytes(seen.file.read_bytes())
            return []
    arrow_to_parquet(seen.file, copy)
    return []


def _stamps(files: Sequence[Path]) -> list[list[Any]]:
    return [[str(file), (stat := file.stat()).st_size, stat.st_mtime_ns] for file in files]


def refuse(**options: Any) -> None:
    """Refuse options that a stream does not know."""
    passed = [name for name, value in options.items() if value is not None]
    if passed:
        text = (
            f"a streamed table is split at random, by shares: {listing(passed)} cannot be given with it. Leave it out"
        )
        raise ArgumentError(text)


def _refused(streaming: Streaming, what: str) -> bool:
    if streaming.enabled:
        text = f"stream: expected a CSV or Parquet file, or several by a pattern, received {what}"
        raise ArgumentError(text)
    return False
