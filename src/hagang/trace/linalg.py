"""numpy.linalg, lowered to ops: norms, systems, determinants, factors, eigenvalues, least squares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import ArgumentError, ShapeError
from hagang.graph import Node, show_dims
from hagang.ops import arithmetic as ar
from hagang.ops import functions as fn
from hagang.ops import linalg as la
from hagang.ops.broadcast import broadcast_dims, broadcast_to, expand, reshape, sum_
from hagang.ops.leaf import constant
from hagang.ops.reduce import max_
from hagang.trace.axes import all_axes, one_axis
from hagang.trace.tables import FUNCTIONS
from hagang.trace.traced import Traced
from hagang.trace.ufuncs import FLOAT, NUMBER, operands, safe_sqrt

if TYPE_CHECKING:
    from collections.abc import Callable

__all__: list[str] = []


# --- norm ----------------------------------------------------------------------------------------------


def _norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Traced:  # noqa: A002
    (value,), precision = operands((x,), FLOAT)
    axes = all_axes(axis, value, "norm")
    norm = _norm_over(value, ord, _in_order(axis, axes, value))
    return Traced(expand(norm, axes) if keepdims else norm, precision)


def _in_order(axis: Any, axes: tuple[int, ...], x: Node) -> tuple[int, ...]:
    """A matrix norm tells rows from columns by the order in which the axes are given."""
    return tuple(one_axis(k, x.ndim, "norm") for k in axis) if isinstance(axis, (tuple, list)) else axes


def _norm_over(x: Node, order: Any, axes: tuple[int, ...]) -> Node:
    if order is None or (order in ("fro", "f") and len(axes) == 2):
        return _root_of_squares(x, axes)
    if len(axes) == 1 and isinstance(order, (int, float)):
        return _vector_norm(x, float(order), axes)
    if len(axes) == 2 and order in (1, -1, np.inf, -np.inf):
        return _matrix_norm(x, float(order), *axes)
    msg = (
        "norm: expected ord None, a number for vectors, or 'fro', 1, -1, inf or -inf for matrices, "
        f"received ord={order!r} over axes {axes} of {show_dims(x.dims)}"
    )
    raise ArgumentError(msg)


def _root_of_squares(x: Node, axes: tuple[int, ...]) -> Node:
    """The Euclidean norm; its gradient at zero is zero, as in PyTorch."""
    return safe_sqrt(sum_(ar.multiply(x, x), axes))


def _vector_norm(x: Node, order: float, axes: tuple[int, ...]) -> Node:
    size = ar.absolute(x)
    if abs(order) == np.inf:
        return _extreme(size, axes, order)
    if order == 0:
        return sum_(ar.cast(ar.logical_not(ar.equal(x, 0.0)), x.dtype), axes)
    if order == 1:
        return sum_(size, axes)
    if order == 2:
        return _root_of_squares(x, axes)
    total = sum_(fn.power(size, order), axes)
    zero = ar.equal(total, 0.0)
    return ar.where(zero, 0.0, fn.power(ar.where(zero, 1.0, total), 1 / order))


def _matrix_norm(x: Node, order: float, rows: int, columns: int) -> Node:
    """The largest (or smallest) sum of absolute values of a column for 1, of a row for infinity."""
    summed, kept = (rows, columns) if abs(order) == 1 else (columns, rows)
    return _extreme(sum_(ar.absolute(x), (summed,)), (kept - (kept > summed),), order)


def _extreme(x: Node, axes: tuple[int, ...], sense: float) -> Node:
    return max_(x, axes) if sense > 0 else ar.negative(max_(ar.negative(x), axes))


# --- linear systems ------------------------------------------------------------------------------------


def _solve(a: Any, b: Any) -> Traced:
    """As NumPy 2 has it: b is one right side where it has one axis, else matrices of right sides."""
    (x, y), precision = operands((a, b), FLOAT)
    if y.ndim == 1:
        column = _solve_matrices(x, reshape(y, (*y.dims, 1)))
        return Traced(reshape(column, column.dims[:-1]), precision)
    return Traced(_solve_matrices(x, y), precision)


def _solve_matrices(a: Node, b: Node) -> Node:
    batch = broadcast_dims("solve", a.dims[:-2], b.dims[:-2])
    return la.solve(*(broadcast_to(x, batch + x.dims[-2:]) for x in (a, b)))


def _on_matrices(build: Callable[[Node], Node]) -> Callable[[Any], Traced]:
    def lower(a: Any) -> Traced:
        (x,), precision = operands((a,), FLOAT)
        return Traced(build(x), precision)

    return lower


def _trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Traced:
    (x,), precision = operands((a,), NUMBER)
    axes = one_axis(axis1, x.ndim, "trace"), one_axis(axis2, x.ndim, "trace")
    rows, columns = (x.dims[k] for k in axes)
    if not isinstance(rows, int) or not isinstance(columns, int):
        msg = f"trace: expected two axes of known size, received {show_dims(x.dims)}"
        raise ShapeError(msg)
    on_diagonal = np.eye(rows, columns, offset) == 1
    others = tuple(k for k in range(x.ndim) if k not in axes)
    mask = np.expand_dims(on_diagonal if axes[0] < axes[1] else on_diagonal.T, others)
    kept = ar.where(broadcast_to(constant(mask), x.dims), x, 0)
    return Traced(sum_(kept, tuple(sorted(axes))), precision)


# --- determinants, powers, factors ---------------------------------------------------------------------


def _slogdet(a: Any) -> Any:
    """Of rows scaled by their largest elements, so that the determinant itself neither overflows nor vanishes."""
    (x,), precision = operands((a,), FLOAT)
    largest = max_(ar.stop_gradient(ar.absolute(x)), (x.ndim - 1,))
    scale = ar.where(ar.equal(largest, 0.0), 1.0, largest)
    det = la.det(ar.divide(x, expand(scale, (x.ndim - 1,))))
    logarithm = ar.add(fn.log(ar.absolute(det)), sum_(fn.log(scale), (x.ndim - 2,)))
    return _SlogdetResult(Traced(ar.sign(det), precision), Traced(logarithm, precision))


def _matrix_power(a: Any, n: int) -> Any:
    if n < 0:
        return _matrix_power(np.linalg.inv(a), -n)
    if n == 0:
        return 0.0 * a + np.eye(a.shape[-1])
    result, square = None, a
    while n:
        result = (square if result is None else result @ square) if n % 2 else result
        n //= 2
        square = square @ square if n else square
    return result


def _cholesky(a: Any, *, upper: bool = False) -> Any:
    """Column by column, of the triangle that is read."""
    rest, columns = np.swapaxes(a, -1, -2) if upper else a, []
    size = rest.shape[-1]
    for k in range(size):
        column = rest[..., :, 0] / np.sqrt(rest[..., :1, 0])
        columns.append(np.concatenate([np.zeros_like(a[..., :k, 0]), column], axis=-1))
        below = column[..., 1:]
        rest = rest[..., 1:, 1:] - below[..., :, np.newaxis] * below[..., np.newaxis, :]
    return np.stack(columns, axis=-2 if upper else -1)


def _eigh(a: Any, UPLO: str = "L") -> Any:
    (x,), precision = operands((a,), FLOAT)
    packed = la.eigh(x, UPLO.upper() == "U")
    return _EighResult(Traced(la.eigenvalues(packed), precision), Traced(la.eigenvectors(packed), precision))


def _multi_dot(arrays: Any) -> Any:
    first, *others = arrays
    for other in others:
        first = first @ other
    return first


# --- least squares -------------------------------------------------------------------------------------


def _solution(a: Any, b: Any) -> Any:
    """The least-squares solution for full rank, by the normal equations, refined once."""
    x, y = _stand_ins(a, b)
    transposed = np.swapaxes(x, -1, -2)
    if x.shape[-2] >= x.shape[-1]:
        gram = transposed @ x
        first = np.linalg.solve(gram, transposed @ y)
        return first + np.linalg.solve(gram, transposed @ (y - x @ first))
    gram = x @ transposed
    first = np.linalg.solve(gram, y)
    return transposed @ (first + np.linalg.solve(gram, y - gram @ first))


def _stand_ins(*values: Any) -> list[Any]:
    nodes, precision = operands(values, FLOAT)
    return [Traced(node, precision) for node in nodes]


def _pinv(a: Any, rcond: Any = None, hermitian: bool = False, *, rtol: Any = None) -> Any:  # noqa: ARG001
    """For full rank, where no tolerance plays a part."""
    eye = np.broadcast_to(np.eye(a.shape[-2]), (*a.shape[:-2], a.shape[-2], a.shape[-2]))
    return _solution(a, eye)


def _lstsq(a: Any, b: Any, rcond: Any = None) -> Any:  # noqa: ARG001
    """For full rank."""
    x, y = _stand_ins(a, b)
    columns = y if y.ndim > 1 else y[:, np.newaxis]
    solution = _solution(x, columns)
    residuals = np.sum((columns - x @ solution) ** 2, axis=0)
    gram = x.T @ x if x.shape[0] >= x.shape[1] else x @ x.T
    singular = np.sqrt(np.linalg.eigvalsh(gram))[::-1]
    return (solution if y.ndim > 1 else solution[:, 0]), residuals, min(x.shape), singular


_SlogdetResult: Any = type(np.linalg.slogdet(np.eye(1)))
_EighResult: Any = type(np.linalg.eigh(np.eye(1)))

FUNCTIONS.update(
    {
        np.linalg.norm: _norm,
        np.linalg.solve: _solve,
        np.linalg.inv: _on_matrices(la.inv),
        np.linalg.det: _on_matrices(la.det),
        np.linalg.slogdet: _slogdet,
        np.linalg.matrix_power: _matrix_power,
        np.linalg.cholesky: _cholesky,
        np.linalg.eigh: _eigh,
        np.linalg.eigvalsh: lambda a, UPLO="L": _eigh(a, UPLO)[0],
        np.linalg.multi_dot: _multi_dot,
        np.linalg.pinv: _pinv,
        np.linalg.lstsq: _lstsq,
        np.trace: _trace,
    }
)
