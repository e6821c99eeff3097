"""Rows as an estimator brings them to training: in scikit-learn's order, dense or sparse, split for early stopping."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.training.rows import Block, Rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

__all__ = ["RowOrder", "Shuffled", "SparseRows", "in_order"]

_BLOCK_BYTES = 1 << 26


class RowOrder:
    """The order of the rows, which scikit-learn's generator shuffles on from epoch to epoch.

    A pickle holds how the order came about, which takes the same few kilobytes for any number of rows: the generator
    before the first shuffle, and how many followed.

    Parameters
    ----------
    rows : int
        How many there are; they begin in their own order.
    random : RandomState, optional
        What will shuffle them.
    """

    def __init__(self, rows: int, random: np.random.RandomState | None) -> None:
        self.rows = rows
        self._begin = self._end = None if random is None else random.get_state()
        self._shuffles = 0
        self._order: npt.NDArray[np.int64] | None = np.arange(rows)

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_order": None}

    def serves(self, rows: int, random: np.random.RandomState | None) -> bool:
        """Whether these rows go on in this order: there are as many, and nobody else drew from the generator."""
        if random is None or self._end is None:
            return rows == self.rows and random is None and self._end is None
        return rows == self.rows and all(map(np.array_equal, random.get_state(), self._end))

    def next(self, random: np.random.RandomState | None, batch_size: int) -> npt.NDArray[np.int64]:
        """The order of the next epoch; one batch of all rows needs no other."""
        order = self._known()
        if random is not None and batch_size < self.rows:
            _shuffle(order, random)
            self._shuffles, self._end = self._shuffles + 1, random.get_state()
        return order

    def _known(self) -> npt.NDArray[np.int64]:
        if self._order is None:
            self._order = np.arange(self.rows)
            random = _generator_at(self._begin) if self._shuffles else None
            for _ in range(self._shuffles):
                _shuffle(self._order, random)
        return self._order


def _shuffle(order: npt.NDArray[np.int64], random: Any) -> None:
    """Shuffle on from the last epoch's order, as scikit-learn does."""
    again = np.arange(len(order))
    random.shuffle(again)
    order[:] = order[again]


def _generator_at(state: Any) -> np.random.RandomState:
    random = np.random.RandomState()
    random.set_state(state)
    return random


@dataclass(frozen=True, eq=False)
class Shuffled(Rows):
    """Rows in memory, in an order that scikit-learn's generator shuffles on from epoch to epoch.

    Parameters
    ----------
    random : RandomState, optional
        What shuffles; None leaves the rows in their order.
    order : RowOrder
        Where the shuffling stands.
    """

    random: np.random.RandomState | None = None
    order: RowOrder | None = None

    def blocks(self, seed: int, epoch: int, batch_size: int) -> Iterator[Block]:
        """All rows at once."""
        del seed, epoch
        order = self.order or RowOrder(len(self), self.random)
        yield Block(self, order.next(self.random, batch_size))


@dataclass(frozen=True, eq=False)
class SparseRows:
    """Rows of a sparse matrix, made dense a block at a time."""

    x: Any
    y: npt.NDArray[Any]
    weight: npt.NDArray[Any] | None
    random: np.random.RandomState | None
    order: RowOrder

    def __len__(self) -> int:
        return int(self.x.shape[0])

    @property
    def head(self) -> Rows:
        """The first row."""
        return self._take(np.arange(1))

    def blocks(self, seed: int, epoch: int, batch_size: int) -> Iterator[Block]:
        """As many whole batches at once as fit into a little memory."""
        del seed, epoch
        order = self.order.next(self.random, batch_size)
        row_bytes = self.x.shape[1] * self.x.dtype.itemsize
        size = batch_size * max(1, _BLOCK_BYTES // (row_bytes * batch_size))
        for first in range(0, len(order), size):
            rows = self._take(order[first : first + size])
            yield Block(rows, np.arange(len(rows)))

    def _take(self, rows: npt.NDArray[np.int64]) -> Rows:
        weight = None if self.weight is None else self.weight[rows]
        return Rows(np.ascontiguousarray(self.x[rows].toarray()), self.y[rows], weight)


def in_order(
    x: Any,
    y: npt.NDArray[Any],
    weight: npt.NDArray[Any] | None,
    random: np.random.RandomState | None,
    last: RowOrder | None = None,
) -> Shuffled | SparseRows:
    """Rows to train on, of an array or a sparse matrix; the order of the last run goes on where it serves."""
    order = last if last is not None and last.serves(x.shape[0], random) else RowOrder(x.shape[0], random)
    if hasattr(x, "toarray"):
        return SparseRows(x.tocsr(), y, weight, random, order)
    return Shuffled(np.ascontiguousarray(x), y, weight, random, order)
