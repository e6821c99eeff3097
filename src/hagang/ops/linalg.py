"""Linear systems: solve and determinant; the inverse is a solve against the identity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hagang.errors import ShapeError
from hagang.graph import Kind, Node, Op, known_count, make, show_dims
from hagang.ops.arithmetic import multiply, negative, ones_like
from hagang.ops.broadcast import broadcast, broadcast_to, reshape, transpose
from hagang.ops.contract import contract
from hagang.ops.index import take
from hagang.ops.leaf import constant

if TYPE_CHECKING:
    from hagang.graph import Attrs, Axis, OutputType

__all__ = ["LINALG", "adjoint", "adjugate", "det", "inv", "solve"]


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
    if size == 1:
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


LINALG = (solve_op, det_op)
