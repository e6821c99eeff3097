"""NumPy's files: .npy holds an array, .npz several under names. They are mapped into memory where that can be done."""

from __future__ import annotations

import math
import struct
import tokenize
import zipfile
import zlib
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from hagang.errors import DataError, FileFormatError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Pair = tuple[NDArray[Any], NDArray[Any] | None]

__all__ = ["read_npy", "read_npz"]

CHUNK = 1 << 20
FOREIGN = (
    *(ValueError, OSError, EOFError, KeyError, TypeError, IndexError, OverflowError, MemoryError, RecursionError),
    *(
        SyntaxError,
        NotImplementedError,
        RuntimeError,
        struct.error,
        zlib.error,
        zipfile.BadZipFile,
        tokenize.TokenError,
    ),
)
"""What damaged files make NumPy and the archive's reader raise."""

TRAIN = (("x_train", "y_train"), ("train_x", "train_y"), ("x", "y"), ("data", "target"), ("images", "labels"))
TEST = (("x_test", "y_test"), ("test_x", "test_y"))


def read_npz(path: Path) -> tuple[Pair, Pair | None]:
    """Read the inputs and targets of a .npz file, and its test part if it has one.

    Recognised names (in any case): X and y, x_train and y_train with x_test and y_test, train_x …, data and
    target, images and labels.

    Raises
    ------
    FileFormatError
        When the file is damaged, or holds Python objects (which are code, and never unpickled).
    DataError
        When no recognised name is in it.
    """
    arrays = _arrays(path)
    train = _pair(arrays, TRAIN)
    if train is None:
        text = (
            f"{path} holds the arrays {', '.join(sorted(arrays)) or '(none)'}; expected X and y, or x_train, "
            "y_train, x_test and y_test. Save it with np.savez(path, X=X, y=y)."
        )
        raise DataError(text)
    return train, _pair(arrays, TEST)


def _arrays(path: Path) -> dict[str, NDArray[Any]]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.endswith(".npy")]
            return {name.removesuffix(".npy").lower(): _array(path, archive, name) for name in names}
    except FOREIGN as error:
        raise _unreadable(path, ".npz", error) from error


def _unreadable(path: Path, kind: str, error: Exception) -> FileFormatError:
    reason = (str(error).splitlines() or [type(error).__name__])[0]
    return FileFormatError(f"{path} cannot be read as {kind} ({reason}); save plain numbers or text again.")


def read_npy(path: Path) -> NDArray[Any]:
    """Map a .npy file into memory.

    Raises
    ------
    FileFormatError
        When the file is damaged, or holds Python objects.
    """
    try:
        with path.open("rb") as file:
            _header(file)
        array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    except FOREIGN as error:
        raise _unreadable(path, ".npy", error) from error
    return array


def _array(path: Path, archive: zipfile.ZipFile, member: str) -> NDArray[Any]:
    """An array of an archive: mapped into memory where it is stored as it is, its checksum being right."""
    info = archive.getinfo(member)
    with archive.open(info) as file:
        shape, fortran, dtype = _header(file)
        begin = file.tell()
        if begin + math.prod(shape) * dtype.itemsize != info.file_size:
            msg = f"{member} holds {info.file_size:,} bytes, which is not what its header says"
            raise ValueError(msg)
        if info.compress_type != zipfile.ZIP_STORED or not all(shape):
            data = file.read()
            return np.frombuffer(data, dtype).reshape(shape, order="F" if fortran else "C")
        while file.read(CHUNK):  # the end of it compares the checksum
            pass
    return np.memmap(path, dtype, "r", _data_begins(path, info) + begin, shape, "F" if fortran else "C")


def _header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    version = np.lib.format.read_magic(file)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, fortran, dtype = read(file)
    if dtype.hasobject:
        msg = "it holds Python objects, which are code"
        raise ValueError(msg)
    if dtype.itemsize == 0 or any(size < 0 for size in shape):
        msg = f"an array of {dtype} of shape {shape}"
        raise ValueError(msg)
    return shape, fortran, dtype


def _data_begins(path: Path, info: zipfile.ZipInfo) -> int:
    with path.open("rb") as file:
        file.seek(info.header_offset + 26)
        name, extra = struct.unpack("<HH", file.read(4))
    return info.header_offset + 30 + int(name) + int(extra)


def _pair(arrays: dict[str, NDArray[Any]], names: tuple[tuple[str, str], ...]) -> Pair | None:
    return next(((arrays[x], arrays.get(y)) for x, y in names if x in arrays), None)
