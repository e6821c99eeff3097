"""How it is trained."""

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
    decay: Annotated[
        float | None,
        _option(
            "--decay",
            metavar="RATE",
            text="Shrink the weights by this times the learning rate at each step.",
            default=f"{defaults.WEIGHT_DECAY} with adam, without --l1 and --l2",
            least=0,
        ),
    ] = None
    l1: Annotated[
        float,
        _option(
            "--l1",
            metavar="RATE",
            text="Add this times the sum of the weights' sizes to what is minimised.",
            default=0,
            least=0,
        ),
    ] = 0.0
    l2: Annotated[
        float,
        _option(
            "--l2",
            metavar="RATE",
            text="Add half of this times the sum of the weights' squares to what is minimised.",
            default=0,
            least=0,
        ),
    ] = 0.0
    max_norm: Annotated[
        float | None,
        _option(
            "--max-norm",
            metavar="LENGTH",
            text="Shorten the weights that lead to a unit to this length after each step.",
            default="any length",
        ),
    ] = None
    clip: Annotated[
        float | None,
        _option(
            "--clip",
            metavar="LENGTH",
            text="Shorten the gradient to this length.",
            default="any length",
        ),
    ] = None
    average: Annotated[
        float,
        _option(
            "--average",
            metavar="SHARE",
            text="Keep a fading mean of the weights, this much of it at each step; 0 for none.",
            default=defaults.EMA_DECAY,
        ),
    ] = defaults.EMA_DECAY
    schedule: Annotated[
        str,
        _option(
            "--schedule",
            metavar="TEXT",
            text="How the rate changes: constant, cosine, one-cycle, plateau, 'Step(step_size=30)', …",
            default=defaults.SCHEDULE,
        ),
    ] = defaults.SCHEDULE
    batch_size: Annotated[
        str | None,
        _option(
            "--batch-size",
            metavar="N|full|auto",
            text="Rows a step; auto: tried, by the loss that is reached in the same time.",
            default="16 to 256, by the rows",
        ),
    ] = None
    drop_last: Annotated[bool, _flag("--drop-last", text="Leave out a last batch that is not full.")] = False
    balanced: Annotated[
        bool, _flag("--balanced", text="Draw rows so that every class fills the same share of a batch.")
    ] = False
    epochs: Annotated[
        int,
        _option("--epochs", metavar="N", text="At most so many times over the rows.", default=defaults.EPOCHS, least=1),
    ] = defaults.EPOCHS
    patience: Annotated[
        int,
        _option(
            "--patience",
            metavar="N",
            text="Stop after so many epochs without a better validation loss; 0 for never.",
            default=defaults.PATIENCE,
            least=0,
        ),
    ] = defaults.PATIENCE
    stop: Annotated[
        str | None,
        _option("--stop", metavar="RULE", text="A further reason to stop: 'time>60s', 'loss<0.01', …"),
    ] = None
