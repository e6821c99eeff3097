"""Held-out rows, the network's predictions for them, and the baseline that ignores the inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data import Classes, Prepared, Quantity
from hagang.errors import HagangError
from hagang.metrics import score
from hagang.training.rows import Rows

if TYPE_CHECKING:
    import numpy.typing as npt

    from hagang.data import Target
    from hagang.training.inputs import TrainingData
    from hagang.training.trained import TrainedNetwork

__all__ = ["Baseline", "Outcomes", "held_out", "judge", "outcomes_of"]

MOST = 20_000
"""Rows whose answers are kept; of more, so many evenly spaced ones."""

_ROWS_AT_ONCE = 1 << 20


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Predictions of a network for rows with known targets.

    Parameters
    ----------
    part : str
        Which rows: "test", "validation", or "training" where none were kept apart.
    task : str
        "classification", "multilabel" or "regression".
    target : ndarray
        Class codes, shape (n,); labels of 0 and 1, shape (n, labels); or quantities in their own unit, shape (n,
        outputs).
    output : ndarray
        Probabilities, shape (n, classes) or (n, labels); or values in the target's unit, shape (n, outputs).
    inputs : ndarray or None
        The network's inputs, where there are two of them, which a plane can show.
    """

    part: str
    task: str
    target: npt.NDArray[Any]
    output: npt.NDArray[Any]
    inputs: npt.NDArray[Any] | None = None

    def __len__(self) -> int:
        return len(self.target)

    @property
    def is_classification(self) -> bool:
        """Whether the target is class codes."""
        return self.task == "classification"

    def evenly_spaced(self, most: int = MOST) -> Outcomes:
        """At most this many of the rows, evenly spaced."""
        if len(self) <= most:
            return self
        chosen = np.unique(np.linspace(0, len(self) - 1, most).astype(np.int64))
        inputs = None if self.inputs is None else self.inputs[chosen]
        return Outcomes(self.part, self.task, self.target[chosen], self.output[chosen], inputs)


def held_out(data: Any, rows: TrainingData) -> tuple[str, Rows] | None:
    """The best held-out rows for scoring (test, else validation), and their name; None if there are none."""
    if isinstance(data, Prepared) and len(data.test):
        return "test", Rows(data.test.X, data.test.y)
    return None if rows.validation is None else ("validation", rows.validation)


def outcomes_of(network: TrainedNetwork, part: str, rows: Rows) -> Outcomes:
    """The predictions of the network for the rows."""
    y, output = rows.y, network.outputs(rows.x)
    if network.task == "classification":
        output = np.hstack([1 - output, output]) if output.shape[1] == 1 else output
    elif network.task == "regression":
        y, output = (_in_unit(network, values).reshape(len(rows), -1) for values in (y, output))
    return Outcomes(part, network.task, y, output, rows.x if rows.x.shape[1:] == (2,) else None)


def _in_unit(network: TrainedNetwork, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return values if network.target is None else np.asarray(network.target.decode(values))


@dataclass(frozen=True)
class Baseline:
    """The baseline: class shares, or the mean, of the training targets.

    Parameters
    ----------
    task : str
        "classification", "multilabel" or "regression".
    values : tuple of float
        The share of each class; the share of rows that have each label; or the mean of each quantity, in its own unit.

    Examples
    --------
    >>> baseline = Baseline("classification", (0.75, 0.25))
    >>> baseline.answers(1).tolist(), baseline.describe(None)
    ([[0.75, 0.25]], 'always 0, the most frequent class in training')
    """

    task: str
    values: tuple[float, ...]

    @classmethod
    def of(cls, data: TrainingData, targets: npt.NDArray[Any]) -> Baseline:
        """The baseline of training targets."""
        if data.task == "classification":
            pieces = np.array_split(targets, 1 + len(targets) // _ROWS_AT_ONCE)  # bincount copies what it counts
            counts = np.sum([np.bincount(piece, minlength=data.classes) for piece in pieces], axis=0)
            return cls(data.task, tuple((counts / counts.sum()).tolist()))
        if isinstance(data.target, Quantity):
            return cls(data.task, (float(data.target.mean),))
        means = np.mean(targets, axis=0, dtype=np.float64)
        return cls(data.task, tuple(np.atleast_1d(means).tolist()))

    @property
    def shares(self) -> list[float]:
        """The share of each class; empty for quantities."""
        return list(self.values) if self.task == "classification" else []

    def answers(self, rows: int) -> npt.NDArray[Any]:
        """The same prediction for every row."""
        return np.tile(self.values, (rows, 1))

    def describe(self, target: Target | None) -> str:
        """A description of the prediction."""
        if self.task == "classification":
            most = int(np.argmax(self.values))
            label = target.labels[most] if isinstance(target, Classes) else most
            return f"always {label!r}, the most frequent class in training"
        if self.task == "multilabel":
            usual = ", ".join(str(int(value > 0.5)) for value in self.values)
            return f"always {usual}, each label as most training rows have it"
        means = ", ".join(f"{value:,.6g}" for value in self.values)
        return f"always {means}, the mean of the training rows"


def judge(outcomes: Outcomes, baseline: Baseline) -> dict[str, Any]:
    """Scores of the predictions and of the baseline.

    Returns
    -------
    dict
        `scored`, the rows' name; `scores` and `baseline`. Or only `unscored`, the reason, where no measure fits: of
        outputs that are no probabilities, for example.
    """
    try:
        scores = score(outcomes.task, outcomes.target, outcomes.output)
        beside = score(outcomes.task, outcomes.target, baseline.answers(len(outcomes)))
    except HagangError as error:
        return {"unscored": str(error)}
    return {"scored": outcomes.part, "scores": scores, "baseline": beside}
