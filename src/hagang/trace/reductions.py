"""NumPy's reductions, lowered to ops."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from hagang.errors import ShapeError
from hagang.graph import Node, R, RowsDim, has_rows, known_count, show_dims
from hagang.ops import arithmetic as ar
from hagang.ops import functions as fn
from hagang.ops import reduce as rd
from hagang.ops.broadcast import broadcast_dims, broadcast_to, expand, reshape, sum_
from hagang.ops.layout import concatenate, slice_
from hagang.ops.leaf import constant, row_count
from hagang.trace.axes import all_axes, one_axis
from hagang.trace.source import cannot_trace
from hagang.trace.tables import FUNCTIONS, UFUNCS
from hagang.trace.traced import Traced, as_dtype, lift
from hagang.trace.ufuncs import ANY, BOOL, FLOAT, NUMBER, operands, safe_sqrt

__all__ = ["logsumexp"]

Reducer = Callable[[Node, tuple[int, ...]], Node]


def _reduction(
    name: str, kind: str, reduce: Reducer, identity: Any = None, join: Callable[[Any, Any], Any] | None = None
) -> Callable[..., Traced]:
    """Lower a reduction; one with an identity leaves out what `where` says, and one with a join takes `initial`."""

    def lower(
        a: Any, axis: Any = None, dtype: Any = None, keepdims: bool = False, initial: Any = None, where: Any = True
    ) -> Any:
        (x,), precision = operands((a,), kind)
        if dtype is not None:
            x = ar.cast(x, as_dtype(dtype, precision))
        if where is not True:
            x = _only(x, where, identity, name, precision)
        axes = all_axes(axis, x, name)
        if initial is not None and join is not None and any(x.dims[k] == 0 for k in axes):
            x = _with_one(x, axes, initial)
        reduced = reduce(x, axes)
        result = Traced(expand(reduced, axes) if keepdims else reduced, precision)
        return result if initial is None or join is None else join(result, initial)

    return lower


def _only(x: Node, where: Any, identity: Any, name: str, precision: np.dtype[Any]) -> Node:
    """The identity in place of what is left out."""
    if identity is None:
        what = f"np.{name}(where=...) is not covered"
        raise cannot_trace(what, "choose with np.where first", read=False)
    chosen = lift(where, precision)
    dims = broadcast_dims(name, x.dims, chosen.dims)
    return ar.where(broadcast_to(chosen, dims), broadcast_to(x, dims), identity)


def _with_one(x: Node, axes: tuple[int, ...], initial: Any) -> Node:
    """In place of no elements at all, the first value itself."""
    dims = tuple(1 if k in axes and dim == 0 else dim for k, dim in enumerate(x.dims))
    return broadcast_to(constant(initial, x.dtype), dims)


# --- what is reduced, and how --------------------------------------------------------------------------


def _count(x: Node, axes: tuple[int, ...]) -> Node | float:
    """How many elements are reduced into one; a number where it is known when tracing."""
    dims = tuple(x.dims[axis] for axis in axes)
    known = float(known_count(dims))
    if not has_rows(dims):
        return known
    rows = row_count(x.dtype)
    return rows if known == 1 else ar.multiply(rows, known)


def _mean(x: Node, axes: tuple[int, ...]) -> Node:
    return ar.divide(sum_(x, axes), _count(x, axes))


def _min(x: Node, axes: tuple[int, ...]) -> Node:
    turned = ar.logical_not if x.dtype == np.bool_ else ar.negative
    return turned(rd.max_(turned(x), axes))


def _any(x: Node, axes: tuple[int, ...]) -> Node:
    return ar.logical_not(_none(x, axes))


def _all(x: Node, axes: tuple[int, ...]) -> Node:
    return _none(ar.logical_not(x), axes)


def _none(x: Node, axes: tuple[int, ...]) -> Node:
    return ar.equal(sum_(ar.cast(x, np.int64), axes), 0)


def _prod(x: Node, axes: tuple[int, ...]) -> Node:
    """Products of halves of halves: right where elements are zero, to every order."""
    for axis in reversed(axes):
        x = _prod_along(x, axis)
    return x


def _prod_along(x: Node, axis: int) -> Node:
    size = x.dims[axis]
    if isinstance(size, RowsDim):
        shape = show_dims(x.dims)
        msg = f"prod: expected an axis of known size, received the rows of {shape}; use np.exp(np.sum(np.log(x)))"
        raise ShapeError(msg)
    rest = x.dims[:axis] + x.dims[axis + 1 :]
    if size == 0:
        return broadcast_to(constant(1, x.dtype), rest)
    while size > 1:
        half = size // 2
        product = ar.multiply(_part(x, axis, 0, half), _part(x, axis, half, 2 * half))
        odd = [_part(x, axis, size - 1, size)] if size % 2 else []
        x, size = concatenate([product, *odd], axis), half + size % 2
    return reshape(x, rest)


def _part(x: Node, axis: int, start: int, stop: int) -> Node:
    starts = tuple(start if k == axis else 0 for k in range(x.ndim))
    stops = tuple(stop if k == axis else dim for k, dim in enumerate(x.dims))
    return slice_(x, starts, stops, (1,) * x.ndim)


def _logsumexp(x: Node, axes: tuple[int, ...], weights: Node | None = None) -> Node:
    """Log of the sum of exponentials, shifted by the maximum, which is a constant to the derivative."""
    if any(x.dims[axis] == 0 for axis in axes):
        return fn.log(sum_(x, axes))
    if weights is not None:
        x = ar.where(ar.equal(weights, 0.0), -math.inf, x)
    shift = rd.max_(ar.stop_gradient(x), axes)
    shift = ar.where(ar.isfinite(shift), shift, 0.0)
    terms = fn.exp(ar.subtract(x, expand(shift, axes)))
    total = sum_(terms if weights is None else ar.multiply(weights, terms), axes)
    return ar.add(fn.log(total), shift)


_LOGSUMEXP = _reduction("logsumexp", FLOAT, _logsumexp)


def _weighted_logsumexp(a: Any, b: Any, axis: Any, keepdims: bool) -> Traced:
    nodes, precision = operands((a, b), FLOAT)
    dims = broadcast_dims("logsumexp", *(x.dims for x in nodes))
    x, weights = (broadcast_to(node, dims) for node in nodes)
    axes = all_axes(axis, x, "logsumexp")
    reduced = _logsumexp(x, axes, weights)
    return Traced(expand(reduced, axes) if keepdims else reduced, precision)


def logsumexp(a: Any, axis: int | tuple[int, ...] | None = None, b: Any = None, keepdims: bool = False) -> Any:
    r"""The logarithm of a sum of exponentials, without overflow.

    .. math:: \log \sum_i e^{a_i} = m + \log \sum_i e^{a_i - m}, \quad m = \max_i a_i

    Takes arrays and, inside a traced function, traced values (SciPy's own function cannot be traced, since
    NumPy's protocols do not reach it).

    Parameters
    ----------
    a : array
        Any shape.
    axis : int or tuple of int, optional
        Reduced axes; all by default.
    b : array, optional
        Weights of the exponentials, broadcast with `a`; an element of weight zero counts as absent.
    keepdims : bool
        Keep reduced axes with size one.

    Returns
    -------
    array
        The shape of `a` without the reduced axes.

    Examples
    --------
    >>> import numpy as np
    >>> float(logsumexp(np.array([1000.0, 1000.0])))
    1000.6931471805599

    References
    ----------
    P. Blanchard, D. Higham, N. Higham, Accurately computing the log-sum-exp and softmax functions (2021).
    """
    if b is not None and (isinstance(a, Traced) or isinstance(b, Traced)):
        return _weighted_logsumexp(a, b, axis, keepdims)
    if isinstance(a, Traced):
        return _LOGSUMEXP(a, axis=axis, keepdims=keepdims)
    from scipy import special

    return special.logsumexp(a, axis=axis, b=b, keepdims=keepdims)


# --- variance ------------------------------------------------------------------------------------------


def _spread(name: str, finish: Callable[[Node], Node]) -> Callable[..., Traced]:
    def lower(
        a: Any, axis: Any = None, ddof: float = 0, keepdims: bool = False, correction: float | None = None
    ) -> Traced:
        (x,), precision = operands((a,), FLOAT)
        axes = all_axes(axis, x, name)
        centred = ar.subtract(x, expand(_mean(x, axes), axes))
        total = sum_(ar.multiply(centred, centred), axes)
        fewer = _count(x, axes)
        lost = float(ddof if correction is None else correction)
        spread = finish(ar.divide(total, ar.subtract(fewer, lost) if isinstance(fewer, Node) else fewer - lost))
        return Traced(expand(spread, axes) if keepdims else spread, precision)

    return lower


# --- positions and scans -------------------------------------------------------------------------------


def _arg(name: str, sense: Callable[[Node], Node]) -> Callable[..., Traced]:
    def lower(a: Any, axis: Any = None, keepdims: bool = False) -> Traced:
        (x,), precision = operands((a,), NUMBER)
        if axis is None:
            return Traced(_found_flat(sense(x), name, keepdims), precision)
        at = one_axis(axis, x.ndim, name)
        position = rd.argmax(sense(x), at)
        return Traced(expand(position, (at,)) if keepdims else position, precision)

    return lower


def _found_flat(x: Node, name: str, keepdims: bool) -> Node:
    if x.ndim > 1 and has_rows(x.dims):
        msg = f"{name}: expected an axis, received None for the rows of {show_dims(x.dims)}"
        raise ShapeError(msg)
    flat = reshape(x, x.dims if x.ndim == 1 else (known_count(x.dims),))
    position = rd.argmax(flat, 0)
    return expand(position, tuple(range(x.ndim))) if keepdims else position


def _cumsum(a: Any, axis: Any = None, dtype: Any = None) -> Traced:
    (x,), precision = operands((a,), NUMBER)
    if dtype is not None:
        x = ar.cast(x, as_dtype(dtype, precision))
    if axis is None:
        x, axis = reshape(x, (R if has_rows(x.dims) else known_count(x.dims),)), 0
    return Traced(rd.cumsum(x, one_axis(axis, x.ndim, "cumsum")), precision)


def _mean_where(a: Any, axis: Any = None, dtype: Any = None, keepdims: bool = False, where: Any = True) -> Any:
    if where is True:
        return _plain_mean(a, axis=axis, dtype=dtype, keepdims=keepdims)
    total = _sum(a, axis=axis, dtype=dtype, keepdims=keepdims, where=where)
    return total / _sum(np.ones_like(a), axis=axis, keepdims=keepdims, where=where)


_plain_mean = _reduction("mean", FLOAT, _mean)
_sum = _reduction("sum", NUMBER, sum_, 0, np.add)
_max = _reduction("max", ANY, rd.max_, -math.inf, np.maximum)
_minimum = _reduction("min", ANY, _min, math.inf, np.minimum)
_product = _reduction("prod", NUMBER, _prod, 1, np.multiply)

FUNCTIONS.update(
    {
        np.sum: _sum,
        np.mean: _mean_where,
        np.max: _max,
        np.amax: _max,
        np.min: _minimum,
        np.amin: _minimum,
        np.prod: _product,
        np.all: _reduction("all", BOOL, _all, True),
        np.any: _reduction("any", BOOL, _any, False),
        np.var: _spread("var", lambda x: x),
        np.std: _spread("std", safe_sqrt),
        np.argmax: _arg("argmax", lambda x: x),
        np.argmin: _arg("argmin", ar.negative),
        np.cumsum: _cumsum,
    }
)


def _first_axis(lower: Callable[..., Traced]) -> Callable[..., Traced]:
    """A ufunc's reduce takes the first axis where none is named."""

    def reduce(a: Any, axis: Any = 0, dtype: Any = None, keepdims: bool = False, **more: Any) -> Traced:
        return lower(a, axis=axis, dtype=dtype, keepdims=keepdims, **more)

    return reduce


UFUNCS.update(
    {
        "add.reduce": _first_axis(_sum),
        "multiply.reduce": _first_axis(_product),
        "maximum.reduce": _first_axis(_max),
        "minimum.reduce": _first_axis(_minimum),
        "logaddexp.reduce": _first_axis(_LOGSUMEXP),
        "add.accumulate": lambda a, axis=0, dtype=None: _cumsum(a, axis, dtype),
    }
)
