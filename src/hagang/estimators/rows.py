"""Rows as an estimator brings them to training: in scikit-learn's order, dense or sparse, split for early stopping."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.training.rows import Block, Rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

__all__ = ["Shuffled", "SparseRows", "in_order"]

_BLOCK_BYTES = 1 << 26


@dataclass(frozen=True, eq=False)
class Shuffled(Rows):
    """Rows in memory, in an order that scikit-learn's generator shuffles on from epoch to epoch.

    Parameters
    ----------
    random : RandomState, optional
        What shuffles; None leaves the rows in their order.
    """

    random: np.random.RandomState | None = None
    order: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))

    def blocks(self, seed: int, epoch: int, batch_size: int) -> Iterator[Block]:
        """All rows at once."""
        del seed, epoch
        yield Block(self, self.order if self.random is None else _shuffle(self.order, self.random, batch_size))


@dataclass(frozen=True, eq=False)
class SparseRows:
    """Rows of a sparse matrix, made dense a block at a time."""

    x: Any
    y: npt.NDArray[Any]
    weight: npt.NDArray[Any] | None
    random: np.random.RandomState | None
    order: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return int(self.x.shape[0])

    @property
    def head(self) -> Rows:
        """The first row."""
        return self._take(np.arange(1))

    def blocks(self, seed: int, epoch: int, batch_size: int) -> Iterator[Block]:
        """So many whole batches at once as fit into a little memory."""
        del seed, epoch
        order = self.order if self.random is None else _shuffle(self.order, self.random, batch_size)
        row_bytes = self.x.shape[1] * self.x.dtype.itemsize
        size = batch_size * max(1, _BLOCK_BYTES // (row_bytes * batch_size))
        for first in range(0, len(order), size):
            rows = self._take(order[first : first + size])
            yield Block(rows, np.arange(len(rows)))

    def _take(self, rows: npt.NDArray[np.int64]) -> Rows:
        weight = None if self.weight is None else self.weight[rows]
        return Rows(np.ascontiguousarray(self.x[rows].toarray()), self.y[rows], weight)


def _shuffle(order: npt.NDArray[np.int64], random: np.random.RandomState, batch_size: int) -> npt.NDArray[np.int64]:
    """Shuffle on from the last epoch's order, as scikit-learn does; one batch of all rows needs no order."""
    if batch_size < len(order):
        again = np.arange(len(order))
        random.shuffle(again)
        order[:] = order[again]
    return order


def in_order(
    x: Any,
    y: npt.NDArray[Any],
    weight: npt.NDArray[Any] | None,
    random: np.random.RandomState | None,
    last: npt.NDArray[np.int64] | None = None,
) -> Shuffled | SparseRows:
    """Rows to train on, of an array or a sparse matrix; the order of the last run goes on where it fits."""
    order = np.arange(x.shape[0]) if last is None or len(last) != x.shape[0] else last
    if hasattr(x, "toarray"):
        return SparseRows(x.tocsr(), y, weight, random, order)
    return Shuffled(np.ascontiguousarray(x), y, weight, random, order)
