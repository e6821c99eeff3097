"""An explanation as text, in 80 columns where its names allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

import numpy as np

from hagang.view.explained.words import brief, number, spread

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hagang.view.explained.reading import Edge, Reading

__all__ = ["comes_back", "table", "totals"]

_WIDEST_FORMULA = 24


def table(reading: Reading) -> str:
    """A line for each node: how it is made, value, gradient, and where its gradient comes from."""
    rows = [("name", "made of", "value", "gradient", "what comes back")]
    for k, term in enumerate(reading.terms):
        back = comes_back(reading, k) or [""]
        rows.append(
            (
                term.name,
                _cut(term.formula),
                brief(term.value),
                spread(term.gradient),
                back[0],
            )
        )
        rows += [("", "", "", "", f"+ {more}") for more in back[1:]]
    return _aligned(rows, right=(2, 3))


def comes_back(reading: Reading, k: int) -> list[str]:
    """For each use of a term what comes back along it; their sum is its gradient."""
    return [_share(reading, edge) for edge in reading.edges if edge.source == k and edge.share is not None]


def _share(reading: Reading, edge: Edge) -> str:
    target = reading.terms[edge.target]
    if edge.local is None or edge.share is None or target.gradient is None:
        return f"{brief(edge.share, 4)} from {target.name}"
    if np.size(edge.share) != 1 or np.size(target.gradient) != 1:
        alone = sum(other.source == edge.source for other in reading.edges) == 1
        return f"from {target.name}" if alone else f"{spread(edge.share)} from {target.name}"
    return f"{number(target.gradient.item())} × {number(edge.local.item())} from {target.name}"


def totals(reading: Reading, numerical: Mapping[str, Any]) -> str:
    """The inputs' gradients beside those by differences."""
    if not numerical:
        return ""
    rows = [("input", "gradient", "by differences", "apart")]
    for term in reading.inputs:
        found = numerical[term.name]
        exact = np.zeros_like(found) if term.gradient is None else np.asarray(term.gradient)
        apart = float(np.max(np.abs(exact - found), initial=0.0))
        rows.append((term.name, brief(exact, 8), brief(found, 8), f"{apart:.0e}" if apart else "0"))
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
    """In columns of a terminal, of which Korean letters take two."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
