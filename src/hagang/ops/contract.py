"""Contraction: the product of two values summed over the axes that share a label; every matrix product is one."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from hagang.errors import ShapeError
from hagang.graph import Dim, Kind, Linearity, Node, Op, make, show_dims

if TYPE_CHECKING:
    from hagang.graph import Attrs, Axis, OutputType

__all__ = ["CONTRACTION", "Labels", "contract", "matmul"]

Labels = tuple[int, ...]


def _contract_type(inputs: tuple[Node, ...], attrs: Attrs) -> OutputType:
    a, b = inputs
    left, right, out = attrs["left"], attrs["right"], attrs["out"]
    _check_labels(a, b, left, right, out)
    sizes: dict[int, Dim] = {}
    for label, dim in zip(left + right, a.dims + b.dims):
        if sizes.setdefault(label, dim) != dim:
            msg = (
                f"matrix product: expected equal sizes along the contracted axes, received {show_dims(a.dims)} "
                f"and {show_dims(b.dims)} ({sizes[label]} meets {dim})"
            )
            raise ShapeError(msg)
    return tuple(sizes[label] for label in out), a.dtype


def _check_labels(a: Node, b: Node, left: Labels, right: Labels, out: Labels) -> None:
    distinct = all(len(set(labels)) == len(labels) for labels in (left, right, out))
    complete = set(out) <= set(left) | set(right) and set(left) ^ set(right) <= set(out)
    if not distinct or not complete or (len(left), len(right)) != (a.ndim, b.ndim) or a.dtype != b.dtype:
        msg = (
            f"contract: labels {left}, {right} -> {out} do not fit {a.dtype.name}{show_dims(a.dims)} "
            f"and {b.dtype.name}{show_dims(b.dims)}"
        )
        raise ShapeError(msg)


def _evaluate_contract(xp: Any, a: Any, b: Any, left: Labels, right: Labels, out: Labels) -> Any:
    """Bring both to (batch, free, contracted), multiply as matrices, bring back."""
    batch = [x for x in left if x in right and x in out]
    summed = [x for x in left if x in right and x not in out]
    free_a = [x for x in left if x not in right]
    free_b = [x for x in right if x not in left]
    size = dict(zip(left + right, a.shape + b.shape))

    def extent(labels: list[int]) -> int:
        return prod(size[x] for x in labels)

    def matrices(array: Any, own: Labels, rows: list[int], columns: list[int]) -> Any:
        moved = xp.transpose(array, [own.index(x) for x in batch + rows + columns])
        return moved.reshape(extent(batch), extent(rows), extent(columns))

    product = xp.matmul(matrices(a, left, free_a, summed), matrices(b, right, summed, free_b))
    labels = batch + free_a + free_b
    return xp.transpose(product.reshape([size[x] for x in labels]), [labels.index(x) for x in out])


def _contract_gradient(node: Node, g: Node, i: int) -> Node:
    """The cotangent keeps the output's labels and meets the other operand: again a contraction."""
    left, right, out = node.attrs["left"], node.attrs["right"], node.attrs["out"]
    own, other = (left, right) if i == 0 else (right, left)
    return contract(g, node.inputs[1 - i], out, other, own)


def _contract_axes(node: Node) -> tuple[tuple[Axis, ...], ...]:
    out = node.attrs["out"]
    return tuple(tuple(out.index(x) if x in out else None for x in node.attrs[side]) for side in ("left", "right"))


# Einstein's summation convention for two operands.
contract_op = Op(
    "contract",
    Kind.CONTRACTION,
    _contract_type,
    _evaluate_contract,
    _contract_gradient,
    _contract_axes,
    linear=Linearity.EACH,
)


def contract(a: Node, b: Node, left: Labels, right: Labels, out: Labels) -> Node:
    """Sum a·b over the labels that are not in `out`.

    A label in both operands and in `out` is a batch axis; one in both and not in `out` is contracted; one in
    a single operand must be in `out`. Labels are distinct within an operand.
    """
    return make(contract_op, a, b, left=tuple(left), right=tuple(right), out=tuple(out))


def matmul(a: Node, b: Node) -> Node:
    """The matrix product of two operands of two axes or more whose leading axes are equal batches."""
    batch = tuple(range(a.ndim - 2))
    i, k, j = a.ndim, a.ndim + 1, a.ndim + 2
    return contract(a, b, (*batch, i, k), (*batch, k, j), (*batch, i, j))


CONTRACTION = (contract_op,)
