"""Losses of the residual: squared, absolute and in between. Output and target have shape (rows, outputs)."""

from __future__ import annotations

import math
from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import check_number
from hagang.nn.losses.base import Array, Loss
from hagang.nn.losses.targets import QUANTITIES

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = [
    "HalfMeanSquared",
    "Huber",
    "LogCosh",
    "MeanAbsolute",
    "MeanSquared",
    "Quantile",
    "ResidualSumOfSquares",
    "SmoothL1",
]


class ResidualLoss(Loss):
    r"""A loss of the residuals :math:`r = \hat y - y`, averaged over the outputs of a row."""

    targets = (QUANTITIES,)

    @abstractmethod
    def of_residual(self, r: Array) -> Array:
        """The loss of each residual, elementwise."""

    def per_row(self, output: Array, target: Array) -> Array:
        return np.mean(self.of_residual(output - target), axis=1)

    def outputs(self, y: npt.NDArray[Any], classes: int) -> int | None:  # noqa: ARG002
        return int(y.shape[1])


@dataclass(frozen=True)
class ResidualSumOfSquares(ResidualLoss):
    r"""The sum of all squared residuals, over rows and outputs; `torch.nn.MSELoss(reduction="sum")`.

    .. math:: \sum_i \sum_k r_{ik}^2

    Its gradient grows with the batch size, so the learning rate must shrink accordingly.

    Examples
    --------
    >>> float(ResidualSumOfSquares()(np.array([[3.0, 1.0]]), np.array([[1.0, 0.0]])))
    5.0
    """

    reduce = "sum"

    def of_residual(self, r: Array) -> Array:
        return np.square(r)

    def per_row(self, output: Array, target: Array) -> Array:
        return np.sum(self.of_residual(output - target), axis=1)


@dataclass(frozen=True)
class MeanSquared(ResidualLoss):
    r"""The mean squared residual, over rows and outputs; `torch.nn.MSELoss`.

    .. math:: \frac1K \sum_k r_k^2

    Examples
    --------
    >>> float(MeanSquared()(np.array([[3.0, 1.0]]), np.array([[1.0, 0.0]])))
    2.5
    """

    def of_residual(self, r: Array) -> Array:
        return np.square(r)


@dataclass(frozen=True)
class HalfMeanSquared(ResidualLoss):
    r"""Half the mean squared residual: its derivative is the residual itself.

    .. math:: \frac1K \sum_k \tfrac12 r_k^2

    Examples
    --------
    >>> float(HalfMeanSquared()(np.array([[3.0]]), np.array([[1.0]])))
    2.0
    """

    def of_residual(self, r: Array) -> Array:
        return 0.5 * np.square(r)


@dataclass(frozen=True)
class MeanAbsolute(ResidualLoss):
    r"""The mean absolute residual, minimised by the median; `torch.nn.L1Loss`.

    .. math:: \frac1K \sum_k |r_k|

    Its derivative at r = 0 is 0, as in PyTorch.

    Examples
    --------
    >>> float(MeanAbsolute()(np.array([[3.0, 1.0]]), np.array([[1.0, 0.0]])))
    1.5
    """

    def of_residual(self, r: Array) -> Array:
        return np.abs(r)


@dataclass(frozen=True)
class Huber(ResidualLoss):
    r"""Quadratic for small residuals, linear for large ones; `torch.nn.HuberLoss`.

    .. math:: \tfrac12 r^2 \text{ for } |r| \le \delta, \qquad \delta (|r| - \tfrac12 \delta) \text{ beyond}

    Parameters
    ----------
    delta : float
        The transition point, in units of the target that the network sees.

    Examples
    --------
    >>> Huber(delta=2.0).per_row(np.array([[1.0], [5.0]]), np.array([[0.0], [0.0]]))
    array([0.5, 8. ])

    References
    ----------
    P. Huber, Robust estimation of a location parameter (1964).
    """

    delta: float = 1.0

    def __post_init__(self) -> None:
        check_number(self, "delta", above=0)

    def of_residual(self, r: Array) -> Array:
        size = np.abs(r)
        near = size <= self.delta
        return np.where(near, 0.5 * np.square(np.where(near, r, 0.0)), self.delta * (size - 0.5 * self.delta))


@dataclass(frozen=True)
class SmoothL1(ResidualLoss):
    r"""The Huber loss divided by its transition point, so that its slope far out is 1; `torch.nn.SmoothL1Loss`.

    .. math:: \tfrac{1}{2\beta} r^2 \text{ for } |r| < \beta, \qquad |r| - \tfrac12 \beta \text{ beyond}

    Parameters
    ----------
    beta : float
        The transition point, above 0; PyTorch also accepts 0, which is `mean_absolute` here.

    Examples
    --------
    >>> SmoothL1(beta=2.0).per_row(np.array([[1.0], [5.0]]), np.array([[0.0], [0.0]]))
    array([0.25, 4.  ])

    References
    ----------
    R. Girshick, Fast R-CNN (2015).
    """

    beta: float = 1.0

    def __post_init__(self) -> None:
        check_number(self, "beta", above=0)

    def of_residual(self, r: Array) -> Array:
        size = np.abs(r)
        near = size < self.beta
        return np.where(near, 0.5 / self.beta * np.square(np.where(near, r, 0.0)), size - 0.5 * self.beta)


@dataclass(frozen=True)
class LogCosh(ResidualLoss):
    r"""The logarithm of the hyperbolic cosine: smooth, quadratic near 0 and linear far out.

    .. math:: \log \cosh r, \qquad \text{with derivative } \tanh r

    Not in PyTorch; as in Keras.

    Examples
    --------
    >>> LogCosh().per_row(np.array([[0.0], [1000.0]]), np.array([[0.0], [0.0]])).round(4)
    array([  0.    , 999.3069])

    References
    ----------
    R. Saleh, A. Saleh, Statistical properties of the log-cosh loss function used in machine learning (2022).
    """

    def of_residual(self, r: Array) -> Array:
        size = np.abs(r)
        near = size < 1.0
        half = np.where(near, 0.5 * r, 0.0)  # cosh r = 1 + 2 sinh² ½r keeps the digits of a small r
        close = np.log1p(2.0 * np.square(np.sinh(half)))
        return np.where(near, close, size - math.log(2.0) + np.log1p(np.exp(-2.0 * size)))


@dataclass(frozen=True)
class Quantile(ResidualLoss):
    r"""The pinball loss, minimised by the q-quantile of the target.

    .. math:: \max\bigl(q\,(y - \hat y),\ (1 - q)(\hat y - y)\bigr)

    Not in PyTorch; scikit-learn's `mean_pinball_loss`. At r = 0 the derivative is ½ - q, the mean of both sides.

    Parameters
    ----------
    q : float
        Between 0 and 1; 0.5 is half the mean absolute residual.

    Examples
    --------
    >>> Quantile(q=0.9).per_row(np.array([[0.0], [2.0]]), np.array([[1.0], [1.0]])).round(4)
    array([0.9, 0.1])

    References
    ----------
    R. Koenker, G. Bassett, Regression quantiles (1978).
    """

    q: float = 0.5

    def __post_init__(self) -> None:
        check_number(self, "q", above=0, below=1)

    def of_residual(self, r: Array) -> Array:
        return 0.5 * np.abs(r) + (0.5 - self.q) * r
