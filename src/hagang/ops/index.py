"""Take and scatter-add: reading elements by a table of positions, and the adjoint that adds them back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import ShapeError
from hagang.graph import Kind, Linearity, Node, Op, RowsDim, make, show_dims
from hagang.ops.arrays import added_at

if TYPE_CHECKING:
    from hagang.graph import Attrs, Axis, OutputType

__all__ = ["INDEXING", "scatter_add", "take"]


def _take_type(inputs: tuple[Node, ...], attrs: Attrs) -> OutputType:
    x, index = inputs
    axis = attrs["axis"]
    if index.dtype != np.int64 or not 0 <= axis < x.ndim:
        msg = f"take: expected int64 positions along an axis of {show_dims(x.dims)}, received {index.dtype} and {axis}"
        raise ShapeError(msg)
    if isinstance(x.dims[axis], RowsDim):
        msg = (
            "take: the rows of a mini-batch cannot be picked by position; how many there are is known only at run time"
        )
        raise ShapeError(msg)
    return x.dims[:axis] + index.dims + x.dims[axis + 1 :], x.dtype


def _evaluate_take(xp: Any, x: Any, index: Any, axis: int) -> Any:
    check_positions(index, x.shape[axis])
    return xp.take(x, index, axis=axis)


def check_positions(index: Any, size: int) -> None:
    """Positions count from 0 and stay below the size; a negative one is as wrong as one too large.

    Only NumPy's arrays are looked into: while another module traces, there are no numbers yet.
    """
    if isinstance(index, np.ndarray | np.integer) and index.size and (index.min() < 0 or index.max() >= size):
        wrong = np.asarray(index)[(index < 0) | (index >= size)].flat[0]
        msg = f"take: expected positions from 0 to {size - 1}, received {wrong}"
        raise ShapeError(msg)


def _take_axes(node: Node) -> tuple[tuple[Axis, ...], ...]:
    x, index = node.inputs
    axis, more = node.attrs["axis"], index.ndim - 1
    of_x: list[Axis] = [k if k < axis else k + more for k in range(x.ndim)]
    of_x[axis] = None
    return tuple(of_x), tuple(axis + k for k in range(index.ndim))


take_op = Op(
    "take",
    Kind.GATHER,
    _take_type,
    _evaluate_take,
    lambda n, g, i: scatter_add(g, n.inputs[1], n.attrs["axis"], n.inputs[0].dims[n.attrs["axis"]]),
    _take_axes,
    linear=Linearity.FIRST,
)


def take(x: Node, index: Node, axis: int) -> Node:
    """The slices of x along the axis at these positions; the index's axes stand in its place."""
    return make(take_op, x, index, axis=axis)


def _scatter_type(inputs: tuple[Node, ...], attrs: Attrs) -> OutputType:
    g, index = inputs
    axis, size = attrs["axis"], attrs["size"]
    if g.dims[axis : axis + index.ndim] != index.dims or index.dtype != np.int64:
        msg = (
            f"scatter_add: {show_dims(g.dims)} does not hold the positions' dims {show_dims(index.dims)} at axis {axis}"
        )
        raise ShapeError(msg)
    return (*g.dims[:axis], size, *g.dims[axis + index.ndim :]), g.dtype


def _evaluate_scatter(xp: Any, g: Any, index: Any, axis: int, size: int) -> Any:
    check_positions(index, size)
    before, after = g.shape[:axis], g.shape[axis + index.ndim :]
    pieces = xp.moveaxis(g.reshape((*before, index.size, *after)), axis, 0)
    return xp.moveaxis(added_at(xp.zeros((size, *before, *after), g.dtype), index.ravel(), pieces), 0, axis)


def _scatter_axes(node: Node) -> tuple[tuple[Axis, ...], ...]:
    g, index = node.inputs
    axis = node.attrs["axis"]
    inside = range(axis, axis + index.ndim)
    of_g = tuple(None if k in inside else (k if k < axis else k - index.ndim + 1) for k in range(g.ndim))
    return of_g, (None,) * index.ndim


scatter_add_op = Op(
    "scatter_add",
    Kind.GATHER,
    _scatter_type,
    _evaluate_scatter,
    lambda n, g, i: take(g, n.inputs[1], n.attrs["axis"]),
    _scatter_axes,
    linear=Linearity.FIRST,
)


def scatter_add(g: Node, index: Node, axis: int, size: int | RowsDim) -> Node:
    """Zeros of `size` along the axis, to which the slices of g are added at these positions, in order."""
    return make(scatter_add_op, g, index, axis=axis, size=size)


INDEXING = (take_op, scatter_add_op)
