"""A node: one value of the graph, in static single assignment form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import ProgramError
from hagang.graph.dims import R, show_dims

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hagang.graph.dims import Dims
    from hagang.graph.op import Op

__all__ = ["Node", "make"]


@dataclass(frozen=True, eq=False, slots=True, weakref_slot=True)
class Node:
    """One value: the op that makes it, what it is made of, and its dims and dtype. Compared by identity."""

    op: Op
    inputs: tuple[Node, ...]
    attrs: Mapping[str, Any]
    dims: Dims
    dtype: np.dtype[Any]

    @property
    def ndim(self) -> int:
        return len(self.dims)

    @property
    def is_float(self) -> bool:
        return self.dtype.kind == "f"

    def __repr__(self) -> str:
        return f"Node({self.op.name} {self.dtype.name}{show_dims(self.dims)})"


def make(op: Op, *inputs: Node, **attrs: Any) -> Node:
    """Build a node; its dims and dtype follow from the op's own rule."""
    dims, dtype = op.infer(inputs, attrs)
    if sum(dim is R for dim in dims) > 1:
        msg = (
            f"{op.name}: expected at most one axis of rows in a value, received {show_dims(dims)}; "
            "sum or contract the rows of one operand first"
        )
        raise ProgramError(msg)
    return Node(op, inputs, attrs, dims, np.dtype(dtype))
