"""Smooth variants of ReLU."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from hagang.errors import check_number
from hagang.nn.activations.saturating import sigmoid

__all__ = ["Softplus", "gelu", "gelu_tanh", "mish", "silu"]

Array = Any


@dataclass(frozen=True)
class Softplus:
    r"""A smooth ReLU whose derivative is the sigmoid.

    .. math:: f(z) = \tfrac1\beta \log(1 + e^{\beta z}), \qquad f' = \sigma(\beta z)

    PyTorch switches to the identity above :math:`\beta z = 20`; this implementation needs no such switch.

    Parameters
    ----------
    beta : float
        β, above 0: the sharpness of the bend.

    Examples
    --------
    >>> Softplus()(np.array([0.0, 1000.0])).round(4)
    array([6.931e-01, 1.000e+03])

    References
    ----------
    C. Dugas et al., Incorporating second-order functional knowledge for better option pricing (2001).
    """

    beta: float = 1.0

    def __post_init__(self) -> None:
        check_number(self, "beta", above=0)

    def __call__(self, z: Array) -> Array:
        return np.logaddexp(self.beta * z, 0.0) / self.beta


def silu(z: Array) -> Array:
    r"""The sigmoid linear unit, also called swish.

    .. math:: f(z) = z\, \sigma(z), \qquad f' = \sigma(z) \bigl(1 + z (1 - \sigma(z))\bigr)

    Examples
    --------
    >>> silu(np.array([0.0, 1000.0]))
    array([   0., 1000.])

    References
    ----------
    S. Elfwing, E. Uchibe, K. Doya, Sigmoid-weighted linear units for neural network function approximation (2017).
    """
    return z * sigmoid(z)


def gelu(z: Array) -> Array:
    r"""The Gaussian error linear unit, exact.

    .. math:: f(z) = z\, \Phi(z) = \tfrac12 z \operatorname{erfc}(-z / \sqrt2), \qquad f' = \Phi(z) + z \varphi(z)

    Examples
    --------
    >>> gelu(np.array([-1.0, 0.0, 1.0])).round(4)
    array([-0.1587,  0.    ,  0.8413])

    References
    ----------
    D. Hendrycks, K. Gimpel, Gaussian error linear units (2016).
    """
    from scipy.special import erfc

    return 0.5 * z * erfc(-math.sqrt(0.5) * z)


def gelu_tanh(z: Array) -> Array:
    r"""The tanh approximation of GELU; PyTorch's `approximate="tanh"`.

    .. math:: f(z) = \tfrac12 z \bigl(1 + \tanh u\bigr) = z\, \sigma(2u), \qquad u = \sqrt{2/\pi}\, (z + 0.044715\, z^3)

    Examples
    --------
    >>> gelu_tanh(np.array([-1.0, 0.0, 1.0])).round(4)
    array([-0.1588,  0.    ,  0.8412])

    References
    ----------
    D. Hendrycks, K. Gimpel, Gaussian error linear units (2016).
    """
    return z * sigmoid(2.0 * math.sqrt(2.0 / math.pi) * (z + 0.044715 * z * z * z))


def mish(z: Array) -> Array:
    r"""Mish: z times the hyperbolic tangent of softplus.

    .. math:: f(z) = z \tanh\bigl(\log(1 + e^z)\bigr)

    Examples
    --------
    >>> mish(np.array([-1.0, 0.0, 1.0])).round(4)
    array([-0.3034,  0.    ,  0.8651])

    References
    ----------
    D. Misra, Mish: a self regularized non-monotonic activation function (2019).
    """
    return z * np.tanh(np.logaddexp(z, 0.0))
