"""Nodes and ops. A node is one value of a graph; an op is one record of all that is known about an operation.

The passes and the runtimes ask an op for its kind and its facts; a list of names beside the records would have to be
kept in step with them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, TypeAlias

import numpy as np

from hagang.errors import ProgramError
from hagang.graph.dims import Dims, R, show_dims

__all__ = [
    "CONSTANT",
    "Attrs",
    "Axis",
    "AxisRule",
    "GradientRule",
    "InferRule",
    "Kind",
    "Linearity",
    "Node",
    "Op",
    "OutputType",
    "ZeroGradient",
    "make",
]


class Kind(Enum):
    """What an op does, as far as passes and runtimes must know."""

    INPUT = "input"
    """A value that a run is given."""
    CONSTANT = "constant"
    """The attribute `value`, known when tracing."""
    ROW_COUNT = "row count"
    """The number of rows of the mini-batch."""
    ELEMENTWISE = "elementwise"
    """Element k of the output depends on element k of each input alone; all have the output's dims."""
    IDENTITY = "identity"
    """The value of the first input; it means something to the derivative only, and leaves before a run."""
    VIEW = "view"
    """The one input's elements under another shape or in another order; some repeated, some left out, none added."""
    PLACEMENT = "placement"
    """The inputs' elements put into a larger array, zeros elsewhere."""
    REDUCTION = "reduction"
    """One element for all along some axes, which are removed."""
    SCAN = "scan"
    """Each element depends on those before it along an axis."""
    CONTRACTION = "contraction"
    """Products summed over labelled axes."""
    GATHER = "gather"
    """Elements read at, or added to, positions that are values themselves."""
    LINALG = "linear algebra"
    """Systems of equations, one for each matrix in the last two axes."""
    RANDOM = "random"
    """Random numbers, a pure function of seed and step."""


class Linearity(Enum):
    """In which inputs an op is linear."""

    TOGETHER = "together"
    """In all inputs together, as a sum is."""
    EACH = "each"
    """In each input while the others are fixed, as a product is."""
    FIRST = "first"
    """In the first input while the others are fixed, as a quotient is."""


class ZeroGradient(Enum):
    """The answer of an op whose output does not vary smoothly with any input: no gradient flows back."""

    CONSTANT = "constant"


CONSTANT: Final = ZeroGradient.CONSTANT

Attrs: TypeAlias = Mapping[str, Any]
OutputType: TypeAlias = tuple[Dims, np.dtype[Any]]
Axis: TypeAlias = int | None
"""The output's axis that carries an axis of an input, element by element; None where elements are joined or mixed."""

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
    kind : Kind
        What it does, as far as passes and runtimes must know.
    infer : callable
        `infer(inputs, attrs) -> (dims, dtype)`; raises where the inputs do not fit.
    evaluate : callable
        `evaluate(xp, *arrays, **attrs) -> array`, the reference: `xp` is the array module, `numpy` or another with
        its names, as `jax.numpy`; attributes come with the rows bound.
    gradient : callable, CONSTANT or None
        `gradient(node, g, i) -> node`: the cotangent of input `i`, given the cotangent `g` of the node, as
        graph; a rule that returns None says that the output is constant in that input. In place of a rule,
        CONSTANT says so of every input (a comparison, a position), and None that no derivative is
        defined, so that asking for one is an error.
    axes : callable
        `axes(node)`: for each input, for each of its axes, the output's axis that carries it, or None.
    instruction : str, optional
        The engine's instruction that computes an element of the output, or joins two elements of a reduction: a
        name in `native/instructions.hpp`. None where there is none.
    leading : tuple of str
        The attributes that the instruction takes as its first operands.
    cost : int
        Arithmetic for an element, in additions.
    commutative : bool
        Whether the two inputs may change places.
    identity : float, optional
        The second operand that leaves the first as it is, to the bit.
    linear : Linearity, optional
        In which inputs it is linear.
    is_bounded : bool
        Whether an elementwise op's derivative is finite whatever the inputs, as a sine's is and a logarithm's is not.
    reference_only : bool
        Whether the engine has it not at all, so that a function with it is evaluated by the reference runtime.
    version : int
        Raised when the meaning changes; saved models name it.
    """

    name: str
    kind: Kind
    infer: InferRule
    evaluate: Callable[..., Any]
    gradient: GradientRule | ZeroGradient | None
    axes: AxisRule
    instruction: str | None = None
    leading: tuple[str, ...] = ()
    cost: int = 1
    commutative: bool = False
    identity: float | None = None
    linear: Linearity | None = None
    is_bounded: bool = False
    reference_only: bool = False
    version: int = 1

    def __repr__(self) -> str:
        return f"Op({self.name})"


@dataclass(frozen=True, eq=False, slots=True, weakref_slot=True)
class Node:
    """One value: the op that makes it, what it is made of, and its dims and dtype. Compared by identity."""

    op: Op
    inputs: tuple[Node, ...]
    attrs: Attrs
    dims: Dims
    dtype: np.dtype[Any]

    @property
    def ndim(self) -> int:
        return len(self.dims)

    @property
    def is_float(self) -> bool:
        return self.dtype.kind == "f"

    @property
    def is_input(self) -> bool:
        return self.op.kind is Kind.INPUT

    @property
    def is_constant(self) -> bool:
        return self.op.kind is Kind.CONSTANT

    @property
    def is_elementwise(self) -> bool:
        return self.op.kind is Kind.ELEMENTWISE

    def __repr__(self) -> str:
        return f"Node({self.op.name} {self.dtype.name}{show_dims(self.dims)})"


def make(op: Op, *inputs: Node, **attrs: Any) -> Node:
    """Build a node; its dims and dtype follow from the op's own rule."""
    dims, dtype = op.infer(inputs, attrs)
    if sum(dim is R for dim in dims) > 1:
        msg = (
            f"{op.name}: expected at most one axis of rows in a value, received {show_dims(dims)}; "
            "sum or contract the rows of one operand first"
        )
        raise ProgramError(msg)
    return Node(op, inputs, attrs, dims, np.dtype(dtype))
