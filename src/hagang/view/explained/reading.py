"""Reading a graph at a point: each node's value and gradient, each edge's local derivative and share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy.typing as npt

from hagang.autodiff import backward
from hagang.graph import depends_on, evaluate, order, substitute
from hagang.ops.arithmetic import ones_like
from hagang.ops.leaf import constant, input_node
from hagang.view.explained.names import PLUMBING, formula, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hagang.graph import Node

__all__ = ["Edge", "Reading", "Term", "read_graph"]

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
    value : array
        Going forward.
    gradient : array or None
        Of the result with respect to it, going backward; None where the result does not depend smoothly on it.
    """

    name: str
    formula: str
    kind: str
    value: Array
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


def read_graph(
    output: Node, inputs: Sequence[Node], feeds: Mapping[Node, Array], names: Mapping[Node, str], title: str = "f"
) -> Reading:
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

    Returns
    -------
    Reading
    """
    shown = _shown(output, inputs)
    called = _called(shown, output, names, title)
    values = dict(zip(shown, evaluate(shown, feeds), strict=True))
    smooth = [node for node in shown if node.is_float]
    gradients = dict(zip(smooth, _gradients(output, smooth, feeds), strict=True))
    place = {node: k for k, node in enumerate(shown)}
    terms = [
        Term(called[node], _made(node, called), _kind(node, output, inputs), values[node], gradients.get(node))
        for node in shown
    ]
    edges = [
        Edge(place[parent], place[node], *_factor(node, parent, values, gradients.get(node), feeds))
        for node in shown
        for parent in _parents(node, place)
    ]
    return Reading(tuple(terms), tuple(edges))


def _shown(output: Node, inputs: Sequence[Node]) -> list[Node]:
    """What depends on the inputs, without what only carries values on; the result always, and last."""
    nodes = order([*inputs, output])
    active = depends_on(nodes, inputs)
    result = nearest(output)
    shown = [node for node in nodes if node in active and node.op.name not in PLUMBING and node is not result]
    return [*shown, result]


def _called(shown: Sequence[Node], output: Node, names: Mapping[Node, str], title: str) -> dict[Node, str]:
    called: dict[Node, str] = {}
    taken = set(names.values())
    behind = {nearest(node): name for node, name in names.items()}
    number = 0
    for node in shown:
        if node in names or node in behind:
            called[node] = names.get(node) or behind[node]
        elif node is nearest(output):
            called[node] = title
        elif node.op.name == "slice":
            called[node] = formula(node, called)
        else:
            number += 1
            while f"v{number}" in taken:
                number += 1
            called[node] = f"v{number}"
    return called


def _made(node: Node, called: Mapping[Node, str]) -> str:
    made = "" if node.op.name in ("input", "constant") else formula(node, called)
    return "" if made == called[node] else made


def _kind(node: Node, output: Node, inputs: Sequence[Node]) -> str:
    if node is nearest(output):
        return "result"
    return "input" if node in inputs else "inner"


def _parents(node: Node, known: Mapping[Node, Any]) -> list[Node]:
    """Each value that a node is made of, once."""
    found = dict.fromkeys(nearest(parent) for parent in node.inputs)
    return [parent for parent in found if parent in known]


def _gradients(output: Node, nodes: Sequence[Node], feeds: Mapping[Node, Array]) -> list[Array | None]:
    found = backward(output, nodes)
    values = iter(evaluate([g for g in found if g is not None], feeds))
    return [None if g is None else next(values) for g in found]


def _factor(
    node: Node, parent: Node, values: Mapping[Node, Array], gradient: Array | None, feeds: Mapping[Node, Array]
) -> tuple[Array | None, Array | None]:
    """The derivative of one op with respect to one of its operands, and what comes back along it.

    Every operand is replaced by an input of its own, so that no other path is seen.
    """
    if not parent.is_float or not node.is_float or gradient is None:
        return None, None
    operands = {each: input_node("operand", each.dims, each.dtype) for each in _parents(node, values)}
    (single,) = substitute([node], operands)
    at = {**feeds, **{alone: values[each] for each, alone in operands.items()}}
    alone = operands[parent]
    (local,) = backward(single, [alone], ones_like(single))
    (share,) = backward(single, [alone], constant(gradient, node.dtype))
    if local is None or share is None:
        return None, None
    told = evaluate([local, share], at)
    return told[0], told[1]
