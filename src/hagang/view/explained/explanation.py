"""An explanation, and that of a function at a point, beside the numerical gradient."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.autodiff import numerical_gradient
from hagang.errors import ArgumentError, GradientError
from hagang.graph import show_dims
from hagang.minimizing.variables import read_nest
from hagang.trace import default_precision, flatten, rebuild, stand_ins, trace_outputs
from hagang.view.explained.drawing import draw_graph
from hagang.view.explained.names import argument_names, run_noting_names
from hagang.view.explained.page import page
from hagang.view.explained.reading import Reading, evaluate_graph, read_graph
from hagang.view.explained.text import table, totals

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping, Sequence

    from hagang.measure import GradientFlow

__all__ = ["Explanation", "check_ending", "explain_function"]

MOST_NUMBERS = 500
"""Up to so many inputs, the numerical gradient stands beside."""

SUFFIXES = (".txt", ".svg", ".html")


@dataclass(frozen=True, eq=False)
class Explanation:
    """A function's graph at a point, read. Printed, it is a table; in a notebook, a drawing.

    Parameters
    ----------
    reading : Reading
        Terms and edges, each with its numbers.
    numerical : mapping of str to array
        The gradient of each input by differences; empty where there are too many inputs.
    title : str
        What is explained.
    layers : GradientFlow, optional
        Of a network, layer by layer, with shapes.
    """

    reading: Reading
    numerical: Mapping[str, Any]
    title: str
    layers: GradientFlow | None = None

    @property
    def value(self) -> float:
        """The result."""
        return float(np.asarray(self.reading.result.value))

    @property
    def gradients(self) -> dict[str, Any]:
        """The gradient of the result with respect to each input, by name."""
        return {term.name: _plain(term.gradient) for term in self.reading.inputs}

    def __str__(self) -> str:
        parts = (self.title, str(self.layers or ""), table(self.reading), totals(self.reading, self.numerical))
        return "\n\n".join(filter(None, parts))

    def svg(self) -> str:
        """The graph drawn: inputs on the left, the result on the right."""
        return draw_graph(self.reading, self.title)

    def html(self) -> str:
        """One page with the drawing and the tables, which needs no network."""
        return page(self.title, draw_graph(self.reading), self.reading, self.numerical, str(self.layers or ""))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a .txt, .svg or .html file.

        Raises
        ------
        ArgumentError
            For another ending.
        """
        made = {".txt": lambda: f"{self}\n", ".svg": self.svg, ".html": self.html}
        Path(path).write_text(made[check_ending(path)](), encoding="utf-8")

    def _repr_html_(self) -> str:
        return self.svg()


def check_ending(path: str | os.PathLike[str], name: str = "path") -> str:
    """The ending of an explanation's file, seen to be one that can be written."""
    suffix = Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        msg = f"{name}: expected a file that ends in {', '.join(SUFFIXES)}, received '{path}'"
        raise ArgumentError(msg)
    return suffix


def explain_function(f: Callable[..., Any], *args: Any) -> Explanation:
    """Explain a function at a point."""
    arguments = tuple(read_nest(arg) for arg in args)
    leaves, structure = flatten(arguments)
    precision = default_precision(leaves)
    names = argument_names(f, arguments)
    stand, inputs = stand_ins(arguments, "", precision)
    result, noted = run_noting_names(f, *stand)
    (output,), _ = _one_number(trace_outputs(result, precision))
    name = getattr(f, "__name__", "f").strip("<>").replace("lambda", "f")
    called = {**noted, **dict(zip(inputs, names, strict=True))}
    graph = evaluate_graph(output, inputs, dict(zip(inputs, leaves, strict=True)), called, name)
    title = f"{name}({', '.join(dict.fromkeys(each.split('.')[0] for each in names))})"
    numbers = sum(int(np.size(leaf)) for leaf in leaves)
    numeric = _numerical(f, rebuild(structure, leaves), names) if numbers <= MOST_NUMBERS else {}
    return Explanation(read_graph(graph), numeric, title)


def _one_number(told: Any) -> Any:
    outputs, _ = told
    if len(outputs) != 1 or outputs[0].dims != () or not outputs[0].is_float:
        said = ", ".join(f"{node.dtype.name}{show_dims(node.dims)}" for node in outputs)
        msg = f"explain: expected a function that returns one real number, received {said}; sum it, or take an element"
        raise GradientError(msg)
    return told


def _numerical(f: Callable[..., Any], args: Sequence[Any], names: Sequence[str]) -> dict[str, Any]:
    with np.errstate(all="ignore"):
        found = numerical_gradient(lambda nest: float(f(*nest)), tuple(args))
    return {name: _plain(slope) for name, slope in zip(names, flatten(found)[0], strict=True)}


def _plain(value: Any) -> Any:
    """A number for an array without axes."""
    return None if value is None else np.asarray(value)[()]
