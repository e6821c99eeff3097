"""Losses: NumPy functions of the network's output and the target that give one number per row.

To add one, write its class in the family's file and list it in `LOSSES`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hagang.errors import ArgumentError
from hagang.nn.losses.base import CustomLoss as CustomLoss
from hagang.nn.losses.base import Loss as Loss
from hagang.nn.losses.entropies import KL as KL
from hagang.nn.losses.entropies import BinaryCrossEntropy as BinaryCrossEntropy
from hagang.nn.losses.entropies import BinaryFocal as BinaryFocal
from hagang.nn.losses.entropies import CrossEntropy as CrossEntropy
from hagang.nn.losses.entropies import Focal as Focal
from hagang.nn.losses.likelihoods import GaussianNLL as GaussianNLL
from hagang.nn.losses.likelihoods import Poisson as Poisson
from hagang.nn.losses.margins import Hinge as Hinge
from hagang.nn.losses.margins import MultiHinge as MultiHinge
from hagang.nn.losses.squares import HalfMeanSquared as HalfMeanSquared
from hagang.nn.losses.squares import Huber as Huber
from hagang.nn.losses.squares import LogCosh as LogCosh
from hagang.nn.losses.squares import MeanAbsolute as MeanAbsolute
from hagang.nn.losses.squares import MeanSquared as MeanSquared
from hagang.nn.losses.squares import Quantile as Quantile
from hagang.nn.losses.squares import ResidualSumOfSquares as ResidualSumOfSquares
from hagang.nn.losses.squares import SmoothL1 as SmoothL1
from hagang.notation import read

if TYPE_CHECKING:
    from collections.abc import Callable

LOSSES: dict[str, type[Loss]] = {
    "residual_sum_of_squares": ResidualSumOfSquares,
    "mean_squared": MeanSquared,
    "half_mean_squared": HalfMeanSquared,
    "mean_absolute": MeanAbsolute,
    "huber": Huber,
    "smooth_l1": SmoothL1,
    "log_cosh": LogCosh,
    "quantile": Quantile,
    "poisson": Poisson,
    "gaussian_nll": GaussianNLL,
    "cross_entropy": CrossEntropy,
    "binary_cross_entropy": BinaryCrossEntropy,
    "kl": KL,
    "focal": Focal,
    "binary_focal": BinaryFocal,
    "hinge": Hinge,
    "multi_hinge": MultiHinge,
}


def loss(chosen: str | Loss | Callable[[Any, Any], Any]) -> Loss:
    """Look up a loss by name.

    Parameters
    ----------
    chosen : str, Loss or callable
        A name, or a loss as Python prints it; a `Loss` is returned unchanged, and a function of (output, target) that
        gives one number per row becomes a `CustomLoss`.

    Raises
    ------
    ArgumentError
        If the name or a field is unknown.

    Examples
    --------
    >>> loss("mean_squared"), loss("Huber(delta=2)")
    (MeanSquared(), Huber(delta=2))
    """
    if isinstance(chosen, str):
        return read(chosen, LOSSES, "loss")  # type: ignore[no-any-return]
    if isinstance(chosen, Loss):
        return chosen
    if callable(chosen) and not isinstance(chosen, type):
        return CustomLoss(chosen)
    msg = f"loss: expected one of {', '.join(LOSSES)}, a Loss, or a function of (output, target), received {chosen!r}"
    raise ArgumentError(msg)


def default_loss(task: str) -> Loss:
    """The default loss of a task.

    Examples
    --------
    >>> default_loss("regression")
    MeanSquared()
    """
    chosen: dict[str, Loss] = {"classification": CrossEntropy(), "multilabel": BinaryCrossEntropy()}
    return chosen.get(task, MeanSquared())
