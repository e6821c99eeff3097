"""What is kept of a run: points, values, gradient norms and rates, every so many steps, within a bound of memory."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from hagang.errors import ArgumentError
from hagang.minimize.checks import check_whole

if TYPE_CHECKING:
    import numpy.typing as npt

    from hagang.minimize.variables import Array

Columns: TypeAlias = "tuple[npt.NDArray[Any], ...]"

__all__ = ["MEMORY", "Best", "Block", "Log", "Row", "read_record"]

MEMORY = 2**28
"""The bytes that a path may take before every other point of it is dropped."""


@dataclass(frozen=True)
class Block:
    """Successive points of a run.

    Parameters
    ----------
    first : int
        The number of steps done before the first of the points.
    points : array, shape (k, n)
        Flat vectors.
    values, norms : array, shape (k,)
        The function and the norm of its gradient there.
    rates : array, shape (k,)
        The rate of the step that leaves each point; NaN where none does.
    fired : bool
        Whether a rule, or a value that is not finite, ended the run at the last of them.
    """

    first: int
    points: Array
    values: Array
    norms: Array
    rates: Array
    fired: bool = False

    def __len__(self) -> int:
        return len(self.values)

    def row(self, k: int) -> Row:
        """One of them."""
        return Row(self.first + k, self.points[k], float(self.values[k]), float(self.norms[k]))

    def cut(self, count: int) -> Block:
        """The first so many of them."""
        parts = self.points[:count], self.values[:count], self.norms[:count], self.rates[:count]
        return Block(self.first, *parts, fired=True)

    @property
    def steps(self) -> npt.NDArray[np.int64]:
        """The number of steps done before each point."""
        return np.arange(self.first, self.first + len(self))


@dataclass(frozen=True)
class Row:
    """One point of a run: how many steps lead to it, where it is, the value and the gradient's norm there."""

    step: int
    x: Array
    value: float
    norm: float

    def copy(self) -> Row:
        """One whose point is its own."""
        return replace(self, x=self.x.copy())

    def block(self, rate: float = math.nan) -> Block:
        """The point as a block of one."""
        values, norms, rates = np.array([[self.value], [self.norm], [rate]])
        return Block(self.step, self.x[np.newaxis], values, norms, rates)


@dataclass
class Best:
    """The lowest point so far, and the first value."""

    value: float = math.inf
    step: int = 0
    x: Any = None
    first: float = math.nan

    def look(self, block: Block) -> None:
        """Keep the block's lowest point if it is lower."""
        values = np.where(np.isfinite(block.values), block.values, math.inf)
        k = int(np.argmin(values))
        if self.x is None:
            self.first = float(block.values[0])
        if values[k] < self.value or self.x is None:
            self.value, self.step, self.x = float(values[k]), block.first + k, block.points[k].copy()

    def is_left_far_below(self, value: float) -> bool:
        """Whether a value is so high above that the run has diverged, as `stopping.Divergence` has it."""
        return value - self.value > 1e3 * max(1.0, abs(self.first), abs(self.value))


@dataclass
class Log:
    """The record of a run.

    Parameters
    ----------
    every : int or None
        Every so many steps a point is kept, and the last one always; None keeps nothing but the best.
    memory : int
        The bytes that it may take; beyond them every other point is dropped.
    """

    every: int | None
    memory: int = MEMORY
    best: Best = field(default_factory=Best)
    thinned: bool = False
    kept: list[Columns] = field(default_factory=list)
    last: Columns | None = None
    last_row: Row | None = None

    def add(self, block: Block) -> None:
        """Take notice of the next points."""
        if not len(block):
            return
        self.best.look(block)
        self.last_row = block.row(len(block) - 1).copy()
        if self.every is None:
            return
        columns = (block.steps, block.points, block.values, block.norms, block.rates)
        self.last = tuple(column[-1:].copy() for column in columns)
        self.kept.append(_every(self.every, columns))
        while self.size > self.memory and self.every <= block.steps[-1]:
            self.every *= 2
            self.thinned = True
            self.kept = [_every(self.every, self._joined())]

    def set_rate(self, rate: float) -> None:
        """Say what rate the step that left the last point had, where that is known only now."""
        if self.last is not None:
            self.last[4][-1] = rate
            if len(self.kept[-1][0]) and self.kept[-1][0][-1] == self.last[0][-1]:
                self.kept[-1][4][-1] = rate

    @property
    def done(self) -> int:
        """How many steps led to the last point."""
        return self.last_row.step if self.last_row is not None else 0

    @property
    def size(self) -> int:
        """How many bytes the kept points take."""
        return sum(column.nbytes for columns in self.kept for column in columns)

    def told(self) -> Columns | None:
        """The kept steps' numbers, points, values, norms and rates, the last point among them; None for nothing."""
        if self.last is None:
            return None
        joined = self._joined()
        if joined[0][-1] == self.last[0][0]:
            return joined
        return tuple(np.concatenate(pair) for pair in zip(joined, self.last, strict=True))

    def _joined(self) -> Columns:
        return tuple(np.concatenate(parts) for parts in zip(*self.kept, strict=True))


def _every(count: int, columns: Columns) -> Columns:
    chosen = columns[0] % count == 0
    return columns if chosen.all() else tuple(column[chosen] for column in columns)


def read_record(record: Any) -> int | None:
    """How often to keep a point: "all" is every step, None never.

    Raises
    ------
    ArgumentError
        Where it is none of these.
    """
    if record is None:
        return None
    if isinstance(record, str) and record == "all":
        return 1
    if isinstance(record, str):
        msg = f"record: expected 'all', a number of steps, or None, received {record!r}"
        raise ArgumentError(msg)
    return check_whole("record", record, least=1)
