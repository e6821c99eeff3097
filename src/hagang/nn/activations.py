"""Activations: NumPy functions of an array, element by element unless said otherwise.

To add one, write the function and list it in `ACTIVATIONS`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import ArgumentError
from hagang.trace import logsumexp

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ACTIVATIONS", "activation", "identity", "log_softmax", "relu", "sigmoid", "softmax", "softplus", "tanh"]

Array = Any


def identity(z: Array) -> Array:
    r"""Leave z as it is: :math:`f(z) = z`.

    Examples
    --------
    >>> identity(2.0)
    2.0
    """
    return z


def sigmoid(z: Array) -> Array:
    r"""The logistic function, from 0 to 1; its slope is at most a quarter.

    .. math:: f(z) = \frac{1}{1 + e^{-z}}, \qquad f' = f (1 - f) \le \tfrac14

    Examples
    --------
    >>> float(sigmoid(np.array(0.0)))
    0.5

    References
    ----------
    J. Han, C. Moraga, The influence of the sigmoid function parameters on the speed of backpropagation
    learning (1995).
    """
    from scipy.special import expit

    return expit(z)


def tanh(z: Array) -> Array:
    r"""The hyperbolic tangent, from -1 to 1; its slope is at most one.

    .. math:: f(z) = \tanh z, \qquad f' = 1 - f^2

    Examples
    --------
    >>> tanh(np.array([0.0, 100.0]))
    array([0., 1.])
    """
    return np.tanh(z)


def relu(z: Array) -> Array:
    r"""The rectified linear unit; its derivative at 0 is taken to be 0, as PyTorch does.

    .. math:: f(z) = \max(z, 0)

    Examples
    --------
    >>> relu(np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 3.])

    References
    ----------
    V. Nair, G. Hinton, Rectified linear units improve restricted Boltzmann machines (2010).
    """
    return np.where(z <= 0, 0.0, z)


def softplus(z: Array) -> Array:
    r"""A smooth ReLU, whose slope is the sigmoid.

    .. math:: f(z) = \log(1 + e^z)

    Examples
    --------
    >>> softplus(np.array([0.0, 1000.0])).round(4)
    array([6.931e-01, 1.000e+03])

    References
    ----------
    C. Dugas et al., Incorporating second-order functional knowledge for better option pricing (2001).
    """
    return np.logaddexp(z, 0.0)


def softmax(z: Array) -> Array:
    r"""Positive numbers along the last axis that sum to one.

    .. math:: f(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}

    Examples
    --------
    >>> softmax(np.array([0.0, 0.0]))
    array([0.5, 0.5])

    References
    ----------
    J. Bridle, Probabilistic interpretation of feedforward classification network outputs (1990).
    """
    return np.exp(log_softmax(z))


def log_softmax(z: Array) -> Array:
    r"""The logarithm of softmax, without overflow: :math:`z_i - \log \sum_j e^{z_j}` along the last axis.

    Examples
    --------
    >>> log_softmax(np.array([1e4, 1e4])).round(4)
    array([-0.6931, -0.6931])
    """
    return z - logsumexp(z, axis=-1, keepdims=True)


ACTIVATIONS: dict[str, Callable[[Array], Array]] = {
    f.__name__: f for f in (identity, sigmoid, tanh, relu, softplus, softmax, log_softmax)
}


def activation(chosen: str | Callable[[Array], Array]) -> Callable[[Array], Array]:
    """The activation of this name, or the function itself."""
    if callable(chosen):
        return chosen
    if chosen in ACTIVATIONS:
        return ACTIVATIONS[chosen]
    msg = f"activation: expected one of {', '.join(ACTIVATIONS)}, or a function of an array, received {chosen!r}"
    raise ArgumentError(msg)
