"""Propagation of activations and gradients through the layers of a network."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.autodiff import backward
from hagang.graph import evaluate, known_count
from hagang.measure.activation import pre_activation, slope_of
from hagang.measure.passing import Pass, trace_pass
from hagang.measure.subject import subject

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from hagang.graph import Node
    from hagang.measure.passing import LayerPass

    Array = npt.NDArray[Any]

__all__ = ["GradientFlow", "LayerFlow", "flow_through", "gradient_flow"]

FLAT = 0.01
"""Derivative of the activation below which a unit counts as saturated."""


@dataclass(frozen=True)
class LayerFlow:
    """The statistics of one layer.

    Parameters
    ----------
    path, label : str
        Its path in the network, and its name.
    dims : tuple of int
        The shape of one row of its output.
    parameters : int
        Number of parameters.
    pre_activation, activation : float
        The standard deviations of pre-activations and activations, over rows and units.
    gradient : float
        The root mean square, over rows and units, of the gradient of the loss with respect to the pre-activations. It
        includes the factor 1/rows of the loss.
    weight_gradient : float
        The Euclidean norm of the gradient of its parameters; NaN without any.
    saturated : float
        The share of rows and units where the derivative of the activation is below 0.01, so that hardly any gradient
        passes. NaN if the layer has no elementwise activation.
    dead : float
        The share of units that are saturated in every row.
    """

    path: str
    label: str
    dims: tuple[int, ...]
    parameters: int
    pre_activation: float
    activation: float
    gradient: float
    weight_gradient: float
    saturated: float
    dead: float


@dataclass(frozen=True)
class GradientFlow:
    """The statistics of all layers, first to last.

    Parameters
    ----------
    layers : tuple of LayerFlow
        Layers inside blocks are listed separately.
    loss : float
        The loss on the rows.
    """

    layers: tuple[LayerFlow, ...]
    loss: float

    @property
    def ratio(self) -> float:
        """The gradient of the first trainable layer over that of the last.

        About 1 is good; 1e-6 means that the first layer learns a million times slower.
        """
        learned = [layer.gradient for layer in self.layers if layer.parameters]
        if not learned:
            return math.nan
        return learned[0] / learned[-1] if learned[-1] else math.inf if learned[0] else math.nan

    def __str__(self) -> str:
        heads = ("layer", "", "output", "pre-act.", "act.", "gradient", "sat.", "dead")
        rows = [heads, *(_row(layer) for layer in self.layers)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [
            "  ".join(cell.ljust(w) if k < 2 else cell.rjust(w) for k, (cell, w) in enumerate(zip(row, widths)))
            for row in rows
        ]
        summary = f"loss {self.loss:.5g}; gradient of the first layer / last layer: {self.ratio:.3g}"
        return "\n".join([*(line.rstrip() for line in lines), "", summary])


def _row(layer: LayerFlow) -> tuple[str, ...]:
    dims = "×".join(map(str, layer.dims))
    numbers = [f"{value:.3g}" for value in (layer.pre_activation, layer.activation, layer.gradient)]
    shares = ["" if math.isnan(value) else f"{value:.0%}" for value in (layer.saturated, layer.dead)]
    return layer.path, layer.label, dims, *numbers, *shares


def gradient_flow(network: Any, batch: Any, *, loss: Any = None, seed: int = 0, training: bool = True) -> GradientFlow:
    r"""Measure how activations and gradients propagate through the layers.

    .. math:: \frac{\partial L}{\partial z_k} = f'(z_k) \odot \left( \frac{\partial L}{\partial z_{k+1}}
        W_{k+1}^\top \right)

    In the backward pass each layer multiplies the gradient by its weights and by the derivative of its activation,
    which for the sigmoid is at most ¼: after ten such layers at most one millionth remains, unless the weights
    compensate.

    Parameters
    ----------
    network : Network, TrainedNetwork or Run
        A network with its initial weights (drawn by `seed`), or with its trained weights.
    batch : pair of arrays, Prepared or table
        Rows that bring their target.
    loss : str, Loss or callable, optional
        By default the one trained with, or what `fit` would choose.
    seed : int
        Decides the weights at the start, and what random layers draw.
    training : bool
        As in a step of training (units drop out, batches normalise), or as in prediction.

    Returns
    -------
    GradientFlow
        Printed, a table: the spread (standard deviation) before and after each activation, the gradient (root mean
        square), the share of flat places and of dead units.

    Examples
    --------
    >>> from hagang.nn import Dense, Network
    >>> X = np.random.default_rng(0).normal(size=(50, 4))
    >>> deep = [Dense(8, "sigmoid")] * 10 + [Dense(1)]
    >>> flow = gradient_flow(Network(deep), (X, X[:, :1]))
    >>> len(flow.layers), flow.ratio < 1e-5
    (11, True)

    References
    ----------
    X. Glorot, Y. Bengio, Understanding the difficulty of training deep feedforward neural networks (2010).
    """
    return flow_through(trace_pass(subject(network, batch, loss=loss, seed=seed), training=training))


def flow_through(passed: Pass) -> GradientFlow:
    """The gradient flow of a traced pass."""
    parts = [_part(passed, layer) for layer in passed.layers if not layer.is_block]
    asked = [node for part in parts for node in (part.before, *part.weights)]
    gradients = dict(zip(asked, backward(passed.loss, asked), strict=True))
    wanted = [passed.loss, *(node for part in parts for node in part.read(gradients))]
    told = dict(zip(wanted, evaluate(wanted, passed.feeds), strict=True))
    return GradientFlow(tuple(part.flow(gradients, told) for part in parts), float(told[passed.loss]))


@dataclass(frozen=True, eq=False)
class _Part:
    """A layer with the nodes that are measured."""

    layer: LayerPass
    before: Node
    slope: Node | None
    weights: tuple[Node, ...]

    def read(self, gradients: Mapping[Node, Node | None]) -> list[Node]:
        found = [gradients[node] for node in (self.before, *self.weights)]
        return [node for node in (self.before, self.layer.gave, self.slope, *found) if node is not None]

    def flow(self, gradients: Mapping[Node, Node | None], told: Mapping[Node, Array]) -> LayerFlow:
        def values(node: Node) -> Array:
            found = gradients[node]
            return np.zeros(1) if found is None else told[found]

        saturated, dead = (math.nan, math.nan) if self.slope is None else _flat(told[self.slope])
        squares = [float(np.sum(np.square(values(node)))) for node in self.weights]
        return LayerFlow(
            path=self.layer.path,
            label=self.layer.label,
            dims=tuple(dim for dim in self.layer.gave.dims if isinstance(dim, int)),
            parameters=sum(known_count(node.dims) for node in self.weights),
            pre_activation=float(np.std(told[self.before])),
            activation=float(np.std(told[self.layer.gave])),
            gradient=math.sqrt(float(np.mean(np.square(values(self.before))))),
            weight_gradient=math.sqrt(sum(squares)) if squares else math.nan,
            saturated=saturated,
            dead=dead,
        )


def _part(passed: Pass, layer: LayerPass) -> _Part:
    before = pre_activation(layer.given, layer.gave)
    weights = [node for path, node in passed.weights.items() if path.startswith(f"{layer.path}.")]
    return _Part(layer, before, slope_of(before, layer.gave), tuple(weights))


def _flat(slope: Array) -> tuple[float, float]:
    flat = np.abs(slope) < FLAT
    return float(np.mean(flat)), float(np.mean(np.all(flat, axis=0)))
