"""A value with a gradient of the user's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hagang.graph import Node, Op, make
from hagang.ops.arithmetic import zeros_like

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hagang.graph.op import Attrs, Axis, OutputType

__all__ = ["CUSTOM", "with_gradient"]


def _type(inputs: tuple[Node, ...], attrs: Attrs) -> OutputType:
    return inputs[0].dims, inputs[0].dtype


def _gradient(node: Node, g: Node, i: int) -> Node:
    if i == 0:
        return zeros_like(node)
    cotangent: Node = node.attrs["pullback"](g)[i - 1]
    return cotangent


def _axes(node: Node) -> tuple[tuple[Axis, ...], ...]:
    """Only the value matters; the arguments are there for the derivative and leave before a run."""
    return (tuple(range(node.ndim)), *(() for _ in node.inputs[1:]))


custom_op = Op("custom_gradient", _type, lambda value, *_, pullback: value, _gradient, _axes, "copy")


def with_gradient(value: Node, arguments: Sequence[Node], pullback: Callable[[Node], Sequence[Node]]) -> Node:
    """The value, whose cotangent goes to the arguments through `pullback` instead of through its own graph."""
    return make(custom_op, value, *arguments, pullback=pullback)


CUSTOM = (custom_op,)
