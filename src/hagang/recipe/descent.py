"""The optimiser with all that wraps it: penalties, weight decay, clipping, averaging."""

from __future__ import annotations

from hagang.optim import (
    Adam,
    ClipByNorm,
    DecoupledWeightDecay,
    ExponentialAverage,
    L1Penalty,
    MaxNorm,
    Optimizer,
    PolyakAverage,
    WeightDecay,
)
from hagang.optim import optimizer as find_optimizer
from hagang.recipe.defaults import EMA_DECAY, EMA_START, OPTIMIZER, WEIGHT_DECAY

__all__ = ["default_weight_decay", "descent"]


def descent(
    optimizer: str | Optimizer = OPTIMIZER,
    *,
    weight_decay: float | None = None,
    l1: float = 0.0,
    l2: float = 0.0,
    clip_norm: float | None = None,
    max_norm: float | None = None,
    ema_decay: float = EMA_DECAY,
) -> Optimizer:
    """The optimiser, wrapped from the inside out: decay, penalties, clipping, a bound on norms, averaging.

    Parameters
    ----------
    optimizer
        By name, or itself.
    weight_decay
        Decoupled, times the learning rate per step; None for `default_weight_decay`.
    l1, l2
        Penalties added to the gradient.
    clip_norm, max_norm
        Bounds on the gradient's norm, and on the norm of each unit's incoming weights; None for no bound.
    ema_decay
        Of the exponential moving average of the weights, from step `EMA_START` on; 0 for none. An optimiser that
        averages already is left as it is.

    Examples
    --------
    >>> descent("sgd", ema_decay=0)
    SGD()
    """
    rule = find_optimizer(optimizer)
    decay = default_weight_decay(rule, l1 or l2) if weight_decay is None else weight_decay
    rule = DecoupledWeightDecay(rule, decay) if decay else rule
    rule = WeightDecay(rule, l2) if l2 else rule
    rule = L1Penalty(rule, l1) if l1 else rule
    rule = ClipByNorm(rule, clip_norm) if clip_norm is not None else rule
    rule = MaxNorm(rule, max_norm) if max_norm is not None else rule
    if not ema_decay or isinstance(rule, ExponentialAverage | PolyakAverage):
        return rule
    return ExponentialAverage(rule, ema_decay, start=EMA_START)


def default_weight_decay(rule: Optimizer, penalty: float = 0.0) -> float:
    """`WEIGHT_DECAY` for Adam, with which it was measured to help; 0 for others, and where a penalty does its work."""
    return WEIGHT_DECAY if isinstance(rule, Adam) and not penalty else 0.0
