"""The identity and the ReLU family: piecewise linear, or exponential below zero."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from hagang.errors import check_number
from hagang.nn.activations.saturating import hard_sigmoid

__all__ = ["ELU", "LeakyReLU", "hard_swish", "identity", "relu", "relu6", "selu"]

Array = Any


def identity(z: Array) -> Array:
    r"""The identity, :math:`f(z) = z`.

    Examples
    --------
    >>> identity(2.0)
    2.0
    """
    return z


def relu(z: Array) -> Array:
    r"""The rectified linear unit; its derivative at 0 is 0, as in PyTorch.

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


def relu6(z: Array) -> Array:
    r"""ReLU capped at 6; its derivative is 0 at both kinks, as in PyTorch.

    .. math:: f(z) = \min(\max(z, 0), 6)

    Examples
    --------
    >>> relu6(np.array([-2.0, 3.0, 9.0]))
    array([0., 3., 6.])

    References
    ----------
    A. Krizhevsky, Convolutional deep belief networks on CIFAR-10 (2010).
    """
    return np.where(z <= 0, 0.0, np.where(z >= 6, 6.0, z))


def hard_swish(z: Array) -> Array:
    r"""SiLU with the hard sigmoid; its derivative is 0 at -3 and 1 at 3, as in PyTorch.

    .. math:: f(z) = z \min\bigl(\max\bigl(\tfrac{z + 3}{6}, 0\bigr), 1\bigr)

    Examples
    --------
    >>> hard_swish(np.array([-4.0, 0.0, 1.5, 4.0]))
    array([-0.   ,  0.   ,  1.125,  4.   ])

    References
    ----------
    A. Howard et al., Searching for MobileNetV3 (2019).
    """
    return z * hard_sigmoid(z)


@dataclass(frozen=True)
class LeakyReLU:
    r"""ReLU with a small slope below 0; at 0 too, as in PyTorch.

    .. math:: f(z) = z \text{ for } z > 0, \qquad a z \text{ for } z \le 0

    Parameters
    ----------
    slope : float
        :math:`a`, PyTorch's `negative_slope`. For a learned one see the layer `PReLU`.

    Examples
    --------
    >>> LeakyReLU(slope=0.1)(np.array([-2.0, 3.0]))
    array([-0.2,  3. ])

    References
    ----------
    A. Maas, A. Hannun, A. Ng, Rectifier nonlinearities improve neural network acoustic models (2013).
    """

    slope: float = 0.01

    def __post_init__(self) -> None:
        check_number(self, "slope")

    def __call__(self, z: Array) -> Array:
        return np.where(z > 0, z, self.slope * z)


@dataclass(frozen=True)
class ELU:
    r"""The exponential linear unit, which saturates at -α; its derivative at 0 is α, as in PyTorch.

    .. math:: f(z) = z \text{ for } z > 0, \qquad \alpha (e^z - 1) \text{ for } z \le 0

    Parameters
    ----------
    alpha : float
        α, above 0; smooth at 1.

    Examples
    --------
    >>> ELU()(np.array([-1000.0, 0.0, 3.0]))
    array([-1.,  0.,  3.])

    References
    ----------
    D. Clevert, T. Unterthiner, S. Hochreiter, Fast and accurate deep network learning by exponential linear units
    (2015).
    """

    alpha: float = 1.0

    def __post_init__(self) -> None:
        check_number(self, "alpha", above=0)

    def __call__(self, z: Array) -> Array:
        return np.where(z > 0, z, self.alpha * np.expm1(_below_zero(z)))


_SELU_SCALE, _SELU_ALPHA = 1.0507009873554804934193349852946, 1.6732632423543772848170429916717


def selu(z: Array) -> Array:
    r"""ELU scaled so that layers preserve mean 0 and variance 1; its derivative at 0 is λα, as in PyTorch.

    .. math:: f(z) = \lambda z \text{ for } z > 0, \qquad \lambda \alpha (e^z - 1) \text{ for } z \le 0

    with λ = 1.0507… and α = 1.6733… Needs LeCun initialisation, which is its default.

    Examples
    --------
    >>> selu(np.array([-1000.0, 0.0, 1.0])).round(4)
    array([-1.7581,  0.    ,  1.0507])

    References
    ----------
    G. Klambauer, T. Unterthiner, A. Mayr, S. Hochreiter, Self-normalizing neural networks (2017).
    """
    return _SELU_SCALE * np.where(z > 0, z, _SELU_ALPHA * np.expm1(_below_zero(z)))


def _below_zero(z: Array) -> Array:
    """Replace positive z by 0, so that the exponential in the branch not taken cannot overflow."""
    return np.where(z > 0, 0.0, z)
