"""What was asked for, as objects: network, loss, optimiser, stopping rules."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from hagang.cli import recipe
from hagang.cli.asked import batch_rows, dropout_rates, units
from hagang.data import Classes, Prepared
from hagang.errors import ArgumentError
from hagang.nn import (
    Activation,
    BatchNorm,
    Dense,
    Dropout,
    Embedding,
    GaussianNoise,
    LayerNorm,
    Network,
    PReLU,
    Residual,
    RMSNorm,
    default_loss,
    initialiser_for,
)
from hagang.nn import initialiser as find_initialiser
from hagang.nn import loss as find_loss
from hagang.nn.layers import activation_layer
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
from hagang.runtime import check_precision
from hagang.schedules import schedule as find_schedule
from hagang.stopping import Patience, Rule
from hagang.stopping import rule as find_rule
from hagang.training.config import dtype_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hagang.cli.options import DescentOptions, NetworkOptions
    from hagang.nn import Layer, Loss
    from hagang.nn.layers import AsLayer

__all__ = ["check", "loss", "network", "optimizer", "rules", "standardises"]


def check(net: NetworkOptions, descent: DescentOptions) -> None:
    """Find what can be found wrong before the data is read, which may take long."""
    batch_rows(descent.batch_size)
    _hidden(net, units(net.hidden) if net.hidden else ())
    activation_layer(net.activation)
    optimizer(descent)
    find_schedule(descent.schedule)
    find_rule(descent.stop)
    if net.loss is not None:
        _smoothed(find_loss(net.loss), net.label_smoothing)
    if descent.lr is not None and not (math.isfinite(descent.lr) and descent.lr > 0):
        msg = f"--lr: expected a finite learning rate above 0, received {descent.lr:g}"
        raise ArgumentError(msg)
    dtype_of(net.precision)
    check_precision(net.precision)


# --- the network ---------------------------------------------------------------------------------------

_NORMS: dict[str, type[Layer] | None] = {"none": None, "batch": BatchNorm, "layer": LayerNorm, "rms": RMSNorm}


def network(net: NetworkOptions, ready: Prepared) -> Network:
    """Hidden layers as asked, and as many outputs as the loss needs for the target."""
    sizes = recipe.hidden(len(ready.train)) if net.hidden is None else units(net.hidden)
    classes = _classes(ready)
    outputs = loss(net, ready).outputs(ready.train.y, classes) or 1
    last = Dense(outputs, initialiser=net.init or recipe.OUTPUT_START)
    return Network([*_inputs(net, ready), *_hidden(net, sizes), last])


def _inputs(net: NetworkOptions, ready: Prepared) -> list[AsLayer]:
    """What inputs go through first: vectors in place of codes, noise, dropout."""
    codes = ready.features.codes
    rate = dropout_rates(net.dropout)[0]
    return [
        *([Embedding(codes)] if codes else []),
        *([GaussianNoise(net.noise)] if net.noise else []),
        *([Dropout(rate)] if rate else []),
    ]


def _hidden(net: NetworkOptions, sizes: Sequence[int]) -> list[AsLayer]:
    """The hidden layers; one as wide as that before it may have its input added to its output."""
    layers: list[AsLayer] = []
    for before, size in zip((None, *sizes), sizes, strict=False):
        block = _block(net, size)
        layers += [Residual(block)] if net.residual and size == before else block
    return layers


def _block(net: NetworkOptions, size: int) -> list[AsLayer]:
    if net.norm not in _NORMS:
        msg = f"--norm: expected one of {', '.join(_NORMS)}, received '{net.norm}'"
        raise ArgumentError(msg)
    norm, rate = _NORMS[net.norm], dropout_rates(net.dropout)[1]
    dropped: list[AsLayer] = [Dropout(rate)] if rate else []
    learned = activation_layer(net.activation)
    if norm is None and isinstance(learned, Activation):
        return [Dense(size, net.activation, initialiser=net.init), *dropped]
    # Normalisation has an offset of its own, and the activation comes after it.
    suits = learned.suits if isinstance(learned, PReLU) else initialiser_for(net.activation)
    drawn = suits if net.init is None else find_initialiser(net.init)
    return [Dense(size, bias=norm is None, initialiser=drawn), *([norm()] if norm else []), net.activation, *dropped]


# --- the loss ------------------------------------------------------------------------------------------


def standardises(net: NetworkOptions) -> bool:
    """Whether the loss takes a quantity that was shifted and scaled."""
    return net.loss is None or find_loss(net.loss).takes_standardised


def loss(net: NetworkOptions, ready: Prepared) -> Loss:
    """The loss as asked, or the task's first; with labels smoothed."""
    chosen = find_loss(net.loss) if net.loss else default_loss(ready.task)
    if chosen.task != ready.task:
        msg = f"--loss {net.loss} is for {chosen.task}, and the task is {ready.task}; "
        msg += f"leave it out, or say --task {chosen.task}"
        raise ArgumentError(msg)
    chosen.check_target(ready.train.y)
    return _smoothed(chosen, net.label_smoothing)


def _smoothed(chosen: Loss, share: float) -> Loss:
    if not share:
        return chosen
    if "label_smoothing" not in {field.name for field in fields(chosen)}:  # type: ignore[arg-type]
        msg = f"--label-smoothing: expected a loss such as cross_entropy, received --loss {chosen.name}; leave it out"
        raise ArgumentError(msg)
    return replace(chosen, label_smoothing=share)  # type: ignore[type-var]


def _classes(ready: Prepared) -> int:
    return len(ready.target.labels) if isinstance(ready.target, Classes) else 0


# --- the descent ---------------------------------------------------------------------------------------


def optimizer(descent: DescentOptions) -> Optimizer:
    """The rule as asked, read inwards: weights averaged and kept short, the gradient clipped and added to."""
    rule = find_optimizer(descent.optimizer)
    decay = _default_decay(rule, descent) if descent.decay is None else descent.decay
    rule = DecoupledWeightDecay(rule, decay) if decay else rule
    rule = WeightDecay(rule, descent.l2) if descent.l2 else rule
    rule = L1Penalty(rule, descent.l1) if descent.l1 else rule
    rule = ClipByNorm(rule, descent.clip) if descent.clip is not None else rule
    rule = MaxNorm(rule, descent.max_norm) if descent.max_norm is not None else rule
    if not descent.average or isinstance(rule, ExponentialAverage | PolyakAverage):
        return rule
    # A short run would otherwise end with little but the weights it began with.
    return ExponentialAverage(rule, descent.average, start=recipe.AVERAGE_FROM)


def _default_decay(rule: Optimizer, descent: DescentOptions) -> float:
    """Where it was measured to help, and nothing else was asked for."""
    return recipe.WEIGHT_DECAY if isinstance(rule, Adam) and not (descent.l1 or descent.l2) else 0.0


def rules(descent: DescentOptions, ready: Prepared) -> list[Rule]:
    """When to stop."""
    patience: list[Rule] = [Patience(descent.patience)] if descent.patience and len(ready.validation) else []
    return [*patience, find_rule(descent.stop)]
