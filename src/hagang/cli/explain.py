"""`hagang explain`: the graph of a function at a point, forward and backward."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hagang.cli.page import Page
from hagang.cli.point import function_of, read_point, settled
from hagang.errors import ArgumentError
from hagang.minimize.expression import read_expression
from hagang.saved import check_place
from hagang.view.explained import check_ending, explain

if TYPE_CHECKING:
    from pathlib import Path

    from hagang.view.explained import Explanation

__all__ = ["run"]


def run(function: str, at: str | None, out: Path | None) -> None:
    """Explain, print, and write what was asked for."""
    if out is not None:
        check_place(out)
        check_ending(out, "--out")
    explanation = _of_function(function, at)
    print(explanation)
    if out is not None:
        explanation.save(out)
        print()
        Page().row("Saved", str(out))


def _of_function(text: str, at: str | None) -> Explanation:
    point = read_point(at, "--at")
    if point is None or isinstance(point, str):
        msg = f"--at: expected where, as apples=2,tax=1.1 or 100,-10, received {point!r}"
        raise ArgumentError(msg)
    expression = read_expression(text, point if isinstance(point, dict) else None)
    x = settled(point, expression, 0, "--at")
    return replace(explain(function_of(expression, x), x), title=expression.text)
