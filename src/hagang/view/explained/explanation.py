"""`explain`: the graph of a function at a point, forward and backward, beside the numerical gradient."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.autodiff import numerical_gradient
from hagang.errors import ArgumentError, GradientError
from hagang.graph import show_dims
from hagang.minimize.variables import read_nest
from hagang.trace import default_precision, flatten, rebuild, stand_ins, trace_outputs
from hagang.view.explained.drawing import draw_graph
from hagang.view.explained.names import argument_names, run_noting_names
from hagang.view.explained.page import page
from hagang.view.explained.reading import Reading, read_graph
from hagang.view.explained.text import table, totals

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["Explanation", "check_ending", "explain"]

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
    """

    reading: Reading
    numerical: Mapping[str, Any]
    title: str

    @property
    def value(self) -> float:
        """The result."""
        return float(self.reading.result.value)

    @property
    def gradients(self) -> dict[str, Any]:
        """The gradient of the result with respect to each input, by name."""
        return {term.name: _plain(term.gradient) for term in self.reading.inputs}

    def __str__(self) -> str:
        return f"{self.title}\n\n{table(self.reading)}\n\n{totals(self.reading, self.numerical)}".rstrip()

    def svg(self) -> str:
        """The graph drawn: inputs on the left, the result on the right."""
        return draw_graph(self.reading, self.title)

    def html(self) -> str:
        """One page with the drawing and the tables, which needs no network."""
        return page(self.title, draw_graph(self.reading), self.reading, self.numerical)

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


def explain(f: Callable[..., Any], *args: Any) -> Explanation:
    r"""Show how a function's value comes about, and how its gradient goes back: the chain rule with its numbers.

    .. math:: \frac{\partial f}{\partial u} = \sum_{v \text{ made of } u} \frac{\partial f}{\partial v}
        \frac{\partial v}{\partial u}

    Each node of the graph has its value, computed from the inputs forward, and its gradient, computed from the result
    backward; each edge has the derivative of the one op that it belongs to. So along a path derivatives are
    multiplied, and where paths join, what comes back is summed.

    Parameters
    ----------
    f : callable
        Written in NumPy; returns one real number. The names of its arguments and of its local variables name the
        nodes.
    *args : number, array, or nested tuples, lists and dicts of them
        Where.

    Returns
    -------
    Explanation
        Printed, a table; `.svg()` a drawing, `.html()` a page, `.save("graph.svg")` a file; `.gradients` by name.

    Raises
    ------
    GradientError
        Where f returns no single real number.
    TraceError
        Where f does what a trace cannot see.

    Examples
    --------
    Apples and oranges, with tax:

    >>> def price(apples, a, oranges, o, tax):
    ...     fruit = apples * a + oranges * o
    ...     return fruit * tax
    >>> print(explain(price, 2, 100, 3, 150, 1.1))
    price(apples, a, oranges, o, tax)
    <BLANKLINE>
    name     made of        value  gradient  what comes back
    apples                      2       110  1.1 × 100 from v1
    a                         100       2.2  1.1 × 2 from v1
    oranges                     3       165  1.1 × 150 from v2
    o                         150       3.3  1.1 × 3 from v2
    tax                       1.1       650  1 × 650 from price
    v1       apples × a       200       1.1  1.1 × 1 from fruit
    v2       oranges × o      450       1.1  1.1 × 1 from fruit
    fruit    v1 + v2          650       1.1  1 × 1.1 from price
    price    fruit × tax      715         1
    <BLANKLINE>
    input    gradient  by differences  apart
    apples        110             110  ...
    """
    arguments = tuple(read_nest(arg) for arg in args)
    leaves, structure = flatten(arguments)
    precision = default_precision(leaves)
    names = argument_names(f, arguments)
    stand, inputs = stand_ins(arguments, "", precision)
    result, noted = run_noting_names(f, *stand)
    (output,), _ = _one_number(trace_outputs(result, precision))
    name = getattr(f, "__name__", "f").strip("<>").replace("lambda", "f")
    called = {**noted, **dict(zip(inputs, names, strict=True))}
    reading = read_graph(output, inputs, dict(zip(inputs, leaves, strict=True)), called, name)
    title = f"{name}({', '.join(dict.fromkeys(each.split('.')[0] for each in names))})"
    numbers = sum(int(np.size(leaf)) for leaf in leaves)
    numeric = _numerical(f, rebuild(structure, leaves), names) if numbers <= MOST_NUMBERS else {}
    return Explanation(reading, numeric, title)


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
