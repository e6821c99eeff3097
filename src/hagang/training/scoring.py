"""What epochs may be compared by instead of the validation loss, and what a person watches beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang import metrics
from hagang.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

__all__ = ["Score", "find_score", "quick_metric"]

Array = Any


@dataclass(frozen=True)
class Score:
    """A number for the predictions on the validation rows, of which more is better.

    Parameters
    ----------
    name : str
        For people and files.
    measure : callable
        `measure(target, prediction)`, and `sample_weight=` where rows are weighted: class codes and probabilities,
        shape (rows, classes), or values of shape (rows, outputs).
    """

    name: str
    measure: Callable[..., float]

    def __call__(self, target: Array, prediction: Array, weight: Array = None) -> float:
        """The score; one that is not a number is the worst."""
        value = self.measure(target, prediction, **({} if weight is None else {"sample_weight": weight}))
        return float(value) if np.isfinite(value) else -np.inf


def find_score(chosen: Any, task: str) -> Score | None:
    """The score of this name, or one's own function of (target, prediction); None is the validation loss.

    Examples
    --------
    >>> find_score("accuracy", "classification")([0, 1], [[0.9, 0.1], [0.6, 0.4]])
    0.5
    """
    if chosen is None or isinstance(chosen, Score):
        return chosen
    if callable(chosen):
        return Score(getattr(chosen, "__name__", type(chosen).__name__), chosen)
    if isinstance(chosen, str) and chosen in metrics.HIGHER_IS_BETTER:
        return Score(chosen, _NamedMeasure(chosen, task))
    msg = f"score: expected one of {', '.join(metrics.HIGHER_IS_BETTER)}, or a function of (target, prediction), "
    msg += f"received {chosen!r:.60}"
    raise ArgumentError(msg)


@dataclass(frozen=True)
class _NamedMeasure:
    """A measure of `hagang.metrics` by its name, of which more is better; a value, so that a run pickles."""

    name: str
    task: str

    def __call__(self, target: Array, prediction: Array) -> float:
        scores = metrics.score(self.task, target, prediction)
        if self.name not in scores:
            msg = f"score: '{self.name}' is not measured for {self.task}; expected one of {', '.join(scores)}"
            raise ArgumentError(msg)
        return scores[self.name] if metrics.HIGHER_IS_BETTER[self.name] else -scores[self.name]


def quick_metric(task: str, prediction: Array, y: Array, weight: Array = None) -> dict[str, float]:
    """The one number beside the loss that people watch: accuracy for classes and labels, rmse for quantities.

    Of labels it is the share of rows all of whose labels are right.
    """
    if task == "classification":
        return {"accuracy": float(np.average(_codes(prediction) == y, weights=weight))}
    if task == "multilabel":
        return {"accuracy": float(np.average(((prediction > 0.5) == (y > 0.5)).all(axis=1), weights=weight))}
    squares = np.square(prediction.astype(np.float64) - y)
    return {"rmse": float(np.sqrt(np.average(squares, axis=0, weights=weight).mean()))}


def _codes(prediction: Array) -> npt.NDArray[np.int64]:
    codes: npt.NDArray[np.int64]
    codes = prediction.argmax(1) if prediction.shape[1] > 1 else (prediction[:, 0] > 0.5).astype(np.int64)
    return codes
