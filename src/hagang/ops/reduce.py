"""Reductions and scans along an axis, beside the sum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import ShapeError
from hagang.graph import CONSTANT, Kind, Linearity, Node, Op, R, known_count, make, show_dims
from hagang.ops.arithmetic import cast, divide, equal, multiply
from hagang.ops.broadcast import broadcast, kept_axes, reduction_axes, sum_

if TYPE_CHECKING:
    from hagang.graph import Attrs, Axis, OutputType

__all__ = ["REDUCTIONS", "argmax", "argsort", "cumsum", "max_"]


# --- max ---


def _max_type(inputs: tuple[Node, ...], attrs: Attrs) -> OutputType:
    (x,) = inputs
    axes = attrs["axes"]
    if any(x.dims[axis] == 0 for axis in axes) and known_count(x.dims) == 0:
        msg = f"max: expected at least one element along the reduced axes {axes}, received shape {show_dims(x.dims)}"
        raise ShapeError(msg)
    return tuple(dim for k, dim in enumerate(x.dims) if k not in axes), x.dtype


def _max_gradient(node: Node, g: Node, i: int) -> Node:
    """The cotangent is shared equally among the elements that attain the maximum."""
    (x,) = node.inputs
    kept = kept_axes(node)
    attained = cast(equal(x, broadcast(node, x.dims, kept)), g.dtype)
    share = divide(g, sum_(attained, node.attrs["axes"]))
    return multiply(attained, broadcast(share, x.dims, kept))


max_op = Op(
    "max",
    Kind.REDUCTION,
    _max_type,
    lambda xp, x, axes: xp.max(x, axis=axes),
    _max_gradient,
    reduction_axes,
    instruction="maximum",
)


def max_(x: Node, axes: tuple[int, ...]) -> Node:
    """The largest element over the axes, which are removed."""
    return make(max_op, x, axes=axes) if axes else x


# --- argmax ---


def _argmax_type(inputs: tuple[Node, ...], attrs: Attrs) -> OutputType:
    (x,) = inputs
    axis = attrs["axis"]
    if x.dims[axis] == 0:
        msg = f"argmax: expected at least one element along axis {axis}, received shape {show_dims(x.dims)}"
        raise ShapeError(msg)
    return x.dims[:axis] + x.dims[axis + 1 :], np.dtype(np.int64)


def _argmax_axes(node: Node) -> tuple[tuple[Axis, ...], ...]:
    axis = node.attrs["axis"]
    return (tuple(None if k == axis else k - (k > axis) for k in range(node.inputs[0].ndim)),)


argmax_op = Op(
    "argmax", Kind.REDUCTION, _argmax_type, lambda xp, x, axis: xp.argmax(x, axis=axis), CONSTANT, _argmax_axes
)


def argmax(x: Node, axis: int) -> Node:
    """The position of the largest element along the axis, the first of several."""
    return make(argmax_op, x, axis=axis)


# --- argsort ---


def _argsort_type(inputs: tuple[Node, ...], attrs: Attrs) -> OutputType:
    (x,) = inputs
    if x.dims[attrs["axis"]] is R:
        msg = "argsort: the rows of a mini-batch cannot be sorted; how many there are is known only at run time"
        raise ShapeError(msg)
    return x.dims, np.dtype(np.int64)


argsort_op = Op(
    "argsort",
    Kind.SCAN,
    _argsort_type,
    lambda xp, x, axis: xp.argsort(x, axis=axis, stable=True),
    CONSTANT,
    lambda node: (tuple(None if k == node.attrs["axis"] else k for k in range(node.ndim)),),
)


def argsort(x: Node, axis: int) -> Node:
    """The positions that sort x along the axis, equal elements in their order."""
    return make(argsort_op, x, axis=axis)


# --- cumsum ---


def _cumsum_type(inputs: tuple[Node, ...], attrs: Attrs) -> OutputType:
    return inputs[0].dims, inputs[0].dtype


def _evaluate_cumsum(xp: Any, x: Any, axis: int, reverse: bool) -> Any:
    return xp.flip(xp.cumsum(xp.flip(x, axis), axis=axis), axis) if reverse else xp.cumsum(x, axis=axis)


def _cumsum_axes(node: Node) -> tuple[tuple[Axis, ...], ...]:
    return (tuple(None if k == node.attrs["axis"] else k for k in range(node.ndim)),)


cumsum_op = Op(
    "cumsum",
    Kind.SCAN,
    _cumsum_type,
    _evaluate_cumsum,
    lambda node, g, i: cumsum(g, node.attrs["axis"], not node.attrs["reverse"]),
    _cumsum_axes,
    linear=Linearity.TOGETHER,
)


def cumsum(x: Node, axis: int, reverse: bool = False) -> Node:
    """The running sum along the axis, from its end where reversed."""
    return make(cumsum_op, x, axis=axis, reverse=reverse)


REDUCTIONS = (max_op, argmax_op, argsort_op, cumsum_op)
