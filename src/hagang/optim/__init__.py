"""Optimisers, one per file: frozen rules with `init` and `update`, written once as array mathematics.

Links (clipping, decay, averaging, accumulation, parameter groups) are optimisers that wrap another one.
"""

from __future__ import annotations

from hagang.errors import ArgumentError
from hagang.notation import read
from hagang.optim.accumulate import GradientAccumulation as GradientAccumulation
from hagang.optim.adadelta import AdaDelta as AdaDelta
from hagang.optim.adagrad import AdaGrad as AdaGrad
from hagang.optim.adam import Adam as Adam
from hagang.optim.adamax import AdaMax as AdaMax
from hagang.optim.adamw import AdamW as AdamW
from hagang.optim.averages import ExponentialAverage as ExponentialAverage
from hagang.optim.averages import PolyakAverage as PolyakAverage
from hagang.optim.base import Optimizer as Optimizer
from hagang.optim.base import PerArray as PerArray
from hagang.optim.clip import ClipByNorm as ClipByNorm
from hagang.optim.clip import ClipByValue as ClipByValue
from hagang.optim.decay import DecoupledWeightDecay as DecoupledWeightDecay
from hagang.optim.decay import WeightDecay as WeightDecay
from hagang.optim.groups import ParamGroup as ParamGroup
from hagang.optim.groups import ParamGroups as ParamGroups
from hagang.optim.lamb import LAMB as LAMB
from hagang.optim.link import Link as Link
from hagang.optim.lion import Lion as Lion
from hagang.optim.max_norm import MaxNorm as MaxNorm
from hagang.optim.nadam import NAdam as NAdam
from hagang.optim.penalty import L1Penalty as L1Penalty
from hagang.optim.radam import RAdam as RAdam
from hagang.optim.rmsprop import RMSProp as RMSProp
from hagang.optim.rprop import Rprop as Rprop
from hagang.optim.sgd import SGD as SGD
from hagang.optim.sgd import Momentum as Momentum

__all__ = [
    "LAMB",
    "LINKS",
    "OPTIMIZERS",
    "SGD",
    "AdaDelta",
    "AdaGrad",
    "AdaMax",
    "Adam",
    "AdamW",
    "ClipByNorm",
    "ClipByValue",
    "DecoupledWeightDecay",
    "ExponentialAverage",
    "GradientAccumulation",
    "L1Penalty",
    "Link",
    "Lion",
    "MaxNorm",
    "Momentum",
    "NAdam",
    "Optimizer",
    "ParamGroup",
    "ParamGroups",
    "PerArray",
    "PolyakAverage",
    "RAdam",
    "RMSProp",
    "Rprop",
    "WeightDecay",
    "optimizer",
]

OPTIMIZERS: dict[str, type[Optimizer]] = {
    "sgd": SGD,
    "momentum": Momentum,
    "adagrad": AdaGrad,
    "rmsprop": RMSProp,
    "adadelta": AdaDelta,
    "adam": Adam,
    "adamw": AdamW,
    "adamax": AdaMax,
    "nadam": NAdam,
    "radam": RAdam,
    "rprop": Rprop,
    "lion": Lion,
    "lamb": LAMB,
}
"""Optimisers by the name that `optimizer` takes."""

LINKS: tuple[type[Optimizer], ...] = (
    GradientAccumulation,
    ClipByNorm,
    ClipByValue,
    DecoupledWeightDecay,
    ExponentialAverage,
    ParamGroups,
    L1Penalty,
    MaxNorm,
    PolyakAverage,
    WeightDecay,
)
"""All links, the optimisers that wrap another one."""


def optimizer(chosen: str | Optimizer) -> Optimizer:
    """Look up an optimiser by name.

    Parameters
    ----------
    chosen : str or Optimizer
        A name, or optimisers and links as Python prints them. An `Optimizer` is returned unchanged.

    Raises
    ------
    ArgumentError
        If the name or a field is unknown.

    Examples
    --------
    >>> optimizer("momentum")
    Momentum(momentum=0.9, dampening=0.0, nesterov=False)
    >>> optimizer("ClipByNorm(Lion(beta1=0.8), max_norm=2)")
    ClipByNorm(inner=Lion(beta1=0.8, beta2=0.99), max_norm=2)
    """
    built = read(chosen, _KNOWN, "optimizer") if isinstance(chosen, str) else chosen
    if not isinstance(built, Optimizer):
        msg = f"optimizer: expected one of {', '.join(OPTIMIZERS)} or an Optimizer, received {chosen!r:.60}"
        raise ArgumentError(msg)
    return built


_KNOWN: dict[str, type] = {**OPTIMIZERS, **{link.__name__: link for link in (*LINKS, ParamGroup)}}
