"""What a file is, told by its first bytes and not by its name."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from hagang.data.encoding import is_utf16
from hagang.errors import FileFormatError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Look", "is_json", "look"]

HEAD = 1 << 17
WIDE = 1 << 22

FOREIGN = {
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"%PDF": "a PDF document",
    b"\x89HDF": "an HDF5 file",
    b"PK\x03\x04": "a zip archive in another",
    b"BZh": "compressed twice",
    b"\xfd7zXZ": "compressed twice",
    b"\x28\xb5\x2f\xfd": "compressed twice",
    b"SQLite": "an SQLite database",
    b"\x80\x04": "a Python pickle",
    b"\x80\x05": "a Python pickle",
}


@dataclass(frozen=True)
class Look:
    """What the first bytes of a file tell.

    Parameters
    ----------
    path
        The file, as it was named.
    file
        Where its content lies: elsewhere, where it had to be unpacked or written anew.
    kind
        ``"text"``, ``"parquet"``, ``"arrow"``, ``"idx"``, ``"npy"`` or ``"npz"``.
    gzipped
        Whether it is compressed with gzip.
    head
        Its first bytes, decompressed.
    whole
        Whether `head` is all of it.
    notes
        What had to be done to get at it.
    place
        A folder for what has to be written on the way.
    """

    path: Path
    file: Path
    kind: str
    gzipped: bool
    head: bytes
    whole: bool
    notes: tuple[str, ...] = ()
    place: Path | None = None


def look(path: Path, named: Path | None = None) -> Look:
    """Look at the beginning of a file, which is `named` otherwise where it was unpacked.

    Raises
    ------
    FileFormatError
        When there is no such file, it is empty, or it is of no kind that can be read.
    """
    _check_there(path)
    gzipped = _head(path, False, 2) == b"\x1f\x8b"
    head = _head(path, gzipped, HEAD)
    if head.count(b"\n") < 10 and len(head) == HEAD:
        head = _head(path, gzipped, WIDE)
        whole = len(head) < WIDE
    else:
        whole = len(head) < HEAD
    if not head.strip():
        text = f"{named or path} is empty; expected a table with at least one row."
        raise FileFormatError(text)
    return Look(named or path, path, _kind(named or path, head, gzipped), gzipped, head, whole)


def _check_there(path: Path) -> None:
    if path.is_file():
        return
    here = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
    near = get_close_matches(path.name, here, n=1)
    hint = f" Did you mean {str(path.parent / near[0])!r}?" if near else f" (looked in {path.parent.resolve()})"
    text = f"there is no file {str(path)!r}.{hint}"
    raise FileFormatError(text)


def _head(path: Path, gzipped: bool, size: int) -> bytes:
    try:
        with gzip.open(path) if gzipped else path.open("rb") as file:
            return file.read(size)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        text = f"{path} is a damaged gzip file ({error}); fetch or compress it again."
        raise FileFormatError(text) from error
    except OSError as error:
        text = f"{path} cannot be read: {error.strerror or error}."
        raise FileFormatError(text) from error


def _kind(path: Path, head: bytes, gzipped: bool) -> str:
    if head[:4] == b"PAR1" and not gzipped:
        return "parquet"
    if head[:6] == b"ARROW1" and not gzipped:
        return "arrow"
    if head[:6] == b"\x93NUMPY" and not gzipped:
        return "npy"
    if head[:2] == b"\0\0" and head[2:3] in {b"\x08", b"\x09", b"\x0b", b"\x0c", b"\x0d", b"\x0e"}:
        return "idx"
    if head[:4] == b"PK\x03\x04" and path.suffix == ".npz":
        return "npz"
    what = next((name for magic, name in FOREIGN.items() if head.startswith(magic)), None)
    if what is None and b"\0" in head[:4096] and is_utf16(head) is None:
        what = "a binary file"
    if what:
        text = (
            f"{path} is {what}, not a table of text. hagang reads CSV and other separated text (also .gz), "
            "JSON lines, Excel's .xlsx, Parquet, Arrow, NumPy's .npy and .npz, and IDX images: save it as one of these."
        )
        raise FileFormatError(text)
    return "json" if is_json(head) else "text"


def is_json(head: bytes) -> bool:
    """Whether a text's beginning is JSON's: an object, or an array of them.

    Examples
    --------
    >>> is_json(b'{"a": 1}'), is_json(b'[ {"a": 1}]'), is_json(b"a,b"), is_json(b"{a}")
    (True, True, False, False)
    """
    plain = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    inner = plain[1:].lstrip()
    return (plain[:1] == b"{" and inner[:1] in (b'"', b"}")) or (plain[:1] == b"[" and inner[:1] == b"{")
