"""Following a single number of a graph to the result: at each stage all its uses, with their derivatives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hagang.autodiff import backward
from hagang.graph import evaluate
from hagang.ops.arithmetic import multiply
from hagang.ops.broadcast import sum_
from hagang.ops.leaf import input_node
from hagang.view.explained.annotated_graph import AnnotatedGraph, Array, GraphEdge, GraphNode
from hagang.view.explained.names import formula

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hagang.graph import Node
    from hagang.view.explained.annotated_graph import EvaluatedGraph

__all__ = ["follow"]

Index = tuple[int, ...]
SHOWN = 4
"""Number of uses shown per number; the others are summarised."""


@dataclass(frozen=True, eq=False)
class _Use:
    """One use of a number in another, with the local derivative and the contribution to the gradient."""

    node: Node
    at: Index
    local: float
    contribution: float


def follow(graph: EvaluatedGraph, node: Node, at: Index) -> AnnotatedGraph:
    """The chain of single numbers from one of them to the result.

    At each stage the gradient of the number is the sum over its uses; the chain continues with the use that contributes
    most.
    """
    result = graph.shown[-1]
    chain: list[tuple[Node, Index, list[_Use]]] = []
    while node is not result:
        uses = _uses(graph, node, at) or _flat_uses(graph, node, at)
        chain.append((node, at, uses))
        if not uses or not uses[0].local:
            chain += [(use.node, use.at, []) for use in uses[:1] if use.node is not result]
            break
        node, at = uses[0].node, uses[0].at
    return _annotated(graph, [*chain, (result, (), [])])


def _uses(graph: EvaluatedGraph, node: Node, at: Index) -> list[_Use]:
    """The uses of a number, the largest contribution first."""
    uses = [
        _Use(user, place, float(column[place]), float(column[place] * graph.gradients[user][place]))
        for user in graph.shown
        if user in graph.gradients and node in graph.parents(user)
        for column in [_column(graph, user, node, at)]
        for place in map(tuple, np.argwhere(column).tolist())
    ]
    return sorted(uses, key=lambda use: (-abs(use.contribution), -abs(use.local)))


def _flat_uses(graph: EvaluatedGraph, node: Node, at: Index) -> list[_Use]:
    """For a number without gradient: the same positions in its users, with derivative zero."""
    shape = np.shape(graph.values[node])
    users = [user for user in graph.shown if user in graph.gradients and node in graph.parents(user)]
    return [_Use(user, at, 0.0, 0.0) for user in users if np.shape(graph.values[user]) == shape]


def _column(graph: EvaluatedGraph, user: Node, node: Node, at: Index) -> Array:
    """The derivative of all elements of an op's result with respect to one element of an operand.

    The backward pass is linear in the cotangent, so its own derivative is the forward derivative.
    """
    single, operands = graph.isolated(user)
    back = input_node("back", single.dims, single.dtype)
    chosen = input_node("chosen", node.dims, node.dtype)
    one = np.zeros_like(graph.values[node])
    one[at] = 1.0
    shape = np.shape(graph.values[user])
    (pulled,) = backward(single, [operands[node]], back)
    if pulled is None:
        return np.zeros(shape)
    (forward,) = backward(sum_(multiply(pulled, chosen), tuple(range(node.ndim))), [back])
    if forward is None:
        return np.zeros(shape)
    return evaluate([forward], {**graph.feeds_for(operands), chosen: one, back: np.zeros(shape)})[0]


# --- as nodes and edges --------------------------------------------------------------------------------


def _annotated(graph: EvaluatedGraph, chain: Sequence[tuple[Node, Index, list[_Use]]]) -> AnnotatedGraph:
    """Each number of the chain, followed by its other uses, then by the next number of the chain."""
    nodes: list[GraphNode] = []
    edges: list[GraphEdge] = []
    for k, (node, at, uses) in enumerate(chain):
        here = len(nodes)
        kind = "input" if k == 0 else "result" if k == len(chain) - 1 else "inner"
        nodes.append(_graph_node(graph, node, at, kind))
        nodes += [_graph_node(graph, use.node, use.at, "inner") for use in uses[1:SHOWN]]
        places = [len(nodes) + (len(uses) > SHOWN), *range(here + 1, here + SHOWN)]
        edges += [_edge(here, place, use) for place, use in zip(places, uses[:SHOWN], strict=False)]
        if len(uses) > SHOWN:
            edges.append(GraphEdge(here, len(nodes), None, np.asarray(sum(use.contribution for use in uses[SHOWN:]))))
            nodes.append(GraphNode(f"{len(uses) - SHOWN:,} more", "", "inner", None, None))
    return AnnotatedGraph(tuple(nodes), tuple(edges))


def _edge(source: int, target: int, use: _Use) -> GraphEdge:
    return GraphEdge(source, target, np.asarray(use.local), np.asarray(use.contribution))


def _graph_node(graph: EvaluatedGraph, node: Node, at: Index, kind: str) -> GraphNode:
    name = graph.names[node] + (f"[{', '.join(map(str, at))}]" if at else "")
    gradient = graph.gradients.get(node)
    text = "" if kind == "input" else formula(node, graph.names)
    return GraphNode(name, text, kind, graph.values[node][at], None if gradient is None else gradient[at])
