"""The container: one `.safetensors` file with the tensors, and everything else as JSON in its header.

The metadata in the header has one entry, `hagang`, with the format version, the versions that wrote the file, dtype,
shape and checksum of every tensor, and the caller's document. Equal content gives equal bytes.
"""

from __future__ import annotations

import os
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from hagang._version import installed_version
from hagang.errors import ArgumentError, FileFormatError
from hagang.saved.atomic import atomic_write
from hagang.saved.faults import FOREIGN, damaged, fail
from hagang.saved.inspect import inspect
from hagang.saved.strict import dump, load

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["FORMAT", "Header", "read", "read_header", "write"]

Array = npt.NDArray[Any]

FORMAT = 1
"""Incremented when older versions could no longer read the files written."""

_KEY = "hagang"
_KINDS = "biuf"
_LARGEST_HEADER = 90_000_000
"""In bytes; safetensors reads headers of up to 100 MB, including the entries of the tensors."""


@dataclass(frozen=True)
class Header:
    """The header of a file.

    Parameters
    ----------
    format : int
        The format version.
    versions : mapping of str to str
        The versions of hagang and NumPy that wrote the file.
    tensors : mapping of str to mapping
        `dtype`, `shape` and `crc32` of each tensor.
    document : mapping
        The caller's description.
    """

    format: int
    versions: Mapping[str, str]
    tensors: Mapping[str, Mapping[str, Any]]
    document: dict[str, Any]


# --- write ---------------------------------------------------------------------------------------------


def write(path: str | os.PathLike[str], tensors: Mapping[str, npt.ArrayLike], document: Mapping[str, Any]) -> None:
    """Write a file atomically.

    Parameters
    ----------
    path : str or path
        The destination; an existing file is replaced once the new one is complete.
    tensors : mapping of str to array
        Booleans, integers and floats of up to 64 bits, of any shape.
    document : mapping
        JSON-serialisable: dicts with string keys, lists (tuples become lists), strings, numbers (including infinities
        and NaN), booleans, None. The order of keys is not kept.

    Raises
    ------
    ArgumentError
        For a tensor or an entry of the document that cannot be stored.
    FileFormatError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name) / "line.safetensors"
    >>> write(path, {"slope": np.array([2.0])}, {"unit": "m/s"})
    >>> read(path)
    ({'slope': array([2.])}, {'unit': 'm/s'})
    >>> folder.cleanup()
    """
    arrays = {name: _storable(name, tensors[name]) for name in sorted(tensors)}
    text = dump(_envelope(arrays, document))
    if len(text) > _LARGEST_HEADER:
        size = f"{len(text) / 1e6:.0f} MB"
        msg = f"document: expected at most 90 MB of JSON, received {size}; store large arrays as tensors"
        raise ArgumentError(msg)
    with atomic_write(Path(path)) as unfinished:
        _save(arrays, unfinished, text)


def _save(arrays: Mapping[str, Array], file: Path, text: str) -> None:
    """Save the tensors, and turn an I/O error of safetensors back into an OSError."""
    from safetensors import SafetensorError
    from safetensors.numpy import save_file

    try:
        save_file(dict(arrays), file, {_KEY: text})
    except SafetensorError as error:
        number = re.search(r"\(os error (\d+)\)", str(error))
        code = int(number[1]) if number else 0
        raise OSError(code, os.strerror(code) if code else str(error)) from None


def _storable(name: str, value: npt.ArrayLike) -> Array:
    """In C order and little-endian, since safetensors stores the bytes as they are in memory."""
    array = np.asarray(value, order="C")
    if not isinstance(name, str) or not name or name == "__metadata__":
        msg = f"tensors: expected names that are text, not empty and not '__metadata__', received {name!r}"
        raise ArgumentError(msg)
    if array.dtype.kind not in _KINDS or array.dtype.itemsize > 8:
        msg = f"tensor '{name}': expected booleans, integers or floats of up to 64 bits, received {array.dtype}"
        raise ArgumentError(msg)
    return array.astype(array.dtype.newbyteorder("<"), copy=False)


def _envelope(arrays: Mapping[str, Array], document: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "versions": {name: installed_version(name) for name in ("hagang", "numpy")},
        "tensors": {name: _entry(array) for name, array in arrays.items()},
        "document": dict(document),
        "crc32": _crc_of_text(document),
    }


def _entry(array: Array) -> dict[str, Any]:
    return {"dtype": array.dtype.name, "shape": list(array.shape), "crc32": _crc(array)}


def _crc(array: Array) -> int:
    return zlib.crc32(array.reshape(-1).view(np.uint8).data)


def _crc_of_text(document: Mapping[str, Any]) -> int:
    return zlib.crc32(dump(document).encode())


# --- read ----------------------------------------------------------------------------------------------


def read(path: str | os.PathLike[str]) -> tuple[dict[str, Array], dict[str, Any]]:
    """Read a file that `write` made.

    Parameters
    ----------
    path : str or path
        The file.

    Returns
    -------
    tensors : dict of str to ndarray
        Exactly as written, each in its own memory.
    document : dict
        The description.

    Raises
    ------
    FileFormatError
        If the file does not exist, is damaged, was not written by hagang, or by a newer version of it.
    """
    file = Path(path)
    header = read_header(file)
    return dict(_tensors(file, header)), header.document


def read_header(path: str | os.PathLike[str]) -> Header:
    """Read the header of a file, without its tensors.

    Parameters
    ----------
    path : str or path
        The file.

    Raises
    ------
    FileFormatError
        As for `read`, except for damage within the tensors.
    """
    file = Path(path)
    metadata = inspect(file)
    if _KEY not in metadata:
        fail(file, "is a safetensors file, but not one of hagang's", FOREIGN)
    try:
        envelope = dict(load(metadata[_KEY]))
        number = int(envelope["format"])
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        damaged(file, f"its description cannot be read ({error!r})")
    if number > FORMAT:
        versions = envelope.get("versions")
        writer = versions.get("hagang") if isinstance(versions, dict) else "of an unknown version"
        what = f"was written in format {number} by hagang {writer}, this one reads format {FORMAT}"
        fail(file, what, "install a newer hagang: pip install --upgrade hagang")
    return _checked(file, envelope)


def _checked(file: Path, envelope: dict[str, Any]) -> Header:
    try:
        parts = [dict(envelope[key]) for key in ("versions", "tensors", "document")]
        header = Header(FORMAT, *parts)
        intact = _crc_of_text(header.document) == envelope["crc32"]
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError) as error:
        damaged(file, f"its description lacks a part ({error!r})")
    if not intact:
        damaged(file, "its description is not the one that was written")
    return header


def _tensors(file: Path, header: Header) -> Iterator[tuple[str, Array]]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(file, framework="numpy") as stored:
            names = set(stored.keys())
            for name in sorted(names ^ set(header.tensors)):
                where = "described but missing" if name in header.tensors else "there but not described"
                damaged(file, f"tensor '{name}' is {where}")
            for name, entry in header.tensors.items():
                array = stored.get_tensor(name)
                _check_entry(file, name, _entry(array), entry)
                yield name, array
    except FileFormatError:
        raise
    except (SafetensorError, OSError, KeyError, TypeError, ValueError, OverflowError, MemoryError) as error:
        damaged(file, str(error))


def _check_entry(file: Path, name: str, actual: Mapping[str, Any], described: Mapping[str, Any]) -> None:
    for key in ("dtype", "shape"):
        if not isinstance(described, dict) or actual[key] != described.get(key):
            expected = described.get(key) if isinstance(described, dict) else described
            damaged(file, f"tensor '{name}': expected {key} {expected}, found {actual[key]}")
    if actual["crc32"] != described.get("crc32"):
        damaged(file, f"the numbers of tensor '{name}' are not those that were written")
