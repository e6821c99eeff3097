"""Values between the graph and the Plan: what is computed, in which layout, by what kind of kernel."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

from hagang.runtime.native.layouts import PaddedRows, Panels, Vector
from hagang.runtime.native.parts import Space

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from hagang.graph import Node
    from hagang.runtime.native.layouts import Extent, Layout, Machine
    from hagang.runtime.native.parts import General

__all__ = [
    "FULL",
    "PER_COLUMN",
    "PER_ROW",
    "SINGLE",
    "Anchor",
    "Batch",
    "Call",
    "ConstantArray",
    "GeneralOp",
    "Mirror",
    "Operand",
    "Scalar",
    "Slot",
    "Strided",
    "Tape",
    "Value",
    "Values",
    "space_of",
]

FULL, PER_COLUMN, PER_ROW, SINGLE = "full", "per column", "per row", "single"
"""How an operand covers a tape's domain: element by element, one per column, one per row, one for all."""


@dataclass(eq=False)
class Value:
    """Something that lies, or could lie, in memory."""

    layout: Layout
    bits: int


@dataclass(eq=False)
class Slot(Value):
    """A slot's value at the start of the step."""

    name: str


@dataclass(eq=False)
class Mirror(Value):
    """The transposed copy of a slot."""

    slot: Slot


@dataclass(eq=False)
class ConstantArray(Value):
    """Numbers known when lowering, already in the value's layout."""

    numbers: npt.NDArray[Any]


@dataclass(eq=False)
class Scalar(Value):
    """A scalar computed ahead by the prologue; `number` says which."""

    number: int


@dataclass(eq=False)
class Batch(Value):
    """An array of the batch: this step's rows, or the whole where it has none."""

    name: str
    columns: int
    by_rows: bool


Operand: TypeAlias = tuple[Value, str]
V = TypeVar("V", bound=Value)


@dataclass(eq=False)
class Tape(Value):
    """One pointwise instruction."""

    op: str
    operands: tuple[Operand, ...]
    costly: bool = False


@dataclass(eq=False)
class Anchor(Value):
    """What fills a tape's first register: a product of two values or a reduction of one."""

    kind: str
    a: Value
    b: Value | None
    depth: Extent
    how: int = 0


@dataclass(frozen=True)
class Strided:
    """An array read or written by strides: an input's, or the one that is being made, which is None."""

    value: Value | None
    dims: tuple[Extent, ...]
    strides: tuple[Extent, ...]
    offset: Extent = (0, 0)

    def ordered(self, order: Sequence[int]) -> Strided:
        """The same elements, the axes in another order; those left out stay at their first element."""
        return replace(self, dims=tuple(self.dims[k] for k in order), strides=tuple(self.strides[k] for k in order))


@dataclass(frozen=True)
class Call:
    """A call of a general op: the arrays, the result first, and numbers whose meaning is the op's."""

    op: General
    arrays: tuple[Strided, ...]
    numbers: tuple[int, ...] = ()


@dataclass(eq=False)
class GeneralOp(Value):
    """A value computed by general ops: calls that are made in order once the arrays of `inputs` exist."""

    inputs: tuple[Value, ...]
    space: Space
    calls: tuple[Call, ...]


class Values(Protocol):
    """What those who make values ask for: the values of other nodes, and the same numbers in another layout."""

    machine: Machine

    def value(self, node: Node, bits: int | None = None) -> Value:
        """The node's value, in this many bits per number if that matters."""
        ...

    def bits(self, node: Node) -> int:
        """How wide the node's numbers are kept."""
        ...

    def as_bits(self, value: Value, bits: int) -> Value:
        """The same numbers in this many bits."""
        ...

    def plain(self, value: Value) -> Value:
        """The same numbers without panels, from the beginning of a buffer of their own."""
        ...

    def in_layout(self, value: Value, layout: Layout) -> Value:
        """The same numbers, in row-major order, in another layout."""
        ...

    def add(self, value: V) -> V:
        """Note a new value; values are listed in the order in which they can be computed."""
        ...


def space_of(layout: Layout) -> Space:
    """How a pointwise cone over this layout is cut among threads."""
    if isinstance(layout, PaddedRows) or layout == Vector((0, 1)):
        return Space.ROWS
    if isinstance(layout, Panels):
        return Space.TILES
    return Space.WHOLE if layout.count[1] or layout.count[0] <= 1 else Space.TILES
