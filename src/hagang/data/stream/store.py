"""A table on disk: for each part a folder, in it a file for each column, all grown a chunk at a time.

A line in `chunks.jsonl` is written when a chunk's bytes are: what lies beyond the last whole line is cut off, so that
a conversion that was interrupted goes on where it was. Each line holds the checksum of its chunk's bytes.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import FileFormatError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["Chunk", "Store"]

LOG = "chunks.jsonl"


@dataclass(frozen=True)
class Chunk:
    """Rows that were converted together.

    Parameters
    ----------
    stop
        The source's row after the last that was read for it.
    rows
        How many rows it gave to each part.
    lost
        How many of the source's rows had no target.
    checksum
        CRC-32 of the bytes of all its columns, part after part.
    """

    stop: int
    rows: Mapping[str, int]
    lost: int
    checksum: int


@dataclass
class Store:
    """Columns of a few parts, on disk.

    Parameters
    ----------
    folder
        Where they lie.
    dtypes
        The type of each column.
    parts
        The parts' names.
    """

    folder: Path
    dtypes: Mapping[str, str]
    parts: Sequence[str]
    chunks: list[Chunk] = field(default_factory=list)

    def resume(self) -> int:
        """Take up what is there already, and return the source's row to go on from."""
        self.chunks = self._logged()
        for part in self.parts:
            (self.folder / part).mkdir(parents=True, exist_ok=True)
            for name, dtype in self.dtypes.items():
                with self._file(part, name).open("ab") as file:
                    file.truncate(self.rows(part) * np.dtype(dtype).itemsize)
        self._write_log()
        return self.chunks[-1].stop if self.chunks else 0

    def append(self, stop: int, parts: Mapping[str, Mapping[str, NDArray[Any]]], lost: int) -> None:
        """Add a chunk: its columns to their files, and then its line to the log."""
        checksum = 0
        for part in self.parts:
            for name, dtype in self.dtypes.items():
                data = np.ascontiguousarray(parts[part][name], dtype=dtype)
                plain: Any = data.view(np.uint8).reshape(-1)
                checksum = zlib.crc32(plain, checksum)
                with self._file(part, name).open("ab") as file:
                    file.write(data.data)
        rows = {part: len(next(iter(parts[part].values()))) for part in self.parts}
        self.chunks.append(Chunk(stop, rows, lost, checksum))
        with (self.folder / LOG).open("a") as log:
            log.write(json.dumps(vars(self.chunks[-1])) + "\n")

    def rows(self, part: str) -> int:
        """How many rows a part has."""
        return sum(chunk.rows[part] for chunk in self.chunks)

    def column(self, part: str, name: str) -> NDArray[Any]:
        """A column of a part, mapped into memory and not read."""
        if not self.rows(part):
            return np.empty(0, self.dtypes[name])
        return np.memmap(self._file(part, name), dtype=self.dtypes[name], mode="r", shape=(self.rows(part),))

    def check(self) -> None:
        """Read everything once and compare checksums.

        Raises
        ------
        FileFormatError
            When a file is shorter than the log says, or its bytes are others than were written.
        """
        starts = dict.fromkeys(self.parts, 0)
        for chunk in self.chunks:
            checksum = 0
            for part in self.parts:
                for name in self.dtypes:
                    checksum = zlib.crc32(self._bytes(part, name, starts[part], chunk.rows[part]), checksum)
                starts[part] += chunk.rows[part]
            if checksum != chunk.checksum:
                text = (
                    f"{self.folder} is damaged: the rows before row {chunk.stop:,} are others than were written. "
                    "Delete the folder."
                )
                raise FileFormatError(text)

    def _bytes(self, part: str, name: str, start: int, rows: int) -> bytes:
        size = np.dtype(self.dtypes[name]).itemsize
        with self._file(part, name).open("rb") as file:
            file.seek(start * size)
            return file.read(rows * size)

    def _file(self, part: str, name: str) -> Path:
        return self.folder / part / f"{list(self.dtypes).index(name):04}.bin"

    def _logged(self) -> list[Chunk]:
        log = self.folder / LOG
        chunks: list[Chunk] = []
        for line in log.read_text().splitlines() if log.exists() else []:
            try:
                chunks.append(Chunk(**json.loads(line)))
            except (ValueError, TypeError):  # cut short
                break
        while chunks and not self._holds(chunks):
            chunks.pop()
        return chunks

    def _holds(self, chunks: Sequence[Chunk]) -> bool:
        """Whether the files are at least as long as these chunks say."""
        for part in self.parts:
            rows = sum(chunk.rows[part] for chunk in chunks)
            for name, dtype in self.dtypes.items():
                file = self._file(part, name)
                if (file.stat().st_size if file.exists() else 0) < rows * np.dtype(dtype).itemsize:
                    return False
        return True

    def _write_log(self) -> None:
        lines = [json.dumps(vars(chunk)) + "\n" for chunk in self.chunks]
        (self.folder / LOG).write_text("".join(lines))
