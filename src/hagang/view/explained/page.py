"""An explanation as a self-contained HTML page."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.view.explained.drawing import FONT, colours_of
from hagang.view.explained.formatting import brief
from hagang.view.explained.text import contributions
from hagang.view.theme import DARK, LIGHT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from hagang.view.explained.annotated_graph import AnnotatedGraph

__all__ = ["html_table", "page", "whole"]

_STYLE = """
:root {{ {light} color-scheme: light dark; }}
@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}
body {{ margin: 2rem auto; max-width: 76rem; padding: 0 1rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 {font}; }}
h1 {{ font-size: 1.3rem; font-weight: 600; overflow-wrap: anywhere; }} h2 {{ font-size: 1.05rem; margin-top: 2rem; }}
p {{ max-width: 46rem; }} .scroll {{ overflow-x: auto; }} svg {{ max-width: none; }}
table {{ border-collapse: collapse; font-variant-numeric: tabular-nums; }}
th, td {{ padding: .25rem .9rem .25rem 0; text-align: right; border-bottom: 1px solid var(--grid);
  vertical-align: top; white-space: nowrap; }}
th {{ font-weight: 600; color: var(--grey); }} .left {{ text-align: left; }}
.value {{ color: var(--blue); }} .gradient {{ color: var(--vermilion); }}
"""

_INTRODUCTION = (
    "Values are computed forward, from the inputs to the result. Gradients of the result are computed backward: along "
    "an edge the gradient is multiplied by the local derivative; where edges join, the contributions are summed."
)


def page(title: str, drawing: str, graph: AnnotatedGraph, numerical: Mapping[str, Any], layers: str = "") -> str:
    """The drawing, the table of nodes, and the comparison with the numerical gradient."""
    nodes = [
        (
            node.name,
            node.formula,
            brief(node.value),
            brief(node.gradient),
            "\n+ ".join(contributions(graph, k)),
        )
        for k, node in enumerate(graph.nodes)
    ]
    parts = [
        f"<p>{_INTRODUCTION}</p>",
        f'<div class="scroll">{drawing}</div>',
        *([f'<h2>Layer by layer</h2><pre class="scroll">{escape(layers)}</pre>'] if layers else []),
        "<h2>Nodes</h2>",
        html_table(("node", "formula", "value", "gradient", "contributions"), nodes, left=(0, 1, 4)),
    ]
    if numerical:
        parts += ["<h2>Comparison with the numerical gradient</h2>", _totals(graph, numerical)]
    return whole(title, parts)


def _totals(graph: AnnotatedGraph, numerical: Mapping[str, Any]) -> str:
    rows = []
    for node in graph.inputs:
        numeric = numerical[node.name]
        exact = np.zeros_like(numeric) if node.gradient is None else np.asarray(node.gradient)
        difference = float(np.max(np.abs(exact - numeric), initial=0.0))
        rows.append((node.name, brief(exact, 10), brief(numeric, 10), f"{difference:.0e}"))
    return html_table(("input", "gradient", "numerical", "difference"), rows, left=(0,))


def html_table(heads: Sequence[str], rows: Iterable[Sequence[str]], left: Sequence[int]) -> str:
    """A table; columns of numbers are right-aligned."""

    def cells(row: Sequence[str], kind: str) -> str:
        return "".join(
            f"<{kind}{_kind(heads[k], k in left)}>{escape(cell).replace(chr(10), '<br>')}</{kind}>"
            for k, cell in enumerate(row)
        )

    body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in rows)
    return f'<div class="scroll"><table><tr>{cells(heads, "th")}</tr>{body}</table></div>'


def _kind(head: str, left: bool) -> str:
    names = [*(["left"] if left else []), *([head] if head in ("value", "gradient") else [])]
    return f' class="{" ".join(names)}"' if names else ""


def whole(title: str, parts: Iterable[str]) -> str:
    """A complete page, light or dark as the browser prefers."""
    style = _STYLE.format(light=colours_of(LIGHT), dark=colours_of(DARK), font=FONT)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{style}</style></head>\n"
        f"<body><h1>{escape(title)}</h1>\n{''.join(parts)}\n</body></html>\n"
    )
