"""What is trained."""

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
            text="Units of each hidden layer, as 100,50; none for a linear model.",
            default=f"100; 256,128 from {defaults.SMALL:,} rows",
        ),
    ] = None
    activation: Annotated[
        str,
        _option(
            "--activation",
            metavar="NAME",
            text="relu, tanh, sigmoid, gelu, … of the hidden layers.",
            default=defaults.ACTIVATION,
        ),
    ] = defaults.ACTIVATION
    init: Annotated[
        str | None,
        _option(
            "--init",
            metavar="NAME",
            text="How weights are drawn: he, glorot, 'Gaussian(std=0.01)', …",
            default="what suits the activation; small for the outputs",
        ),
    ] = None
    norm: Annotated[
        str,
        _option(
            "--norm",
            metavar="KIND",
            text="Normalise what enters each activation: batch, layer, rms or none.",
            default="none",
        ),
    ] = "none"
    residual: Annotated[
        bool, _flag("--residual", text="Add a hidden layer's input to its output, where both have as many units.")
    ] = False
    dropout: Annotated[
        str,
        _option(
            "--dropout",
            metavar="RATES",
            text="Set this share of each hidden layer's outputs to zero while training; or, as 0.2,0.5, of the inputs "
            "and of the hidden layers' outputs.",
            default=0,
        ),
    ] = "0"
    noise: Annotated[
        float,
        _option(
            "--noise",
            metavar="STD",
            text="Add noise of this standard deviation to the scaled inputs while training.",
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
            default="the task's first",
        ),
    ] = None
    label_smoothing: Annotated[
        float,
        _option(
            "--label-smoothing",
            metavar="SHARE",
            text="Spread this share of each row's class over all classes.",
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
