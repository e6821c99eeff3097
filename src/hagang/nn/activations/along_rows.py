"""Activations along the last axis: softmax, log-softmax and the gated linear unit."""

from __future__ import annotations

from typing import Any

import numpy as np

from hagang.errors import ShapeError
from hagang.nn.activations.saturating import sigmoid
from hagang.trace import stop_gradient

__all__ = ["glu", "log_softmax", "softmax"]

Array = Any


def softmax(z: Array) -> Array:
    r"""Softmax along the last axis.

    .. math:: f(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}

    Examples
    --------
    >>> softmax(np.array([0.0, 0.0]))
    array([0.5, 0.5])

    References
    ----------
    J. Bridle, Probabilistic interpretation of feedforward classification network outputs (1990).
    """
    e = np.exp(_minus_max(z))
    return e / np.sum(e, axis=-1, keepdims=True)


def log_softmax(z: Array) -> Array:
    r"""The logarithm of softmax along the last axis, computed without overflow.

    .. math:: f(z)_i = z_i - \log \sum_j e^{z_j}

    Accurate to all digits even if one element is far above the others, so that its log-probability is almost zero.

    Examples
    --------
    >>> log_softmax(np.array([40.0, 0.0]))
    array([-4.24835426e-18, -4.00000000e+01])

    References
    ----------
    P. Blanchard, D. Higham, N. Higham, Accurately computing the log-sum-exp and softmax functions (2021).
    """
    d = _minus_max(z)
    # Σ eᵈ - 1 without the 1 of the largest element: expm1(0) is 0 and has the derivative of eᵈ there
    rest = np.sum(np.where(d < 0, np.exp(d), np.expm1(d)), axis=-1, keepdims=True)
    ties = np.sum((d == 0).astype(z.dtype), axis=-1, keepdims=True) - 1.0
    return d - np.log1p(rest + ties)


def _minus_max(z: Array) -> Array:
    """Subtract the maximum of z, which counts as a constant for the derivative."""
    return z - stop_gradient(np.max(z, axis=-1, keepdims=True))


def glu(z: Array) -> Array:
    r"""The gated linear unit: the first half of the features gated by the second, which halves their number.

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
