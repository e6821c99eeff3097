"""A network layer by layer: shapes, parameters, floating-point operations."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.graph import Kind, Node, R, has_rows, known_count, order
from hagang.nn.layers.base import Dims, Forward, Layer
from hagang.nn.layers.chain import with_dims
from hagang.ops.leaf import input_node
from hagang.trace import Traced, flatten, stand_ins

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["LayerSummary", "Summary", "summarise"]


@dataclass(frozen=True)
class LayerSummary:
    """A layer in numbers.

    Parameters
    ----------
    path, label : str
        Its path in the network, and its name.
    dims : tuple of int
        The shape of one row of its output.
    parameters, buffers : int
        Numbers of parameters and of buffer elements.
    flops : int
        Floating-point operations to predict one row: two per multiplying weight, one per result of other arithmetic
        and per summand. What does not depend on the row is not counted.
    """

    path: str
    label: str
    dims: Dims
    parameters: int
    buffers: int
    flops: int


@dataclass(frozen=True)
class Summary:
    """The layers of a network in numbers; prints as a table."""

    layers: tuple[LayerSummary, ...]

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"

    @property
    def parameters(self) -> int:
        """Number of parameters of the network."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def buffers(self) -> int:
        """Number of buffer elements."""
        return sum(layer.buffers for layer in self.layers)

    @property
    def flops(self) -> int:
        """Floating-point operations to predict one row."""
        return sum(layer.flops for layer in self.layers)

    def table(self) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        """Column headings and rows as text, the last one with totals; buffers only if there are any."""
        rows = [
            (each.path, each.label, str(each.dims), *map(_number, (each.parameters, each.buffers, each.flops)))
            for each in self.layers
        ]
        rows.append(("", "", "", *map(_number, (self.parameters, self.buffers, self.flops))))
        heads = ("path", "layer", "output", "parameters", "buffers", "FLOPs per row")
        shown = [k for k, head in enumerate(heads) if head != "buffers" or self.buffers]
        return tuple(heads[k] for k in shown), [tuple(row[k] for k in shown) for row in rows]

    def __str__(self) -> str:
        heads, rows = self.table()
        widths = [max(len(row[k]) for row in [heads, *rows]) for k in range(len(heads))]
        return "\n".join(_line(row, widths) for row in [heads, *rows])


def _number(n: int) -> str:
    return f"{n:,}"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [cell.ljust(w) if k < 3 else cell.rjust(w) for k, (cell, w) in enumerate(zip(row, widths, strict=True))]
    return "   ".join(cells).rstrip()


def summarise(layers: Sequence[Layer], dims: Dims) -> Summary:
    """The summary of layers for inputs with rows of this shape."""
    each = enumerate(with_dims(layers, dims))
    return Summary(tuple(_summary(f"layers.{k}", layer, own, out) for k, (layer, own, out) in each))


def _summary(path: str, layer: Layer, dims: Dims, out: Dims) -> LayerSummary:
    params, buffers = layer.init(dims, np.random.default_rng(0)), layer.buffers(dims)
    return LayerSummary(path, layer.label, out, _size(params), _size(buffers), _flops(layer, dims, params, buffers))


def _size(nest: Any) -> int:
    return sum(np.size(leaf) for leaf in flatten(nest)[0])


def _flops(layer: Layer, dims: Dims, params: Any, buffers: Any) -> int:
    """Counted in the graph of the layer's prediction, so that a layer need not declare it."""
    precision = np.dtype(np.float64)
    stands = [stand_ins(nest, name, precision)[0] for name, nest in (("params", params), ("buffers", buffers))]
    x = Traced(input_node("x", (R, *dims), precision, "batch"), precision)
    result = layer.apply(stands[0], x, Forward(buffers=stands[1]))
    return sum(_cost(node) for node in order([result.node])) if isinstance(result, Traced) else 0


def _cost(node: Node) -> int:
    if not any(has_rows(x.dims) for x in node.inputs):
        return 0
    kind = node.op.kind
    if kind is Kind.CONTRACTION:
        labels = {**_sizes(node.inputs[0], node.attrs["left"]), **_sizes(node.inputs[1], node.attrs["right"])}
        return 2 * prod(size for size in labels.values() if isinstance(size, int))
    if kind in (Kind.REDUCTION, Kind.SCAN):
        return known_count(node.inputs[0].dims)
    return known_count(node.dims) if node.is_elementwise and node.op.cost else 0


def _sizes(x: Node, labels: Sequence[int]) -> dict[int, Any]:
    return dict(zip(labels, x.dims, strict=True))
