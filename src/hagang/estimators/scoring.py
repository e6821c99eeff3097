"""The score that early stopping watches: accuracy, R², or any scorer of scikit-learn's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hagang.estimators.prepared import Answer
from hagang.training.scoring import Score

if TYPE_CHECKING:
    from hagang.training.rows import Rows

__all__ = ["check_scoring_name", "score_of"]


def check_scoring_name(chosen: Any) -> None:
    """Raise where no scorer has this name, whether or not any rows are watched."""
    if isinstance(chosen, str) and chosen != "loss":
        from sklearn.metrics import get_scorer

        get_scorer(chosen)


def score_of(estimator: Any, X: Any, rows: Rows) -> Score | None:
    """What is measured on the watched rows at each epoch's end; None is the loss.

    Parameters
    ----------
    estimator : estimator
        Its `scoring` is None for its own `score`, "loss", the name of a scorer, or a function of
        (estimator, X, y) as scikit-learn has it.
    X : array
        The watched rows as the user gave them, for scorers.
    rows : Rows
        The same as arrays.
    """
    chosen = estimator.scoring
    if chosen == "loss":
        return None
    labels = estimator._labels(rows.y)
    if chosen is None:
        scorer, name = type(estimator).score, "score"
    else:
        from sklearn.metrics import check_scoring

        scorer = check_scoring(estimator, scoring=chosen)
        name = chosen if isinstance(chosen, str) else getattr(chosen, "__name__", "scorer")

    def measure(target: Any, prediction: Any, **weight: Any) -> float:
        del target
        return float(scorer(estimator._told(Answer(prediction)), X, labels, **weight))

    return Score(name, measure)
