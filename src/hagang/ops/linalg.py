"""Linear systems: solve and determinant; the inverse is a solve against the identity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import ShapeError
from hagang.graph import Kind, Node, Op, known_count, make, show_dims
from hagang.ops.arithmetic import add, divide, equal, multiply, negative, ones_like, subtract, where
from hagang.ops.broadcast import broadcast, broadcast_to, reshape, transpose
from hagang.ops.contract import contract
from hagang.ops.index import take
from hagang.ops.layout import slice_
from hagang.ops.leaf import constant

if TYPE_CHECKING:
    from hagang.graph import Attrs, Axis, OutputType

__all__ = ["LINALG", "adjoint", "adjugate", "det", "eigenvalues", "eigenvectors", "eigh", "inv", "solve"]


def adjoint(x: Node) -> Node:
    """The matrices of x, transposed."""
    return transpose(x, (*range(x.ndim - 2), x.ndim - 1, x.ndim - 2))


def _square(name: str, a: Node) -> None:
    if a.ndim < 2 or a.dims[-1] != a.dims[-2] or not a.is_float:
        msg = f"{name}: expected square matrices of floats, received {a.dtype.name}{show_dims(a.dims)}"
        raise ShapeError(msg)


def _solve_type(inputs: tuple[Node, ...], attrs: Attrs) -> OutputType:
    a, b = inputs
    _square("solve", a)
    if b.ndim != a.ndim or b.dims[:-1] != a.dims[:-1] or a.dtype != b.dtype:
        msg = f"solve: expected right sides with the rows of {show_dims(a.dims)}, received {show_dims(b.dims)}"
        raise ShapeError(msg)
    return b.dims, b.dtype


def _solve_gradient(node: Node, g: Node, i: int) -> Node:
    """From A X = B: dB = A⁻ᵀ g, dA = -dB Xᵀ."""
    of_b = solve(adjoint(node.inputs[0]), g)
    if i == 1:
        return of_b
    batch = tuple(range(g.ndim - 2))
    rows, columns, shared = g.ndim, g.ndim + 1, g.ndim + 2
    return negative(contract(of_b, node, (*batch, rows, shared), (*batch, columns, shared), (*batch, rows, columns)))


def _batch_axes(node: Node) -> tuple[tuple[Axis, ...], ...]:
    """The leading axes are carried, the matrices mixed."""
    return tuple((*range(x.ndim - 2), None, None) for x in node.inputs)


# The derivatives: M. Giles, Collected matrix derivative results for forward and reverse mode AD (2008), 2.3.1.
solve_op = Op("solve", Kind.LINALG, _solve_type, lambda xp, a, b: xp.linalg.solve(a, b), _solve_gradient, _batch_axes)


def solve(a: Node, b: Node) -> Node:
    """X of A X = B, for matrices in the last two axes."""
    return make(solve_op, a, b)


def inv(a: Node) -> Node:
    """The inverse of the matrices in the last two axes."""
    _square("inv", a)
    eye = constant(np.eye(a.dims[-1]), a.dtype)  # type: ignore[arg-type]
    return solve(a, broadcast_to(eye, a.dims))


def _det_type(inputs: tuple[Node, ...], attrs: Attrs) -> OutputType:
    (a,) = inputs
    _square("det", a)
    return a.dims[:-2], a.dtype


MINORS = 6
"""Up to so many rows a determinant's gradient is made of minors, which is exact for singular matrices too."""


def adjugate(a: Node) -> Node:
    """The adjugate of the matrices in the last two axes, by minors: A adj(A) = det(A) I, for a singular A too."""
    _square("adjugate", a)
    size = known_count(a.dims[-1:])
    if size <= 1:
        return ones_like(a)
    left_out = np.array([[k for k in range(size) if k != i] for i in range(size)])
    at = (left_out[:, None, :, None] * size + left_out[None, :, None, :]).astype(np.int64)
    flat = reshape(a, (*a.dims[:-2], size * size))
    minors = det(take(flat, constant(at), flat.ndim - 1))
    signs = constant((-1.0) ** np.add.outer(range(size), range(size)), a.dtype)
    return adjoint(multiply(minors, broadcast_to(signs, a.dims)))


def _det_gradient(node: Node, g: Node, i: int) -> Node:
    """Jacobi's formula: the adjugate's transpose; of large matrices det(A) A⁻ᵀ, where they are not singular."""
    (a,) = node.inputs
    if known_count(a.dims[-1:]) <= MINORS:
        return multiply(broadcast(g, a.dims, tuple(range(g.ndim))), adjoint(adjugate(a)))
    scale = broadcast(multiply(g, node), a.dims, tuple(range(g.ndim)))
    return multiply(scale, adjoint(inv(a)))


det_op = Op("det", Kind.LINALG, _det_type, lambda xp, a: xp.linalg.det(a), _det_gradient, _batch_axes)


def det(a: Node) -> Node:
    """The determinant of the matrices in the last two axes."""
    return make(det_op, a)


def _eigh_type(inputs: tuple[Node, ...], attrs: Attrs) -> OutputType:
    (a,) = inputs
    _square("eigh", a)
    return (*a.dims[:-2], known_count(a.dims[-1:]) + 1, a.dims[-1]), a.dtype


def _evaluate_eigh(xp: Any, a: Any, upper: bool) -> Any:
    values, vectors = xp.linalg.eigh(a, UPLO="U" if upper else "L")
    return xp.concatenate([values[..., None, :], vectors], axis=-2)


def _eigh_gradient(node: Node, g: Node, i: int) -> Node:
    """dA = V (diag(dw) + F ∘ VᵀdV) Vᵀ with F_ij = 1 / (w_j - w_i), brought to the triangle that is read.

    Within equal eigenvalues F is taken as zero: what depends on the choice of vectors there has no derivative.
    """
    values, vectors = eigenvalues(node), eigenvectors(node)
    n = known_count(values.dims[-1:])
    batch = tuple(range(values.ndim - 1))
    rows = broadcast(values, (*values.dims, n), (*batch, values.ndim - 1))
    gaps = subtract(adjoint(rows), rows)
    equal_ones = equal(gaps, 0.0)
    inner = where(equal_ones, 0.0, divide(_product(adjoint(vectors), eigenvectors(g)), where(equal_ones, 1.0, gaps)))
    eye = broadcast_to(constant(np.eye(n), g.dtype), inner.dims)
    inner = add(inner, multiply(eye, broadcast(eigenvalues(g), inner.dims, (*batch, values.ndim))))
    full = _product(_product(vectors, inner), adjoint(vectors))
    side = np.triu if node.attrs["upper"] else np.tril
    triangle = constant(side(np.ones((n, n))) - np.eye(n), g.dtype)
    diagonal = constant(np.eye(n), g.dtype)
    both = add(full, adjoint(full))
    return add(multiply(both, broadcast_to(triangle, full.dims)), multiply(full, broadcast_to(diagonal, full.dims)))


def _product(a: Node, b: Node) -> Node:
    batch = tuple(range(a.ndim - 2))
    i, j, k = a.ndim, a.ndim + 1, a.ndim + 2
    return contract(a, b, (*batch, i, k), (*batch, k, j), (*batch, i, j))


def _part(packed: Node, start: int, stop: int) -> Node:
    starts = (*(0 for _ in packed.dims[:-2]), start, 0)
    return slice_(packed, starts, (*packed.dims[:-2], stop, packed.dims[-1]), (1,) * packed.ndim)


def eigenvalues(packed: Node) -> Node:
    """The first rows of what `eigh` gives."""
    return reshape(_part(packed, 0, 1), (*packed.dims[:-2], packed.dims[-1]))


def eigenvectors(packed: Node) -> Node:
    """The other rows, a vector in each column."""
    return _part(packed, 1, known_count(packed.dims[-2:-1]))


eigh_op = Op("eigh", Kind.LINALG, _eigh_type, _evaluate_eigh, _eigh_gradient, _batch_axes, reference_only=True)


def eigh(a: Node, upper: bool = False) -> Node:
    """Eigenvalues, rising, on top of the eigenvectors, of symmetric matrices of which one triangle is read."""
    return make(eigh_op, a, upper=upper)


LINALG = (solve_op, det_op, eigh_op)
