"""Rows that a run kept apart, and what the trained network answers for them."""

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

__all__ = ["Guess", "Outcomes", "answers", "held_out", "judge"]

MOST = 20_000
"""Rows whose answers are kept; of more, so many evenly spaced ones."""


@dataclass(frozen=True, eq=False)
class Outcomes:
    """What a network answers for rows with known targets.

    Parameters
    ----------
    part : str
        Which rows: "test", "validation", or "training" where none were kept apart.
    target : ndarray
        Class codes, shape (n,); or quantities in their own unit, shape (n, outputs).
    output : ndarray
        Probabilities, shape (n, classes); or values in the target's unit, shape (n, outputs).
    inputs : ndarray or None
        The network's inputs, where there are two of them, which a plane can show.
    """

    part: str
    target: npt.NDArray[Any]
    output: npt.NDArray[Any]
    inputs: npt.NDArray[Any] | None = None

    def __len__(self) -> int:
        return len(self.target)

    @property
    def is_classification(self) -> bool:
        """Whether the target is class codes."""
        return self.target.ndim == 1


def held_out(data: Any, rows: TrainingData) -> tuple[str, Rows] | None:
    """The fairest rows that there are to judge by, and their name; None where none were held out."""
    if isinstance(data, Prepared) and len(data.test):
        return "test", Rows(data.test.X, data.test.y)
    return None if rows.validation is None else ("validation", rows.validation)


def answers(network: TrainedNetwork, part: str, rows: Rows) -> Outcomes:
    """Answer for the rows."""
    chosen = np.unique(np.linspace(0, len(rows) - 1, min(len(rows), MOST)).astype(np.int64))
    x, y = rows.x[chosen], rows.y[chosen]
    told = network.outputs(x)
    if network.task == "classification":
        told = np.hstack([1 - told, told]) if told.shape[1] == 1 else told
    else:
        y, told = (value.reshape(len(value), -1) for value in (_in_unit(network, y), _in_unit(network, told)))
    return Outcomes(part, y, told, x if x.shape[1:] == (2,) else None)


def _in_unit(network: TrainedNetwork, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return values if network.target is None else np.asarray(network.target.decode(values))


@dataclass(frozen=True)
class Guess:
    """What is known of the training targets without any input.

    Parameters
    ----------
    shares : tuple of float
        Of each class.
    means : tuple of float
        Of each quantity, in its own unit.

    Examples
    --------
    >>> guess = Guess.of(np.array([0, 0, 1, 0]), 2, None)
    >>> guess.shares, guess.answers(1).tolist()
    ((0.75, 0.25), [[0.75, 0.25]])
    """

    shares: tuple[float, ...] = ()
    means: tuple[float, ...] = ()

    @classmethod
    def of(cls, targets: npt.NDArray[Any], classes: int, target: Target | None) -> Guess:
        """Take shares or mean of training targets."""
        if targets.ndim == 1 and targets.dtype.kind in "iu":
            counts = np.bincount(targets, minlength=classes)
            return cls(tuple((counts / counts.sum()).tolist()))
        if isinstance(target, Quantity):
            return cls(means=(target.mean,))
        means: Any = np.mean(targets, axis=0, dtype=np.float64)
        return cls(means=tuple(means.tolist()))

    def answers(self, rows: int) -> npt.NDArray[Any]:
        """Answer so for every row."""
        return np.tile(self.shares or self.means, (rows, 1))

    def said(self, target: Target | None) -> str:
        """What it answers, in words."""
        if not self.shares:
            return f"always {', '.join(f'{mean:,.6g}' for mean in self.means)}, the mean of the training rows"
        most = int(np.argmax(self.shares))
        label = target.labels[most] if isinstance(target, Classes) else most
        return f"always {label!r}, the most frequent class in training"


def judge(task: str, outcomes: Outcomes, guess: Guess) -> dict[str, Any]:
    """Scores of the answers, beside those of guessing.

    Returns
    -------
    dict
        `scored`, the rows' name; `scores` and `baseline`. Empty where the measures know no such targets, several
        quantities a row for example.
    """
    try:
        scores = score(task, outcomes.target, outcomes.output)
        guessed = score(task, outcomes.target, guess.answers(len(outcomes)))
    except HagangError:
        return {}
    return {"scored": outcomes.part, "scores": scores, "baseline": guessed}
