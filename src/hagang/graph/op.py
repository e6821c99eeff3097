"""What an op is: one record that says everything the system knows about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from hagang.graph.dims import Dims

if TYPE_CHECKING:
    from hagang.graph.node import Node

__all__ = [
    "CONSTANT",
    "CONTRACTED",
    "MIXED",
    "Axis",
    "AxisRule",
    "Constant",
    "GradientRule",
    "Op",
    "OutputType",
]

Attrs: TypeAlias = Mapping[str, Any]
OutputType: TypeAlias = tuple[Dims, np.dtype[Any]]


class Constant(Enum):
    """The answer of an op whose output does not vary smoothly with any input: no gradient flows back."""

    CONSTANT = "constant"


CONSTANT: Final = Constant.CONSTANT


class _Fate(Enum):
    CONTRACTED = "contracted"
    MIXED = "mixed"

    def __repr__(self) -> str:
        return self.value


CONTRACTED: Final = _Fate.CONTRACTED
MIXED: Final = _Fate.MIXED
Axis: TypeAlias = int | _Fate
"""What becomes of an input's axis: carried to this output axis, summed away, or mixed among its elements."""

InferRule: TypeAlias = Callable[["tuple[Node, ...]", Attrs], OutputType]
GradientRule: TypeAlias = Callable[["Node", "Node", int], "Node | None"]
AxisRule: TypeAlias = Callable[["Node"], tuple[tuple[Axis, ...], ...]]


@dataclass(frozen=True, eq=False)
class Op:
    """One primitive operation.

    Parameters
    ----------
    name : str
        The name in printed graphs and in saved models.
    infer : callable
        `infer(inputs, attrs) -> (dims, dtype)`; raises where the inputs do not fit.
    evaluate : callable
        `evaluate(*arrays, **attrs) -> array`, the NumPy reference; attributes come with the rows bound.
    gradient : callable, CONSTANT or None
        `gradient(node, g, i) -> node`: the cotangent of input `i`, given the cotangent `g` of the node, as
        graph; a rule that returns None says that the output is constant in that input. In place of a rule,
        CONSTANT says so of every input (a comparison, a position), and None says that nobody has defined a
        derivative, so that asking for it is an error.
    axes : callable
        `axes(node)`: for each input, for each of its axes, the output axis that carries it, CONTRACTED or
        MIXED.
    kernel : str
        The native kernel that runs it.
    source : str
        Where the formula comes from.
    version : int
        Raised when the meaning changes; saved models name it.
    """

    name: str
    infer: InferRule
    evaluate: Callable[..., Any]
    gradient: GradientRule | Constant | None
    axes: AxisRule
    kernel: str
    source: str = ""
    version: int = 1

    def __repr__(self) -> str:
        return f"Op({self.name})"
