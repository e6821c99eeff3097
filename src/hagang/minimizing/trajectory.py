"""What is kept of a run: points, values, gradient norms and rates, every so many steps, within a bound of memory."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from hagang.errors import ArgumentError
from hagang.minimizing.checks import check_whole

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from hagang.minimizing.variables import Array

Columns: TypeAlias = "tuple[npt.NDArray[Any], ...]"

__all__ = ["MEMORY", "Iterate", "PointRef", "Segment", "Trajectory", "read_record"]

MEMORY = 2**28
"""The bytes that a path may take before every other point of it is dropped."""


@dataclass(frozen=True)
class Segment:
    """Successive points of a run.

    Parameters
    ----------
    first : int
        The number of steps done before the first of the points.
    points : array, shape (k, n), or None
        Flat vectors; None where nobody wants them.
    values, norms : array, shape (k,)
        The function and the norm of its gradient there; NaN for norms that nobody wants.
    rates : array, shape (k,)
        The rate of the step that leaves each point; NaN where none does.
    fired : bool
        Whether a rule, or a value that is not finite, ended the run at the last of them.
    replay : callable, optional
        Finds one of the points again where they are not here.
    """

    first: int
    points: Array | None
    values: Array
    norms: Array
    rates: Array
    fired: bool = False
    replay: Callable[[int], Array] | None = None

    def __len__(self) -> int:
        return len(self.values)

    def row(self, k: int) -> Iterate:
        """One of them; its point is None where nobody wants it."""
        x = self.points[k] if self.points is not None else None
        return Iterate(self.first + k, x, float(self.values[k]), float(self.norms[k]))

    def ref(self, k: int) -> PointRef:
        """One of them to remember, whose point is found when it is asked for."""
        if self.points is None and self.replay is not None:
            return PointRef(self.first + k, float(self.values[k]), partial(self.replay, k))
        x = self.points[k].copy() if self.points is not None else None
        return PointRef(self.first + k, float(self.values[k]), lambda: x)

    def cut(self, count: int) -> Segment:
        """The first so many of them."""
        points = self.points[:count] if self.points is not None else None
        parts = points, self.values[:count], self.norms[:count], self.rates[:count]
        return Segment(self.first, *parts, fired=True, replay=self.replay)

    @property
    def steps(self) -> npt.NDArray[np.int64]:
        """The number of steps done before each point."""
        return np.arange(self.first, self.first + len(self))


@dataclass(frozen=True)
class Iterate:
    """One point of a run: how many steps lead to it, where it is, the value and the gradient's norm there."""

    step: int
    x: Any
    value: float
    norm: float

    def segment(self, rate: float = math.nan) -> Segment:
        """The point as a segment of one."""
        values, norms, rates = np.array([[self.value], [self.norm], [rate]])
        return Segment(self.step, self.x[np.newaxis], values, norms, rates)


@dataclass(frozen=True)
class PointRef:
    """A point to remember: how many steps lead to it, the value, and a way to find it."""

    step: int
    value: float
    locate: Callable[[], Any]


@dataclass
class Trajectory:
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
    decimated: bool = False
    kept: list[Columns] = field(default_factory=list)
    last: Columns | None = None
    first_value: float = math.nan
    best: PointRef | None = None
    end: PointRef | None = None

    def add(self, segment: Segment) -> None:
        """Take notice of the next points."""
        if not len(segment):
            return
        self._look(segment)
        if self.every is None or segment.points is None:
            return
        columns = (segment.steps, segment.points, segment.values, segment.norms, segment.rates)
        self.last = tuple(column[-1:].copy() for column in columns)
        self.kept.append(_every(self.every, columns))
        while self.size > self.memory and self.every <= segment.steps[-1]:
            self.every *= 2
            self.decimated = True
            self.kept = [_every(self.every, self._joined())]

    def _look(self, segment: Segment) -> None:
        values = segment.values
        lowest = int(np.argmin(values))
        if not math.isfinite(values[lowest]):
            values = np.where(np.isfinite(values), values, math.inf)
            lowest = int(np.argmin(values))
        if self.best is None:
            self.first_value = float(segment.values[0])
        if self.best is None or values[lowest] < self.best.value:
            self.best = segment.ref(lowest)
        self.end = segment.ref(len(segment) - 1)

    def is_far_above_the_best(self, value: float) -> bool:
        """Whether a value says that the run has diverged, as `stopping.Divergence` has it."""
        best = self.best.value if self.best is not None else value
        return value - best > 1e3 * max(1.0, abs(self.first_value), abs(best))

    def set_rate(self, rate: float) -> None:
        """Say what rate the step that left the last point had, where that is known only now."""
        if self.last is not None:
            self.last[4][-1] = rate
            if len(self.kept[-1][0]) and self.kept[-1][0][-1] == self.last[0][-1]:
                self.kept[-1][4][-1] = rate

    @property
    def done(self) -> int:
        """How many steps led to the last point."""
        return self.end.step if self.end is not None else 0

    @property
    def size(self) -> int:
        """How many bytes the kept points take."""
        return sum(column.nbytes for columns in self.kept for column in columns)

    def columns(self) -> Columns | None:
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
    if count == 1:
        return columns
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
