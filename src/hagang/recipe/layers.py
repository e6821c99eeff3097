"""The layers of a network, by size: one block for each hidden layer, and the layers before and after them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hagang.errors import ArgumentError
from hagang.nn import (
    Activation,
    BatchNorm,
    Dense,
    Dropout,
    Embedding,
    GaussianNoise,
    LayerNorm,
    Network,
    PReLU,
    Residual,
    RMSNorm,
    initialiser_for,
)
from hagang.nn import initialiser as find_initialiser
from hagang.nn.layers import activation_layer
from hagang.recipe.defaults import OUTPUT_INIT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hagang.nn import Layer

__all__ = ["NORMS", "block", "hidden_layers", "input_layers", "network"]

NORMS: dict[str, type[Layer]] = {"batch": BatchNorm, "layer": LayerNorm, "rms": RMSNorm}


def block(
    units: int, activation: Any = "relu", *, norm: str = "none", dropout: float = 0.0, initialiser: Any = None
) -> list[Layer]:
    """One hidden layer: dense, normalisation, activation, dropout.

    A dense layer under a normalisation has no bias: the normalisation has its own, or takes a constant out again.

    Parameters
    ----------
    units
        The layer's width.
    activation
        By name, or a function of an array, or a layer.
    norm
        A key of `NORMS`, or ``"none"``.
    dropout
        The rate; 0 for no dropout.
    initialiser
        Of the weights; None for what suits the activation.

    Examples
    --------
    >>> [layer.label for layer in block(8, "tanh", norm="batch", dropout=0.1)]
    ['8', 'batch norm', 'tanh', 'dropout 0.1']
    """
    if norm != "none" and norm not in NORMS:
        msg = f"norm: expected one of {', '.join(['none', *NORMS])}, received {norm!r}"
        raise ArgumentError(msg)
    dropped: list[Layer] = [Dropout(dropout)] if dropout else []
    layer = activation_layer(activation)
    if norm == "none" and isinstance(layer, Activation):
        return [Dense(units, activation, initialiser=initialiser), *dropped]
    suitable = layer.suits if isinstance(layer, PReLU) else initialiser_for(activation)
    drawn = suitable if initialiser is None else find_initialiser(initialiser)
    if norm == "none":
        return [Dense(units, initialiser=drawn), layer, *dropped]
    return [Dense(units, bias=False, initialiser=drawn), NORMS[norm](), layer, *dropped]


def hidden_layers(
    sizes: Sequence[int], activation: Any = "relu", *, residual: bool = False, **block_options: Any
) -> list[Layer]:
    """A block for each size; with `residual`, one as wide as the one before it adds its input to its output.

    Parameters
    ----------
    sizes
        The width of each block.
    activation, **block_options
        As for `block`.
    """
    layers: list[Layer] = []
    for before, size in zip((None, *sizes), sizes, strict=False):
        each = block(size, activation, **block_options)
        layers += [Residual(each)] if residual and size == before else each
    return layers


def input_layers(codes: tuple[int, ...] = (), noise: float = 0.0, dropout: float = 0.0) -> list[Layer]:
    """What the inputs go through first: embeddings of columns of codes, noise, dropout.

    Parameters
    ----------
    codes
        The number of codes of each column of them, as `Features.codes`.
    noise
        The standard deviation of Gaussian noise; 0 for none.
    dropout
        The rate; 0 for no dropout.
    """
    return [
        *([Embedding(codes)] if codes else []),
        *([GaussianNoise(noise)] if noise else []),
        *([Dropout(dropout)] if dropout else []),
    ]


def network(inputs: Sequence[Layer], hidden: Sequence[Layer], outputs: int, initialiser: Any = None) -> Network:
    """The whole network, its last layer initialised by `OUTPUT_INIT` where nothing else is asked for.

    Examples
    --------
    >>> [layer.label for layer in network(input_layers(noise=0.1), hidden_layers([8, 8]), 3).layers]
    ['noise 0.1', '8 relu', '8 relu', '3']
    """
    return Network([*inputs, *hidden, Dense(outputs, initialiser=initialiser or OUTPUT_INIT)])
