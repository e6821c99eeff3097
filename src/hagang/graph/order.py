"""Walking a graph: topological order, what depends on what, and rewriting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hagang.graph.node import Node, make

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

__all__ = ["depends_on", "order", "remade", "rewrite", "substitute"]


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


def rewrite(roots: Sequence[Node], rule: Callable[[Node, tuple[Node, ...]], Node]) -> list[Node]:
    """Rebuild the roots from the inputs up.

    Parameters
    ----------
    roots : sequence of Node
        The graph's results.
    rule : callable
        `rule(node, inputs) -> node`: what stands for the node, given what stands for its inputs; `remade` where
        the node itself does.

    Returns
    -------
    list of Node
        What stands for each root.
    """
    new: dict[Node, Node] = {}
    for node in order(roots):
        new[node] = rule(node, tuple(new[parent] for parent in node.inputs))
    return [new[root] for root in roots]


def remade(node: Node, inputs: tuple[Node, ...]) -> Node:
    """The node on these inputs; itself where they are its own, so that unchanged parts are shared."""
    same = all(a is b for a, b in zip(inputs, node.inputs, strict=True))
    return node if same else make(node.op, *inputs, **node.attrs)


def substitute(roots: Sequence[Node], replacements: Mapping[Node, Node]) -> list[Node]:
    """Rebuild the roots with some nodes replaced; what does not change is shared with the old graph."""
    return rewrite(roots, lambda node, inputs: replacements.get(node) or remade(node, inputs))
