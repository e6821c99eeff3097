"""What would train badly, found before training: leaks, repeated rows, contradicting labels, rare classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data.checks import WORTH_SAYING, row_hashes
from hagang.data.columns import Numbers, Pixels
from hagang.data.findings import Finding
from hagang.data.targets import Classes
from hagang.data.text import count, listing, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hagang.data.columns import Column, Inputs
    from hagang.data.dataset import Labelled
    from hagang.data.targets import Target

__all__ = ["preflight"]

FEWEST_ROWS = 20
FEWEST_TO_PART = 500
"""Rows below which two kinds may well differ in one number without exception."""

RARE_SHARE = 0.05
MANY_TIMES = 10
HUGE = 100.0
NEARLY_EQUAL = 1 - 1e-6


def preflight(
    train: Labelled, held: Sequence[tuple[str, Labelled]], target: Target, features: NDArray[Any]
) -> list[Finding]:
    """Look for what spoils training or flatters scores.

    Parameters
    ----------
    train
        The training part, as it was read.
    held
        The other parts with their names.
    target
        What was fitted to the training part.
    features
        The training part as the network sees it, shape (n, d), without the codes that an embedding looks up.
    """
    classes = isinstance(target, Classes)
    y: NDArray[Any] = target.encode(train.target).reshape(len(train))
    leaks = [_leak(column, y, classes) for column in _columns(train.inputs)]
    return [
        *filter(None, leaks),
        *_shared(train, held),
        *_conflicts(train, y, classes),
        *(_imbalance(y, target) if isinstance(target, Classes) else []),
        *_huge(features),
    ]


def _columns(inputs: Inputs) -> tuple[Column, ...]:
    return () if isinstance(inputs, Pixels) else inputs.columns


def _leak(column: Column, y: NDArray[Any], classes: bool) -> Finding | None:
    """Say that a column tells the target all by itself."""
    if len(column) < FEWEST_ROWS or column.missing.any():
        return None
    values = column.values if isinstance(column, Numbers) else column.codes.astype(np.float64)
    how = _names_classes(values, y) if classes else _equals(values, y) if isinstance(column, Numbers) else ""
    if not how:
        return None
    text = (
        f"{column.name!r} {how}: perhaps it is only known afterwards, or made from the target. "
        f"If so, leave it out (drop={column.name})"
    )
    return Finding("leak", text, column.name)


def _names_classes(values: NDArray[np.float64], y: NDArray[np.int64]) -> str:
    """Whether each value goes with one class, there being few values, or a threshold parts two classes."""
    distinct, codes = np.unique(values, return_inverse=True)
    labels = len(np.unique(y))
    if labels < 2:
        return ""
    if len(distinct) <= max(2 * labels, 3):
        pairs = np.unique(codes * (y.max() + 1) + y)
        return "tells the target in every row" if len(pairs) == len(distinct) else ""
    if labels > 2 or len(distinct) < FEWEST_ROWS or len(y) < FEWEST_TO_PART:
        return ""
    low, high = values[y == y.min()], values[y == y.max()]
    parted = low.max() < high.min() or high.max() < low.min()
    return "parts the classes without a single error" if parted else ""


def _equals(values: NDArray[np.float64], y: NDArray[np.float32]) -> str:
    if np.ptp(values) == 0 or np.ptp(y) == 0:
        return ""
    x = values / np.abs(values).max()
    if abs(np.corrcoef(x, y)[0, 1]) > NEARLY_EQUAL:
        return "equals the target, but for unit and zero"
    return ""


def _shared(train: Labelled, held: Sequence[tuple[str, Labelled]]) -> list[Finding]:
    """Rows of another part that training has seen, inputs and target alike."""
    if isinstance(train.inputs, Pixels):
        return []
    known = np.unique(row_hashes((*train.inputs.columns, train.target)))
    seen = [f"{n:,} of {len(part):,} in the {name} part" for name, part in held if (n := _seen(part, train, known))]
    if not seen:
        return []
    return [Finding("repeated", f"rows that are in the training part too: {', '.join(seen)}; scores may flatter")]


def _seen(part: Labelled, train: Labelled, known: NDArray[np.uint64]) -> int:
    """How many of a part's rows are known, if that is worth saying."""
    if not len(part) or isinstance(part.inputs, Pixels) or part.inputs.names != _names(train.inputs):
        return 0
    seen = int(np.isin(row_hashes((*part.inputs.columns, part.target)), known).sum())
    return seen if seen >= WORTH_SAYING * len(part) else 0


def _names(inputs: Inputs) -> tuple[str, ...]:
    return () if isinstance(inputs, Pixels) else inputs.names


def _conflicts(train: Labelled, y: NDArray[Any], classes: bool) -> list[Finding]:
    """Rows with the same inputs and different classes: nothing can get them all right."""
    if not classes or isinstance(train.inputs, Pixels) or not train.inputs.columns:
        return []
    _, same = np.unique(row_hashes(train.inputs.columns), return_inverse=True)
    pairs, times = np.unique(same * (y.max() + 1) + y, return_counts=True)
    groups = pairs // (y.max() + 1)
    most = np.zeros(same.max() + 1, np.int64)
    np.maximum.at(most, groups, times)
    wrong = len(y) - int(most.sum())
    if wrong < WORTH_SAYING * len(y):
        return []
    text = (
        f"{count(wrong, 'row')} of {len(y):,} contradict rows with the same inputs: no model of these columns is right "
        f"in more than {1 - wrong / len(y):.1%} of the training rows"
    )
    return [Finding("conflict", text)]


def _imbalance(y: NDArray[np.int64], target: Classes) -> list[Finding]:
    counts = np.bincount(y, minlength=len(target.labels))
    once = [target.labels[code] for code in np.flatnonzero(counts == 1)]
    findings = []
    if once:
        text = f"{count(len(once), 'class has', 'classes have')} one training row only: {listing(once, 4)}"
        findings.append(Finding("imbalance", text))
    rarest, most = int(np.argmin(counts)), int(np.argmax(counts))
    share = counts[rarest] / len(y)
    if share < RARE_SHARE and counts[most] >= MANY_TIMES * counts[rarest]:
        text = (
            f"the class {target.labels[rarest]!r} is {share:.2g} of the training rows, {target.labels[most]!r} is "
            f"{counts[most] / len(y):.2g}: look at balanced accuracy, and try class_weight=balanced"
        )
        findings.append(Finding("imbalance", text))
    return findings


def _huge(features: NDArray[Any]) -> list[Finding]:
    """Features so large, or so unlike in size, that descent goes badly."""
    if features.dtype == np.uint8 or not features.size:
        return []
    largest = np.abs(features).max(axis=0)
    if largest.max() <= HUGE:
        return []
    text = f"features are as large as {number(float(largest.max()))}: descent goes badly. Scale them (scale=standard)"
    return [Finding("scale", text)]
