"""Files that have to be written out anew before they are read: compressed, in another encoding, workbooks, a pipe."""

from __future__ import annotations

import bz2
import lzma
import shutil
import sys
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Any

from hagang.data.encoding import check_encoding, find_encoding, is_utf16, transcode
from hagang.data.files import look
from hagang.data.query import connect, file_literal, literal
from hagang.data.text import listing
from hagang.data.workbook import is_workbook, write_csv
from hagang.errors import FileFormatError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hagang.data.files import Look
    from hagang.data.hints import Hints

__all__ = ["is_packed", "is_stdin", "reencoded", "unpacked"]

CHUNK = 1 << 20
LARGEST, TIMES = 1 << 33, 1000
"""A file may expand to so many bytes, or to so many times its own: what grows beyond is made to do harm."""


def is_stdin(source: object) -> bool:
    """Whether a source is what a pipe brings."""
    return str(source) in ("-", "/dev/stdin")


@contextmanager
def unpacked(path: Path, hints: Hints) -> Iterator[Look]:
    """Look at a file, decompressed and in UTF-8 as its head shows; what has to be written for that is removed after.

    Raises
    ------
    FileFormatError
        When it cannot be read, is damaged, or expands beyond all measure.
    """
    with TemporaryDirectory(prefix="hagang-") as folder:
        place = Path(folder)
        file, notes = _file(path, place)
        seen = replace(look(file, path), notes=notes)
        if seen.kind == "text":
            seen = _as_utf8(seen, hints, place)
        yield seen


def reencoded(seen: Look) -> Look:
    """The same text file in UTF-8, where it turned out late not to be.

    Raises
    ------
    FileFormatError
        When nobody can tell how it is written.
    """
    return _written(seen, find_encoding(seen.file, seen.gzipped), seen.place or seen.path.parent)


def _as_utf8(seen: Look, hints: Hints, place: Path) -> Look:
    seen = replace(seen, place=place)
    if hints.encoding is not None:
        return _written(seen, check_encoding(hints.encoding), place)
    wide = is_utf16(seen.head)
    if wide:
        return _written(seen, wide, place)
    try:
        seen.head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(seen.head) - 3 or seen.whole:
            return _written(seen, find_encoding(seen.file, seen.gzipped), place)
    return seen


def _written(seen: Look, encoding: str, place: Path) -> Look:
    if encoding == "utf-8":
        return seen
    copy = place / "utf-8"
    transcode(seen.file, seen.gzipped, encoding, copy)
    shown = {"cp949": "CP949", "euc_kr": "EUC-KR"}.get(encoding, encoding)
    hint = " (encoding= says otherwise)"
    return replace(look(copy, seen.path), notes=(*seen.notes, f"{seen.path.name}: read as {shown}{hint}"), place=place)


def _file(path: Path, place: Path) -> tuple[Path, tuple[str, ...]]:
    """The file to read, and what was done to get it."""
    if is_stdin(path):
        copy = place / "stdin"
        with copy.open("wb") as out:
            shutil.copyfileobj(sys.stdin.buffer, out, CHUNK)
        path = copy
    magic = _magic(path)
    if magic.startswith(b"PK\x03\x04") and path.suffix.lower() != ".npz":
        return _from_zip(path, place)
    for mark, opened in _PACKED.items():
        if magic.startswith(mark):
            copy = place / path.stem
            _copy(path, opened, copy)
            return copy, ()
    if magic.startswith(b"\x28\xb5\x2f\xfd"):
        copy = place / path.stem
        _from_zstd(path, copy)
        return copy, ()
    return path, ()


_PACKED: dict[bytes, Callable[[Path], IO[bytes]]] = {b"BZh": bz2.open, b"\xfd7zXZ": lzma.open}


def is_packed(path: Path) -> bool:
    """Whether a file has to be unpacked, gzip aside."""
    magic = _magic(path)
    return magic.startswith((b"PK\x03\x04", b"\x28\xb5\x2f\xfd", *_PACKED)) and path.suffix.lower() != ".npz"


def _magic(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(8)
    except OSError:
        return b""  # `look` says why


def _from_zip(path: Path, place: Path) -> tuple[Path, tuple[str, ...]]:
    try:
        with zipfile.ZipFile(path) as archive:
            _check_size(path, sum(info.file_size for info in archive.infolist()))
            if is_workbook(archive):
                copy = place / f"{path.stem}.csv"
                return copy, (write_csv(path, copy),)
            inner = [i for i in archive.infolist() if not i.is_dir() and not _is_aside(i.filename)]
            if len(inner) != 1:
                names = listing((info.filename for info in inner), 6) or "nothing"
                text = f"{path} holds {names}; expected one table. Unpack it, and give a file or the folder."
                raise FileFormatError(text)
            copy = place / (Path(inner[0].filename).name or "table")
            _copy(path, lambda _: archive.open(inner[0]), copy)
            return copy, (f"{path.name}: {inner[0].filename} in it is read",)
    except FileFormatError:
        raise
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, KeyError, ValueError, OSError, EOFError) as error:
        text = f"{path} is a damaged zip archive, or needs a password ({_first_line(error)}); pack it again."
        raise FileFormatError(text) from error


def _is_aside(name: str) -> bool:
    return name.startswith("__MACOSX/") or Path(name).name.startswith(".")


def _copy(path: Path, opened: Callable[[Path], Any], to: Path) -> None:
    try:
        with opened(path) as source, to.open("wb") as out:
            while piece := source.read(CHUNK):
                out.write(piece)
                _check_size(path, out.tell())
    except FileFormatError:
        raise
    except (OSError, EOFError, lzma.LZMAError, zlib.error, zipfile.BadZipFile, ValueError) as error:
        text = f"{path} is a damaged compressed file ({_first_line(error)}); fetch or compress it again."
        raise FileFormatError(text) from error


def _from_zstd(path: Path, to: Path) -> None:
    """Write the lines of a text file that is compressed with zstandard, which DuckDB reads."""
    import duckdb

    plain = (
        "auto_detect = false, header = false, delim = '\x01', quote = '', escape = '', columns = {'line': 'VARCHAR'}"
    )
    source = f"read_csv({file_literal(path)}, {plain}, compression = 'zstd', max_line_size = 100000000)"
    target = f"{literal(str(to))} (FORMAT csv, HEADER false, DELIMITER '\x01', QUOTE '', ESCAPE '')"
    try:
        with connect() as database:
            database.execute(f"COPY (SELECT line FROM {source}) TO {target}").fetchall()
    except duckdb.Error as error:
        text = f"{path} cannot be read as text compressed with zstandard ({_first_line(error)}); decompress it first."
        raise FileFormatError(text) from error


def _check_size(path: Path, size: int) -> None:
    if size > max(LARGEST, TIMES * path.stat().st_size):
        text = f"{path} would expand to more than {size:,} bytes; expected a table. Look at what it holds."
        raise FileFormatError(text)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
