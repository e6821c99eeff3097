"""A value with a gradient of the user's own."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from hagang.graph import Kind, Node, Op, make

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hagang.graph import Attrs, Axis, OutputType

Pullback: TypeAlias = "Callable[[Node], Sequence[Node | None]]"

__all__ = ["CUSTOM", "with_gradient"]


def _type(inputs: tuple[Node, ...], attrs: Attrs) -> OutputType:
    return inputs[0].dims, inputs[0].dtype


def _gradient(node: Node, g: Node, i: int) -> Node | None:
    if i == 0:
        return None
    pullback: Pullback = node.attrs["pullback"]
    return pullback(g)[i - 1]


def _axes(node: Node) -> tuple[tuple[Axis, ...], ...]:
    """The value is carried; the arguments are there for the derivative and leave before a run."""
    return (tuple(range(node.ndim)), *((None,) * x.ndim for x in node.inputs[1:]))


custom_op = Op("custom_gradient", Kind.IDENTITY, _type, lambda xp, value, *_, pullback: value, _gradient, _axes)


def with_gradient(value: Node, arguments: Sequence[Node], pullback: Pullback) -> Node:
    """The value, whose cotangent goes to the arguments through `pullback` instead of through its own graph.

    The pullback answers None for an argument in which it declares the value constant.
    """
    # Called once per argument, with the same cotangent: built once.
    return make(custom_op, value, *arguments, pullback=lru_cache(maxsize=1)(pullback))


CUSTOM = (custom_op,)
