"""Atomic writes: a file is written next to its destination and then renamed."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING
from uuid import uuid4

from hagang.errors import FileFormatError
from hagang.saved.faults import fail

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["atomic_write", "check_writable"]

_REMEDIES = {
    errno.ENOSPC: "free some space, or choose another place",
    errno.EACCES: "choose a place where you may write",
    errno.EPERM: "choose a place where you may write",
    errno.EROFS: "choose a place where you may write",
    errno.ENAMETOOLONG: "choose a shorter name",
}


@contextmanager
def atomic_write(file: Path) -> Iterator[Path]:
    """Yield a temporary path to write to, and rename it to `file` on success.

    Raises
    ------
    FileFormatError
        If the destination cannot be written; no temporary file is left behind, and an existing file stays unchanged.
    """
    unfinished = _temporary(file)
    with _own_errors(file, unfinished):
        _check_kind(file)
        unfinished.touch(exist_ok=False)
        mode = (file if file.exists() else unfinished).stat().st_mode
        yield unfinished
        unfinished.chmod(mode & 0o777)
        _to_disk(unfinished)
        unfinished.replace(file)


def check_writable(file: Path) -> None:
    """Check in advance that a file can be written; leaves nothing behind.

    Raises
    ------
    FileFormatError
        If the destination cannot be written.
    """
    unfinished = _temporary(file)
    with _own_errors(file, unfinished):
        _check_kind(file)
        unfinished.touch(exist_ok=False)


def _temporary(file: Path) -> Path:
    return file.parent / f".{file.name[:100]}.{uuid4().hex[:8]}.part"


@contextmanager
def _own_errors(file: Path, unfinished: Path) -> Iterator[None]:
    """Convert operating-system errors, and remove the temporary file."""
    try:
        yield
    except FileFormatError:
        raise
    except OSError as error:
        remedy = _REMEDIES.get(error.errno or 0, "choose another place")
        fail(file, f"cannot be written: {error.strerror or error}", remedy)
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def _check_kind(file: Path) -> None:
    if not file.parent.is_dir():
        fault = "is not a folder" if file.parent.exists() else "does not exist"
        fail(file, f"cannot be written: the folder '{file.parent}' {fault}", "create it, or choose another place")
    if file.exists() and not file.is_file():
        fail(file, "cannot be written: it is a folder or a device, not a file", "give the path of a file")


def _to_disk(file: Path) -> None:
    """Flush to disk, so that a power failure after the rename cannot leave an empty file."""
    with file.open("r+b") as stream:
        os.fsync(stream.fileno())
