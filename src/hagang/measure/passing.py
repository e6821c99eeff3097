"""A traced pass through a network: the loss, and the input and output of every layer."""

from __future__ import annotations

import copy
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.graph import order
from hagang.nn import Layer
from hagang.training.step import INPUT, TARGET, WEIGHT, named

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from hagang.graph import Node
    from hagang.measure.subject import Subject
    from hagang.nn import Forward
    from hagang.training.step import Model

__all__ = ["LayerPass", "Pass", "trace_pass"]

FIRST_STEP = 1


@dataclass(frozen=True, eq=False)
class LayerPass:
    """One layer in a pass: its path, such as `layers.2.layers.0`, its label, its input and its output."""

    path: str
    label: str
    given: Node
    gave: Node
    is_block: bool
    """Whether it is made of layers that are told of themselves."""


@dataclass(frozen=True, eq=False)
class Pass:
    """A traced pass.

    Parameters
    ----------
    loss, output : Node
        The loss of the rows, one number, and the network's output.
    layers : tuple of LayerPass
        In the order in which they are done.
    weights : mapping of str to Node
        The parameters by path.
    feeds : mapping of Node to array
        The value of every input of the graph.
    """

    loss: Node
    output: Node
    layers: tuple[LayerPass, ...]
    weights: Mapping[str, Node]
    feeds: Mapping[Node, npt.NDArray[Any]]


def trace_pass(measured: Subject, *, training: bool = True) -> Pass:
    """Trace the loss over the rows, in training or prediction mode."""
    model, rows = measured.model, measured.rows
    seen: list[LayerPass] = []
    params, _ = model.weights()
    x, y, weight = model.inputs(rows)
    forward = model.training(FIRST_STEP) if training else model.predicting()
    output = _watched_model(model, seen).output(params, x, forward)
    loss: Any = model.loss(output, y, weight)
    given = {INPUT: rows.x, TARGET: rows.y, WEIGHT: rows.weight, **measured.values}
    inputs = [node for node in order([loss.node]) if node.is_input]
    return Pass(
        loss=loss.node,
        output=output.node,
        layers=tuple(seen),
        weights={name: leaf.node for name, leaf in named(params).items()},
        feeds={node: np.asarray(given[node.attrs["name"]]) for node in inputs},
    )


# --- watching ------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Watched(Layer):
    """A wrapper of a layer that records its input and output."""

    layer: Layer
    seen: list[LayerPass]
    is_block: bool

    def out_dims(self, dims: tuple[int, ...]) -> tuple[int, ...]:
        return self.layer.out_dims(dims)

    def init(self, dims: tuple[int, ...], generator: np.random.Generator) -> dict[str, Any]:
        return self.layer.init(dims, generator)

    def buffers(self, dims: tuple[int, ...]) -> dict[str, Any]:
        return self.layer.buffers(dims)

    def apply(self, params: dict[str, Any], x: Any, forward: Forward) -> Any:
        result = self.layer.apply(params, x, forward)
        self.seen.append(LayerPass(forward.path, self.label, x.node, result.node, self.is_block))
        return result

    @property
    def label(self) -> str:
        return self.layer.label


def _watched_model(model: Model, seen: list[LayerPass]) -> Model:
    return replace(model, network=_with_inner(model.network, seen)[0])


def _watch(layer: Layer, seen: list[LayerPass]) -> Layer:
    inner, is_block = _with_inner(layer, seen)
    return _Watched(inner, seen, is_block)


def _with_inner(holder: Any, seen: list[LayerPass]) -> tuple[Any, bool]:
    """A network or block with recorded layers; whether it has any."""
    inner = {name: value for name, value in _parts(holder) if _are_layers(value)}
    if not inner:
        return holder, False
    watched = copy.copy(holder)
    for name, layers in inner.items():
        object.__setattr__(watched, name, tuple(_watch(layer, seen) for layer in layers))
    return watched, True


def _parts(holder: Any) -> list[tuple[str, Any]]:
    return [(field.name, getattr(holder, field.name)) for field in fields(holder)] if is_dataclass(holder) else []


def _are_layers(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and all(isinstance(one, Layer) for one in value)
