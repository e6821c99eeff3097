"""How a text file's letters are written: UTF-8, UTF-16, CP949 or cp1252, decided once and said."""

from __future__ import annotations

import codecs
import gzip
from typing import TYPE_CHECKING

from hagang.errors import ArgumentError, FileFormatError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["check_encoding", "find_encoding", "is_utf16", "transcode"]

CHUNK = 1 << 20
MOSTLY = 0.8
FEW = 0.01
ZEROS = 0.25

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def check_encoding(name: str) -> str:
    """Return the usual name of an encoding.

    Raises
    ------
    ArgumentError
        When there is none of that name.

    Examples
    --------
    >>> check_encoding("UTF8"), check_encoding("euc-kr")
    ('utf-8', 'euc_kr')
    """
    try:
        codec = codecs.lookup(name)
        "".encode(codec.name)
    except (LookupError, ValueError) as error:
        text = f"encoding: expected one as utf-8, utf-16, cp949 or cp1252, received {name!r}"
        raise ArgumentError(text) from error
    return codec.name


def is_utf16(head: bytes) -> str | None:
    r"""The encoding of two or four bytes a letter that bytes are in, or None.

    Examples
    --------
    >>> is_utf16("a,b".encode("utf-16")), is_utf16("a,b,c\n1,2,3\n".encode("utf-16-le")), is_utf16(b"a,b")
    ('utf-16', 'utf-16-le', None)
    """
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    even, odd = head[:4096:2].count(0), head[1:4096:2].count(0)
    half = max(len(head[:4096]) // 2, 1)
    if odd > ZEROS * half and not even:
        return "utf-16-le"
    return "utf-16-be" if even > ZEROS * half and not odd else None


def find_encoding(path: Path, gzipped: bool) -> str:
    """Decide how a text file is written that is not UTF-8 throughout.

    Korean text is told by its syllables: where nearly all letters beyond ASCII are common Hangul, it is CP949.

    Raises
    ------
    FileFormatError
        When it is UTF-8 but for a few bytes; the message names the line.
    """
    beyond, wrong, first = _as_utf8(path, gzipped)
    if wrong and beyond > 10 * wrong:
        text = f"{path} is UTF-8 but for {wrong:,} bytes, the first on line {first:,}; correct them, or say encoding=…"
        raise FileFormatError(text)
    if not wrong:
        return "utf-8"
    return "cp949" if _is_hangul(path, gzipped) else _western(path, gzipped)


def transcode(path: Path, gzipped: bool, encoding: str, to: Path) -> None:
    """Write a text file again as UTF-8.

    Raises
    ------
    FileFormatError
        When its bytes are not of this encoding; the message names the line.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 1
    with _open(path, gzipped) as source, to.open("w", encoding="utf-8", newline="") as out:
        while True:
            piece = source.read(CHUNK)
            try:
                letters = decoder.decode(piece, final=not piece)
            except UnicodeError as error:
                lines += piece[: getattr(error, "start", 0)].count(b"\n")
                text = f"{path} is not {encoding} (about line {lines:,}); say how it is written: encoding=…"
                raise FileFormatError(text) from error
            if not piece:
                out.write(letters)
                return
            lines += piece.count(b"\n")
            out.write(letters.removeprefix("\ufeff") if lines == 1 or out.tell() == 0 else letters)


def _open(path: Path, gzipped: bool):  # type: ignore[no-untyped-def]
    return gzip.open(path) if gzipped else path.open("rb")


def _as_utf8(path: Path, gzipped: bool) -> tuple[int, int, int]:
    """Of a file as UTF-8: the letters beyond ASCII, the bytes that are none, and the line of the first of these."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    beyond = wrong = first = 0
    line = 1
    with _open(path, gzipped) as source:
        while True:
            piece = source.read(CHUNK)
            letters = decoder.decode(piece, final=not piece)
            if not letters.isascii():
                bad = letters.count("\ufffd")
                if bad and not wrong:
                    first = line + letters[: letters.index("\ufffd")].count("\n")
                wrong += bad
                beyond += sum(1 for c in letters if c > "\x7f") - bad
            line += letters.count("\n")
            if not piece:
                return beyond, wrong, first


def _is_hangul(path: Path, gzipped: bool) -> bool:
    decoder = codecs.getincrementaldecoder("cp949")("replace")
    hangul = beyond = 0
    with _open(path, gzipped) as source:
        while piece := source.read(CHUNK):
            letters = [c for c in decoder.decode(piece) if c > "\x7f"]
            beyond += len(letters)
            hangul += sum(1 for c in letters if _is_common(c))
    return beyond > 0 and hangul >= MOSTLY * beyond


def _is_common(letter: str) -> bool:
    """Whether this is one of the 2,350 Hangul syllables of KS X 1001, or a sign that stands among them."""
    try:
        code = letter.encode("euc_kr")
    except UnicodeError:
        return False
    return len(code) == 2 and (b"\xb0" <= code[:1] <= b"\xc8" or code[:1] in (b"\xa1", b"\xa2", b"\xa7"))


def _western(path: Path, gzipped: bool) -> str:
    """cp1252, or Latin-1 where a byte stands that cp1252 does not have."""
    with _open(path, gzipped) as source:
        while piece := source.read(CHUNK):
            if set(piece) & {0x81, 0x8D, 0x8F, 0x90, 0x9D}:
                return "latin-1"
    return "cp1252"
