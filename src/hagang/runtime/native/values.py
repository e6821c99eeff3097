"""Values between the graph and the Plan: what is computed, in which form, by what kind of kernel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from hagang.runtime.native.forms import Panel, RowsForm, Vector
from hagang.runtime.native.plan import Space

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from hagang.runtime.native.forms import Extent, Form
    from hagang.runtime.native.plan import General, View

__all__ = [
    "FULL",
    "PER_COLUMN",
    "PER_ROW",
    "SINGLE",
    "Anchor",
    "Batch",
    "Constant",
    "GeneralOp",
    "Mirror",
    "Operand",
    "Scalar",
    "Slot",
    "Tape",
    "Value",
    "space_of",
]

FULL, PER_COLUMN, PER_ROW, SINGLE = "full", "per column", "per row", "single"
"""How an operand covers a tape's domain: element by element, one a column, one a row, one for all."""


@dataclass(eq=False)
class Value:
    """Something that lies, or could lie, in memory."""

    form: Form
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
class Constant(Value):
    """Numbers known when lowering, already in the value's form."""

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


@dataclass(eq=False)
class GeneralOp(Value):
    """A value computed by general ops; `calls` are made in order once the arrays of `inputs` exist.

    `calls(at)` gets a function from an input, or from this value, to its buffer's number.
    """

    inputs: tuple[Value, ...]
    space: Space
    calls: Callable[[Any], list[tuple[General, list[View], list[int]]]]


def space_of(form: Form) -> Space:
    """How a pointwise cone over this form is cut among threads."""
    if isinstance(form, RowsForm) or form == Vector((0, 1)):
        return Space.ROWS
    if isinstance(form, Panel):
        return Space.TILES
    return Space.WHOLE if form.count[1] or form.count[0] <= 1 else Space.TILES
