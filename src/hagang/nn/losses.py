"""Losses: NumPy functions of a network's output and the target that give a number a row.

To add one, write the function and list it, with how rows are brought together and what turns an output into a
prediction, in `LOSSES`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from hagang.errors import ArgumentError
from hagang.nn.activations import identity, sigmoid, softmax
from hagang.trace import logsumexp

__all__ = [
    "LOSSES",
    "Loss",
    "absolute",
    "binary_cross_entropy",
    "cross_entropy",
    "half_squared",
    "loss",
    "residuals",
    "squared",
    "squared_residuals",
]

Array = Any
PerRow = Callable[[Array, Array], Array]


@dataclass(frozen=True)
class Loss:
    """A loss and what belongs to it.

    Parameters
    ----------
    name : str
        Its name on the command line and in saved models.
    per_row : callable
        `per_row(output, target)`: a number a row, shape (rows,).
    reduce : "mean" or "sum"
        How the rows are brought together.
    predict : callable
        From the network's output to the prediction: softmax for cross entropy, the identity for regression.
    task : "classification" or "regression"
        What kind of target it takes.
    """

    name: str
    per_row: PerRow
    reduce: Literal["mean", "sum"] = "mean"
    predict: Callable[[Array], Array] = identity
    task: Literal["classification", "regression"] = "regression"

    def __call__(self, output: Array, target: Array) -> Array:
        """The loss of a batch, one number."""
        rows = self.per_row(output, target)
        return np.sum(rows) if self.reduce == "sum" else np.mean(rows)


# --- regression: output and target of shape (rows, outputs) ---------------------------------------------


def residuals(output: Array, target: Array) -> Array:
    r"""What the prediction misses: :math:`\hat y - y`, shape (rows, outputs).

    Examples
    --------
    >>> residuals(np.array([[3.0]]), np.array([[1.0]]))
    array([[2.]])
    """
    return output - target


def squared_residuals(output: Array, target: Array) -> Array:
    r"""The sum of squared residuals of each row, :math:`\sum_k (\hat y_k - y_k)^2`.

    Examples
    --------
    >>> squared_residuals(np.array([[3.0, 1.0]]), np.array([[1.0, 0.0]]))
    array([5.])
    """
    return np.sum(np.square(residuals(output, target)), axis=1)


def squared(output: Array, target: Array) -> Array:
    r"""The mean squared residual of each row, :math:`\frac1K \sum_k (\hat y_k - y_k)^2`.

    Examples
    --------
    >>> squared(np.array([[3.0, 1.0]]), np.array([[1.0, 0.0]]))
    array([2.5])
    """
    return np.mean(np.square(residuals(output, target)), axis=1)


def half_squared(output: Array, target: Array) -> Array:
    r"""Half the mean squared residual of each row: its derivative is the residual itself.

    Examples
    --------
    >>> half_squared(np.array([[3.0]]), np.array([[1.0]]))
    array([2.])
    """
    return 0.5 * squared(output, target)


def absolute(output: Array, target: Array) -> Array:
    r"""The mean absolute residual of each row, :math:`\frac1K \sum_k |\hat y_k - y_k|`.

    Examples
    --------
    >>> absolute(np.array([[3.0, 1.0]]), np.array([[1.0, 0.0]]))
    array([1.5])
    """
    return np.mean(np.abs(residuals(output, target)), axis=1)


# --- classification: output are logits ------------------------------------------------------------------


def cross_entropy(output: Array, target: Array) -> Array:
    r"""The cross entropy of softmax, from logits.

    .. math:: \log \sum_j e^{z_j} - z_y

    with z the row's logits, shape (rows, classes), and y its class code, int64 of shape (rows,). Stable for
    logits of any size.

    Examples
    --------
    >>> cross_entropy(np.array([[0.0, 0.0], [1e4, -1e4]]), np.array([0, 0])).round(4)
    array([0.6931, 0.    ])

    References
    ----------
    C. Bishop, Pattern recognition and machine learning (2006), 4.3.4.
    """
    chosen = np.take_along_axis(output, np.expand_dims(target, 1), axis=1)
    return logsumexp(output, axis=1) - np.squeeze(chosen, 1)


def binary_cross_entropy(output: Array, target: Array) -> Array:
    r"""The cross entropy of the sigmoid, from one logit z a row (or one a label, averaged).

    .. math:: y \log(1 + e^{-z}) + (1 - y) \log(1 + e^{z})

    with z of shape (rows, labels) and y from 0 to 1 of the same shape, or class codes of shape (rows,). Stable
    for logits of any size.

    Examples
    --------
    >>> binary_cross_entropy(np.array([[0.0], [1e4]]), np.array([[1.0], [1.0]])).round(4)
    array([0.6931, 0.    ])
    """
    y = np.expand_dims(target, 1) if np.ndim(target) == 1 else target
    one, zero = np.logaddexp(0.0, -output), np.logaddexp(0.0, output)
    return np.mean(y * one + (1.0 - y) * zero, axis=1)


LOSSES: dict[str, Loss] = {
    each.name: each
    for each in (
        Loss("residual_sum_of_squares", squared_residuals, reduce="sum"),
        Loss("mean_squared", squared),
        Loss("half_mean_squared", half_squared),
        Loss("mean_absolute", absolute),
        Loss("cross_entropy", cross_entropy, predict=softmax, task="classification"),
        Loss("binary_cross_entropy", binary_cross_entropy, predict=sigmoid, task="classification"),
    )
}


def loss(chosen: str | Loss | PerRow) -> Loss:
    """The loss itself, the one of this name, or one's own function of (output, target) that gives a number a row."""
    if isinstance(chosen, Loss):
        return chosen
    if isinstance(chosen, str) and chosen in LOSSES:
        return LOSSES[chosen]
    if callable(chosen):
        return Loss(getattr(chosen, "__name__", "own"), chosen)
    msg = f"loss: expected one of {', '.join(LOSSES)}, a Loss, or a function of (output, target), received {chosen!r}"
    raise ArgumentError(msg)
