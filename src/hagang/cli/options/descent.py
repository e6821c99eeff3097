"""How the network is trained."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Annotated

from hagang.cli.options.make import flag, option
from hagang.recipe import defaults

__all__ = ["DescentOptions"]

_option = partial(option, panel="Descent")
_flag = partial(flag, panel="Descent")


@dataclass(frozen=True, kw_only=True)
class DescentOptions:
    """The panel Descent."""

    optimizer: Annotated[
        str,
        _option(
            "--optimizer",
            metavar="NAME",
            text="adam, momentum, sgd, rmsprop, lion, …, or 'Adam(beta1=0.8)'.",
            default=defaults.OPTIMIZER,
        ),
    ] = defaults.OPTIMIZER
    lr: Annotated[
        float | None,
        _option("--lr", metavar="RATE", text="The learning rate.", default="the optimiser's own"),
    ] = None
    weight_decay: Annotated[
        float | None,
        _option(
            "--weight-decay",
            metavar="RATE",
            text="Decoupled weight decay, times the learning rate per step.",
            default=f"{defaults.WEIGHT_DECAY} with adam, without --l1 and --l2",
            least=0,
        ),
    ] = None
    l1: Annotated[
        float,
        _option(
            "--l1",
            metavar="RATE",
            text="L1 penalty: this times the sum of the weights' magnitudes is added to the loss.",
            default=0,
            least=0,
        ),
    ] = 0.0
    l2: Annotated[
        float,
        _option(
            "--l2",
            metavar="RATE",
            text="L2 penalty: half of this times the sum of the weights' squares is added to the loss.",
            default=0,
            least=0,
        ),
    ] = 0.0
    max_norm: Annotated[
        float | None,
        _option(
            "--max-norm",
            metavar="NORM",
            text="Bound the norm of each unit's incoming weights.",
            default="no bound",
        ),
    ] = None
    clip_norm: Annotated[
        float | None,
        _option(
            "--clip-norm",
            metavar="NORM",
            text="Clip the gradient norm.",
            default="no clipping",
        ),
    ] = None
    ema_decay: Annotated[
        float,
        _option(
            "--ema-decay",
            metavar="DECAY",
            text="EMA decay of the weights; 0 disables it.",
            default=defaults.EMA_DECAY,
        ),
    ] = defaults.EMA_DECAY
    schedule: Annotated[
        str,
        _option(
            "--schedule",
            metavar="TEXT",
            text="Learning-rate schedule: constant, cosine, one-cycle, plateau, 'Step(step_size=30)', …",
            default=defaults.SCHEDULE,
        ),
    ] = defaults.SCHEDULE
    batch_size: Annotated[
        str | None,
        _option(
            "--batch-size",
            metavar="N|full|auto",
            text="Rows per step; auto tries sizes and takes the one with the lowest loss in the same time.",
            default="16 to 256, by the number of rows",
        ),
    ] = None
    drop_last: Annotated[bool, _flag("--drop-last", text="Drop the last batch of an epoch if it is not full.")] = False
    balanced: Annotated[
        bool, _flag("--balanced", text="Sample rows so that every class fills the same share of a batch.")
    ] = False
    epochs: Annotated[
        int,
        _option("--epochs", metavar="N", text="Maximum passes over the data.", default=defaults.EPOCHS, least=1),
    ] = defaults.EPOCHS
    patience: Annotated[
        int,
        _option(
            "--patience",
            metavar="N",
            text="Stop after this many epochs without a lower validation loss; 0 disables it.",
            default=defaults.PATIENCE,
            least=0,
        ),
    ] = defaults.PATIENCE
    stop: Annotated[
        str | None,
        _option("--stop", metavar="RULE", text="A further stopping rule: 'time>60s', 'loss<0.01', …"),
    ] = None
