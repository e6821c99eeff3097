"""Walking a graph: topological order, users, and rebuilding with some nodes replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hagang.graph.node import Node, make

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["depends_on", "order", "substitute"]


def order(roots: Iterable[Node]) -> list[Node]:
    """Every node that the roots need, each after its inputs; iterative, so depth is no limit."""
    done: dict[Node, None] = {}
    stack = [(root, False) for root in reversed(list(roots))]
    while stack:
        node, ready = stack.pop()
        if node in done:
            continue
        if ready:
            done[node] = None
        else:
            stack.append((node, True))
            stack.extend((parent, False) for parent in reversed(node.inputs) if parent not in done)
    return list(done)


def depends_on(nodes: Sequence[Node], sources: Iterable[Node]) -> set[Node]:
    """Those of the ordered nodes that a source reaches, the sources included."""
    reached = set(sources)
    for node in nodes:
        if any(parent in reached for parent in node.inputs):
            reached.add(node)
    return reached


def substitute(roots: Sequence[Node], replacements: Mapping[Node, Node]) -> list[Node]:
    """Rebuild the roots with some nodes replaced; what does not change is shared with the old graph."""
    new: dict[Node, Node] = dict(replacements)
    for node in order(roots):
        if node in new:
            continue
        inputs = tuple(new[parent] for parent in node.inputs)
        same = all(a is b for a, b in zip(inputs, node.inputs, strict=True))
        new[node] = node if same else make(node.op, *inputs, **node.attrs)
    return [new[root] for root in roots]
