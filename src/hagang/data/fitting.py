"""What to do with each column, decided on the training part alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hagang.data.columns import Numbers
from hagang.data.encoders import CategoryEncoder, Encoder, NumberEncoder, PresenceEncoder
from hagang.data.wording import count, number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hagang.data.columns import Column, Text

__all__ = ["SCALES", "LeftOut", "fit_column"]

SCALES = ("standard", "minmax", "none")
MOST_CATEGORIES = 64
FEWEST_ROWS_TO_TELL = 20

_IDENTIFIER = re.compile(r"(^|[_\W])(id|ids|idx|index|key|uuid|guid|rowid|nr|no|unnamed)(\W*\d*)$", re.IGNORECASE)
_CAMEL = re.compile(r"[a-z](Id|ID|Key|Idx|Index)$")


@dataclass(frozen=True)
class LeftOut:
    """A column that gives no features, and why."""

    name: str
    reason: str


def fit_column(column: Column, scale: str = "standard") -> Encoder | LeftOut:
    """Fit the encoder of one column to its training rows, or say why it is left out."""
    if column.missing.all():
        return LeftOut(column.name, "has no values")
    if isinstance(column, Numbers):
        return _fit_numbers(column, scale)
    return _fit_text(column)


def _fit_numbers(column: Numbers, scale: str) -> Encoder | LeftOut:
    values = column.values[~column.missing]
    indicator = len(values) < len(column)
    if np.all(values == values[0]):
        if indicator:
            return PresenceEncoder(column.name)
        return LeftOut(column.name, f"has one value only ({number(values[0])})")
    if (reason := _identifies(column)) is not None:
        return LeftOut(column.name, reason)
    shift, divisor = _scaling(values, scale)
    low, high = _bounds(values)
    return NumberEncoder(
        column.name, float(np.median(values)), shift, divisor, low, high, indicator, tuple(column.strays)
    )


def _scaling(values: NDArray[np.float64], scale: str) -> tuple[float, float]:
    if scale == "none":
        return 0.0, 1.0
    if scale == "minmax":
        return float(values.min()), float(values.max() - values.min())
    return float(values.mean()), float(values.std())


def _bounds(values: NDArray[np.float64]) -> tuple[float, float]:
    return float(values.min()), float(values.max())


def _identifies(column: Numbers) -> str | None:
    """Why whole numbers that all differ say which row it is and nothing about it, or None.

    Numbers that count the rows in order from 0 or 1 do; others only if the column's name says so.
    """
    values = column.values
    n = len(values)
    if column.missing.any() or n < FEWEST_ROWS_TO_TELL or not column.integral or len(np.unique(values)) < n:
        return None
    if np.all(np.diff(values) > 0) and 0 <= values[0] <= 1 + 0.1 * n and values[-1] - values[0] < 2 * n:
        return "counts the rows"
    if _IDENTIFIER.search(column.name) or _CAMEL.search(column.name):
        return "is an identifier by its name, and differs in every row"
    return None


def _fit_text(column: Text) -> Encoder | LeftOut:
    present = int(column.counts.sum())
    distinct = int(np.count_nonzero(column.counts))
    missing = present < len(column)
    if distinct == 1 and not missing:
        only = column.values[int(np.argmax(column.counts))]
        return LeftOut(column.name, f"has one value only ({only!r})")
    if distinct > 0.5 * present and (distinct > FEWEST_ROWS_TO_TELL or distinct == present):
        if 0.05 <= present / len(column) <= 0.95:
            return PresenceEncoder(column.name)
        return LeftOut(column.name, f"has {count(distinct, 'different value')} in {count(present, 'row')}")
    kept = _most_frequent(column)
    return CategoryEncoder(column.name, kept, len(kept) < distinct, missing)


def _most_frequent(column: Text) -> tuple[str, ...]:
    """The most frequent values (ties by code point), in code-point order."""
    order = np.argsort(-column.counts, kind="stable")[:MOST_CATEGORIES]
    return tuple(column.values[code] for code in sorted(order.tolist()) if column.counts[code])
