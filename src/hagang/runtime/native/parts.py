"""The parts of a Plan as the engine reads them: buffers, kernels, tapes, the prologue; and their words.

`native/plan.hpp` holds the other half of this grammar and verifies every word.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from hagang.runtime.native.layouts import Extent

__all__ = [
    "FOLDS",
    "Buffer",
    "Fold",
    "General",
    "Kernel",
    "KernelKind",
    "Place",
    "Prologue",
    "Space",
    "Step",
    "Storage",
    "View",
    "double_bits",
]


class Storage(IntEnum):
    """Where a buffer lives."""

    TEMPORARY, SLOT, MIRROR, CONSTANT, SCALAR, BATCH = range(6)


class Space(IntEnum):
    """How a kernel is cut among threads."""

    ROWS, TILES, WHOLE = range(3)


class KernelKind(IntEnum):
    """What a kernel is."""

    (
        POINTWISE_VECTOR,
        POINTWISE_ROWS,
        POINTWISE_PANEL,
        CONTRACT_ROWS,
        CONTRACT_TILE,
        REDUCE_ROWS,
        REDUCE_COLUMNS,
        REDUCE_ALL,
        GATHER,
        GENERAL,
        OUTPUT,
    ) = range(11)


class General(IntEnum):
    """The general ops."""

    (
        COPY,
        FILL,
        REDUCE,
        ARGMAX,
        CUMSUM,
        CONTRACT,
        TAKE,
        SCATTER_ADD,
        SOLVE,
        DET,
        RANDOM,
        UNPANEL,
        PANEL,
        ARGSORT,
    ) = range(14)


class Fold(IntEnum):
    """How a reduction joins two numbers."""

    SUM, MAXIMUM, MINIMUM, PRODUCT = range(4)


FOLDS: Final = {"add": Fold.SUM, "maximum": Fold.MAXIMUM, "minimum": Fold.MINIMUM, "multiply": Fold.PRODUCT}
"""The folds by the instruction that joins two numbers."""


def double_bits(value: float) -> int:
    """The bits of a float64 as an int64."""
    return int(struct.unpack("<q", struct.pack("<d", value))[0])


@dataclass(frozen=True)
class Place:
    """Where a tape or an anchor finds an array."""

    buffer: int = -1
    offset: Extent = (0, 0)
    row: Extent = (0, 0)
    column: int = 0
    panel: int = 0

    def words(self) -> list[int]:
        return [self.buffer, *self.offset, *self.row, self.column, self.panel]


@dataclass(frozen=True)
class View:
    """An array of any strides."""

    buffer: int
    dims: tuple[Extent, ...]
    strides: tuple[Extent, ...]
    offset: Extent = (0, 0)

    def words(self) -> list[int]:
        dims = [number for pair in self.dims for number in pair]
        strides = [number for pair in self.strides for number in pair]
        return [self.buffer, *self.offset, len(self.dims), *dims, len(self.strides), *strides]


@dataclass(frozen=True)
class Step:
    """One instruction of a tape."""

    op: int
    to: int
    sources: tuple[int, ...]

    def words(self) -> list[int]:
        return [self.op, self.to, *(*self.sources, 0, 0, 0)[:3]]


@dataclass(frozen=True)
class Buffer:
    """A piece of memory."""

    storage: Storage
    bits: int
    size: Extent
    index: int = 0

    def words(self) -> list[int]:
        return [self.storage, self.bits, *self.size, self.index]


@dataclass
class Kernel:
    """One kernel over one domain."""

    kind: KernelKind
    space: Space
    phase: int
    bits: int
    rows: Extent = (0, 0)
    columns: Extent = (0, 0)
    a: Place = field(default_factory=Place)
    b: Place = field(default_factory=Place)
    depth: Extent = (0, 0)
    how: int = 0
    anchor: int = -1
    scratch: int = 0
    numbers: list[int] = field(default_factory=list)
    operands: list[Place] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    mirrors: list[tuple[int, int]] = field(default_factory=list)
    views: list[View] = field(default_factory=list)

    def words(self) -> list[int]:
        words = [self.kind, self.space, self.phase, self.bits, *self.rows, *self.columns]
        words += [*self.a.words(), *self.b.words(), *self.depth, self.how, self.anchor, self.scratch]
        words += [len(self.numbers), *self.numbers]
        for parts in (self.operands, self.steps):
            words += [len(parts), *(word for part in parts for word in part.words())]
        words += [len(self.mirrors), *(word for pair in self.mirrors for word in pair)]
        return [*words, len(self.views), *(word for view in self.views for word in view.words())]


@dataclass
class Prologue:
    """The tape over a chunk's steps that computes what depends on scalars alone."""

    inputs: list[str] = field(default_factory=list)
    constants: list[float] = field(default_factory=list)
    scratch: int = 0
    steps: list[Step] = field(default_factory=list)
    results: list[tuple[int, int]] = field(default_factory=list)

    def words(self, first_constant: int) -> list[int]:
        words = [len(self.inputs) + 1, first_constant, len(self.constants), self.scratch, len(self.steps)]
        words += [word for step in self.steps for word in step.words()]
        return [*words, len(self.results), *(word for pair in self.results for word in pair)]
