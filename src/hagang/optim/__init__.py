"""Optimisers, one a file: frozen rules with `init` and `update`, each defined once as array mathematics."""

from __future__ import annotations

from difflib import get_close_matches

from hagang.errors import ArgumentError
from hagang.optim.adam import Adam as Adam
from hagang.optim.base import Optimizer as Optimizer
from hagang.optim.base import PerArray as PerArray
from hagang.optim.sgd import SGD as SGD
from hagang.optim.sgd import Momentum as Momentum

__all__ = ["OPTIMIZERS", "SGD", "Adam", "Momentum", "Optimizer", "PerArray", "optimizer"]

OPTIMIZERS: dict[str, type[Optimizer]] = {"sgd": SGD, "momentum": Momentum, "adam": Adam}


def optimizer(chosen: str | Optimizer) -> Optimizer:
    """The optimiser itself, or the one of this name with its default constants."""
    if isinstance(chosen, Optimizer):
        return chosen
    if isinstance(chosen, str) and chosen.lower() in OPTIMIZERS:
        return OPTIMIZERS[chosen.lower()]()
    near = get_close_matches(str(chosen), OPTIMIZERS, n=1)
    hint = f"; did you mean '{near[0]}'?" if near else ""
    msg = f"optimizer: expected one of {', '.join(OPTIMIZERS)} or an Optimizer, received {chosen!r}{hint}"
    raise ArgumentError(msg)
