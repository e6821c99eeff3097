"""Row weights, and class weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from hagang.data import Classes
from hagang.errors import ArgumentError
from hagang.training.rows import Rows

if TYPE_CHECKING:
    from hagang.training.inputs import TrainingData

__all__ = ["weighted_classes"]

Array = npt.NDArray[np.float64]


def weighted_classes(
    rows: TrainingData, class_weight: str | Mapping[Any, float] | None, precision: npt.DTypeLike
) -> TrainingData:
    """Multiply row weights by class weights."""
    if class_weight is None:
        return rows
    if not rows.is_classification:
        msg = f"class_weight: expected a target of classes, received {rows.task}; pass a weight for each row"
        raise ArgumentError(msg)
    if not isinstance(rows.train, Rows):
        msg = "class_weight: expected data in memory, received data that is read block by block"
        raise ArgumentError(msg)
    weights = (
        _balanced(rows.train.y, rows.classes) if class_weight == "balanced" else _listed(rows, class_weight)
    ).astype(precision)
    watched = rows.validation if rows.validation is None else _weighted(rows.validation, weights)
    return replace(rows, train=_weighted(rows.train, weights), validation=watched)


def _weighted(rows: Rows, by_class: Array) -> Rows:
    own = by_class[rows.y]
    return replace(rows, weight=own if rows.weight is None else own * rows.weight)


def _balanced(codes: npt.NDArray[np.int64], classes: int) -> Array:
    """Balanced class weights, as in scikit-learn: rows / (classes × rows of the class)."""
    counts = np.bincount(codes, minlength=classes)
    return len(codes) / (np.count_nonzero(counts) * np.maximum(counts, 1))


def _listed(rows: TrainingData, chosen: Any) -> Array:
    labels = list(rows.target.labels) if isinstance(rows.target, Classes) else list(range(rows.classes))
    fits = isinstance(chosen, Mapping) and all(label in labels for label in chosen)
    if not fits or not all(np.isfinite(value) and value >= 0 for value in chosen.values()):
        expected = f"'balanced' or weights of 0 or more for some of the classes {labels[:6]}"
        msg = f"class_weight: expected {expected}, received {chosen!r:.80}"
        raise ArgumentError(msg)
    return np.array([chosen.get(label, 1.0) for label in labels])
