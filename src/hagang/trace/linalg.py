"""numpy.linalg's norm, solve, inv and det, lowered to ops."""

from __future__ import annotations

from typing import Any

import numpy as np

from hagang.errors import ShapeError
from hagang.graph import Node, show_dims
from hagang.ops import arithmetic as ar
from hagang.ops import functions as fn
from hagang.ops import linalg as la
from hagang.ops.broadcast import broadcast_to, expand, reshape, sum_
from hagang.ops.reduce import max_
from hagang.trace.axes import all_axes, one_axis
from hagang.trace.traced import FUNCTIONS, Traced
from hagang.trace.ufuncs import FLOAT, operands

__all__: list[str] = []


def _norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Traced:  # noqa: A002
    (value,), precision = operands((x,), FLOAT)
    axes = all_axes(axis, value, "norm")
    kind = "fro" if ord is None or (ord == 2 and len(axes) == 1) else ord
    if kind != "fro" and len(axes) != 1:
        msg = f"norm: expected ord None, 'fro', or for vectors a number or infinity, received ord={ord!r} over axes {axes}"
        raise ShapeError(msg)
    norm = _root_of_squares(value, axes) if kind == "fro" else _vector_norm(value, float(kind), axes)
    return Traced(expand(norm, axes) if keepdims else norm, precision)


def _root_of_squares(x: Node, axes: tuple[int, ...]) -> Node:
    """The Euclidean norm; its gradient at zero is zero, as in PyTorch."""
    return _root(sum_(ar.multiply(x, x), axes), fn.sqrt)


def _root(total: Node, root: Any) -> Node:
    zero = ar.equal(total, 0.0)
    return ar.where(zero, 0.0, root(ar.where(zero, 1.0, total)))


def _vector_norm(x: Node, order: float, axes: tuple[int, ...]) -> Node:
    size = ar.absolute(x)
    if order == np.inf:
        return max_(size, axes)
    if order == -np.inf:
        return ar.negative(max_(ar.negative(size), axes))
    if order == 1:
        return sum_(size, axes)
    return _root(sum_(fn.power(size, order), axes), lambda total: fn.power(total, 1 / order))


def _solve(a: Any, b: Any) -> Traced:
    (x, y), precision = operands((a, b), FLOAT)
    if y.ndim == 1:
        column = la.solve(x, broadcast_to(reshape(y, (*y.dims, 1)), (*x.dims[:-2], *y.dims, 1)))
        return Traced(reshape(column, column.dims[:-1]), precision)
    return Traced(la.solve(x, y), precision)


def _on_matrices(build: Any) -> Any:
    def lower(a: Any) -> Traced:
        (x,), precision = operands((a,), FLOAT)
        return Traced(build(x), precision)

    return lower


def _trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Traced:
    (x,), precision = operands((a,), FLOAT)
    axes = one_axis(axis1, x.ndim, "trace"), one_axis(axis2, x.ndim, "trace")
    sizes = [x.dims[k] for k in axes]
    if not all(isinstance(size, int) for size in sizes):
        msg = f"trace: expected two axes of known size, received {show_dims(x.dims)}"
        raise ShapeError(msg)
    eye = np.eye(sizes[0], sizes[1], offset, dtype=bool)  # type: ignore[arg-type]
    mask = np.expand_dims(eye if axes[0] < axes[1] else eye.T, [k for k in range(x.ndim) if k not in axes])
    return np.sum(np.where(mask, Traced(x, precision), 0.0), axis=axes)  # type: ignore[return-value]


FUNCTIONS.update(
    {
        np.linalg.norm: _norm,
        np.linalg.solve: _solve,
        np.linalg.inv: _on_matrices(la.inv),
        np.linalg.det: _on_matrices(la.det),
        np.trace: _trace,
    }
)
