"""IDX files, the format of MNIST: a magic number, the sizes, then the bytes.

References
----------
LeCun, Cortes, Burges, *The MNIST database of handwritten digits*, "File formats": two zero bytes, a type
code (0x08 is unsigned byte), the number of axes, each axis' size as a big-endian 32-bit integer, the values
row by row.
"""

from __future__ import annotations

import gzip
import math
import re
import struct
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import DataError, FileFormatError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["idx_pairs", "labels_beside", "read_idx"]

LARGEST = 1 << 40
"""More bytes than any file of images has."""

TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}

_NAME = re.compile(r"(?P<part>.*?)[-._]?(?P<what>images|labels)[-._]idx\d[-._]ubyte(\.gz)?", re.IGNORECASE)


def read_idx(path: Path) -> NDArray[Any]:
    """Read one IDX file, compressed or not.

    Raises
    ------
    FileFormatError
        When it is not an IDX file, or is cut short.
    """
    head = _bytes(path, 4 + 4 * 255)
    if len(head) >= 4 and head[:2] == b"\0\0" and head[2] in TYPES and len(head) >= 4 + 4 * head[3]:
        sizes = struct.unpack(f">{head[3]}I", head[4 : 4 + 4 * head[3]])
        limit = 4 + 4 * head[3] + np.dtype(TYPES[head[2]]).itemsize * math.prod(sizes) + 1
    else:
        limit = len(head)
    data = _bytes(path, min(limit, LARGEST))
    if len(data) < 4 or data[:2] != b"\0\0" or data[2] not in TYPES:
        text = f"{path} is not an IDX file: it begins with {data[:4].hex(' ')}, expected 00 00 08 and the axes."
        raise FileFormatError(text)
    start = 4 + 4 * data[3]
    if len(data) < start:
        raise _short(path, start, len(data))
    shape = struct.unpack(f">{data[3]}I", data[4:start])
    dtype = np.dtype(TYPES[data[2]])
    expected = start + dtype.itemsize * math.prod(shape)
    if len(data) != expected:
        raise _short(path, expected, len(data))
    return np.frombuffer(data, dtype, offset=start).reshape(shape)


def idx_pairs(folder: Path) -> dict[str, tuple[Path, Path]]:
    """Find the pairs of images and labels in a folder, by their names: ``{"train": …, "test": …}``.

    Raises
    ------
    DataError
        When there is no training pair.
    """
    files: dict[tuple[str, str], Path] = {}
    for path in sorted(folder.iterdir(), reverse=True):  # the plain file after, so before, its .gz
        name = _NAME.fullmatch(path.name)
        if name:
            files[_part(name["part"]), name["what"].lower()] = path
    pairs = {
        part: (files[part, "images"], files[part, "labels"])
        for part in ("train", "test")
        if (part, "images") in files and (part, "labels") in files
    }
    if "train" not in pairs:
        here = ", ".join(sorted(path.name for path in folder.iterdir())[:8]) or "nothing"
        text = (
            f"the folder {folder} holds no training images; expected train-images-idx3-ubyte and "
            f"train-labels-idx1-ubyte (also .gz), found {here}. Give a file, or a folder with these."
        )
        raise DataError(text)
    return pairs


def labels_beside(images: Path) -> Path | None:
    """The file of labels that belongs to a file of images by its name, if it is there."""
    name = _NAME.fullmatch(images.name)
    if not name or name["what"].lower() != "images":
        return None
    pairs = (
        (path, other)
        for path in sorted(images.parent.iterdir())
        if (other := _NAME.fullmatch(path.name)) and other["what"].lower() == "labels"
    )
    return next((path for path, other in pairs if other["part"] == name["part"]), None)


def _part(name: str) -> str:
    return "test" if name.lower().startswith(("t10k", "test")) else "train"


def _bytes(path: Path, limit: int) -> bytes:
    """The first bytes of a file, decompressed."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    try:
        with gzip.open(path) if packed else path.open("rb") as opened:
            return opened.read(limit)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        text = f"{path} is a damaged gzip file ({error}); fetch it again."
        raise FileFormatError(text) from error
    except (MemoryError, OverflowError) as error:
        text = f"{path} says that it holds {limit:,} bytes, more than fit into memory; fetch it again."
        raise FileFormatError(text) from error


def _short(path: Path, expected: int, received: int) -> FileFormatError:
    problem = "cut short" if received < expected else "longer than its header says"
    text = f"{path} is {problem}: expected {expected:,} bytes, found {received:,}; fetch it again."
    return FileFormatError(text)
