"""Reading a graph at a point: each node's value and gradient, each edge's local derivative and share."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy.typing as npt

from hagang.autodiff import backward
from hagang.graph import depends_on, evaluate, order, substitute
from hagang.ops.arithmetic import ones_like
from hagang.ops.layout import slice_op
from hagang.ops.leaf import input_node
from hagang.view.explained.names import PLUMBING, formula, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hagang.graph import Node

__all__ = ["Edge", "Evaluated", "Reading", "Term", "evaluate_graph", "read_graph"]

Array = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Term:
    """A node of the graph, read.

    Parameters
    ----------
    name, formula : str
        What it is called, and how it is made of others.
    kind : str
        "input", "inner" or "result".
    value : array or None
        Going forward; None for several terms told of together.
    gradient : array or None
        Of the result with respect to it, going backward; None where the result does not depend smoothly on it.
    """

    name: str
    formula: str
    kind: str
    value: Array | None
    gradient: Array | None


@dataclass(frozen=True, eq=False)
class Edge:
    """One use of a value in another.

    Parameters
    ----------
    source, target : int
        The terms' places: target is made of source.
    local : array or None
        The derivative of the target with respect to the source alone; for arrays the sum of it over the target's
        elements, of the source's shape. None where there is none.
    share : array or None
        What comes back along this edge: the target's gradient times the local derivative. The source's gradient is
        the sum of the shares.
    """

    source: int
    target: int
    local: Array | None
    share: Array | None


@dataclass(frozen=True, eq=False)
class Reading:
    """Terms in the order in which they are computed, the result last, and the edges between them."""

    terms: tuple[Term, ...]
    edges: tuple[Edge, ...]

    @property
    def inputs(self) -> tuple[Term, ...]:
        """The terms that were given."""
        return tuple(term for term in self.terms if term.kind == "input")

    @property
    def result(self) -> Term:
        """What everything leads to."""
        return self.terms[-1]


@dataclass(frozen=True, eq=False)
class Evaluated:
    """A graph with the numbers of every node that is worth showing.

    Parameters
    ----------
    shown : tuple of Node
        What depends on the inputs, without what only carries values on; the result last.
    called : mapping of Node to str
        Their names.
    values, gradients : mapping of Node to array
        Forward, and backward where the result depends smoothly on it.
    feeds : mapping of Node to array
        The values of all inputs of the graph.
    """

    shown: tuple[Node, ...]
    called: Mapping[Node, str]
    values: Mapping[Node, Array]
    gradients: Mapping[Node, Array]
    feeds: Mapping[Node, Array]

    def parents(self, node: Node) -> list[Node]:
        """Each shown value that a node is made of, once."""
        found = dict.fromkeys(nearest(parent) for parent in node.inputs)
        return [parent for parent in found if parent in self.values]

    def alone(self, node: Node) -> tuple[Node, dict[Node, Node]]:
        """The node as a function of its operands and of nothing else: each of them replaced by an input of its own."""
        operands = {each: input_node("operand", each.dims, each.dtype) for each in self.parents(node)}
        return substitute([node], operands)[0], operands

    def at(self, operands: Mapping[Node, Node]) -> dict[Node, Array]:
        """What to feed for operands that were replaced."""
        return {**self.feeds, **{stand_in: self.values[node] for node, stand_in in operands.items()}}


def evaluate_graph(
    output: Node, inputs: Sequence[Node], feeds: Mapping[Node, Array], names: Mapping[Node, str], title: str = "f"
) -> Evaluated:
    """Evaluate a graph of one number forward and backward.

    Parameters
    ----------
    output : Node
        The result, one number.
    inputs : sequence of Node
        With respect to which derivatives are wanted.
    feeds : mapping of Node to array
        The values of all inputs.
    names : mapping of Node to str
        Names of inputs, and of others where the source has some.
    title : str
        The result's name where it has none.
    """
    shown = _shown(output, inputs)
    smooth = [node for node in shown if node.is_float]
    slopes = {node: g for node, g in zip(smooth, backward(output, smooth), strict=True) if g is not None}
    told = evaluate([*shown, *slopes.values()], feeds)
    return Evaluated(
        shown=tuple(shown),
        called=_called(shown, output, names, title),
        values=dict(zip(shown, told[: len(shown)], strict=True)),
        gradients=dict(zip(slopes, told[len(shown) :], strict=True)),
        feeds=feeds,
    )


def read_graph(graph: Evaluated) -> Reading:
    """The graph as terms and edges, each with its numbers."""
    place = {node: k for k, node in enumerate(graph.shown)}
    terms = [
        Term(graph.called[node], _made(node, graph), _kind(node, graph), graph.values[node], graph.gradients.get(node))
        for node in graph.shown
    ]
    edges = [
        Edge(place[parent], place[node], *_factor(graph, node, parent))
        for node in graph.shown
        for parent in graph.parents(node)
    ]
    return Reading(tuple(terms), tuple(edges))


def _shown(output: Node, inputs: Sequence[Node]) -> list[Node]:
    nodes = order([*inputs, output])
    active = depends_on(nodes, inputs)
    result = nearest(output)
    shown = [node for node in nodes if node in active and node.op not in PLUMBING and node is not result]
    return [*shown, result]


def _called(shown: Sequence[Node], output: Node, names: Mapping[Node, str], title: str) -> dict[Node, str]:
    called: dict[Node, str] = {}
    taken = set(names.values())
    behind = {nearest(node): name for node, name in names.items()}
    numbers = (f"v{k}" for k in count(1) if f"v{k}" not in taken)
    for node in shown:
        if node in behind:
            called[node] = names.get(node, behind[node])
        elif node is nearest(output):
            called[node] = title
        else:
            called[node] = formula(node, called) if node.op is slice_op else next(numbers)
    return called


def _made(node: Node, graph: Evaluated) -> str:
    made = "" if node.is_input or node.is_constant else formula(node, graph.called)
    return "" if made == graph.called[node] else made


def _kind(node: Node, graph: Evaluated) -> str:
    if node is graph.shown[-1]:
        return "result"
    return "input" if node.is_input else "inner"


def _factor(graph: Evaluated, node: Node, parent: Node) -> tuple[Array | None, Array | None]:
    """The derivative of one op with respect to one of its operands, and what comes back along it."""
    if not parent.is_float or node not in graph.gradients:
        return None, None
    single, operands = graph.alone(node)
    back = input_node("gradient", single.dims, single.dtype)
    (local,) = backward(single, [operands[parent]], ones_like(single))
    (share,) = backward(single, [operands[parent]], back)
    if local is None or share is None:
        return None, None
    told = evaluate([local, share], {**graph.at(operands), back: graph.gradients[node]})
    return told[0], told[1]
