"""Which whole numbers may be kept as float32.

Inside the engine all numbers are floats; whole numbers are float64, exact up to 2⁵³. A class code that is only
compared with small constants gives the same answers in float32, where it joins the tapes of a float32 network:
numbers up to 2²⁴ are exact there, and larger ones stay larger than every small constant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hagang.graph import Kind
from hagang.ops.arithmetic import add_op, cast_op, subtract_op, where_op

if TYPE_CHECKING:
    from hagang.graph import Node

__all__ = ["narrow_integers"]

_SMALL = 1 << 20
_SHIFTS = (add_op, subtract_op)


def narrow_integers(nodes: list[Node], roots: list[Node]) -> set[Node]:
    """The integer nodes of a float32 Program that may be float32."""
    users: dict[Node, list[Node]] = {node: [] for node in nodes}
    for node in nodes:
        for parent in node.inputs:
            users[parent].append(node)
    small = {node for node in nodes if node.dtype.kind in "iu" and _is_small(node)}
    narrow: set[Node] = set()
    for node in nodes:
        if node.is_input and node.attrs["role"] == "batch" and node.dtype.kind in "iu":
            reached = _reached(node, users, small)
            if reached is not None and not any(root in reached for root in roots):
                narrow |= reached
    for node in reversed(nodes):
        if node in small and users[node] and all(_compares_with(user, narrow) for user in users[node]):
            narrow.add(node)
    return narrow


def _compares_with(user: Node, narrow: set[Node]) -> bool:
    return user in narrow or any(parent in narrow for parent in user.inputs)


def _is_small(node: Node) -> bool:
    while node.op.kind is Kind.VIEW:
        (node,) = node.inputs
    return node.is_constant and bool(np.all(np.abs(node.attrs["value"]) <= _SMALL))


def _reached(start: Node, users: dict[Node, list[Node]], small: set[Node]) -> set[Node] | None:
    """What the input's numbers flow into, or None if one of the uses needs them exact."""
    reached, todo = {start}, [start]
    while todo:
        node = todo.pop()
        for user in users[node]:
            others = [parent for parent in user.inputs if parent is not node]
            exact = all(other in small for other in others)
            if others and exact and user.is_elementwise and user.dtype == np.bool_:
                continue
            if user.op is cast_op and node is start and user.dtype == np.float32:
                continue
            if user.op.kind is Kind.VIEW or (user.op in _SHIFTS and exact) or user.op is where_op:
                if user not in reached:
                    reached.add(user)
                    todo.append(user)
            else:
                return None
    # Both branches of a choice must have been reached or be small.
    for node in reached:
        if node.op is where_op and not all(x in reached or x in small for x in node.inputs[1:]):
            return None
    return reached
