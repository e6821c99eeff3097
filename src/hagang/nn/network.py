"""A network: layers one after another. It describes; what it learns lives apart from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hagang.errors import ArgumentError, ShapeError
from hagang.nn.layers import Activation, Array, Dims, Forward, Layer, Params

__all__ = ["Network"]


@dataclass(frozen=True, init=False)
class Network:
    """Layers one after another.

    Parameters
    ----------
    layers : sequence of Layer, str or callable
        A string or a function is an activation as a layer of its own.

    Examples
    --------
    >>> from hagang.nn import Dense
    >>> net = Network([Dense(3, "tanh"), Dense(1)])
    >>> weights = net.init((2,), seed=0)
    >>> weights["layers"][0]["weights"].shape
    (2, 3)
    >>> net.apply(weights, np.zeros((5, 2))).shape
    (5, 1)
    """

    layers: tuple[Layer, ...]

    def __init__(self, layers: Sequence[Layer | str | Callable[[Array], Array]]) -> None:
        if isinstance(layers, str) or not isinstance(layers, Sequence) or not layers:
            msg = f"Network: expected a list of at least one layer, received {layers!r}"
            raise ArgumentError(msg)
        object.__setattr__(self, "layers", tuple(_as_layer(layer) for layer in layers))

    def init(self, dims: Dims, seed: int = 0) -> Params:
        """Draw the parameters.

        Parameters
        ----------
        dims : tuple of int
            The shape of one row of the input.
        seed : int
            The same seed gives the same weights; each layer draws from a stream of its own.

        Returns
        -------
        dict
            `{"layers": [{"weights": ..., "bias": ...}, ...]}` in float64.
        """
        params: list[Params] = []
        for k, layer in enumerate(self.layers):
            generator = np.random.Generator(np.random.Philox(key=[seed & 0xFFFFFFFFFFFFFFFF, k]))
            following = _fitting(k, layer, dims)
            params.append(layer.init(dims, generator))
            dims = following
        return {"layers": params}

    def out_dims(self, dims: Dims) -> Dims:
        """The shape of one row of the output."""
        for k, layer in enumerate(self.layers):
            dims = _fitting(k, layer, dims)
        return dims

    def apply(self, params: Params, x: Array, forward: Forward = Forward()) -> Array:  # noqa: B008 (frozen)
        """The output for a batch x of shape (rows, *dims)."""
        for layer, own in zip(self.layers, params["layers"], strict=True):
            x = layer.apply(own, x, forward)
        return x


def _as_layer(layer: Any) -> Layer:
    if isinstance(layer, Layer):
        return layer
    if isinstance(layer, str) or (callable(layer) and not isinstance(layer, type)):
        return Activation(layer)
    hint = f"; write {layer.__name__}(...)" if isinstance(layer, type) else ""
    msg = f"Network: expected layers, names of activations or functions, received {layer!r}{hint}"
    raise ArgumentError(msg)


def _fitting(k: int, layer: Layer, dims: Dims) -> Dims:
    try:
        return layer.out_dims(dims)
    except ShapeError as error:
        msg = f"layers.{k}: {error}"
        raise ShapeError(msg) from None
