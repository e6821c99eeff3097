"""`hagang explain`: the graph of a function at a point, forward and backward."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from hagang.cli.console import Console
from hagang.cli.point import function_of, read_point, settled
from hagang.errors import ArgumentError
from hagang.minimizing.expression import read_expression
from hagang.saved import check_output
from hagang.training import load
from hagang.view.explained import check_ending, explain

if TYPE_CHECKING:
    from hagang.view.explained import Explanation

__all__ = ["Typed", "run"]

LONGEST_PATH = 4096


ROWS = 256
"""Rows of a table that are explained together."""


@dataclass(frozen=True)
class Typed:
    """The arguments of `hagang explain`, by their names on the command line."""

    function: str
    data: str | None
    at: str | None
    weight: str | None
    row: int | None
    out: Path | None
    force: bool


def run(typed: Typed) -> None:
    """Explain, print, and save."""
    out = typed.out
    if out is not None:
        check_output(out, (typed.function, typed.data), force=typed.force, option="--out")
        check_ending(out, "--out")
    explanation = _of_model(typed) if _is_model(typed.function) else _of_function(typed)
    print(explanation)
    if out is not None:
        explanation.save(out)
        print()
        Console().row("Saved", str(out))


def _is_model(text: str) -> bool:
    if text.endswith(".safetensors"):
        return True
    try:
        return len(text) < LONGEST_PATH and Path(text).is_file()
    except (OSError, ValueError):  # no name that a file may have
        return False


def _of_model(typed: Typed) -> Explanation:
    if typed.data is None:
        msg = "DATA: expected rows with a target column, as hagang explain MODEL DATA, received none"
        raise ArgumentError(msg)
    network = load(typed.function)
    x, y = network.labelled(typed.data)
    first = 0 if typed.row is None else typed.row
    last = first + 1 if typed.weight is not None or typed.row is not None else ROWS
    if not 0 <= first < len(x):
        msg = f"--row: expected one of the {len(x):,} rows, counted from 0, received {first}"
        raise ArgumentError(msg)
    return explain(network, (x[first:last], y[first:last]), weight=typed.weight)


def _of_function(typed: Typed) -> Explanation:
    if typed.data is not None or typed.weight is not None or typed.row is not None:
        msg = f"FUNCTION: expected a model's file beside DATA, --weight or --row, received '{typed.function}'"
        raise ArgumentError(msg)
    point = read_point(typed.at, "--at")
    if point is None or isinstance(point, str):
        msg = f"--at: expected where, as apples=2,tax=1.1 or 100,-10, received {point!r}"
        raise ArgumentError(msg)
    expression = read_expression(typed.function, point if isinstance(point, dict) else None)
    x = settled(point, expression, 0, "--at")
    return replace(explain(function_of(expression, x), x), title=expression.text)
