"""Layers that are random while training, and leave their input as it is in prediction.

What they draw depends on the seed, the step's number, the layer's path and the element's position alone: the same
on any number of threads, in chunks of any size, and after a resume.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hagang.errors import check_number
from hagang.nn.layers.base import Array, Dims, Forward, Layer, Params

__all__ = ["Dropout", "GaussianNoise"]


@dataclass(frozen=True)
class Dropout(Layer):
    r"""Set each number of the input to zero with a probability, while training; scale up what remains.

    .. math:: y = \frac{m}{1 - p}\, x, \qquad m \sim \text{Bernoulli}(1 - p)

    with x, y and m of shape (rows, \*dims); in prediction y = x. The mean of y is x.

    Parameters
    ----------
    rate : float
        :math:`p`, from 0 to below 1.

    Examples
    --------
    >>> layer, x = Dropout(0.5), np.ones((2, 3))
    >>> layer.apply({}, x, Forward(training=True, seed=1, step=1))
    array([[0., 0., 2.],
           [0., 2., 2.]])
    >>> bool((layer.apply({}, x, Forward()) == x).all())
    True

    References
    ----------
    N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov, Dropout: a simple way to prevent neural
    networks from overfitting (2014); scaled while training, as PyTorch does.
    """

    rate: float = 0.5

    def __post_init__(self) -> None:
        check_number(self, "rate", least=0, below=1)

    def out_dims(self, dims: Dims) -> Dims:
        return dims

    def apply(self, params: Params, x: Array, forward: Forward) -> Array:  # noqa: ARG002
        if not forward.training or not self.rate:
            return x
        kept = 1.0 - self.rate
        return np.where(forward.uniform(x) < kept, x / kept, 0.0)

    @property
    def label(self) -> str:
        return f"dropout {self.rate:g}"


@dataclass(frozen=True)
class GaussianNoise(Layer):
    r"""Add noise to the input while training, so that a network does not rely on its last digits.

    .. math:: y = x + \sigma\, \epsilon, \qquad \epsilon \sim \mathcal N(0, 1)

    with x, y and ε of shape (rows, \*dims); in prediction y = x.

    Parameters
    ----------
    std : float
        :math:`\sigma`, 0 or more, in the input's units.

    Examples
    --------
    >>> layer, x = GaussianNoise(0.1), np.zeros((1, 3))
    >>> layer.apply({}, x, Forward(training=True, seed=1, step=1)).round(2)
    array([[-0.12,  0.19, -0.04]])

    References
    ----------
    C. Bishop, Training with noise is equivalent to Tikhonov regularization (1995).
    """

    std: float = 0.1

    def __post_init__(self) -> None:
        check_number(self, "std", least=0)

    def out_dims(self, dims: Dims) -> Dims:
        return dims

    def apply(self, params: Params, x: Array, forward: Forward) -> Array:  # noqa: ARG002
        return x + self.std * forward.normal(x) if forward.training and self.std else x

    @property
    def label(self) -> str:
        return f"noise {self.std:g}"
