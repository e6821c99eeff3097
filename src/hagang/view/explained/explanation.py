"""`Explanation`, and explaining a function at a point, compared with the numerical gradient."""

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
from hagang.view.explained.annotated_graph import AnnotatedGraph, annotate_graph, evaluate_graph
from hagang.view.explained.drawing import draw_graph
from hagang.view.explained.names import argument_names, run_recording_names
from hagang.view.explained.page import page
from hagang.view.explained.text import table, totals

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping, Sequence

    from hagang.measure import GradientFlow

__all__ = ["Explanation", "check_ending", "explain_function"]

MOST_NUMBERS = 500
"""Number of inputs up to which the numerical gradient is computed."""

SUFFIXES = (".txt", ".svg", ".html")


@dataclass(frozen=True, eq=False)
class Explanation:
    """The annotated graph of a function at a point. Prints as a table; in a notebook it is a drawing.

    Parameters
    ----------
    graph : AnnotatedGraph
        The annotated graph.
    numerical : mapping of str to array
        The numerical gradient of each input; empty if there are too many inputs.
    title : str
        The title.
    layers : GradientFlow, optional
        For a network, statistics per layer.
    """

    graph: AnnotatedGraph
    numerical: Mapping[str, Any]
    title: str
    layers: GradientFlow | None = None

    @property
    def value(self) -> float:
        """The result."""
        return float(np.asarray(self.graph.result.value))

    @property
    def gradients(self) -> dict[str, Any]:
        """The gradient of the result with respect to each input, by name."""
        return {node.name: _plain(node.gradient) for node in self.graph.inputs}

    def __str__(self) -> str:
        parts = (self.title, str(self.layers or ""), table(self.graph), totals(self.graph, self.numerical))
        return "\n\n".join(filter(None, parts))

    def svg(self) -> str:
        """The graph drawn: inputs on the left, the result on the right."""
        return draw_graph(self.graph, self.title)

    def html(self) -> str:
        """A self-contained page with the drawing and the tables."""
        return page(self.title, draw_graph(self.graph), self.graph, self.numerical, str(self.layers or ""))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a .txt, .svg or .html file.

        Raises
        ------
        ArgumentError
            For another extension.
        """
        formats = {".txt": lambda: f"{self}\n", ".svg": self.svg, ".html": self.html}
        Path(path).write_text(formats[check_ending(path)](), encoding="utf-8")

    def _repr_html_(self) -> str:
        return self.svg()


def check_ending(path: str | os.PathLike[str], name: str = "path") -> str:
    """The extension of an explanation's file, checked."""
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
    result, recorded = run_recording_names(f, *stand)
    (output,), _ = _one_number(trace_outputs(result, precision))
    name = getattr(f, "__name__", "f").strip("<>").replace("lambda", "f")
    known = {**recorded, **dict(zip(inputs, names, strict=True))}
    graph = evaluate_graph(output, inputs, dict(zip(inputs, leaves, strict=True)), known, name)
    title = f"{name}({', '.join(dict.fromkeys(each.split('.')[0] for each in names))})"
    numbers = sum(int(np.size(leaf)) for leaf in leaves)
    numeric = _numerical(f, rebuild(structure, leaves), names) if numbers <= MOST_NUMBERS else {}
    return Explanation(annotate_graph(graph), numeric, title)


def _one_number(traced: Any) -> Any:
    outputs, _ = traced
    if len(outputs) != 1 or outputs[0].dims != () or not outputs[0].is_float:
        received = ", ".join(f"{node.dtype.name}{show_dims(node.dims)}" for node in outputs)
        msg = (
            f"explain: expected a function that returns one real number, received {received}; sum it or take an element"
        )
        raise GradientError(msg)
    return traced


def _numerical(f: Callable[..., Any], args: Sequence[Any], names: Sequence[str]) -> dict[str, Any]:
    with np.errstate(all="ignore"):
        gradients = numerical_gradient(lambda nest: float(f(*nest)), tuple(args))
    return {name: _plain(gradient) for name, gradient in zip(names, flatten(gradients)[0], strict=True)}


def _plain(value: Any) -> Any:
    """A scalar in place of an array without axes."""
    return None if value is None else np.asarray(value)[()]
