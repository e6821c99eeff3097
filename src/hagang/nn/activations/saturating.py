"""Activations that saturate on both sides."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["hard_sigmoid", "hard_tanh", "log_sigmoid", "sigmoid", "softsign", "tanh"]

Array = Any


def sigmoid(z: Array) -> Array:
    r"""The logistic function, from 0 to 1; its derivative is at most 1/4.

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


def log_sigmoid(z: Array) -> Array:
    r"""The logarithm of the sigmoid, computed without overflow.

    .. math:: f(z) = -\log(1 + e^{-z}), \qquad f' = \frac{1}{1 + e^{z}}

    Examples
    --------
    >>> log_sigmoid(np.array([0.0, -1000.0])).round(4)
    array([-6.931e-01, -1.000e+03])
    """
    return -np.logaddexp(-z, 0.0)


def hard_sigmoid(z: Array) -> Array:
    r"""A piecewise linear sigmoid; its derivative is 0 at both kinks, as in PyTorch.

    .. math:: f(z) = \min\bigl(\max\bigl(\tfrac{z + 3}{6}, 0\bigr), 1\bigr)

    Examples
    --------
    >>> hard_sigmoid(np.array([-4.0, 0.0, 4.0]))
    array([0. , 0.5, 1. ])

    References
    ----------
    A. Howard et al., Searching for MobileNetV3 (2019).
    """
    return np.where(z <= -3, 0.0, np.where(z >= 3, 1.0, (z + 3.0) / 6.0))


def tanh(z: Array) -> Array:
    r"""The hyperbolic tangent, from -1 to 1; its slope is at most one.

    .. math:: f(z) = \tanh z, \qquad f' = 1 - f^2

    Examples
    --------
    >>> tanh(np.array([0.0, 100.0]))
    array([0., 1.])
    """
    return np.tanh(z)


def hard_tanh(z: Array) -> Array:
    r"""A piecewise linear hyperbolic tangent; its derivative is 0 at both kinks, as in PyTorch.

    .. math:: f(z) = \min(\max(z, -1), 1)

    Examples
    --------
    >>> hard_tanh(np.array([-4.0, 0.25, 4.0]))
    array([-1.  ,  0.25,  1.  ])

    References
    ----------
    R. Collobert, Large scale machine learning (2004).
    """
    return np.where(z <= -1, -1.0, np.where(z >= 1, 1.0, z))


def softsign(z: Array) -> Array:
    r"""Softsign, from -1 to 1; saturates more slowly than tanh.

    .. math:: f(z) = \frac{z}{1 + |z|}, \qquad f' = \frac{1}{(1 + |z|)^2}

    Examples
    --------
    >>> softsign(np.array([-3.0, 0.0, 1.0]))
    array([-0.75,  0.  ,  0.5 ])

    References
    ----------
    J. Bergstra, G. Desjardins, P. Lamblin, Y. Bengio, Quadratic polynomials learn better image features (2009).
    """
    return z / (1.0 + np.abs(z))
