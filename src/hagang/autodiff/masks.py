"""Where a cotangent is known to be zero, because `where` chose the other branch.

A derivative that is infinite or undefined there would make 0 · ∞ of it. So the mask goes along with the cotangent, and
what such a derivative makes of it is masked again: a branch that was not chosen adds nothing to the gradient,
whatever its own derivative.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hagang.graph import Kind, Linearity
from hagang.ops.arithmetic import cast, equal, logical_and, logical_not, logical_or, where, where_op

if TYPE_CHECKING:
    from hagang.graph import Node

__all__ = ["joined", "mask_of_share", "masked"]


def masked(node: Node, i: int, share: Node, mask: Node | None) -> Node:
    """The cotangent of input i, zero outside of the mask of the node's own even where the derivative is not finite."""
    if mask is None or node.op.kind is not Kind.ELEMENTWISE or _is_finite(node, i):
        return share
    return where(mask, share, 0.0)


def mask_of_share(node: Node, i: int, mask: Node | None) -> Node | None:
    """Outside of it the cotangent of input i is zero; None where nothing is known."""
    if node.op is where_op:
        chosen = node.inputs[0] if i == 1 else logical_not(node.inputs[0])
        return chosen if mask is None else logical_and(mask, chosen)
    if mask is None or node.op.kind is Kind.ELEMENTWISE:
        return mask
    if node.op.linear is Linearity.TOGETHER and node.op.kind is not Kind.SCAN:
        return _moved(node, i, mask)
    return None


def _moved(node: Node, i: int, mask: Node) -> Node | None:
    """The mask as the cotangent goes: back through a view, a sum, a join."""
    rule, parent = node.op.gradient, node.inputs[i]
    if not callable(rule):
        return None
    share = rule(node, cast(mask, node.dtype), i)
    return None if share is None or share.dims != parent.dims else logical_not(equal(share, 0.0))


def joined(first: Node | None, second: Node | None) -> Node | None:
    """The mask of a sum of two cotangents."""
    if first is None or second is None:
        return None
    return first if first is second else logical_or(first, second)


def _is_finite(node: Node, i: int) -> bool:
    """Whether the derivative is finite whatever the input."""
    if node.op.linear is Linearity.TOGETHER or node.op.is_bounded or node.op is where_op:
        return True
    if node.op.linear is Linearity.EACH or (node.op.linear is Linearity.FIRST and i == 0):
        others = [parent for k, parent in enumerate(node.inputs) if k != i]
        return all(_is_finite_constant(other, nonzero=node.op.linear is Linearity.FIRST) for other in others)
    return False


def _is_finite_constant(node: Node, nonzero: bool) -> bool:
    while node.op.kind is Kind.VIEW:
        (node,) = node.inputs
    if node.op.kind is not Kind.CONSTANT:
        return node.op.kind is Kind.ROW_COUNT
    value = node.attrs["value"]
    return bool(np.all(np.isfinite(value)) and not (nonzero and np.any(value == 0)))
