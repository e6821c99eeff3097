"""NumPy's files: .npy holds an array, .npz several under names. They are mapped into memory where that can be done."""

from __future__ import annotations

import struct
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import DataError, FileFormatError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Pair = tuple[NDArray[Any], NDArray[Any] | None]

__all__ = ["read_npy", "read_npz"]

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
        with np.load(path, allow_pickle=False) as archive:
            return {name.lower(): _array(path, archive, name) for name in archive.files}
    except (ValueError, OSError, EOFError) as error:
        text = f"{path} cannot be read as .npz ({str(error).splitlines()[0]}); save plain numbers or text again."
        raise FileFormatError(text) from error


def read_npy(path: Path) -> NDArray[Any]:
    """Map a .npy file into memory.

    Raises
    ------
    FileFormatError
        When the file is damaged, or holds Python objects.
    """
    try:
        array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, OSError, EOFError) as error:
        text = f"{path} cannot be read as .npy ({str(error).splitlines()[0]}); save plain numbers or text again."
        raise FileFormatError(text) from error
    return array


def _array(path: Path, archive: Any, name: str) -> NDArray[Any]:
    mapped = _mapped(path, f"{name}.npy")
    return archive[name] if mapped is None else mapped


def _mapped(path: Path, member: str) -> NDArray[Any] | None:
    """An array of an archive, mapped into memory; None where it is compressed, and has to be read."""
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo(member)
        if info.compress_type != zipfile.ZIP_STORED:
            return None
    with path.open("rb") as file:
        file.seek(info.header_offset + 26)
        name, extra = struct.unpack("<HH", file.read(4))
        file.seek(info.header_offset + 30 + name + extra)
        version = np.lib.format.read_magic(file)
        header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, fortran, dtype = header(file)
        if dtype.hasobject or not all(shape):
            return None
        return np.memmap(path, dtype, "r", file.tell(), shape, "F" if fortran else "C")


def _pair(arrays: dict[str, NDArray[Any]], names: tuple[tuple[str, str], ...]) -> Pair | None:
    return next(((arrays[x], arrays.get(y)) for x, y in names if x in arrays), None)
