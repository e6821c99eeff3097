"""Rows read in blocks, with the next block prefetched while the engine works."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from hagang.data.batches import shuffled
from hagang.training.rows import Block, Rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from hagang.data import StreamedRows

__all__ = ["Streamed", "whole_batches"]

SPAN = 16_384
"""Neighbouring rows that are read together."""


@dataclass(eq=False)
class Streamed:
    """Rows on disk: spans in random order, several at a time, shuffled together.

    Parameters
    ----------
    data : StreamedRows
        Where they are.
    precision : dtype
        Of the run.
    waited, busy : float
        Seconds that the loop waited for a block, and that it worked on blocks.
    rows_given : int
        In blocks so far.
    """

    data: StreamedRows
    precision: npt.DTypeLike
    waited: float = field(default=0.0, init=False)
    busy: float = field(default=0.0, init=False)
    rows_given: int = field(default=0, init=False)

    def __len__(self) -> int:
        return len(self.data)

    @cached_property
    def head(self) -> Rows:
        """The first few rows."""
        return self._read([(0, min(len(self), 8))])

    @property
    def waiting(self) -> float:
        """The share of an epoch's time spent waiting for data."""
        return self.waited / max(self.waited + self.busy, 1e-9)

    def blocks(self, seed: int, epoch: int, batch_size: int) -> Iterator[Block]:
        """An epoch's rows: a pure function of seed, epoch and the size of a block."""
        return whole_batches(self._timed(self._ahead(seed, epoch)), batch_size)

    def plan(self, seed: int, epoch: int) -> list[list[tuple[int, int]]]:
        """The spans of rows in each block of an epoch: contiguous on disk, drawn from the whole table."""
        size = max(1, min(SPAN, self.data.block_rows))
        drawn = shuffled(-(-len(self) // size), seed, epoch) * size
        spans = [(start, min(start + size, len(self))) for start in drawn.tolist()]
        many = max(1, self.data.block_rows // size)
        return [spans[k : k + many] for k in range(0, len(spans), many)]

    def _ahead(self, seed: int, epoch: int) -> Iterator[Block]:
        """Read each block while the previous one is processed."""
        groups = self.plan(seed, epoch)
        with ThreadPoolExecutor(1, "hagang-reader") as reader:
            coming = reader.submit(self._read, groups[0])
            for k in range(len(groups)):
                rows = coming.result()
                if k + 1 < len(groups):
                    coming = reader.submit(self._read, groups[k + 1])
                yield Block(rows, shuffled(len(rows), seed + k + 1, epoch))

    def _read(self, spans: Sequence[tuple[int, int]]) -> Rows:
        rows = sum(stop - start for start, stop in spans)
        x = np.empty((rows, self.data.features.width), np.float32)
        done = 0
        for start, stop in spans:
            self.data.inputs(start, stop, x[done : done + stop - start])
            done += stop - start
        y = np.concatenate([self.data.y[start:stop] for start, stop in spans])
        weight = self.data.weight
        weights = None if weight is None else np.concatenate([weight[start:stop] for start, stop in spans])
        kind = np.int64 if y.dtype.kind in "iu" else self.precision
        return Rows(x.astype(self.precision, copy=False), y.astype(kind, copy=False), weights)

    def _timed(self, blocks: Iterator[Block]) -> Iterator[Block]:
        """Measure how long the loop waits for each block, and works on it."""
        asked = time.perf_counter()
        for block in blocks:
            given = time.perf_counter()
            self.waited += given - asked
            self.rows_given += len(block.order)
            yield block
            asked = time.perf_counter()
            self.busy += asked - given


def whole_batches(blocks: Iterator[Block], batch_size: int) -> Iterator[Block]:
    """Divide blocks so that each holds whole batches; remaining rows join the first of the next block."""
    rest: Rows | None = None
    for block in blocks:
        order = block.order
        if rest is not None:
            wanted = batch_size - len(rest)
            rest, order = _joined(rest, block.rows.take(order[:wanted])), order[wanted:]
            if len(rest) < batch_size:
                continue
            yield Block(rest, np.arange(batch_size))
        whole = len(order) // batch_size * batch_size
        if whole:
            yield Block(block.rows, order[:whole])
        rest = block.rows.take(order[whole:]) if whole < len(order) else None
    if rest is not None:
        yield Block(rest, np.arange(len(rest)))


def _joined(first: Rows, second: Rows) -> Rows:
    weight = None
    if first.weight is not None and second.weight is not None:
        weight = np.concatenate([first.weight, second.weight])
    return Rows(np.concatenate([first.x, second.x]), np.concatenate([first.y, second.y]), weight)
