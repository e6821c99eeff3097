"""A network: a sequence of layers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hagang.nn.layers.base import Array, Dims, Forward, Layer, Params
from hagang.nn.layers.chain import AsLayer, apply_chain, as_layers, with_dims
from hagang.nn.summary import Summary, summarise

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Network"]


@dataclass(frozen=True, init=False)
class Network:
    """A sequence of layers.

    Parameters
    ----------
    layers : sequence of Layer, str or callable
        A string or a function stands for an `Activation` layer.

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

    def __init__(self, layers: Sequence[AsLayer]) -> None:
        object.__setattr__(self, "layers", as_layers("Network", layers))

    def init(self, dims: Dims, seed: int = 0) -> Params:
        """Draw the parameters.

        Parameters
        ----------
        dims : tuple of int
            The shape of one row of the input.
        seed : int
            The same seed gives the same weights; every layer draws from its own stream.

        Returns
        -------
        dict
            `{"layers": [{"weights": ..., "bias": ...}, ...]}` in float64.

        Raises
        ------
        ShapeError
            If a layer does not fit the output of the one before it; the message names its path.
        """
        params = []
        for k, (layer, own, _) in enumerate(with_dims(self.layers, dims)):
            generator = np.random.Generator(np.random.Philox(key=[seed & 0xFFFFFFFFFFFFFFFF, k]))
            params.append(layer.init(own, generator))
        return {"layers": params}

    def buffers(self, dims: Dims) -> Params:
        """The initial buffers, the layers' non-trained state, nested like the parameters.

        Batch normalisation keeps its running mean and variance here; most layers have none.
        """
        return {"layers": [layer.buffers(own) for layer, own, _ in with_dims(self.layers, dims)]}

    def out_dims(self, dims: Dims) -> Dims:
        """The shape of one row of the output."""
        for _, _, following in with_dims(self.layers, dims):
            dims = following
        return dims

    def summary(self, dims: Dims) -> Summary:
        """Output shape, parameters and floating-point operations of each layer, for rows of these dims.

        Examples
        --------
        >>> from hagang.nn import BatchNorm, Dense
        >>> print(Network([Dense(16), BatchNorm(), "relu", Dense(3)]).summary((4,)))
        path       layer        output   parameters   buffers   FLOPs per row
        layers.0   16           (16,)            80         0           144
        layers.1   batch norm   (16,)            32        32            48
        layers.2   relu         (16,)             0         0            32
        layers.3   3            (3,)             51         0            99
                                                163        32           323
        """
        return summarise(self.layers, dims)

    def apply(self, params: Params, x: Array, forward: Forward | None = None) -> Array:
        """The output for a batch x of shape `(rows, *dims)`.

        Parameters
        ----------
        params : dict
            As `init` or a training step returned them.
        x : array
            The batch.
        forward : Forward, optional
            The context: training or prediction, the buffers, and the key of the random numbers; by default prediction
            without buffers. A training pass stores the buffers' new values in `forward.updated_buffers`.
        """
        return apply_chain(self.layers, params["layers"], x, forward or Forward())
