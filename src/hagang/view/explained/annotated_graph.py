"""Annotated graphs: the value and gradient of each node, the local derivative and contribution of each edge."""

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
from hagang.view.explained.names import PASS_THROUGH, formula, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hagang.graph import Node

__all__ = ["AnnotatedGraph", "EvaluatedGraph", "GraphEdge", "GraphNode", "annotate_graph", "evaluate_graph"]

Array = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class GraphNode:
    """A node with its value and gradient.

    Parameters
    ----------
    name, formula : str
        Its name, and the expression that computes it.
    kind : str
        "input", "inner" or "result".
    value : array or None
        None for a summary of several nodes.
    gradient : array or None
        Of the result with respect to this node; None if the result does not depend on it smoothly.
    """

    name: str
    formula: str
    kind: str
    value: Array | None
    gradient: Array | None


@dataclass(frozen=True, eq=False)
class GraphEdge:
    """One use of a value in another node.

    Parameters
    ----------
    source, target : int
        Indices of the nodes: the target uses the source.
    local : array or None
        The derivative of the target's op with respect to the source; for arrays summed over the elements of the target,
        in the shape of the source. None if there is none.
    contribution : array or None
        The contribution of this edge to the gradient of the source: the target's gradient times the local derivative.
    """

    source: int
    target: int
    local: Array | None
    contribution: Array | None


@dataclass(frozen=True, eq=False)
class AnnotatedGraph:
    """Nodes in order of computation, the result last, and the edges between them."""

    nodes: tuple[GraphNode, ...]
    edges: tuple[GraphEdge, ...]

    @property
    def inputs(self) -> tuple[GraphNode, ...]:
        """The input nodes."""
        return tuple(node for node in self.nodes if node.kind == "input")

    @property
    def result(self) -> GraphNode:
        """The result, the last node."""
        return self.nodes[-1]


@dataclass(frozen=True, eq=False)
class EvaluatedGraph:
    """A graph with the values and gradients of the nodes worth showing.

    Parameters
    ----------
    shown : tuple of Node
        The nodes that depend on the inputs, without pass-through ops; the result last.
    names : mapping of Node to str
        Their names.
    values, gradients : mapping of Node to array
        Gradients only for nodes on which the result depends smoothly.
    feeds : mapping of Node to array
        The values of all inputs of the graph.
    """

    shown: tuple[Node, ...]
    names: Mapping[Node, str]
    values: Mapping[Node, Array]
    gradients: Mapping[Node, Array]
    feeds: Mapping[Node, Array]

    def parents(self, node: Node) -> list[Node]:
        """The shown operands of a node, without repetition."""
        operands = dict.fromkeys(nearest(parent) for parent in node.inputs)
        return [parent for parent in operands if parent in self.values]

    def isolated(self, node: Node) -> tuple[Node, dict[Node, Node]]:
        """The node as a function of its operands alone, each replaced by an input."""
        operands = {each: input_node("operand", each.dims, each.dtype) for each in self.parents(node)}
        return substitute([node], operands)[0], operands

    def feeds_for(self, operands: Mapping[Node, Node]) -> dict[Node, Array]:
        """The feeds for replaced operands."""
        return {**self.feeds, **{stand_in: self.values[node] for node, stand_in in operands.items()}}


def evaluate_graph(
    output: Node, inputs: Sequence[Node], feeds: Mapping[Node, Array], names: Mapping[Node, str], title: str = "f"
) -> EvaluatedGraph:
    """Evaluate a scalar graph forward and backward.

    Parameters
    ----------
    output : Node
        The result, a scalar.
    inputs : sequence of Node
        The nodes to differentiate with respect to.
    feeds : mapping of Node to array
        The values of all inputs.
    names : mapping of Node to str
        Names of the inputs, and of other nodes that have names in the source.
    title : str
        The name of the result if it has none.
    """
    shown = _shown(output, inputs)
    smooth = [node for node in shown if node.is_float]
    gradients = {node: g for node, g in zip(smooth, backward(output, smooth), strict=True) if g is not None}
    evaluated = evaluate([*shown, *gradients.values()], feeds)
    return EvaluatedGraph(
        shown=tuple(shown),
        names=_names(shown, output, names, title),
        values=dict(zip(shown, evaluated[: len(shown)], strict=True)),
        gradients=dict(zip(gradients, evaluated[len(shown) :], strict=True)),
        feeds=feeds,
    )


def annotate_graph(graph: EvaluatedGraph) -> AnnotatedGraph:
    """The graph with the numbers of every node and edge."""
    place = {node: k for k, node in enumerate(graph.shown)}
    nodes = [
        GraphNode(
            graph.names[node], _formula(node, graph), _kind(node, graph), graph.values[node], graph.gradients.get(node)
        )
        for node in graph.shown
    ]
    edges = [
        GraphEdge(place[parent], place[node], *_factor(graph, node, parent))
        for node in graph.shown
        for parent in graph.parents(node)
    ]
    return AnnotatedGraph(tuple(nodes), tuple(edges))


def _shown(output: Node, inputs: Sequence[Node]) -> list[Node]:
    nodes = order([*inputs, output])
    active = depends_on(nodes, inputs)
    result = nearest(output)
    shown = [node for node in nodes if node in active and node.op not in PASS_THROUGH and node is not result]
    return [*shown, result]


def _names(shown: Sequence[Node], output: Node, known: Mapping[Node, str], title: str) -> dict[Node, str]:
    names: dict[Node, str] = {}
    taken = set(known.values())
    behind = {nearest(node): name for node, name in known.items()}
    numbered = (f"v{k}" for k in count(1) if f"v{k}" not in taken)
    for node in shown:
        if node in behind:
            names[node] = known.get(node, behind[node])
        elif node is nearest(output):
            names[node] = title
        else:
            names[node] = formula(node, names) if node.op is slice_op else next(numbered)
    return names


def _formula(node: Node, graph: EvaluatedGraph) -> str:
    text = "" if node.is_input or node.is_constant else formula(node, graph.names)
    return "" if text == graph.names[node] else text


def _kind(node: Node, graph: EvaluatedGraph) -> str:
    if node is graph.shown[-1]:
        return "result"
    return "input" if node.is_input else "inner"


def _factor(graph: EvaluatedGraph, node: Node, parent: Node) -> tuple[Array | None, Array | None]:
    """The local derivative of one op with respect to an operand, and its contribution to the operand's gradient."""
    if not parent.is_float or node not in graph.gradients:
        return None, None
    single, operands = graph.isolated(node)
    back = input_node("gradient", single.dims, single.dtype)
    (local,) = backward(single, [operands[parent]], ones_like(single))
    (contribution,) = backward(single, [operands[parent]], back)
    if local is None or contribution is None:
        return None, None
    values = evaluate([local, contribution], {**graph.feeds_for(operands), back: graph.gradients[node]})
    return values[0], values[1]
