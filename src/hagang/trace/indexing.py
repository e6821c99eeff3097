"""NumPy's indexing, lowered: slices to slice and flip, positions to take, masks of known size to positions."""

from __future__ import annotations

from operator import getitem
from typing import Any

import numpy as np

from hagang.errors import ShapeError
from hagang.graph import Node, R, RowsDim, show_dims
from hagang.ops import arithmetic as ar
from hagang.ops import layout as lay
from hagang.ops.broadcast import broadcast, broadcast_dims, broadcast_to, expand, reshape, sum_, transpose
from hagang.ops.index import take
from hagang.ops.leaf import constant
from hagang.trace.axes import one_axis
from hagang.trace.source import cannot_trace
from hagang.trace.tables import FUNCTIONS
from hagang.trace.traced import RowCount, Traced, lift, precision_of

__all__: list[str] = []

Key = Any


def _getitem(a: Traced, key: Key) -> Traced:
    x = lift(a, a.precision)
    items, adjacent = _normalise(key if isinstance(key, tuple) else (key,), x, a.precision)
    if not any(isinstance(item, Node) and not _is_number(item) for item in items):
        return Traced(_numbered(x, items), a.precision)
    x, items = _basic(x, items)
    return Traced(_advanced(x, items, adjacent), a.precision)


def _normalise(keys: tuple[Key, ...], x: Node, precision: np.dtype[Any]) -> tuple[list[Key], bool]:
    """One item an axis: slices, None for a new axis, or a node of positions; masks become positions.

    Beside them, whether all positions stand side by side; an ellipsis between them parts them even if it is empty.
    """
    items: list[Key] = []
    masked: list[int | None] = []
    for key in keys:
        expanded, sizes = _expand_key(key, precision)
        items += expanded
        masked += sizes
    used = sum(item is not None and item is not Ellipsis for item in items)
    if used > x.ndim or sum(item is Ellipsis for item in items) > 1:
        msg = f"indexing: expected at most {x.ndim} indices for shape {show_dims(x.dims)}, received {used}"
        raise ShapeError(msg)
    at = [k for k, item in enumerate(items) if isinstance(item, Node)]
    adjacent = not at or at[-1] - at[0] + 1 == len(at)
    where = next((k for k, item in enumerate(items) if item is Ellipsis), len(items))
    free = x.ndim - used
    items[where : where + 1] = [slice(None)] * free
    masked[where : where + 1] = [None] * free
    _check_masks(x, [size for item, size in zip(items, masked, strict=True) if item is not None])
    return items, adjacent


def _check_masks(x: Node, sizes: list[int | None]) -> None:
    for axis, (dim, size) in enumerate(zip(x.dims, sizes, strict=True)):
        if size is not None and size != dim:
            msg = f"indexing: expected a mask of size {dim} along axis {axis} of {show_dims(x.dims)}, received {size}"
            raise ShapeError(msg)


def _expand_key(key: Key, precision: np.dtype[Any]) -> tuple[list[Key], list[int | None]]:
    """The items that a key stands for and, where it is a mask, the sizes that the axes must have."""
    if key is None or key is Ellipsis or isinstance(key, slice):
        return [key], [None]
    if isinstance(key, Traced):
        return [_traced_positions(key, precision)], [None]
    array = np.asarray(key)
    if array.dtype == np.bool_ and array.ndim:
        return [constant(positions, np.int64) for positions in np.nonzero(array)], list(array.shape)
    if array.dtype.kind not in "iu" and not (array.size == 0 and array.dtype.kind == "f"):
        msg = f"indexing: expected integers, slices, None, ... or masks, received {key!r}"
        raise ShapeError(msg)
    return [constant(array, np.int64)], [None]


def _traced_positions(key: Traced, precision: np.dtype[Any]) -> Node:
    if key.dtype == np.bool_:
        raise cannot_trace(
            "how much a traced mask picks is known only at run time",
            "use np.where(mask, x, 0), as in a masked sum",
            read=False,
        )
    if key.dtype.kind == "f":
        raise cannot_trace("a traced index must hold whole numbers", "convert it first: index.astype(int)", read=False)
    return lift(key, precision)


# --- slices and single positions -----------------------------------------------------------------------


def _basic(x: Node, items: list[Key]) -> tuple[Node, list[Key]]:
    """Cut by the slices; afterwards only whole axes, new axes and positions are left."""
    start, stop, step, turned = [], [], [], []
    axis = 0
    for item in items:
        if item is None:
            continue
        dim = x.dims[axis]
        low, high, by, back = (0, dim, 1, False) if not isinstance(item, slice) else _bounds(item, dim)
        start.append(low)
        stop.append(high)
        step.append(by)
        turned += [axis] if back else []
        axis += 1
    x = lay.flip(lay.slice_(x, tuple(start), tuple(stop), tuple(step)), tuple(turned))
    return x, [slice(None) if isinstance(item, slice) else item for item in items]


def _bounds(item: slice, dim: int | RowsDim) -> tuple[int, int | RowsDim, int, bool]:
    """Start, stop, positive step, and whether the order is reversed."""
    if isinstance(dim, RowsDim):
        if item.start not in (None, 0) or item.step not in (None, 1, -1) or not _is_whole(item.stop):
            raise cannot_trace("the rows of a mini-batch cannot be sliced", "use all of them, weighted by np.where")
        return 0, R, 1, item.step == -1
    span = range(*item.indices(dim))
    if not span:
        return 0, 0, 1, False
    low, high = min(span[0], span[-1]), max(span[0], span[-1])
    return low, high + 1, abs(span.step), span.step < 0


def _is_whole(stop: Any) -> bool:
    return stop is None or isinstance(stop, RowCount)


def _is_number(item: Node) -> bool:
    """Whether the position is one known integer."""
    return item.is_constant and item.dims == ()


def _numbered(x: Node, items: list[Key]) -> Node:
    """Slices and known integers alone: an integer is a slice of one whose axis is dropped."""
    used = [item for item in items if item is not None]
    cuts = [_one(item, dim) if isinstance(item, Node) else item for item, dim in zip(used, x.dims, strict=True)]
    x, _ = _basic(x, cuts)
    x = reshape(x, tuple(dim for item, dim in zip(used, x.dims) if not isinstance(item, Node)))
    return _insert(x, [item for item in items if not isinstance(item, Node)])


def _one(item: Node, dim: int | RowsDim) -> slice:
    if isinstance(dim, RowsDim):
        raise cannot_trace("the rows of a mini-batch cannot be picked by position", "use all of them")
    at = int(_from_front(item, dim).attrs["value"])
    return slice(at, at + 1)


# --- positions -----------------------------------------------------------------------------------------


def _advanced(x: Node, items: list[Key], adjacent: bool) -> Node:
    """Take by positions, then insert the new axes."""
    indexed = [item for item in items if item is not None]
    axes = [k for k, item in enumerate(indexed) if isinstance(item, Node)]
    if not axes:
        return _insert(x, items)
    positions = [_from_front(indexed[axis], x.dims[axis]) for axis in axes]
    if any(item is None for item in items):
        x = _insert(x, items)
        axes = [k for k, item in enumerate(items) if isinstance(item, Node)]
    if len(axes) == 1:
        return take(x, positions[0], axes[0])
    return _joint_take(x, axes, positions, adjacent)


def _insert(x: Node, items: list[Key]) -> Node:
    return expand(x, [k for k, item in enumerate(items) if item is None])


def _from_front(index: Node, dim: int | RowsDim) -> Node:
    """Positions counted from the front; constants are checked here, traced ones when the graph runs."""
    if isinstance(dim, RowsDim):
        return index
    if not index.is_constant:
        return ar.where(ar.less(index, 0), ar.add(index, dim), index)
    value = index.attrs["value"]
    if value.size and (value.min() < -dim or value.max() >= dim):
        msg = f"indexing: expected positions from {-dim} to {dim - 1}, received {value.min()} to {value.max()}"
        raise ShapeError(msg)
    return constant(np.where(value < 0, value + dim, value), np.int64)


def _joint_take(x: Node, axes: list[int], positions: list[Node], adjacent: bool) -> Node:
    """Several axes indexed together: as one axis of their product, at row-major positions."""
    dims = broadcast_dims("indexing", *(p.dims for p in positions))
    flat = broadcast_to(positions[0], dims)
    for axis, position in zip(axes[1:], positions[1:]):
        flat = ar.add(ar.multiply(flat, _size(x, axis)), broadcast_to(position, dims))
    rest = [k for k in range(x.ndim) if k not in axes]
    at = sum(k < axes[0] for k in rest) if adjacent else 0
    perm = (*rest[:at], *axes, *rest[at:])
    product = 1
    for axis in axes:
        product *= _size(x, axis)
    moved = transpose(x, perm)
    joined = reshape(moved, (*moved.dims[:at], product, *moved.dims[at + len(axes) :]))
    return take(joined, flat, at)


def _size(x: Node, axis: int) -> int:
    size = x.dims[axis]
    if isinstance(size, RowsDim):
        msg = (
            f"indexing: the rows of {show_dims(x.dims)} cannot be picked by position; "
            "np.take_along_axis(x, index[:, None], axis=1) picks one element of each row"
        )
        raise ShapeError(msg)
    return size


def _pick(x: Node, index: Node, axis: int) -> Node:
    """The elements of x along the axis at the positions of index, whose dims are x's without the axis."""
    size = _size(x, axis)
    here = broadcast(constant(np.arange(size)), x.dims, (axis,))
    kept = tuple(k for k in range(x.ndim) if k != axis)
    chosen = ar.equal(here, broadcast(index, x.dims, kept))
    return sum_(ar.where(chosen, x, 0), (axis,))


def _take(a: Any, indices: Any, axis: Any = None) -> Traced:
    precision = precision_of(a, indices)
    x, index = lift(a, precision), ar.cast(lift(indices, precision), np.int64)
    if axis is None:
        x, axis = reshape(x, _flat_dims(x)), 0
    at = one_axis(axis, x.ndim, "take")
    return Traced(take(x, _from_front(index, x.dims[at]), at), precision)


def _flat_dims(x: Node) -> tuple[int, ...]:
    size = 1
    for k in range(x.ndim):
        size *= _size(x, k)
    return (size,)


def _take_along_axis(arr: Any, indices: Any, axis: Any = -1) -> Traced:
    precision = precision_of(arr, indices)
    x, index = lift(arr, precision), ar.cast(lift(indices, precision), np.int64)
    at = one_axis(axis, x.ndim, "take_along_axis")
    index = _from_front(index, x.dims[at])
    parts = []
    for k in range(_size(index, at)):
        starts = tuple(k if j == at else 0 for j in range(index.ndim))
        stops = tuple(k + 1 if j == at else dim for j, dim in enumerate(index.dims))
        one = lay.slice_(index, starts, stops, (1,) * index.ndim)
        one = reshape(one, one.dims[:at] + one.dims[at + 1 :])
        dims = x.dims[:at] + x.dims[at + 1 :]
        parts.append(expand(_pick(x, broadcast_to(one, dims), at), (at,)))
    return Traced(lay.concatenate(parts, at), precision)


FUNCTIONS.update({getitem: _getitem, np.take: _take, np.take_along_axis: _take_along_axis})
