"""What was asked for, as objects: network, optimiser, stopping rules."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from hagang.cli import recipe
from hagang.cli.asked import batch_rows, units
from hagang.data import Classes, Prepared
from hagang.errors import ArgumentError
from hagang.nn import Dense, Embedding, Network
from hagang.nn import loss as find_loss
from hagang.optim import Adam, DecoupledWeightDecay, ExponentialAverage, Optimizer, PolyakAverage
from hagang.optim import optimizer as find_optimizer
from hagang.schedules import schedule as find_schedule
from hagang.stopping import Patience, Rule
from hagang.stopping import rule as find_rule

if TYPE_CHECKING:
    from hagang.cli.options import DescentOptions, NetworkOptions

__all__ = ["check", "network", "optimizer", "rules"]


def check(net: NetworkOptions, descent: DescentOptions) -> None:
    """Find what can be found wrong before the data is read, which may take long."""
    batch_rows(descent.batch_size)
    _hidden(net, 1)
    optimizer(descent)
    find_schedule(descent.schedule)
    find_rule(descent.stop)
    if net.loss is not None:
        find_loss(net.loss)
    if descent.lr is not None and not (math.isfinite(descent.lr) and descent.lr > 0):
        msg = f"--lr: expected a finite learning rate above 0, received {descent.lr:g}"
        raise ArgumentError(msg)
    if net.precision not in ("float32", "float64"):
        msg = f"--precision: expected float32 or float64, received '{net.precision}'"
        raise ArgumentError(msg)


# --- the network ---------------------------------------------------------------------------------------


def network(net: NetworkOptions, ready: Prepared) -> Network:
    """Hidden layers as asked, and as many outputs as the loss needs for the target."""
    return Network([*_tables(ready), *_hidden(net, len(ready.train)), Dense(_outputs(net.loss, ready))])


def _tables(ready: Prepared) -> list[Embedding]:
    """What the features that are codes are looked up in, where there are any."""
    codes = ready.features.codes
    return [Embedding(codes)] if codes else []


def _outputs(loss: str | None, ready: Prepared) -> int:
    classes = len(ready.target.labels) if isinstance(ready.target, Classes) else 0
    chosen = find_loss(loss or ("cross_entropy" if classes else "mean_squared"))
    if chosen.task != ready.task:
        msg = f"--loss {loss} is for {chosen.task}, and the task is {ready.task}; leave it out"
        raise ArgumentError(msg)
    chosen.check_target(ready.train.y)
    return chosen.outputs(ready.train.y, classes) or 1


def _hidden(net: NetworkOptions, rows: int) -> list[Dense]:
    sizes = recipe.hidden(rows) if net.hidden is None else units(net.hidden)
    return [Dense(n, net.activation) for n in sizes]


# --- the descent ---------------------------------------------------------------------------------------


def optimizer(descent: DescentOptions) -> Optimizer:
    """The rule as asked, its weights shrunk and averaged; the shrinking by default where it was measured to help."""
    rule = find_optimizer(descent.optimizer)
    by_default = recipe.WEIGHT_DECAY if isinstance(rule, Adam) else 0.0
    decay = by_default if descent.weight_decay is None else descent.weight_decay
    rule = DecoupledWeightDecay(rule, decay) if decay else rule
    averaged = isinstance(rule, ExponentialAverage | PolyakAverage)
    if not descent.average or averaged:
        return rule
    # A short run would otherwise end with little but the weights it began with.
    return ExponentialAverage(rule, descent.average, start=recipe.AVERAGE_FROM)


def rules(descent: DescentOptions, ready: Prepared) -> list[Rule]:
    """When to stop."""
    patience: list[Rule] = [Patience(descent.patience)] if descent.patience and len(ready.validation) else []
    return [*patience, find_rule(descent.stop)]
