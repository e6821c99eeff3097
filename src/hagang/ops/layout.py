"""Cutting and joining: concatenate, slice and pad (each the other's adjoint), flip."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hagang.errors import ShapeError
from hagang.graph import Dim, Dims, Kind, Linearity, Node, Op, R, RowsDim, make, show_dims
from hagang.ops.arrays import replaced_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hagang.graph import Attrs, Axis, OutputType

__all__ = ["LAYOUT", "concatenate", "flip", "pad", "slice_"]

Extents = tuple[int, ...]


# --- concatenate ---


def _concatenate_type(inputs: tuple[Node, ...], attrs: Attrs) -> OutputType:
    first, axis = inputs[0], attrs["axis"]
    joined = 0
    for x in inputs:
        same = x.ndim == first.ndim and x.dtype == first.dtype
        if not same or any(a != b for k, (a, b) in enumerate(zip(x.dims, first.dims)) if k != axis):
            received = ", ".join(f"{x.dtype.name}{show_dims(x.dims)}" for x in inputs)
            msg = f"concatenate: expected operands alike but along axis {axis}, received {received}"
            raise ShapeError(msg)
        joined += _known(x.dims[axis], "concatenate")
    return (*first.dims[:axis], joined, *first.dims[axis + 1 :]), first.dtype


def _known(dim: int | RowsDim, name: str) -> int:
    if isinstance(dim, RowsDim):
        msg = f"{name}: the axis of rows cannot be cut or joined; its size is known only at run time"
        raise ShapeError(msg)
    return dim


def _concatenate_gradient(node: Node, g: Node, i: int) -> Node:
    axis = node.attrs["axis"]
    start = sum(_known(x.dims[axis], "concatenate") for x in node.inputs[:i])
    starts = tuple(start if k == axis else 0 for k in range(g.ndim))
    own = node.inputs[i].dims
    stops = tuple(start + _known(own[axis], "concatenate") if k == axis else dim for k, dim in enumerate(own))
    return slice_(g, starts, stops, (1,) * g.ndim)


def _along(axis: int, node: Node) -> tuple[tuple[Axis, ...], ...]:
    return tuple(tuple(None if k == axis else k for k in range(x.ndim)) for x in node.inputs)


concatenate_op = Op(
    "concatenate",
    Kind.PLACEMENT,
    _concatenate_type,
    lambda xp, *xs, axis: xp.concatenate(xs, axis=axis),
    _concatenate_gradient,
    lambda node: _along(node.attrs["axis"], node),
    linear=Linearity.TOGETHER,
)


def concatenate(xs: Sequence[Node], axis: int) -> Node:
    """Join the operands along an axis."""
    return xs[0] if len(xs) == 1 else make(concatenate_op, *xs, axis=axis)


# --- slice and pad ---


def _slice_type(inputs: tuple[Node, ...], attrs: Attrs) -> OutputType:
    (x,) = inputs
    dims: list[int | RowsDim] = []
    for dim, start, stop, step in zip(x.dims, attrs["start"], attrs["stop"], attrs["step"], strict=True):
        if dim is R and (start, stop, step) == (0, R, 1):
            dims.append(R)
            continue
        if not 0 <= start <= stop <= _known(dim, "slice") or step < 1:
            msg = f"slice: {start}:{stop}:{step} does not lie within an axis of {dim}"
            raise ShapeError(msg)
        dims.append(-(-(stop - start) // step))
    return tuple(dims), x.dtype


def _evaluate_slice(xp: Any, x: Any, start: Extents, stop: Extents, step: Extents) -> Any:
    return x[tuple(map(slice, start, stop, step))]


def _slice_gradient(node: Node, g: Node, i: int) -> Node:
    low, step = node.attrs["start"], node.attrs["step"]
    high = tuple(map(_rest, node.inputs[0].dims, low, node.dims, step))
    return pad(g, low, high, tuple(by - 1 for by in step))


def _rest(dim: Dim, start: int, taken: Dim, step: int) -> int:
    """How many elements of an axis lie behind the last one that was taken."""
    if isinstance(dim, RowsDim) or isinstance(taken, RowsDim):
        return 0
    reach = start if taken == 0 else start + (taken - 1) * step + 1
    return dim - reach


def _untouched_axes(node: Node) -> tuple[tuple[Axis, ...], ...]:
    (x,) = node.inputs
    return (tuple(k if a == b else None for k, (a, b) in enumerate(zip(x.dims, node.dims))),)


slice_op = Op(
    "slice", Kind.VIEW, _slice_type, _evaluate_slice, _slice_gradient, _untouched_axes, linear=Linearity.TOGETHER
)


def slice_(x: Node, start: Extents, stop: Dims, step: Extents) -> Node:
    """Every `step`-th element from `start` up to `stop` along each axis; the rows are taken whole."""
    whole = all(a == 0 and b == dim and c == 1 for a, b, c, dim in zip(start, stop, step, x.dims))
    return x if whole else make(slice_op, x, start=tuple(start), stop=tuple(stop), step=tuple(step))


def _pad_type(inputs: tuple[Node, ...], attrs: Attrs) -> OutputType:
    (x,) = inputs
    dims: list[int | RowsDim] = []
    for dim, low, high, interior in zip(x.dims, attrs["low"], attrs["high"], attrs["interior"], strict=True):
        if (low, high, interior) == (0, 0, 0):
            dims.append(dim)
            continue
        size = _known(dim, "pad")
        dims.append(low + high + size + max(size - 1, 0) * interior)
    return tuple(dims), x.dtype


def _evaluate_pad(xp: Any, x: Any, low: Extents, high: Extents, interior: Extents) -> Any:
    places, dims = [], []
    for size, before, after, between in zip(x.shape, low, high, interior):
        reach = before + size + max(size - 1, 0) * between
        places.append(slice(before, reach, between + 1))
        dims.append(reach + after)
    return replaced_at(xp.zeros(dims, x.dtype), tuple(places), x)


def _pad_gradient(node: Node, g: Node, i: int) -> Node:
    stop = tuple(dim if dim is R else dim - high for dim, high in zip(g.dims, node.attrs["high"]))
    return slice_(g, node.attrs["low"], stop, tuple(between + 1 for between in node.attrs["interior"]))


pad_op = Op("pad", Kind.PLACEMENT, _pad_type, _evaluate_pad, _pad_gradient, _untouched_axes, linear=Linearity.TOGETHER)


def pad(x: Node, low: Extents, high: Extents, interior: Extents) -> Node:
    """Put zeros before, after and between the elements of each axis."""
    if not any((*low, *high, *interior)):
        return x
    return make(pad_op, x, low=tuple(low), high=tuple(high), interior=tuple(interior))


# --- flip ---


def _flip_type(inputs: tuple[Node, ...], attrs: Attrs) -> OutputType:
    return inputs[0].dims, inputs[0].dtype


def _flip_axes(node: Node) -> tuple[tuple[Axis, ...], ...]:
    return (tuple(None if k in node.attrs["axes"] else k for k in range(node.ndim)),)


flip_op = Op(
    "flip",
    Kind.VIEW,
    _flip_type,
    lambda xp, x, axes: xp.flip(x, axes),
    lambda node, g, i: flip(g, node.attrs["axes"]),
    _flip_axes,
    linear=Linearity.TOGETHER,
)


def flip(x: Node, axes: tuple[int, ...]) -> Node:
    """Reverse the order of the elements along the axes."""
    return make(flip_op, x, axes=axes) if axes else x


LAYOUT = (concatenate_op, slice_op, pad_op, flip_op)
