"""What changes nothing leaves: aliases, stopped and custom gradients once there is nothing left to differentiate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hagang.graph import Node, remade, rewrite

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["drop_identities"]

_COPIES = ("alias", "stop_gradient", "custom_gradient")


def drop_identities(roots: Sequence[Node]) -> list[Node]:
    """Replace each copy, product with one and quotient by one by the operand itself.

    A sum with zero stays: it turns -0.0 into 0.0.
    """
    return rewrite(roots, lambda node, inputs: _operand(node, inputs) or remade(node, inputs))


def _operand(node: Node, inputs: tuple[Node, ...]) -> Node | None:
    name = node.op.name
    if name in _COPIES:
        return inputs[0]
    if name == "multiply":
        return next((b for a, b in (inputs, inputs[::-1]) if _is_all(a, 1)), None)
    if name == "divide" and _is_all(inputs[1], 1):
        return inputs[0]
    return None


def _is_all(node: Node, value: float) -> bool:
    while node.op.name in ("broadcast", "reshape"):
        node = node.inputs[0]
    return node.op.name == "constant" and bool(np.all(node.attrs["value"] == value))
