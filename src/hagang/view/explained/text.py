"""An explanation as text, in 80 columns if its names allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

import numpy as np

from hagang.view.explained.formatting import brief, number, spread

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hagang.view.explained.annotated_graph import AnnotatedGraph, GraphEdge

__all__ = ["contributions", "table", "totals"]

_WIDEST_FORMULA = 24


def table(graph: AnnotatedGraph) -> str:
    """One line per node: formula, value, gradient, and the contributions to the gradient."""
    rows = [("node", "formula", "value", "gradient", "contributions")]
    for k, node in enumerate(graph.nodes):
        back = contributions(graph, k) or [""]
        rows.append(
            (
                node.name,
                _cut(node.formula),
                brief(node.value),
                spread(node.gradient),
                back[0],
            )
        )
        rows += [("", "", "", "", f"+ {more}") for more in back[1:]]
    return _aligned(rows, right=(2, 3))


def contributions(graph: AnnotatedGraph, k: int) -> list[str]:
    """The contribution of each use of a node; their sum is its gradient."""
    return [_share(graph, edge) for edge in graph.edges if edge.source == k and edge.contribution is not None]


def _share(graph: AnnotatedGraph, edge: GraphEdge) -> str:
    target = graph.nodes[edge.target]
    if edge.local is None or edge.contribution is None or target.gradient is None:
        return f"{brief(edge.contribution, 4)} from {target.name}"
    if np.size(edge.contribution) != 1 or np.size(target.gradient) != 1:
        alone = sum(other.source == edge.source for other in graph.edges) == 1
        return f"from {target.name}" if alone else f"{spread(edge.contribution)} from {target.name}"
    return f"{number(target.gradient.item())} × {number(edge.local.item())} from {target.name}"


def totals(graph: AnnotatedGraph, numerical: Mapping[str, Any]) -> str:
    """The gradients of the inputs, compared with the numerical ones."""
    if not numerical:
        return ""
    rows = [("input", "gradient", "numerical", "difference")]
    for node in graph.inputs:
        numeric = numerical[node.name]
        exact = np.zeros_like(numeric) if node.gradient is None else np.asarray(node.gradient)
        difference = float(np.max(np.abs(exact - numeric), initial=0.0))
        rows.append((node.name, brief(exact, 8), brief(numeric, 8), f"{difference:.0e}" if difference else "0"))
    return _aligned(rows, right=(1, 2, 3))


def _cut(text: str) -> str:
    return text if len(text) <= _WIDEST_FORMULA else text[: _WIDEST_FORMULA - 1] + "…"


def _aligned(rows: Sequence[Sequence[str]], right: Sequence[int]) -> str:
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [
            " " * (width - _width(cell)) + cell if k in right else cell + " " * (width - _width(cell))
            for k, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _width(text: str) -> int:
    """Width in terminal columns; Hangul takes two."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
