"""The pre-activation of a layer, found in the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hagang.autodiff import backward
from hagang.graph import Linearity, depends_on, order
from hagang.ops.arithmetic import ones_like

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hagang.graph import Node

__all__ = ["pre_activation", "slope_of"]


def pre_activation(given: Node, gave: Node) -> Node:
    """The last value within a layer that is affine in its input and on which everything after it depends.

    Of a dense layer that is x W + b, whatever its activation; of an activation the input; of a layer without one its
    output.
    """
    path = _between(given, gave)
    inside = set(path)
    affine = {given}
    for node in path[1:]:
        if _is_affine(node, inside, affine):
            affine.add(node)
    found = [node for node in _passed_by_all(path) if node in affine and node.is_float and node.dims == gave.dims]
    return found[-1] if found else gave


def slope_of(before: Node, gave: Node) -> Node | None:
    """The derivative of a layer's output with respect to its pre-activation, one per unit.

    None where the output is the pre-activation, or mixes units.
    """
    path = _between(before, gave)
    inside = set(path)
    if before is gave or not all(_is_single(node, inside) for node in path[1:]):
        return None
    (slope,) = backward(gave, [before], ones_like(gave))
    return slope


def _between(first: Node, last: Node) -> list[Node]:
    """The nodes on paths from the first to the last node, in order, both included."""
    nodes = order([last])
    after = depends_on(nodes, [first])
    return [node for node in nodes if node in after]


def _is_affine(node: Node, inside: set[Node], affine: set[Node]) -> bool:
    made_of = [parent for parent in node.inputs if parent in inside]
    if not all(parent in affine for parent in made_of):
        return False
    match node.op.linear:
        case Linearity.TOGETHER:
            return True
        case Linearity.EACH:
            return len(made_of) == 1
        case Linearity.FIRST:
            return all(x not in inside for x in node.inputs[1:])
        case _:
            return False


def _passed_by_all(path: Sequence[Node]) -> list[Node]:
    """The nodes on every path from the first to the last."""
    place = {node: k for k, node in enumerate(path)}
    last_use = [0] * len(path)
    for k, node in enumerate(path):
        for parent in node.inputs:
            if parent in place:
                last_use[place[parent]] = k
    found, reach = [], 0
    for k, node in enumerate(path):
        if reach <= k:
            found.append(node)
        reach = max(reach, last_use[k])
    return found


def _is_single(node: Node, inside: set[Node]) -> bool:
    """Whether each element depends only on the corresponding element of the operand."""
    straight = tuple(range(node.ndim))
    axes = node.op.axes(node)
    return all(
        axes[i] == straight and parent.dims == node.dims for i, parent in enumerate(node.inputs) if parent in inside
    )
