"""Rows to train on: arrays in memory, and sources that give a block of them at a time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from hagang.data.batches import shuffled

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

__all__ = ["Block", "Rows", "Source", "fingerprint"]


@dataclass(frozen=True, eq=False)
class Rows:
    """Inputs of shape (rows, ...) and targets: class codes (rows,), or quantities (rows, outputs).

    Where rows count differently, `weight`, shape (rows,), says how much each does.
    """

    x: npt.NDArray[Any]
    y: npt.NDArray[Any]
    weight: npt.NDArray[Any] | None = None

    def __len__(self) -> int:
        return len(self.x)

    @property
    def dims(self) -> tuple[int, ...]:
        """The shape of one row of the inputs."""
        return self.x.shape[1:]

    def take(self, rows: npt.NDArray[np.int64]) -> Rows:
        """These rows."""
        return Rows(self.x[rows], self.y[rows], None if self.weight is None else self.weight[rows])

    @property
    def head(self) -> Rows:
        """Rows that show the shapes and types of all."""
        return self

    def blocks(self, seed: int, epoch: int, batch_size: int) -> Iterator[Block]:
        """All rows at once, shuffled where a step takes a part of them."""
        rows = len(self)
        yield Block(self, shuffled(rows, seed, epoch) if batch_size < rows else np.arange(rows))


@dataclass(frozen=True, eq=False)
class Block:
    """Rows in memory, and those of them that steps take, in that order."""

    rows: Rows
    order: npt.NDArray[np.int64]


class Source(Protocol):
    """What is trained on: all in memory at once (`Rows`), or a block at a time."""

    @property
    def head(self) -> Rows:
        """Rows that show the shapes and types of all."""
        ...

    def __len__(self) -> int:
        """How many rows an epoch takes."""
        ...

    def blocks(self, seed: int, epoch: int, batch_size: int) -> Iterator[Block]:
        """An epoch's rows: a pure function of seed and epoch.

        Every block but the last holds whole batches.
        """
        ...


def fingerprint(*arrays: npt.NDArray[Any]) -> str:
    """A digest of arrays, by which to see whether data are the same: SHA-256 of type, shape and numbers.

    Examples
    --------
    >>> fingerprint(np.zeros(2)) == fingerprint(np.zeros(2)) != fingerprint(np.ones(2))
    True
    """
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(f"{array.dtype.str}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)
    return digest.hexdigest()[:16]
