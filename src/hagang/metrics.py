"""Metrics: scikit-learn's scores in one call, and the scores of a baseline.

An undefined metric (area under a curve for rows of a single class, R² of a constant target) is NaN, never an error or a
warning: a test set may lack a rare class.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from hagang.errors import ArgumentError, ShapeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Codes = NDArray[np.int64]

__all__ = ["HIGHER_IS_BETTER", "NAMES", "baseline", "score", "score_classes", "score_labels", "score_quantity"]

HIGHER_IS_BETTER = {
    "accuracy": True,
    "balanced_accuracy": True,
    "roc_auc": True,
    "pr_auc": True,
    "f1": True,
    "log_loss": False,
    "hamming_loss": False,
    "rmse": False,
    "mae": False,
    "r2": True,
}
"""All metrics that `score` computes, and whether higher is better."""

NAMES = {
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "roc_auc": "ROC AUC",
    "pr_auc": "PR AUC",
    "f1": "F1",
    "log_loss": "log loss",
    "hamming_loss": "Hamming loss",
    "rmse": "RMSE",
    "mae": "MAE",
    "r2": "R²",
}
"""Their display names, in display order."""


def score(task: str, target: ArrayLike, prediction: ArrayLike) -> dict[str, float]:
    """Score predictions.

    Parameters
    ----------
    task
        ``"classification"``, ``"multilabel"`` or ``"regression"``.
    target
        Class codes, shape (n,); 0 or 1 for each label, shape (n, k); or values in the units of the target,
        shape (n,) or (n, outputs).
    prediction
        Probabilities, shape (n, k), or of the second of two classes, shape (n,) or (n, 1); or values in
        the units of the target, shape (n,) or (n, 1).

    Returns
    -------
    dict
        See `score_classes`, `score_labels` and `score_quantity`.

    Raises
    ------
    ArgumentError
        When the task is unknown, or a prediction is not finite.
    ShapeError
        When the shapes do not fit.

    Examples
    --------
    >>> score("regression", [1.0, 2.0, 3.0], [1.0, 2.0, 5.0])["mae"]
    0.6666666666666666
    """
    if task == "classification":
        return score_classes(target, prediction)
    if task == "multilabel":
        return score_labels(target, prediction)
    if task == "regression":
        return score_quantity(target, prediction)
    text = f"task must be 'classification', 'multilabel' or 'regression'. Received {task!r}."
    raise ArgumentError(text)


def score_classes(target: ArrayLike, probability: ArrayLike) -> dict[str, float]:
    """Score predicted probabilities of classes.

    Parameters
    ----------
    target
        Class codes, shape (n,).
    probability
        Shape (n, k), or (n,) or (n, 1) for the second of two classes. Rows are divided by their sum.

    Returns
    -------
    dict
        ``accuracy``; ``balanced_accuracy``, the mean recall of the classes that occur; ``roc_auc`` and
        ``pr_auc`` (average precision), of the second of two classes, else the mean over the classes that
        occur, each against the rest; ``f1``, of the second of two classes, else the mean over the classes
        that occur or are predicted; ``log_loss`` in nats.

    Raises
    ------
    ArgumentError
        When a probability is not finite or negative, or a code is not below k.
    ShapeError
        When the shapes do not fit.

    Examples
    --------
    >>> scores = score_classes([0, 1, 1], [[0.9, 0.1], [0.4, 0.6], [0.7, 0.3]])
    >>> round(scores["accuracy"], 3), round(scores["roc_auc"], 3)
    (0.667, 1.0)
    """
    from sklearn.metrics import accuracy_score, average_precision_score, f1_score, log_loss, recall_score
    from sklearn.metrics import roc_auc_score as area

    p = _probabilities(probability)
    y = _codes(target, *p.shape)
    guess = p.argmax(axis=1)
    present = np.unique(y)
    f1 = {"average": "binary"} if p.shape[1] == 2 else {"average": "macro"}
    return {
        "accuracy": float(accuracy_score(y, guess)),
        "balanced_accuracy": float(recall_score(y, guess, labels=present, average="macro")),
        "roc_auc": _one_against_the_rest(area, y, p),
        "pr_auc": _one_against_the_rest(average_precision_score, y, p),
        "f1": float(f1_score(y, guess, **f1, zero_division=0.0)),
        "log_loss": float(log_loss(y, p, labels=np.arange(p.shape[1]))),
    }


def score_labels(target: ArrayLike, probability: ArrayLike) -> dict[str, float]:
    """Score predicted probabilities of labels (multilabel classification).

    Parameters
    ----------
    target
        Shape (n, k), 1 if a row has a label and 0 if not.
    probability
        Shape (n, k).

    Returns
    -------
    dict
        ``accuracy``, the share of rows with all labels correct; ``hamming_loss``, the share of wrong labels;
        ``roc_auc``, ``pr_auc`` and ``f1``, means over the labels that occur in some rows but not all; ``log_loss`` in
        nats, the mean over all labels.

    Raises
    ------
    ShapeError
        When the shapes do not fit.

    Examples
    --------
    >>> scores = score_labels([[1, 0], [1, 1]], [[0.9, 0.2], [0.6, 0.4]])
    >>> scores["accuracy"], scores["hamming_loss"]
    (0.5, 0.25)
    """
    from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

    y, p = np.asarray(target, np.int64), np.asarray(probability, np.float64)
    if y.shape != p.shape or y.ndim != 2 or len(y) == 0:
        raise _unequal(len(y), len(p))
    right = (p > 0.5) == y
    varied = [k for k in range(y.shape[1]) if 0 < y[:, k].sum() < len(y)]
    likely = np.clip(np.where(y == 1, p, 1 - p), np.finfo(np.float64).eps, 1)

    def over_labels(measure: Callable[..., float], guess: Floats | NDArray[np.bool_]) -> float:
        return float(np.mean([measure(y[:, k], guess[:, k]) for k in varied])) if varied else math.nan

    return {
        "accuracy": float(right.all(axis=1).mean()),
        "hamming_loss": float(1 - right.mean()),
        "roc_auc": over_labels(roc_auc_score, p),
        "pr_auc": over_labels(average_precision_score, p),
        "f1": over_labels(lambda truth, guess: f1_score(truth, guess, zero_division=0.0), p > 0.5),
        "log_loss": float(-np.log(likely).mean()),
    }


def score_quantity(target: ArrayLike, prediction: ArrayLike) -> dict[str, float]:
    """Score predicted values in the units of the target, averaged over outputs.

    Returns
    -------
    dict
        ``rmse``, the root of the mean squared error, and ``mae``, the mean absolute error, in the target's
        unit; ``r2``, the share of the variance explained.

    Raises
    ------
    ArgumentError
        When a prediction is not finite.
    ShapeError
        When the shapes do not fit.

    Examples
    --------
    >>> score_quantity([0.0, 4.0], [1.0, 1.0])
    {'rmse': 2.23606797749979, 'mae': 2.0, 'r2': -0.25}
    """
    from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score

    y, p = _columns(target, "target"), _columns(prediction, "prediction")
    if y.shape != p.shape or len(y) == 0:
        raise _unequal(len(y), len(p))
    varies = len(y) > 1 and bool(np.any(y != y[0]))
    return {
        "rmse": math.sqrt(mean_squared_error(y, p)),
        "mae": float(mean_absolute_error(y, p)),
        "r2": float(r2_score(y, p)) if varies else math.nan,
    }


def baseline(task: str, train: ArrayLike, target: ArrayLike, *, classes: int | None = None) -> dict[str, float]:
    """Score a baseline that ignores the inputs: the class frequencies, or the mean, of the training rows.

    It predicts the most frequent class. A model that does not beat it has learned nothing.

    Parameters
    ----------
    task
        ``"classification"`` or ``"regression"``.
    train, target
        Targets of the training rows, and of the rows to score, as for `score`.
    classes
        Number of classes, if not all occur in the training rows.

    Examples
    --------
    >>> scores = baseline("classification", [0, 0, 0, 1], [0, 1])
    >>> scores["accuracy"], round(scores["log_loss"], 3)
    (0.5, 0.837)
    """
    n = len(np.asarray(target))
    if task == "classification":
        counts = np.bincount(np.asarray(train, dtype=np.int64), minlength=classes or 2)
        return score_classes(target, np.tile(counts / counts.sum(), (n, 1)))
    return score(task, target, np.full(n, np.mean(np.asarray(train, dtype=np.float64))))


def _one_against_the_rest(measure: Callable[..., float], y: Codes, p: Floats) -> float:
    """The mean, over the classes that occur, of a measure of that class against all others."""
    if len(np.unique(y)) < 2:
        return math.nan
    chosen = np.array([1]) if p.shape[1] == 2 else np.unique(y)
    return float(np.mean([measure(y == code, p[:, code]) for code in chosen]))


def _probabilities(values: ArrayLike) -> Floats:
    p = np.asarray(values, dtype=np.float64)
    if p.ndim == 1 or (p.ndim == 2 and p.shape[1] == 1):
        p = np.column_stack([1 - p.reshape(-1), p.reshape(-1)])
    if p.ndim != 2:
        text = f"probabilities must have shape (n, k), or (n,) for two classes. Received shape {p.shape}."
        raise ShapeError(text)
    bad = np.flatnonzero(~(np.isfinite(p).all(axis=1) & (p >= 0).all(axis=1)))
    if bad.size:
        text = f"probabilities must be finite and not negative. Received {p[bad[0]].tolist()} in row {bad[0]}."
        raise ArgumentError(text)
    sums = p.sum(axis=1, keepdims=True)
    shared: Floats = np.divide(p, sums, out=np.full_like(p, 1 / p.shape[1]), where=sums > 0)
    return shared


def _codes(values: ArrayLike, n: int, k: int) -> Codes:
    y = np.asarray(values).reshape(-1)
    if len(y) != n or n == 0:
        raise _unequal(len(y), n)
    if y.dtype.kind not in "iub" or y.min() < 0 or y.max() >= k:
        text = f"target must hold class codes from 0 to {k - 1}, one per column of probabilities. Received {y[:5]} …"
        raise ArgumentError(text)
    return y.astype(np.int64)


def _columns(values: ArrayLike, name: str) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    if array.ndim not in (1, 2):
        text = f"{name} must have shape (n,) or (n, outputs). Received shape {array.shape}."
        raise ShapeError(text)
    array = array if array.ndim == 2 else array.reshape(-1, 1)
    bad = np.argwhere(~np.isfinite(array))
    if bad.size:
        text = f"{name} must be finite. Received {array[tuple(bad[0])]} in row {bad[0][0]}."
        raise ArgumentError(text)
    return array


def _unequal(n: int, m: int) -> ShapeError:
    return ShapeError(f"expected as many predictions as targets, and at least one. Received {m} and {n}.")
