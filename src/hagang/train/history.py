"""The history of a run: what happened at each step and at each epoch. It is a listener like any other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from hagang.train.events import ChunkEnd, EpochEnd

__all__ = ["History"]


@dataclass
class History:
    """Per step the loss and the learning rate; per epoch what `EpochEnd` tells.

    Examples
    --------
    >>> History().step_losses
    array([], dtype=float64)
    """

    epochs: list[EpochEnd] = field(default_factory=list)
    _losses: list[npt.NDArray[Any]] = field(default_factory=list, repr=False)
    _rates: list[npt.NDArray[Any]] = field(default_factory=list, repr=False)

    def on_chunk_end(self, record: ChunkEnd) -> None:
        """Keep the steps' losses and rates."""
        self._losses.append(record.losses)
        self._rates.append(record.rates)

    def on_epoch_end(self, record: EpochEnd) -> None:
        """Keep the epoch."""
        self.epochs.append(record)

    @property
    def step_losses(self) -> npt.NDArray[np.float64]:
        """The loss of each step, shape (steps,)."""
        return _joined(self._losses)

    @property
    def step_rates(self) -> npt.NDArray[np.float64]:
        """The learning rate of each step, shape (steps,)."""
        return _joined(self._rates)

    @property
    def losses(self) -> list[float]:
        """The training loss of each epoch."""
        return [epoch.loss for epoch in self.epochs]

    @property
    def validation_losses(self) -> list[float]:
        """The validation loss of each epoch; empty where nothing was watched."""
        return [epoch.validation_loss for epoch in self.epochs if epoch.validation_loss is not None]

    @property
    def scores(self) -> list[float]:
        """The score of each epoch on the validation rows; empty where none was asked for."""
        return [epoch.score for epoch in self.epochs if epoch.score is not None]

    def to_json(self) -> list[dict[str, Any]]:
        """The epochs as plain dicts."""
        return [dict(vars(epoch), metrics=dict(epoch.metrics)) for epoch in self.epochs]


def _joined(parts: list[npt.NDArray[Any]]) -> npt.NDArray[np.float64]:
    return np.concatenate(parts).astype(np.float64) if parts else np.empty(0)
