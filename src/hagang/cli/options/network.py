"""The network that is trained."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Annotated

from hagang.cli.options.make import flag, option
from hagang.recipe import defaults

__all__ = ["NetworkOptions"]

_option = partial(option, panel="Network")
_flag = partial(flag, panel="Network")


@dataclass(frozen=True, kw_only=True)
class NetworkOptions:
    """The panel Network."""

    hidden: Annotated[
        str | None,
        _option(
            "--hidden",
            metavar="SIZES",
            text="Width of each hidden layer, as 100,50; none for a linear model.",
            default=f"100; 256,128 from {defaults.SMALL:,} training rows",
        ),
    ] = None
    activation: Annotated[
        str,
        _option(
            "--activation",
            metavar="NAME",
            text="Of the hidden layers: relu, tanh, sigmoid, gelu, …",
            default=defaults.ACTIVATION,
        ),
    ] = defaults.ACTIVATION
    init: Annotated[
        str | None,
        _option(
            "--init",
            metavar="NAME",
            text="Weight initialisation: he, glorot, 'Gaussian(std=0.01)', …",
            default="he or glorot, by the activation; near zero for the outputs",
        ),
    ] = None
    norm: Annotated[
        str,
        _option(
            "--norm",
            metavar="KIND",
            text="Normalisation before each activation: batch, layer, rms or none.",
            default="none",
        ),
    ] = "none"
    residual: Annotated[
        bool, _flag("--residual", text="Add a hidden layer's input to its output where both have the same width.")
    ] = False
    dropout: Annotated[
        str,
        _option(
            "--dropout",
            metavar="RATES",
            text="Dropout rate of the hidden layers; as 0.2,0.5, of the inputs and of the hidden layers.",
            default=0,
        ),
    ] = "0"
    noise: Annotated[
        float,
        _option(
            "--noise",
            metavar="STD",
            text="Standard deviation of Gaussian noise on the scaled inputs while training.",
            default=0,
            least=0,
        ),
    ] = 0.0
    loss: Annotated[
        str | None,
        _option(
            "--loss",
            metavar="NAME",
            text="cross_entropy, focal, hinge, …; mean_squared, 'Huber(delta=0.5)', 'Quantile(q=0.9)', …",
            default="cross_entropy or mean_squared, by the task",
        ),
    ] = None
    label_smoothing: Annotated[
        float,
        _option(
            "--label-smoothing",
            metavar="SHARE",
            text="Share of each row's class that is spread over all classes.",
            default=0,
        ),
    ] = 0.0
    precision: Annotated[
        str,
        _option(
            "--precision",
            metavar="TYPE",
            text="float32, float64 or bfloat16 (float32 with faster products).",
            default=defaults.PRECISION,
        ),
    ] = defaults.PRECISION
