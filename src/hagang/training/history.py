"""The history of a run, by step and by epoch. It is a listener like any other."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from hagang.training.events import EpochEnd

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from hagang.training.events import ChunkEnd, RunBegin
    from hagang.training.steering import Change

__all__ = ["History"]

_METRIC = "metrics."
_PLAIN = [each.name for each in fields(EpochEnd) if each.name != "metrics"]
_OPTIONAL = ("validation_loss", "score")


@dataclass
class History:
    """Loss and learning rate per step, the `EpochEnd` records per epoch, and manual changes.

    Examples
    --------
    >>> History().step_losses
    array([], dtype=float64)
    """

    may_hear_late: ClassVar = True
    """It only records, so that a run need not wait for it between epochs."""

    epochs: list[EpochEnd] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    _losses: list[npt.NDArray[Any]] = field(default_factory=list, repr=False)
    _rates: list[npt.NDArray[Any]] = field(default_factory=list, repr=False)

    def on_run_begin(self, record: RunBegin) -> None:
        """Keep the record of manual changes."""
        self.changes = record.steering.changes

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
        """The validation loss of each epoch; empty without validation."""
        return [epoch.validation_loss for epoch in self.epochs if epoch.validation_loss is not None]

    @property
    def scores(self) -> list[float]:
        """The validation score of each epoch; empty if no score is used."""
        return [epoch.score for epoch in self.epochs if epoch.score is not None]

    def to_json(self) -> list[dict[str, Any]]:
        """The epochs as plain dicts."""
        return [dict(vars(epoch), metrics=dict(epoch.metrics)) for epoch in self.epochs]

    # --- as columns ---

    def epoch_columns(self) -> dict[str, npt.NDArray[Any]]:
        """One column per field of an epoch, metrics as `metrics.NAME`; NaN if a value is missing."""
        columns = {name: _column([getattr(epoch, name) for epoch in self.epochs]) for name in _PLAIN}
        metrics = dict.fromkeys(name for epoch in self.epochs for name in epoch.metrics)
        for name in metrics:
            columns[_METRIC + name] = _column([epoch.metrics.get(name) for epoch in self.epochs])
        return columns

    def step_columns(self) -> dict[str, npt.NDArray[Any]]:
        """The steps' losses and rates."""
        return {"loss": self.step_losses, "rate": self.step_rates}

    @classmethod
    def of_columns(
        cls, epochs: Mapping[str, npt.NDArray[Any]], steps: Mapping[str, npt.NDArray[Any]], changes: list[Change]
    ) -> History:
        """The history from its columns."""
        rows = [
            _epoch({name: values[k].item() for name, values in epochs.items()}) for k in range(len(epochs["epoch"]))
        ]
        return cls(rows, changes, [steps["loss"]], [steps["rate"]])


def _column(values: list[Any]) -> npt.NDArray[Any]:
    return np.array([np.nan if value is None else value for value in values])


def _epoch(row: dict[str, Any]) -> EpochEnd:
    told: dict[str, Any] = {name: row[name] for name in _PLAIN if name in row}
    absent = [name for name in _OPTIONAL if name in told and np.isnan(told[name])]
    metrics = {name.removeprefix(_METRIC): value for name, value in row.items() if name.startswith(_METRIC)}
    return EpochEnd(**(told | dict.fromkeys(absent)), metrics=metrics)


def _joined(parts: list[npt.NDArray[Any]]) -> npt.NDArray[np.float64]:
    return np.concatenate(parts).astype(np.float64) if parts else np.empty(0)
