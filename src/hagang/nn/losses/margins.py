"""Hinge losses, as in support vector machines: zero once a row is correct by the margin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import check_number
from hagang.nn.losses.entropies import ClassLoss, LabelLoss, as_labels, chosen
from hagang.nn.losses.targets import CODES, SIGNS, TWO_CODES

if TYPE_CHECKING:
    import numpy.typing as npt

    from hagang.nn.losses.base import Array

__all__ = ["Hinge", "MultiHinge"]


@dataclass(frozen=True)
class Hinge(LabelLoss):
    r"""The hinge loss of one score per label.

    .. math:: \max(0, m - t z)

    averaged over labels, with z of shape (rows, labels) and t either -1 and 1 of the same shape, or class codes 0 and 1
    of shape (rows,), which stand for -1 and 1. Its derivative at the kink is 0. The prediction is the sigmoid of the
    score: its decision is right, but it is not a calibrated probability. Not in PyTorch; scikit-learn's `hinge_loss`.

    Parameters
    ----------
    margin : float
        :math:`m`, the margin required.

    Examples
    --------
    >>> Hinge().per_row(np.array([[0.5], [2.0]]), np.array([[-1.0], [1.0]]))
    array([1.5, 0. ])

    References
    ----------
    C. Cortes, V. Vapnik, Support-vector networks (1995).
    """

    margin: float = 1.0
    targets = (TWO_CODES, SIGNS)

    def __post_init__(self) -> None:
        check_number(self, "margin", above=0)

    def per_row(self, output: Array, target: Array) -> Array:
        signs = 2.0 * as_labels(target, output) - 1.0 if np.ndim(target) == 1 else target
        lack = self.margin - signs * output
        return np.mean(np.where(lack > 0, lack, 0.0), axis=1)


@dataclass(frozen=True)
class MultiHinge(ClassLoss):
    r"""The multi-class hinge loss of one score per class; `torch.nn.MultiMarginLoss`.

    .. math:: \frac1K \sum_{j \ne y} \max(0, m - z_y + z_j)^p

    with z of shape (rows, classes) and y class codes. The prediction is the softmax of the scores: its decision is
    right, but it is not a calibrated probability. The derivative at the kink is 0.

    Parameters
    ----------
    margin : float
        :math:`m`, by which the score of the class must exceed every other.
    power : 1 or 2
        :math:`p`.

    Examples
    --------
    >>> MultiHinge().per_row(np.array([[2.0, 1.5, 0.0]]), np.array([0])).round(4)
    array([0.1667])

    References
    ----------
    J. Weston, C. Watkins, Support vector machines for multi-class pattern recognition (1999).
    """

    margin: float = 1.0
    power: int = 1
    targets = (CODES,)

    def __post_init__(self) -> None:
        check_number(self, "margin", above=0)
        check_number(self, "power", least=1, most=2, whole=True)

    def per_row(self, output: Array, target: Array) -> Array:
        codes: npt.NDArray[Any] = np.arange(output.shape[1])
        lack = self.margin - np.expand_dims(chosen(output, target), 1) + output
        pays = (lack > 0) & (np.expand_dims(target, 1) != codes)
        return np.mean(np.where(pays, lack**self.power, 0.0), axis=1)
