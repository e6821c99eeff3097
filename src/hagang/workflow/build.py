"""From options to objects: network, loss, optimiser, stopping rules."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from hagang.data import Classes, Prepared
from hagang.errors import ArgumentError
from hagang.nn import default_loss
from hagang.nn import loss as find_loss
from hagang.nn.layers import activation_layer
from hagang.recipe import defaults, layers
from hagang.recipe.descent import descent
from hagang.runtime import check_precision
from hagang.schedules import schedule as find_schedule
from hagang.stopping import Patience, Rule
from hagang.stopping import rule as find_rule
from hagang.training.config import dtype_of

if TYPE_CHECKING:
    from hagang.nn import Layer, Loss, Network
    from hagang.optim import Optimizer
    from hagang.workflow.options import Options

__all__ = ["check", "loss", "network", "optimizer", "standardises", "stopping_rules"]


def check(options: Options) -> None:
    """Find what can be found wrong before the data is read, which may take long.

    Raises
    ------
    ArgumentError
        Naming the option.
    """
    hidden_layers(options, options.hidden or (1,))
    activation_layer(options.activation)
    optimizer(options)
    find_schedule(options.schedule)
    find_rule(options.stop)
    if options.loss is not None:
        _smoothed(find_loss(options.loss), options.label_smoothing)
    if options.lr is not None and not (math.isfinite(options.lr) and options.lr > 0):
        msg = f"lr: expected a finite learning rate above 0, received {options.lr:g}"
        raise ArgumentError(msg)
    dtype_of(options.precision)
    check_precision(options.precision)


# --- the network ---------------------------------------------------------------------------------------


def network(options: Options, data: Prepared) -> Network:
    """The hidden layers, and as many outputs as the loss needs for the target."""
    sizes = defaults.hidden_units(len(data.train)) if options.hidden is None else options.hidden
    outputs = loss(options, data).outputs(data.train.y, _classes(data)) or 1
    inputs = layers.input_layers(data.features.codes, options.noise, options.dropout[0])
    return layers.network(inputs, hidden_layers(options, sizes), outputs, options.init)


def hidden_layers(options: Options, sizes: tuple[int, ...]) -> list[Layer]:
    """The hidden layers of these widths."""
    blocks: dict[str, Any] = {"norm": options.norm, "dropout": options.dropout[1], "initialiser": options.init}
    return layers.hidden_layers(sizes, options.activation, residual=options.residual, **blocks)


def _classes(data: Prepared) -> int:
    return len(data.target.labels) if isinstance(data.target, Classes) else 0


# --- the loss ------------------------------------------------------------------------------------------


def standardises(options: Options) -> bool:
    """Whether the loss takes a standardised quantity."""
    return options.loss is None or find_loss(options.loss).takes_standardised


def loss(options: Options, data: Prepared) -> Loss:
    """The loss, or the task's default, with labels smoothed.

    Raises
    ------
    ArgumentError
        Where it does not suit the task or the target.
    """
    chosen = find_loss(options.loss) if options.loss else default_loss(data.task)
    if chosen.task != data.task:
        msg = (
            f"loss: expected one for {data.task}, which the task is, received {chosen.name}; leave it out, or say "
            f"task='{chosen.task}'"
        )
        raise ArgumentError(msg)
    chosen.check_target(data.train.y)
    return _smoothed(chosen, options.label_smoothing)


def _smoothed(chosen: Loss, share: float) -> Loss:
    if not share:
        return chosen
    if "label_smoothing" not in {field.name for field in fields(chosen)}:  # type: ignore[arg-type]
        msg = f"label_smoothing: expected a loss such as cross_entropy, received loss='{chosen.name}'; leave it out"
        raise ArgumentError(msg)
    return replace(chosen, label_smoothing=share)  # type: ignore[type-var]


# --- the descent ---------------------------------------------------------------------------------------


def optimizer(options: Options) -> Optimizer:
    """The optimiser with decay, penalties, clipping and averaging."""
    return descent(
        options.optimizer,
        weight_decay=options.weight_decay,
        l1=options.l1,
        l2=options.l2,
        clip_norm=options.clip_norm,
        max_norm=options.max_norm,
        ema_decay=options.ema_decay,
    )


def stopping_rules(options: Options, data: Prepared) -> list[Rule]:
    """When to stop before all epochs are done: patience, where there are validation rows to watch, and `stop`."""
    patience: list[Rule] = [Patience(options.patience)] if options.patience and len(data.validation) else []
    return [*patience, find_rule(options.stop)]
