"""Activations of a row's numbers together, along the last axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from hagang.errors import ShapeError
from hagang.nn.activations.saturating import sigmoid
from hagang.trace import stop_gradient

__all__ = ["glu", "log_softmax", "softmax"]

Array = Any


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
    e = np.exp(_below_largest(z))
    return e / np.sum(e, axis=-1, keepdims=True)


def log_softmax(z: Array) -> Array:
    r"""The logarithm of softmax along the last axis, without overflow.

    .. math:: f(z)_i = z_i - \log \sum_j e^{z_j}

    Right in all digits also where one number stands far above the others and its logarithm is all but zero.

    Examples
    --------
    >>> log_softmax(np.array([40.0, 0.0]))
    array([-4.24835426e-18, -4.00000000e+01])

    References
    ----------
    P. Blanchard, D. Higham, N. Higham, Accurately computing the log-sum-exp and softmax functions (2021).
    """
    d = _below_largest(z)
    # Σ eᵈ - 1, without ever adding the 1 that belongs to the largest: expm1(0) is 0 and has eᵈ's derivative there
    rest = np.sum(np.where(d < 0, np.exp(d), np.expm1(d)), axis=-1, keepdims=True)
    ties = np.sum((d == 0).astype(z.dtype), axis=-1, keepdims=True) - 1.0
    return d - np.log1p(rest + ties)


def _below_largest(z: Array) -> Array:
    """Z less its largest number, which is a constant to the derivative."""
    return z - stop_gradient(np.max(z, axis=-1, keepdims=True))


def glu(z: Array) -> Array:
    r"""The gated linear unit: the first half of the row, let through by the second, so that half as many are left.

    .. math:: f(a, b) = a\, \sigma(b)

    Raises
    ------
    ShapeError
        For an odd number of features.

    Examples
    --------
    >>> glu(np.array([[2.0, 3.0, 0.0, 100.0]]))
    array([[1., 3.]])

    References
    ----------
    Y. Dauphin, A. Fan, M. Auli, D. Grangier, Language modeling with gated convolutional networks (2017).
    """
    features = z.shape[-1]
    if features % 2:
        msg = f"glu: expected an even number of features, half of them gates, received {features}"
        raise ShapeError(msg)
    return z[..., : features // 2] * sigmoid(z[..., features // 2 :])
