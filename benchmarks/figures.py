"""Summary statistics of timings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Spread", "digits", "spread"]


@dataclass(frozen=True)
class Spread:
    """Median, minimum and quartiles of timings."""

    median: float
    least: float
    lower: float
    upper: float
    count: int


def spread(timings: Sequence[float]) -> Spread:
    """The statistics of at least one timing; quartiles are interpolated linearly."""
    lower, median, upper = (float(q) for q in np.quantile(timings, [0.25, 0.5, 0.75]))
    return Spread(median, float(min(timings)), lower, upper, len(timings))


def digits(value: float, count: int = 3) -> str:
    """A number with this many significant digits, or all integer digits: 1.23, 12.3, 1,234."""
    if value == 0:
        return "0"
    places = max(0, count - 1 - int(np.floor(np.log10(abs(value)) + 1e-12)))
    return f"{value:,.{places}f}"
