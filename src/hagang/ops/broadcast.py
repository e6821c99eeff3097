"""Broadcast and sum, each the other's adjoint, and the reshape and transpose that go with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import ShapeError
from hagang.graph import Dim, Dims, Kind, Linearity, Node, Op, has_rows, known_count, make, show_dims

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hagang.graph import Attrs, Axis, OutputType

__all__ = [
    "BROADCASTING",
    "broadcast",
    "broadcast_dims",
    "broadcast_to",
    "expand",
    "reshape",
    "sum_",
    "transpose",
]


# --- reshape ---


def _reshape_type(inputs: tuple[Node, ...], attrs: Attrs) -> OutputType:
    (x,) = inputs
    shape: Dims = attrs["shape"]
    if has_rows(x.dims) != has_rows(shape) or known_count(x.dims) != known_count(shape):
        msg = f"reshape: expected a shape with the elements of {show_dims(x.dims)}, received {show_dims(shape)}" + (
            "; the axis of rows R must stay an axis of its own" if has_rows(x.dims) else ""
        )
        raise ShapeError(msg)
    return shape, x.dtype


def _reshape_axes(node: Node) -> tuple[tuple[Axis, ...], ...]:
    """An axis is carried where the axes before it hold equally many elements in both shapes."""
    (x,) = node.inputs
    ends = {_before(node.dims, k): k for k in reversed(range(node.ndim))}
    carriers: list[Axis] = []
    for i, dim in enumerate(x.dims):
        k = ends.get(_before(x.dims, i))
        while k is not None and k + 1 < node.ndim and node.dims[k] == 1 and dim != 1:
            k += 1
        carriers.append(k if k is not None and node.dims[k] == dim else None)
    return (tuple(carriers),)


def _before(dims: Dims, axis: int) -> tuple[bool, int]:
    return has_rows(dims[:axis]), known_count(dims[:axis])


reshape_op = Op(
    "reshape",
    Kind.VIEW,
    _reshape_type,
    lambda xp, x, shape: xp.reshape(x, shape),
    lambda node, g, i: reshape(g, node.inputs[0].dims),
    _reshape_axes,
    linear=Linearity.TOGETHER,
)


def reshape(x: Node, shape: Dims) -> Node:
    """The same elements in row-major order under another shape."""
    return x if x.dims == shape else make(reshape_op, x, shape=tuple(shape))


def expand(x: Node, axes: Sequence[int]) -> Node:
    """Insert axes of size one at these positions of the result."""
    dims = list(x.dims)
    for axis in sorted(axes):
        dims.insert(axis, 1)
    return reshape(x, tuple(dims))


# --- transpose ---


def _transpose_type(inputs: tuple[Node, ...], attrs: Attrs) -> OutputType:
    (x,) = inputs
    perm: tuple[int, ...] = attrs["perm"]
    if sorted(perm) != list(range(x.ndim)):
        msg = f"transpose: expected a permutation of {x.ndim} axes, received {perm}"
        raise ShapeError(msg)
    return tuple(x.dims[axis] for axis in perm), x.dtype


def _transpose_axes(node: Node) -> tuple[tuple[Axis, ...], ...]:
    perm = node.attrs["perm"]
    return (tuple(perm.index(axis) for axis in range(node.ndim)),)


transpose_op = Op(
    "transpose",
    Kind.VIEW,
    _transpose_type,
    lambda xp, x, perm: xp.transpose(x, perm),
    lambda node, g, i: transpose(g, tuple(int(axis) for axis in np.argsort(node.attrs["perm"]))),
    _transpose_axes,
    linear=Linearity.TOGETHER,
)


def transpose(x: Node, perm: tuple[int, ...]) -> Node:
    """Axis `k` of the result is axis `perm[k]` of x."""
    return x if perm == tuple(range(x.ndim)) else make(transpose_op, x, perm=perm)


# --- broadcast and sum ---


def _broadcast_type(inputs: tuple[Node, ...], attrs: Attrs) -> OutputType:
    (x,) = inputs
    shape, axes = attrs["shape"], attrs["axes"]
    fits = len(axes) == x.ndim and list(axes) == sorted(set(axes)) and all(0 <= k < len(shape) for k in axes)
    if not fits or any(shape[k] != dim for k, dim in zip(axes, x.dims)):
        msg = f"broadcast: {show_dims(x.dims)} does not go to axes {axes} of {show_dims(shape)}"
        raise ShapeError(msg)
    return shape, x.dtype


def _evaluate_broadcast(xp: Any, x: Any, shape: tuple[int, ...], axes: tuple[int, ...]) -> Any:
    spread = [1] * len(shape)
    for k, size in zip(axes, x.shape):
        spread[k] = size
    return xp.broadcast_to(x.reshape(spread), shape)


def _broadcast_gradient(node: Node, g: Node, i: int) -> Node:
    return sum_(g, tuple(k for k in range(node.ndim) if k not in node.attrs["axes"]))


broadcast_op = Op(
    "broadcast",
    Kind.VIEW,
    _broadcast_type,
    _evaluate_broadcast,
    _broadcast_gradient,
    lambda node: (tuple(node.attrs["axes"]),),
    linear=Linearity.TOGETHER,
)


def broadcast(x: Node, shape: Dims, axes: tuple[int, ...]) -> Node:
    """Repeat x along new axes: axis `i` of x becomes axis `axes[i]` of the shape."""
    return x if x.dims == shape else make(broadcast_op, x, shape=tuple(shape), axes=axes)


def _sum_type(inputs: tuple[Node, ...], attrs: Attrs) -> OutputType:
    (x,) = inputs
    axes: tuple[int, ...] = attrs["axes"]
    if any(not 0 <= axis < x.ndim for axis in axes) or len(set(axes)) < len(axes):
        msg = f"sum: expected distinct axes of {show_dims(x.dims)}, received {axes}"
        raise ShapeError(msg)
    return tuple(dim for k, dim in enumerate(x.dims) if k not in axes), x.dtype


def kept_axes(node: Node) -> tuple[int, ...]:
    """The axes of a reduction's input that its output keeps, in order."""
    return tuple(k for k in range(node.inputs[0].ndim) if k not in node.attrs["axes"])


def reduction_axes(node: Node) -> tuple[tuple[Axis, ...], ...]:
    """The axis rule of every reduction over `axes`."""
    kept = kept_axes(node)
    return (tuple(kept.index(k) if k in kept else None for k in range(node.inputs[0].ndim)),)


sum_op = Op(
    "sum",
    Kind.REDUCTION,
    _sum_type,
    lambda xp, x, axes: xp.sum(x, axis=axes),
    lambda node, g, i: broadcast(g, node.inputs[0].dims, kept_axes(node)),
    reduction_axes,
    instruction="add",
    linear=Linearity.TOGETHER,
)


def sum_(x: Node, axes: tuple[int, ...]) -> Node:
    """The sum over the axes, which are removed."""
    return make(sum_op, x, axes=axes) if axes else x


# --- NumPy's broadcasting, in terms of these ---


def broadcast_dims(name: str, *shapes: Dims) -> Dims:
    """The shape that NumPy's broadcasting gives; R meets only R and one."""
    result: list[Dim] = []
    for k in range(1, max(map(len, shapes), default=0) + 1):
        sizes = {shape[-k] for shape in shapes if len(shape) >= k} - {1}
        if len(sizes) > 1:
            received = " and ".join(map(show_dims, shapes))
            msg = f"{name}: expected shapes that broadcast together, received {received}"
            raise ShapeError(msg)
        result.append(sizes.pop() if sizes else 1)
    return tuple(reversed(result))


def broadcast_to(x: Node, shape: Dims) -> Node:
    """NumPy's `broadcast_to`: axes of size one are repeated, missing leading axes added."""
    if x.dims == shape:
        return x
    if broadcast_dims("broadcast_to", x.dims, shape) != shape:
        msg = f"broadcast_to: {show_dims(x.dims)} cannot be repeated to {show_dims(shape)}"
        raise ShapeError(msg)
    lead = len(shape) - x.ndim
    equal = [k for k, dim in enumerate(x.dims) if dim == shape[k + lead]]
    squeezed = reshape(x, tuple(x.dims[k] for k in equal))
    return broadcast(squeezed, shape, tuple(k + lead for k in equal))


BROADCASTING = (reshape_op, transpose_op, broadcast_op, sum_op)
