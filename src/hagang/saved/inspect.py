"""Validation of a file by its first bytes, length and header, before anything is read from it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, BinaryIO

from hagang.errors import FileFormatError
from hagang.saved.faults import AGAIN, FOREIGN, damaged, fail

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["inspect"]

_KINDS = {
    b"PK\x03\x04": "a zip archive (as PyTorch, Keras and NumPy's .npz make)",
    b"\x80": "a pickle, which hagang never opens because loading one runs its code",
    b"\x89HDF": "an HDF5 file (as Keras makes)",
    b"\x93NUMPY": "a NumPy .npy file",
    b"\x1f\x8b": "compressed with gzip",
    b"PAR1": "a Parquet table",
}


def inspect(file: Path) -> dict[str, str]:
    """The metadata in the header of a complete safetensors file.

    Raises
    ------
    FileFormatError
        If the file does not exist, cannot be opened, is empty, of another type, or truncated.
    """
    try:
        if not file.exists():
            fail(file, "does not exist", "check the path")
        if not file.is_file():
            fail(file, "is not a file", FOREIGN)
        with file.open("rb") as stream:
            return _metadata(file, stream, file.stat().st_size)
    except FileFormatError:
        raise
    except OSError as error:
        fail(file, f"cannot be read: {error.strerror or error}", "check the path and its permissions")


def _metadata(file: Path, stream: BinaryIO, size: int) -> dict[str, str]:
    start = stream.read(9)
    if not start:
        fail(file, "is empty", AGAIN)
    if start[8:] != b"{":
        fail(file, f"is not a model: it is {_kind(start)}", FOREIGN)
    length = int.from_bytes(start[:8], "little")
    if 8 + length > size:
        damaged(file, f"it is cut short within its header, {size:,} bytes are left")
    header = _parse(file, b"{" + stream.read(length - 1))
    expected = 8 + length + _data_length(file, header)
    if size != expected:
        fault = "it is cut short" if size < expected else "something was added to it"
        damaged(file, f"{fault}, it has {size:,} bytes of {expected:,}")
    metadata = header.get("__metadata__", {})
    return metadata if isinstance(metadata, dict) else {}


def _kind(start: bytes) -> str:
    """A description of the file type; `start` holds up to nine bytes."""
    named = (name for magic, name in _KINDS.items() if start.startswith(magic))
    text = "text" if start.isascii() and start.decode().replace("\n", " ").isprintable() else "of an unknown kind"
    return next(named, text)


def _parse(file: Path, text: bytes) -> dict[str, Any]:
    try:
        header: dict[str, Any] = json.loads(text)
    except (ValueError, RecursionError):
        damaged(file, "its header is not JSON")
    return header


def _data_length(file: Path, header: dict[str, Any]) -> int:
    try:
        entries = [entry for name, entry in header.items() if name != "__metadata__"]
        return max((int(entry["data_offsets"][1]) for entry in entries), default=0)
    except (AttributeError, KeyError, TypeError, ValueError, IndexError, OverflowError):
        damaged(file, "its header does not say where the tensors lie")
