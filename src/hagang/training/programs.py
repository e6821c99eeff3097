"""The Programs of a run, traced once and cached for equal settings."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.program import with_bfloat16_products
from hagang.trace import map_leaves
from hagang.training.rows import Rows
from hagang.training.step import Model, answer, evaluation, loss_and_gradient, prediction, training_step
from hagang.training.stops import step_rule

if TYPE_CHECKING:
    from hagang.nn import Loss, Network
    from hagang.optim import Optimizer
    from hagang.program import Program
    from hagang.stopping import Rule
    from hagang.training.config import Config

__all__ = ["Programs", "programs"]

Array = tuple[tuple[int, ...], np.dtype[Any]]
"""The dims of a row, and the dtype."""


@dataclass(frozen=True)
class _Asked:
    """Everything that a trace depends on: equal keys have the same Programs."""

    network: Network
    loss: Loss
    optimizer: Optimizer
    stop: Rule
    penalty: float
    affine: tuple[float, float]
    precision: np.dtype[Any]
    seed: int
    x: Array
    y: Array
    weighted: bool
    bfloat16: bool
    params: Any = field(compare=False)
    buffers: Any = field(compare=False)

    @property
    def model(self) -> Model:
        return Model(
            self.network, self.loss, self.params, self.buffers, self.affine, self.precision, self.seed, self.penalty
        )

    @property
    def rows(self) -> Rows:
        """No rows, of the right shapes."""
        x, y = (np.empty((0, *dims), dtype) for dims, dtype in (self.x, self.y))
        return Rows(x, y, np.empty(0, self.precision) if self.weighted else None)


class Programs:
    """A training step and related Programs, each traced on first use."""

    def __init__(self, asked: _Asked) -> None:
        self._asked = asked

    @cached_property
    def step(self) -> Program:
        """A training step."""
        return self._training_step(gradient_norm=False)

    @cached_property
    def evaluate(self) -> Program:
        """The loss and the prediction of each row."""
        return evaluation(self._asked.model, self._asked.optimizer, self._asked.rows)

    @cached_property
    def measured_step(self) -> Program:
        """A training step that also reports its gradient norm."""
        return self.step if "gradient_norm" in self._asked.stop.reads else self._training_step(gradient_norm=True)

    @cached_property
    def gradient(self) -> Program:
        """The loss and its gradient over a batch."""
        return loss_and_gradient(self._asked.model, self._asked.rows)

    @cached_property
    def answer(self) -> Program:
        """The weights for prediction."""
        return answer(self._asked.model, self._asked.optimizer)

    @cached_property
    def predict(self) -> Program:
        """The prediction of each row."""
        return prediction(self._asked.model, *self._asked.x)

    def _training_step(self, *, gradient_norm: bool) -> Program:
        asked = self._asked
        made = training_step(asked.model, asked.optimizer, asked.rows, asked.stop, gradient_norm=gradient_norm)
        return with_bfloat16_products(made) if asked.bfloat16 else made


def programs(model: Model, config: Config, rows: Rows) -> Programs:
    """The Programs of a model, from the cache if an earlier run had the same settings.

    A function that a user wrote may change what it does between two runs, so what holds one is traced anew.
    """
    stop = step_rule(config.stop)
    asked = _Asked(
        model.network,
        model.loss,
        config.optimizer,
        stop,
        model.penalty,
        model.affine,
        model.precision,
        model.seed,
        (rows.x.shape[1:], rows.x.dtype),
        (rows.y.shape[1:], rows.y.dtype),
        rows.weight is not None,
        config.precision == "bfloat16",
        _shapes(model.params),
        _shapes(model.buffers),
    )
    parts = (model.network, model.loss, config.optimizer, stop)
    return _kept(asked) if all(map(_is_plain, parts)) else Programs(asked)


@lru_cache(maxsize=32)
def _kept(asked: _Asked) -> Programs:
    return Programs(asked)


def _shapes(nest: Any) -> Any:
    """Placeholders of the same shapes without memory, since a trace reads no values."""
    return map_leaves(lambda a: np.broadcast_to(np.zeros((), np.asarray(a).dtype), np.shape(a)), nest)


def _is_plain(value: Any) -> bool:
    """Whether a value consists of plain values and hagang's own dataclasses, so that equal values behave equally."""
    if is_dataclass(value) and type(value).__module__.startswith("hagang."):
        return all(_is_plain(getattr(value, each.name)) for each in fields(value))
    if isinstance(value, tuple):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, str | int | float | np.number)
