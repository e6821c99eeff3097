"""Following one number of a graph to the result: at each stage all that it goes into, with the derivative to each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hagang.autodiff import backward
from hagang.graph import evaluate
from hagang.ops.arithmetic import multiply
from hagang.ops.broadcast import sum_
from hagang.ops.leaf import input_node
from hagang.view.explained.names import formula
from hagang.view.explained.reading import Array, Edge, Reading, Term

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hagang.graph import Node
    from hagang.view.explained.reading import Evaluated

__all__ = ["follow"]

Place = tuple[int, ...]
SHOWN = 4
"""How many of the numbers that a number goes into are shown; the others are told of together."""


@dataclass(frozen=True, eq=False)
class _Use:
    """One number that another goes into, with the derivative with respect to it and what comes back."""

    node: Node
    at: Place
    local: float
    share: float


def follow(graph: Evaluated, node: Node, at: Place) -> Reading:
    """Single numbers from one of them to the result.

    At each stage the number's gradient is the sum over all the numbers that it goes into; the chain goes on with the
    one that brings most.
    """
    result = graph.shown[-1]
    chain: list[tuple[Node, Place, list[_Use]]] = []
    while node is not result:
        uses = _uses(graph, node, at) or _flat_uses(graph, node, at)
        chain.append((node, at, uses))
        if not uses or not uses[0].local:
            chain += [(use.node, use.at, []) for use in uses[:1] if use.node is not result]
            break
        node, at = uses[0].node, uses[0].at
    return _reading(graph, [*chain, (result, (), [])])


def _uses(graph: Evaluated, node: Node, at: Place) -> list[_Use]:
    """Those that bring most first."""
    found = [
        _Use(user, place, float(column[place]), float(column[place] * graph.gradients[user][place]))
        for user in graph.shown
        if user in graph.gradients and node in graph.parents(user)
        for column in [_column(graph, user, node, at)]
        for place in map(tuple, np.argwhere(column).tolist())
    ]
    return sorted(found, key=lambda use: (-abs(use.share), -abs(use.local)))


def _flat_uses(graph: Evaluated, node: Node, at: Place) -> list[_Use]:
    """Where nothing comes back: the same places of what the number goes into, with the derivative zero."""
    shape = np.shape(graph.values[node])
    users = [user for user in graph.shown if user in graph.gradients and node in graph.parents(user)]
    return [_Use(user, at, 0.0, 0.0) for user in users if np.shape(graph.values[user]) == shape]


def _column(graph: Evaluated, user: Node, node: Node, at: Place) -> Array:
    """The derivative of every number of an operation's result with respect to one number of an operand.

    The way back is linear in what goes back; so the way back's own derivative is the way forward.
    """
    single, operands = graph.alone(user)
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
    return evaluate([forward], {**graph.at(operands), chosen: one, back: np.zeros(shape)})[0]


# --- as terms and edges --------------------------------------------------------------------------------


def _reading(graph: Evaluated, chain: Sequence[tuple[Node, Place, list[_Use]]]) -> Reading:
    """Each number of the chain, after it the others that it goes into; the next number of the chain follows those."""
    terms: list[Term] = []
    edges: list[Edge] = []
    for k, (node, at, uses) in enumerate(chain):
        here = len(terms)
        kind = "input" if k == 0 else "result" if k == len(chain) - 1 else "inner"
        terms.append(_term(graph, node, at, kind))
        terms += [_term(graph, use.node, use.at, "inner") for use in uses[1:SHOWN]]
        places = [len(terms) + (len(uses) > SHOWN), *range(here + 1, here + SHOWN)]
        edges += [_edge(here, place, use) for place, use in zip(places, uses[:SHOWN], strict=False)]
        if len(uses) > SHOWN:
            edges.append(Edge(here, len(terms), None, np.asarray(sum(use.share for use in uses[SHOWN:]))))
            terms.append(Term(f"{len(uses) - SHOWN:,} more", "", "inner", None, None))
    return Reading(tuple(terms), tuple(edges))


def _edge(source: int, target: int, use: _Use) -> Edge:
    return Edge(source, target, np.asarray(use.local), np.asarray(use.share))


def _term(graph: Evaluated, node: Node, at: Place, kind: str) -> Term:
    name = graph.called[node] + (f"[{', '.join(map(str, at))}]" if at else "")
    gradient = graph.gradients.get(node)
    made = "" if kind == "input" else formula(node, graph.called)
    return Term(name, made, kind, graph.values[node][at], None if gradient is None else gradient[at])
