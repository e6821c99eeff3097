"""The settings of a run, with all defaults filled in."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import ArgumentError
from hagang.saved import KINDS, from_record, is_known, to_record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hagang.nn import Loss, Network
    from hagang.optim import Optimizer
    from hagang.schedules import Schedule
    from hagang.stopping import Rule
    from hagang.training.scoring import Score

__all__ = ["Config", "dtype_of"]

_DTYPES = {"float32": np.float32, "float64": np.float64, "bfloat16": np.float32}


def dtype_of(precision: str) -> np.dtype[Any]:
    """The dtype of weights and inputs; with bfloat16 only operands of products are rounded, nothing is stored in it."""
    _check(precision in _DTYPES, "precision", "'float32', 'float64' or 'bfloat16'", precision)
    return np.dtype(_DTYPES[precision])


@dataclass(frozen=True)
class Config:
    """The validated settings of a run.

    Parameters
    ----------
    network, loss, optimizer, schedule, stop
        Themselves, not their names.
    lr : float
        The learning rate that the schedule's factors multiply.
    epochs, batch_size, seed : int
        As for `fit`.
    precision : "float32", "float64" or "bfloat16"
        Of weights and inputs.
    score : Score, optional
        What epochs are compared by on the validation rows, instead of the loss.
    penalty : float
        Of the weights' squares, as `Model` has it.
    """

    network: Network
    loss: Loss
    optimizer: Optimizer
    schedule: Schedule
    stop: Rule
    lr: float
    epochs: int
    batch_size: int
    seed: int
    precision: str
    score: Score | None = None
    penalty: float = 0.0

    def __post_init__(self) -> None:
        _check(_is_whole(self.epochs) and self.epochs >= 1, "epochs", "a whole number of at least 1", self.epochs)
        _check(_is_number(self.lr) and self.lr > 0, "lr", "a finite learning rate above 0", self.lr)
        _check(_is_whole(self.seed), "seed", "a whole number", self.seed)
        dtype_of(self.precision)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of weights, inputs and everything but products."""
        return dtype_of(self.precision)

    def describe(self) -> dict[str, Any]:
        """The settings as plain values, for display and files."""
        return {
            "network": repr(self.network),
            "loss": repr(self.loss),
            "optimizer": repr(self.optimizer),
            "schedule": repr(self.schedule),
            "stop": str(self.stop),
            "lr": self.lr,
            "epochs": self.epochs,
            "batch_size": self.batch_size,
            "seed": self.seed,
            "precision": self.precision,
            "score": self.score.name if self.score is not None else None,
        }

    def to_json(self) -> dict[str, Any]:
        """The settings as JSON values for `of_json`; user-defined objects are stored by name only."""
        return {field.name: to_record(getattr(self, field.name), KINDS) for field in fields(self)}

    @classmethod
    def of_json(cls, record: Mapping[str, Any]) -> Config | None:
        """The settings from their JSON values; None if a part is user-defined."""
        if not is_known(dict(record)):
            return None
        return cls(**{name: from_record(part, KINDS) for name, part in record.items()})


def _is_whole(value: Any) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number) and bool(np.isfinite(value))


def _check(fits: bool, name: str, expected: str, received: Any) -> None:
    if not fits:
        msg = f"{name}: expected {expected}, received {received!r}"
        raise ArgumentError(msg)
