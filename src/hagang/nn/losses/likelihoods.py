"""Negative log-likelihoods of quantities: Poisson counts, and a Gaussian with its variance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.nn.losses.base import Array, Loss
from hagang.nn.losses.targets import NOT_NEGATIVE, QUANTITIES

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["GaussianNLL", "Poisson"]


@dataclass(frozen=True)
class Poisson(Loss):
    r"""The Poisson negative log-likelihood; the output is the log-rate; `torch.nn.PoissonNLLLoss`.

    .. math:: e^{z} - y z

    averaged over outputs, without the constant :math:`\log y!`. The prediction is the rate :math:`e^z`.

    Examples
    --------
    >>> Poisson().per_row(np.array([[0.0, 1.0]]), np.array([[2.0, 1.0]])).round(4)
    array([1.3591])

    References
    ----------
    P. McCullagh, J. Nelder, Generalized linear models (1989), chapter 6.
    """

    targets = (NOT_NEGATIVE,)
    takes_standardised = False

    def per_row(self, output: Array, target: Array) -> Array:
        return np.mean(np.exp(output) - target * output, axis=1)

    def predict(self, output: Array) -> Array:
        return np.exp(output)

    def outputs(self, y: npt.NDArray[Any], classes: int) -> int | None:  # noqa: ARG002
        return int(y.shape[1])


@dataclass(frozen=True)
class GaussianNLL(Loss):
    r"""The Gaussian negative log-likelihood of a predicted mean and log-variance.

    .. math:: \tfrac12 \bigl(s + (\hat y - y)^2 e^{-s}\bigr)

    averaged over the K quantities, without the constant :math:`\tfrac12 \log 2\pi`. The output has 2K columns: the
    means :math:`\hat y`, then the log-variances s. The prediction is the mean.

    `torch.nn.GaussianNLLLoss` takes the variance itself and clamps it at 1e-6; its logarithm needs no clamp.

    Examples
    --------
    >>> GaussianNLL().per_row(np.array([[3.0, np.log(4.0)]]), np.array([[1.0]])).round(4)
    array([1.1931])

    References
    ----------
    D. Nix, A. Weigend, Estimating the mean and variance of the target probability distribution (1994).
    """

    targets = (QUANTITIES,)

    def per_row(self, output: Array, target: Array) -> Array:
        half = output.shape[1] // 2
        mean, s = output[:, :half], output[:, half:]
        return np.mean(0.5 * (s + np.square(mean - target) * np.exp(-s)), axis=1)

    def predict(self, output: Array) -> Array:
        return output[:, : output.shape[1] // 2]

    def outputs(self, y: npt.NDArray[Any], classes: int) -> int | None:  # noqa: ARG002
        return 2 * int(y.shape[1])
