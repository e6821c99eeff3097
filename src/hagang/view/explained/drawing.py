"""An explanation as SVG: boxes with value and gradient, edges with the local derivative, in light and dark."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

import numpy as np

from hagang.view.explained.formatting import brief
from hagang.view.explained.layout import lay_out
from hagang.view.theme import DARK, LIGHT, Theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hagang.view.explained.annotated_graph import AnnotatedGraph, GraphEdge, GraphNode
    from hagang.view.explained.layout import Layout

__all__ = ["colours_of", "draw_graph"]

LETTER, LINE, INSET, MARGIN, HEAD = 7.4, 16.0, 10.0, 16.0, 62.0
FONT = "'DejaVu Sans', 'Noto Sans', 'Noto Sans KR', NanumGothic, system-ui, sans-serif"

_STYLE = """
.hg-graph {{ {light} font: 12.5px {font}; }}
@media screen and (prefers-color-scheme: dark) {{ .hg-graph {{ {dark} }} }}
.hg-graph .paper {{ fill: var(--paper); }}
.hg-graph text {{ fill: var(--ink); }}
.hg-graph .name {{ font-weight: 600; }}
.hg-graph .formula {{ fill: var(--grey); }}
.hg-graph .value {{ fill: var(--blue); }}
.hg-graph .gradient {{ fill: var(--vermilion); }}
.hg-graph rect.box {{ fill: var(--paper); stroke: var(--grey); }}
.hg-graph rect.input {{ stroke: var(--green); stroke-width: 1.6; }}
.hg-graph rect.result {{ stroke: var(--ink); stroke-width: 1.8; }}
.hg-graph path.edge {{ fill: none; stroke: var(--grey); stroke-width: 1.3; }}
.hg-graph path.head {{ fill: var(--grey); }}
.hg-graph .factor {{ font-size: 11.5px; }}
"""


def draw_graph(graph: AnnotatedGraph, title: str = "") -> str:
    """The graph as one SVG element with its own style sheet."""
    lines = [_lines(node) for node in graph.nodes]
    sizes = [_size(term_lines) for term_lines in lines]
    pairs = [(edge.source, edge.target) for edge in graph.edges]
    factors = [_factor(edge) for edge in graph.edges]
    layout = lay_out(sizes, pairs, gap=(max(map(_width, factors), default=0.0) + 46.0, 16.0))
    head = HEAD if title else HEAD - 22.0
    width = max(layout.width, _width(title) * 1.15, 650.0) + 2 * MARGIN
    height = layout.height + head + 2 * MARGIN
    body = [
        *(_edge(route) for route in layout.routes),
        *(_box(node, text, size, at) for node, text, size, at in zip(graph.nodes, lines, sizes, layout.boxes)),
        *_labels(layout, factors),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="hg-graph" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}" role="img" aria-label="{escape(title or "computational graph")}">'
        f"<style>{_style()}</style>"
        f'<rect class="paper" width="100%" height="100%"/>{_head(title)}'
        f'<g transform="translate({MARGIN:.0f} {head + MARGIN:.0f})">{"".join(body)}</g></svg>'
    )


def _style() -> str:
    return _STYLE.format(light=colours_of(LIGHT), dark=colours_of(DARK), font=FONT)


def colours_of(theme: Theme) -> str:
    """The colours of a theme as CSS variables."""
    return " ".join(f"--{name}: {colour};" for name, colour in theme.colours.items())


def _head(title: str) -> str:
    legend = (
        '<tspan class="value">value, computed forward</tspan> · '
        '<tspan class="gradient">gradient of the result, computed backward</tspan> · on edges: the local derivative'
    )
    if not title:
        return f'<text x="{MARGIN:.0f}" y="26">{legend}</text>'
    heading = f'<text class="name" x="{MARGIN:.0f}" y="26" style="font-size:15px">{escape(title)}</text>'
    return f'{heading}<text x="{MARGIN:.0f}" y="48">{legend}</text>'


# --- boxes ---------------------------------------------------------------------------------------------


def _lines(node: GraphNode) -> list[tuple[str, str]]:
    """The lines of a box with their CSS classes."""
    lines = [("name", node.name)]
    if node.formula:
        lines.append(("formula", f"= {node.formula}"))
    lines.append(("value", brief(node.value)))
    if node.gradient is not None:
        lines.append(("gradient", brief(node.gradient)))
    return lines


def _size(lines: Sequence[tuple[str, str]]) -> tuple[float, float]:
    widest = max(_width(text) for _, text in lines)
    return widest + 2 * INSET, LINE * len(lines) + INSET


def _width(text: str) -> float:
    return LETTER * sum(1.75 if east_asian_width(letter) in "WF" else 1.0 for letter in text)


def _box(node: GraphNode, lines: Sequence[tuple[str, str]], size: tuple[float, float], at: tuple[float, float]) -> str:
    (x, y), (width, height) = at, size
    rows = [
        f'<text class="{kind}" x="{x + width / 2:.1f}" y="{y + INSET / 2 + LINE * (k + 0.76):.1f}" '
        f'text-anchor="middle">{escape(text)}</text>'
        for k, (kind, text) in enumerate(lines)
    ]
    shape = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="7"'
    return f'<rect class="box {node.kind}" {shape}/>{"".join(rows)}'


# --- edges ---------------------------------------------------------------------------------------------


def _factor(edge: GraphEdge) -> str:
    if edge.local is None:
        return ""
    return f"× {brief(edge.local, 4)}" if np.size(edge.local) == 1 else brief(edge.local, 4)


def _edge(route: Sequence[tuple[float, float]]) -> str:
    """A smooth line through the points, horizontal where it passes boxes, with an arrow head."""
    (x, y), *rest = route
    path = [f"M{x:.1f} {y:.1f}"]
    *passed, (end, level) = rest
    for to_x, to_y in [*passed, (end - 7, level)]:
        bend = (to_x - x) * 0.45
        path.append(f"C{x + bend:.1f} {y:.1f} {to_x - bend:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}")
        x, y = to_x, to_y
    head = f"M{end:.1f} {level:.1f}l-8 -4v8z"
    return f'<path class="edge" d="{"".join(path)}"/><path class="head" d="{head}"/>'


def _labels(layout: Layout, factors: Sequence[str]) -> list[str]:
    """The local derivative of each edge, near the start of the edge."""
    return [
        _label(text, x, y)
        for route, text in zip(layout.routes, factors, strict=True)
        if text
        for x, y in [_middle(route)]
    ]


def _label(text: str, x: float, y: float) -> str:
    """Text on a background patch, so that no line runs through it."""
    width = _width(text) * 0.92 + 2
    patch = f'<rect class="paper" x="{x - width / 2:.1f}" y="{y - 8:.1f}" width="{width:.1f}" height="16"/>'
    return f'{patch}<text class="factor" x="{x:.1f}" y="{y + 4:.1f}" text-anchor="middle">{escape(text)}</text>'


def _middle(route: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The midpoint of the first segment."""
    (x, y), (to_x, to_y) = route[0], route[1]
    return (x + to_x) / 2, (y + to_y) / 2
