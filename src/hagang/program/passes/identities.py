"""What changes nothing leaves: identity elements, and what means something to the derivative only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hagang.graph import Kind, Node, remade, rewrite

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["drop_identities"]


def drop_identities(roots: Sequence[Node]) -> list[Node]:
    """Replace each copy, and each op whose other operand is its identity element, by the operand itself.

    A product with one is; a sum with zero stays, as it turns -0.0 into 0.0.
    """
    return rewrite(roots, lambda node, inputs: _operand(node, inputs) or remade(node, inputs))


def _operand(node: Node, inputs: tuple[Node, ...]) -> Node | None:
    op = node.op
    if op.kind is Kind.IDENTITY:
        return inputs[0]
    if op.identity is None:
        return None
    orders = (inputs[::-1], inputs) if op.commutative else (inputs,)
    return next((a for a, b in orders if _is_all(b, op.identity)), None)


def _is_all(node: Node, value: float) -> bool:
    while node.op.kind is Kind.VIEW:
        node = node.inputs[0]
    return node.is_constant and bool(np.all(node.attrs["value"] == value))
