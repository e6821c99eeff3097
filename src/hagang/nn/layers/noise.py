"""Layers that are random in training and the identity in prediction.

Their random numbers depend on the seed, the step, the layer's path and the element's position alone: they are the same
on any number of threads, for any chunk size, and after a resume.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hagang.errors import check_number
from hagang.nn.layers.base import Array, Dims, Forward, Layer, Params

__all__ = ["Dropout", "GaussianNoise"]


@dataclass(frozen=True)
class Dropout(Layer):
    r"""In training, set each element of the input to zero with probability p and scale up the rest.

    .. math:: y = \frac{m}{1 - p}\, x, \qquad m \sim \text{Bernoulli}(1 - p)

    with x, y and m of shape (rows, \*dims); in prediction y = x. The expectation of y is x.

    Parameters
    ----------
    rate : float
        :math:`p`, at least 0 and below 1.

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
    networks from overfitting (2014); scaled in training, as in PyTorch.
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
    r"""Add Gaussian noise to the input in training, as a regulariser.

    .. math:: y = x + \sigma\, \epsilon, \qquad \epsilon \sim \mathcal N(0, 1)

    with x, y and ε of shape (rows, \*dims); in prediction y = x.

    Parameters
    ----------
    std : float
        :math:`\sigma`, at least 0, in the input's units.

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
