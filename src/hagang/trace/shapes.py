"""NumPy's functions that change shape, join and choose, lowered to ops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import ShapeError
from hagang.graph import Dims, Node, RowsDim, known_count, show_dims
from hagang.ops import arithmetic as ar
from hagang.ops import layout as lay
from hagang.ops.broadcast import broadcast_dims, broadcast_to, expand, reshape, transpose
from hagang.trace.axes import all_axes, one_axis
from hagang.trace.source import cannot_trace
from hagang.trace.tables import FUNCTIONS
from hagang.trace.traced import Traced, as_dtype, lift, precision_of, unwrap_dim
from hagang.trace.ufuncs import ANY, NUMBER, operands

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__: list[str] = []


def _on_one(build: Callable[..., Node]) -> Callable[..., Traced]:
    """Lower a function of one array and plain arguments."""

    def lower(a: Any, *args: Any, **kwargs: Any) -> Traced:
        precision = precision_of(a)
        return Traced(build(lift(a, precision), *args, **kwargs), precision)

    return lower


def dims_of(shape: Any) -> Dims:
    """A shape argument as dims."""
    return tuple(unwrap_dim(dim) for dim in (shape if isinstance(shape, (tuple, list)) else (shape,)))


# --- shape ---------------------------------------------------------------------------------------------


def _reshape(x: Node, shape: Any = None, order: str = "C", newshape: Any = None) -> Node:
    if order != "C":
        msg = f"reshape: expected order='C', received {order!r}"
        raise ShapeError(msg)
    dims = dims_of(newshape if shape is None else shape)
    return reshape(x, _solve_shape(x, dims))


def _solve_shape(x: Node, dims: Dims) -> Dims:
    """Work out the -1 of a shape."""
    if -1 not in dims:
        return dims
    others = known_count(tuple(dim for dim in dims if dim != -1))
    rows_wanted = any(isinstance(dim, RowsDim) for dim in x.dims) and not any(isinstance(dim, RowsDim) for dim in dims)
    total = known_count(x.dims)
    if rows_wanted and total == others:
        free: int | RowsDim = RowsDim()
    elif dims.count(-1) > 1 or others == 0 or total % others:
        msg = f"reshape: expected a shape that holds the elements of {show_dims(x.dims)}, received {show_dims(dims)}"
        raise ShapeError(msg)
    else:
        free = total // others
    return tuple(free if dim == -1 else dim for dim in dims)


def _transpose(x: Node, axes: Any = None) -> Node:
    perm = tuple(reversed(range(x.ndim))) if axes is None else tuple(one_axis(a, x.ndim, "transpose") for a in axes)
    return transpose(x, perm)


def _swapaxes(x: Node, axis1: int, axis2: int) -> Node:
    perm = list(range(x.ndim))
    i, j = one_axis(axis1, x.ndim, "swapaxes"), one_axis(axis2, x.ndim, "swapaxes")
    perm[i], perm[j] = j, i
    return transpose(x, tuple(perm))


def _moveaxis(x: Node, source: Any, destination: Any) -> Node:
    sides = [tuple(one_axis(int(a), x.ndim, "moveaxis") for a in np.atleast_1d(side)) for side in (source, destination)]
    perm = [k for k in range(x.ndim) if k not in sides[0]]
    for to, from_ in sorted(zip(sides[1], sides[0], strict=True)):
        perm.insert(to, from_)
    return transpose(x, tuple(perm))


def _squeeze(x: Node, axis: Any = None) -> Node:
    axes = all_axes(axis, x, "squeeze") if axis is not None else tuple(k for k, dim in enumerate(x.dims) if dim == 1)
    if any(x.dims[k] != 1 for k in axes):
        msg = f"squeeze: expected axes of size one, received axes {axes} of {show_dims(x.dims)}"
        raise ShapeError(msg)
    return reshape(x, tuple(dim for k, dim in enumerate(x.dims) if k not in axes))


def _expand_dims(x: Node, axis: Any) -> Node:
    axes = axis if isinstance(axis, (tuple, list)) else (axis,)
    total = x.ndim + len(axes)
    return expand(x, [one_axis(a, total, "expand_dims") for a in axes])


def _ravel(x: Node, order: str = "C") -> Node:
    return _reshape(x, -1, order)


def _flip(x: Node, axis: Any = None) -> Node:
    return lay.flip(x, all_axes(axis, x, "flip"))


def _broadcast_to(x: Node, shape: Any) -> Node:
    return broadcast_to(x, dims_of(shape))


def _atleast(ndim: int) -> Callable[[Node], Node]:
    return lambda x: reshape(x, (1,) * (ndim - x.ndim) + x.dims)


# --- joining -------------------------------------------------------------------------------------------


def _of_dtype(join: Callable[..., Traced]) -> Callable[..., Traced]:
    """With the dtype that NumPy's joins take."""

    def lower(arrays: Sequence[Any], *args: Any, dtype: Any = None, **kwargs: Any) -> Traced:
        kwargs.pop("casting", None)
        joined = join(arrays, *args, **kwargs)
        return joined if dtype is None else joined.astype(dtype)

    return lower


def _concatenate(arrays: Sequence[Any], axis: Any = 0) -> Traced:
    nodes, precision = operands(tuple(arrays), ANY)
    if axis is None:
        nodes, axis = [_ravel(x) for x in nodes], 0
    return Traced(lay.concatenate(nodes, one_axis(axis, nodes[0].ndim, "concatenate")), precision)


def _stack(arrays: Sequence[Any], axis: int = 0) -> Traced:
    nodes, precision = operands(tuple(arrays), ANY)
    if len({x.dims for x in nodes}) > 1:
        msg = f"stack: expected values of one shape, received {', '.join(show_dims(x.dims) for x in nodes)}"
        raise ShapeError(msg)
    at = one_axis(axis, nodes[0].ndim + 1, "stack")
    return Traced(lay.concatenate([expand(x, (at,)) for x in nodes], at), precision)


def _hstack(arrays: Sequence[Any]) -> Traced:
    nodes, precision = operands(tuple(arrays), ANY)
    nodes = [_atleast(1)(x) for x in nodes]
    return Traced(lay.concatenate(nodes, min(1, nodes[0].ndim - 1)), precision)


def _vstack(arrays: Sequence[Any]) -> Traced:
    nodes, precision = operands(tuple(arrays), ANY)
    return Traced(lay.concatenate([_atleast(2)(x) for x in nodes], 0), precision)


def _column_stack(arrays: Sequence[Any]) -> Traced:
    nodes, precision = operands(tuple(arrays), ANY)
    return Traced(
        lay.concatenate([x if x.ndim > 1 else reshape(x, (*(x.dims or (1,)), 1)) for x in nodes], 1), precision
    )


# --- choosing ------------------------------------------------------------------------------------------


def _where(condition: Any, x: Any = None, y: Any = None) -> Traced:
    if x is None or y is None:
        raise cannot_trace(
            "np.where(condition) alone gives as many positions as are true, known only at run time",
            "use np.where(condition, a, b)",
        )
    precision = precision_of(condition, x, y)
    chosen = _mask(condition, precision)
    dtype = as_dtype(np.result_type(*(_sort(v, precision) for v in (x, y))), precision)
    a, b = (ar.cast(lift(v, precision), dtype) for v in (x, y))
    return Traced(ar.where(chosen, a, b), precision)


def _mask(condition: Any, precision: np.dtype[Any]) -> Node:
    node = lift(condition, precision)
    return node if node.dtype == np.bool_ else ar.logical_not(ar.equal(node, 0))


def _sort(value: Any, precision: np.dtype[Any]) -> np.dtype[Any]:
    return lift(value, precision).dtype


def _clip(a: Any, a_min: Any = None, a_max: Any = None, min: Any = None, max: Any = None) -> Any:  # noqa: A002
    low, high = (a_min if min is None else min), (a_max if max is None else max)
    result = a if low is None else np.maximum(a, low)
    return result if high is None else np.minimum(result, high)


# --- the rest ------------------------------------------------------------------------------------------


def _broadcast_arrays(*arrays: Any) -> tuple[Traced, ...]:
    precision = precision_of(*arrays)
    nodes = [lift(a, precision) for a in arrays]
    dims = broadcast_dims("broadcast_arrays", *(x.dims for x in nodes))
    return tuple(Traced(broadcast_to(x, dims), precision) for x in nodes)


def _diff(a: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Any:
    if prepend is not None or append is not None:
        at = one_axis(axis, np.ndim(a), "diff")
        edge = [1 if k == at else dim for k, dim in enumerate(np.shape(a))]
        ends = [None if end is None else _end(end, a, edge) for end in (prepend, append)]
        a = np.concatenate([part for part in (ends[0], a, ends[1]) if part is not None], axis=at)
    for _ in range(n):
        at = one_axis(axis, np.ndim(a), "diff")
        ahead, behind = (tuple([slice(None)] * at + [piece]) for piece in (slice(1, None), slice(None, -1)))
        a = a[ahead] - a[behind]
    return a


def _atleast_3d(a: Any) -> Any:
    """As NumPy has it, new axes are put round a vector and behind a matrix."""
    if np.ndim(a) >= 3:
        return a
    return np.reshape(a, (1, *a.shape, 1) if np.ndim(a) == 1 else (*a.shape, *(1,) * (3 - np.ndim(a))))


def _end(end: Any, a: Any, edge: list[Any]) -> Any:
    """What is put before or behind an array: a number spreads over the edge."""
    traced = end if isinstance(end, Traced) else Traced(lift(end, a.precision), a.precision)
    return np.broadcast_to(traced, edge) if traced.ndim == 0 else traced


def _round(a: Any, decimals: int = 0) -> Any:
    (x,), _ = operands((a,), NUMBER)
    return np.rint(a * 10.0**decimals) / 10.0**decimals if x.is_float else a


FUNCTIONS.update(
    {
        np.reshape: _on_one(_reshape),
        np.transpose: _on_one(_transpose),
        np.swapaxes: _on_one(_swapaxes),
        np.moveaxis: _on_one(_moveaxis),
        np.squeeze: _on_one(_squeeze),
        np.expand_dims: _on_one(_expand_dims),
        np.ravel: _on_one(_ravel),
        np.flip: _on_one(_flip),
        np.broadcast_to: _on_one(_broadcast_to),
        np.atleast_1d: _on_one(_atleast(1)),
        np.atleast_2d: _on_one(_atleast(2)),
        np.broadcast_arrays: _broadcast_arrays,
        np.concatenate: _of_dtype(_concatenate),
        np.stack: _of_dtype(_stack),
        np.hstack: _of_dtype(_hstack),
        np.vstack: _of_dtype(_vstack),
        np.column_stack: _column_stack,
        np.where: _where,
        np.clip: _clip,
        np.diff: _diff,
        np.round: _round,
        np.shape: lambda a: a.shape,
        np.ndim: lambda a: a.ndim,
        np.size: lambda a: a.size,
        np.copy: lambda a: a,
        np.real: lambda val: val,
        np.imag: lambda val: np.zeros_like(val),
        np.real_if_close: lambda a, tol=100: a,  # noqa: ARG005
        np.atleast_3d: _atleast_3d,
    }
)
