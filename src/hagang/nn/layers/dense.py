"""Dense layers and activations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hagang.errors import ArgumentError
from hagang.nn.activations import activation, activation_text, dims_after
from hagang.nn.initialisers import Initialiser, initialiser, initialiser_for
from hagang.nn.layers.base import Array, Dims, Forward, Layer, Params, one_axis

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

__all__ = ["Activation", "Dense"]


@dataclass(frozen=True)
class Dense(Layer):
    r"""A fully connected layer.

    .. math:: y = f(x W + b)

    with x of shape (rows, inputs), W of shape (inputs, units), b of shape (units,), y of shape (rows, units).

    Parameters
    ----------
    units : int
        Number of outputs.
    activation : str or callable
        :math:`f`, by name (`"relu"`, `"LeakyReLU(slope=0.1)"`) or as a NumPy function. If it reduces the number of
        features, as GLU does, y has fewer columns.
    bias : bool
        Whether the layer has a bias b.
    initialiser : str or Initialiser, optional
        The distribution of the initial W; by default the one for the activation (He for the ReLU family, LeCun for
        SELU, Glorot for the others). b starts at zero.

    Examples
    --------
    >>> layer = Dense(2, "relu")
    >>> params = {"weights": np.array([[1.0, -1.0]]), "bias": np.array([0.5, 0.5])}
    >>> layer.apply(params, np.array([[2.0]]), Forward())
    array([[2.5, 0. ]])
    """

    units: int
    activation: str | Callable[[Array], Array] = "identity"
    bias: bool = True
    initialiser: str | Initialiser | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.units, (int, np.integer)) or isinstance(self.units, bool) or self.units < 1:
            msg = f"Dense: expected units to be a whole number of at least 1, received units={self.units!r}"
            raise ArgumentError(msg)
        activation(self.activation)
        if self.initialiser is not None:
            initialiser(self.initialiser)

    def out_dims(self, dims: Dims) -> Dims:
        one_axis(f"Dense({self.units})", dims, "inputs")
        return dims_after(self.activation, (int(self.units),))

    def init(self, dims: Dims, generator: np.random.Generator) -> Params:
        chosen = initialiser_for(self.activation) if self.initialiser is None else initialiser(self.initialiser)
        weights: npt.NDArray[np.float64] = chosen.draw(generator, dims[0], int(self.units))
        return {"weights": weights, "bias": np.zeros(int(self.units))} if self.bias else {"weights": weights}

    def apply(self, params: Params, x: Array, forward: Forward) -> Array:  # noqa: ARG002
        z = x @ params["weights"]
        return activation(self.activation)(z + params["bias"] if self.bias else z)

    @property
    def label(self) -> str:
        name = activation_text(self.activation)
        return f"{self.units}" if name == "identity" else f"{self.units} {name}"


@dataclass(frozen=True)
class Activation(Layer):
    """An activation as a separate layer.

    Parameters
    ----------
    function : str or callable
        By name (`"relu"`, `"LeakyReLU(slope=0.1)"`) or as a NumPy function.

    Examples
    --------
    >>> Activation("relu").apply({}, np.array([[-1.0, 2.0]]), Forward())
    array([[0., 2.]])
    """

    function: str | Callable[[Array], Array]

    def __post_init__(self) -> None:
        activation(self.function)

    def out_dims(self, dims: Dims) -> Dims:
        return dims_after(self.function, dims)

    def apply(self, params: Params, x: Array, forward: Forward) -> Array:  # noqa: ARG002
        return activation(self.function)(x)

    @property
    def label(self) -> str:
        return activation_text(self.function)
