"""Rows in an order of a person's choosing, and rows that a person's own function gives."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data.batches import shuffled
from hagang.errors import ArgumentError, DataError
from hagang.training.rows import Block, Rows
from hagang.training.streamed import whole_batches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import numpy.typing as npt

__all__ = ["Batches", "DataSource", "Given", "Ordered"]


@dataclass(frozen=True, eq=False)
class Batches:
    """How rows in memory are divided into batches; passed to `fit` in place of its data.

    Parameters
    ----------
    data : pair of arrays or Prepared
        As for `fit`.
    shuffle : bool
        Shuffle the rows of each epoch, determined by the seed; otherwise keep their order.
    drop_last : bool
        Drop the last batch of an epoch if it is smaller.
    balanced : bool
        Sample rows with replacement so that classes have equal expected shares of a batch.

    Examples
    --------
    >>> import numpy as np
    >>> from hagang import Batches, DataSource, Dense, Network, fit
    >>> X, y = np.arange(10.0).reshape(10, 1), np.array([0] * 9 + [1])
    >>> fit(Network([Dense(2)]), Batches((X, y), balanced=True), epochs=2, batch_size=4).history.epochs[-1].step
    6
    """

    data: Any
    shuffle: bool = True
    drop_last: bool = False
    balanced: bool = False

    def __post_init__(self) -> None:
        if self.balanced and not self.shuffle:
            msg = "Batches: expected balanced rows to be drawn at random, received balanced=True with shuffle=False"
            raise ArgumentError(msg)


@dataclass(frozen=True, eq=False)
class Ordered:
    """Rows in memory that come as `Batches` says; `batch_size` is needed where the last batch may be dropped."""

    rows: Rows
    how: Batches
    batch_size: int = 1

    @property
    def head(self) -> Rows:
        """All rows."""
        return self.rows

    def __len__(self) -> int:
        rows = len(self.rows)
        return rows // self.batch_size * self.batch_size if self.how.drop_last else rows

    def bound(self, batch_size: int) -> Ordered:
        """The same, for batches of this size."""
        return replace(self, batch_size=batch_size)

    def blocks(self, seed: int, epoch: int, batch_size: int) -> Iterator[Block]:
        """The rows of an epoch, in one block."""
        del batch_size
        yield Block(self.rows, self._order(seed, epoch)[: len(self)])

    def _order(self, seed: int, epoch: int) -> npt.NDArray[np.int64]:
        if self.how.balanced:
            return self._balanced(seed, epoch)
        return shuffled(len(self.rows), seed, epoch) if self.how.shuffle else np.arange(len(self.rows))

    def _balanced(self, seed: int, epoch: int) -> npt.NDArray[np.int64]:
        counts = np.bincount(self.rows.y)
        share = 1 / (np.count_nonzero(counts) * counts[self.rows.y])
        draw = np.random.Generator(np.random.Philox(key=[seed & 0xFFFFFFFFFFFFFFFF, epoch]))
        return draw.choice(len(self.rows), len(self.rows), p=share / share.sum())


@dataclass(frozen=True, eq=False)
class DataSource:
    """Rows that a function of yours gives anew for every epoch: generated, changed, or read from wherever they lie.

    Parameters
    ----------
    make : callable
        Given the number of the epoch, from 1, it returns an iterable of (X, y) or (X, y, weight): arrays as for
        `fit`, of as many rows as it likes, in the order in which they are to be taken. Batches are cut from them.
    rows : int
        How many rows an epoch has.
    classes : int, optional
        How many classes there are, where y holds their codes; by default as many as the first arrays show.

    Raises
    ------
    DataError
        By `fit`, where an epoch has another number of rows, or arrays differ in shape from the first.

    Examples
    --------
    >>> import numpy as np
    >>> from hagang import Batches, DataSource, Dense, Network, fit
    >>> def noisy(epoch):
    ...     draw = np.random.default_rng(epoch)
    ...     for _ in range(5):
    ...         x = draw.normal(size=(20, 2))
    ...         yield x, x.sum(axis=1)
    >>> run = fit(Network([Dense(1)]), DataSource(noisy, rows=100), lr=0.1, epochs=30, batch_size=25)
    >>> run.history.losses[-1] < 1e-3
    True
    """

    make: Callable[[int], Iterable[Any]]
    rows: int
    classes: int | None = None


@dataclass(frozen=True, eq=False)
class Given:
    """A `DataSource` whose arrays have been brought to the run's types."""

    source: DataSource
    as_rows: Callable[[Any], Rows]

    def __len__(self) -> int:
        return self.source.rows

    @cached_property
    def head(self) -> Rows:
        """The first arrays of the first epoch."""
        for arrays in self.source.make(1):
            return self.as_rows(arrays)
        msg = "DataSource: expected (X, y) for epoch 1, received nothing"
        raise DataError(msg)

    def blocks(self, seed: int, epoch: int, batch_size: int) -> Iterator[Block]:
        """The rows of an epoch, as they come."""
        del seed
        return whole_batches(self._blocks(epoch), batch_size)

    def _blocks(self, epoch: int) -> Iterator[Block]:
        given = 0
        for arrays in self.source.make(epoch):
            rows = self.as_rows(arrays)
            self._check(rows, epoch)
            given += len(rows)
            yield Block(rows, np.arange(max(0, min(len(rows), len(self) - given + len(rows)))))
        if given != len(self):
            msg = f"DataSource: expected {len(self):,} rows in epoch {epoch}, as rows says, received {given:,}"
            raise DataError(msg)

    def _check(self, rows: Rows, epoch: int) -> None:
        first, own = _form(self.head), _form(rows)
        if own != first:
            msg = f"DataSource: expected arrays like the first, {first}, received in epoch {epoch} {own}"
            raise DataError(msg)


def _form(rows: Rows) -> str:
    weighted = "" if rows.weight is None else ", weighted"
    return f"X of rows {rows.x.shape[1:]} ({rows.x.dtype}) and y of rows {rows.y.shape[1:]} ({rows.y.dtype}){weighted}"
