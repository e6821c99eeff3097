"""What was asked for, as objects: network, loss, optimiser, stopping rules."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from hagang.cli.asked import batch_rows, dropout_rates, units
from hagang.data import Classes, Prepared
from hagang.errors import ArgumentError
from hagang.nn import default_loss
from hagang.nn import loss as find_loss
from hagang.nn.layers import activation_layer
from hagang.recipe import defaults, layers
from hagang.recipe.descent import descent as find_descent
from hagang.runtime import check_precision
from hagang.schedules import schedule as find_schedule
from hagang.stopping import Patience, Rule
from hagang.stopping import rule as find_rule
from hagang.training.config import dtype_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hagang.cli.options import DescentOptions, NetworkOptions
    from hagang.nn import Layer, Loss, Network
    from hagang.optim import Optimizer

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


def network(net: NetworkOptions, ready: Prepared) -> Network:
    """Hidden layers as asked, and as many outputs as the loss needs for the target."""
    sizes = defaults.hidden_units(len(ready.train)) if net.hidden is None else units(net.hidden)
    outputs = loss(net, ready).outputs(ready.train.y, _classes(ready)) or 1
    inputs = layers.input_layers(ready.features.codes, net.noise, dropout_rates(net.dropout)[0])
    return layers.network(inputs, _hidden(net, sizes), outputs, net.init)


def _hidden(net: NetworkOptions, sizes: Sequence[int]) -> list[Layer]:
    rate = dropout_rates(net.dropout)[1]
    options = {"norm": net.norm, "dropout": rate, "initialiser": net.init}
    return layers.hidden_layers(sizes, net.activation, residual=net.residual, **options)


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
    """The rule as asked."""
    return find_descent(
        descent.optimizer,
        weight_decay=descent.decay,
        l1=descent.l1,
        l2=descent.l2,
        clip_norm=descent.clip,
        max_norm=descent.max_norm,
        ema_decay=descent.average,
    )


def rules(descent: DescentOptions, ready: Prepared) -> list[Rule]:
    """When to stop."""
    patience: list[Rule] = [Patience(descent.patience)] if descent.patience and len(ready.validation) else []
    return [*patience, find_rule(descent.stop)]
