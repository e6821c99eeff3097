"""Constant folding: what depends on no input is computed once, unless that would only make it larger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hagang.graph import Node, count, evaluate, has_rows, remade, rewrite
from hagang.ops.broadcast import broadcast_op
from hagang.ops.leaf import constant

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["fold_constants"]

_LARGEST = 1 << 16
"""Elements: a larger constant stays an expression, so that a saved graph stays small."""


def fold_constants(roots: Sequence[Node]) -> list[Node]:
    """Evaluate nodes all of whose inputs are constants."""
    return rewrite(roots, lambda node, inputs: _folded(remade(node, inputs)))


def _folded(node: Node) -> Node:
    return constant(evaluate([node], {})[0]) if _folds(node) else node


def _folds(node: Node) -> bool:
    """Broadcasts stay: a runtime reads the one element again instead of storing copies."""
    constant_inputs = bool(node.inputs) and all(parent.is_constant for parent in node.inputs)
    if not constant_inputs or node.op is broadcast_op or has_rows(node.dims):
        return False
    return count(node.dims) <= _LARGEST and not any(_mentions_rows(value) for value in node.attrs.values())


def _mentions_rows(value: object) -> bool:
    return isinstance(value, tuple) and has_rows(value)
