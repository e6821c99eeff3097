"""Whether a source is streamed, where its compact form goes, and how much memory may be used."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hagang.errors import ArgumentError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Streaming", "bytes_of"]

_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_SIZE = re.compile(r"(\d+(?:\.\d+)?) ?([KMGT]?B?)", re.ASCII | re.IGNORECASE)
LEAST = 100 * 10**6
TIMES_TEXT, TIMES_ZIPPED, TIMES_PARQUET = 4, 16, 8
"""About how many times a file's size its table needs in memory while it is read and prepared."""


@dataclass(frozen=True)
class Streaming:
    """How data beyond memory is treated.

    Parameters
    ----------
    enabled
        True: stream; False: read into memory; None: stream where the table would need more than `memory`.
    memory
        Bytes of memory to keep within, 0 for half of what the machine has.
    folder
        Where the compact form goes; None for a folder beside the source, named after it.
    """

    enabled: bool | None = None
    memory: int = 0
    folder: Path | None = None

    @property
    def budget(self) -> int:
        """Bytes of memory to keep within."""
        return self.memory or _physical() // 2

    def applies(self, files: list[Path]) -> bool:
        """Whether these files are to be streamed."""
        if self.enabled is not None:
            return self.enabled
        return sum(map(_in_memory, files)) > self.budget

    def place(self, source: Path) -> Path:
        """The folder for the compact form."""
        return self.folder or source.with_name(f"{source.name.strip('*')}.stream")


def bytes_of(text: str | int | None) -> int:
    """Read an amount of memory; units count in thousands. None is 0.

    Raises
    ------
    ArgumentError
        When it is no amount, or under 100 MB, in which nothing can be trained.

    Examples
    --------
    >>> bytes_of("2GB"), bytes_of("1.5 gb"), bytes_of(None)
    (2000000000, 1500000000, 0)
    """
    if text is None:
        return 0
    match = _SIZE.fullmatch(str(text).strip())
    size = int(float(match[1]) * _UNITS[match[2].upper().removesuffix("B")]) if match else 0
    if size < LEAST:
        msg = f"memory: expected an amount of at least 100MB, as 2GB, received {text!r}"
        raise ArgumentError(msg)
    return size


def _in_memory(file: Path) -> int:
    size = file.stat().st_size
    if file.suffix in (".gz", ".zip", ".bz2", ".xz", ".zst", ".xlsx"):
        return TIMES_ZIPPED * size
    with file.open("rb") as head:
        return size * (TIMES_PARQUET if head.read(4) == b"PAR1" else TIMES_TEXT)


def _physical() -> int:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # not a POSIX system
        return 8 * 10**9
