"""What is trained."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Annotated

from hagang.cli import recipe
from hagang.cli.options.make import option

__all__ = ["NetworkOptions"]

_option = partial(option, panel="Network")


@dataclass(frozen=True, kw_only=True)
class NetworkOptions:
    """The panel Network."""

    hidden: Annotated[
        str | None,
        _option(
            "--hidden",
            metavar="SIZES",
            text="Units of each hidden layer, as 100,50; none for a linear model.",
            default=f"100; 256,128 from {recipe.SMALL:,} rows",
        ),
    ] = None
    activation: Annotated[
        str,
        _option(
            "--activation", metavar="NAME", text="relu, tanh, sigmoid, softplus or identity.", default=recipe.ACTIVATION
        ),
    ] = recipe.ACTIVATION
    loss: Annotated[
        str | None,
        _option(
            "--loss",
            metavar="NAME",
            text="cross_entropy, focal, hinge, …; mean_squared, 'Huber(delta=0.5)', 'Quantile(q=0.9)', …",
            default="the task's first",
        ),
    ] = None
    precision: Annotated[
        str,
        _option("--precision", metavar="TYPE", text="float32 or float64.", default=recipe.PRECISION),
    ] = recipe.PRECISION
