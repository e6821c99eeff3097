"""The leaves of a graph: inputs, constants, and the number of rows as a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from hagang.errors import ProgramError
from hagang.graph import CONSTANT, Dims, Kind, Node, Op, R, make

if TYPE_CHECKING:
    import numpy.typing as npt

    from hagang.graph import Attrs, OutputType

__all__ = [
    "LEAVES",
    "Operand",
    "Role",
    "constant",
    "constant_op",
    "input_node",
    "input_op",
    "lift",
    "row_count",
]

Role = Literal["slot", "batch", "scalar"]
Operand: TypeAlias = Node | float


def _input_type(inputs: tuple[Node, ...], attrs: Attrs) -> OutputType:
    return tuple(attrs["dims"]), np.dtype(attrs["dtype"])


def _no_value(xp: Any, **attrs: Any) -> Any:
    msg = f"input '{attrs['name']}' has no value of its own; feed it"
    raise ProgramError(msg)


def _constant_type(inputs: tuple[Node, ...], attrs: Attrs) -> OutputType:
    return attrs["value"].shape, attrs["value"].dtype


def _count_type(inputs: tuple[Node, ...], attrs: Attrs) -> OutputType:
    return (), np.dtype(attrs["dtype"])


def _no_inputs(node: Node) -> tuple[()]:
    return ()


input_op = Op("input", Kind.INPUT, _input_type, _no_value, CONSTANT, _no_inputs)
constant_op = Op("constant", Kind.CONSTANT, _constant_type, lambda xp, value: xp.asarray(value), CONSTANT, _no_inputs)
rows_op = Op(
    "row_count",
    Kind.ROW_COUNT,
    _count_type,
    lambda xp, rows, dtype: xp.asarray(rows, dtype=dtype),
    CONSTANT,
    _no_inputs,
)

LEAVES = (input_op, constant_op, rows_op)


def input_node(name: str, dims: Dims, dtype: npt.DTypeLike, role: Role = "slot") -> Node:
    """A value that the run is given: a slot kept between steps, a batch's array, or a step's scalar."""
    return make(input_op, name=name, role=role, dims=dims, dtype=np.dtype(dtype))


def constant(value: npt.ArrayLike, dtype: npt.DTypeLike | None = None) -> Node:
    """A value known when tracing; copied, so that later changes of the array cannot reach the graph."""
    array = np.array(value, dtype=dtype)
    array.flags.writeable = False
    return make(constant_op, value=array)


def row_count(dtype: npt.DTypeLike) -> Node:
    """The number of rows as a scalar of this dtype."""
    return make(rows_op, rows=R, dtype=np.dtype(dtype))


def lift(value: Operand, like: Node) -> Node:
    """A Python number as a constant of the other operand's dtype; a node as it is."""
    return value if isinstance(value, Node) else constant(value, like.dtype)
