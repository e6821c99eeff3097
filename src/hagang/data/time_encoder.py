"""How dates and times become features: where in time, in the year, in the week, in the day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data.columns import Numbers
from hagang.data.datetimes import CLOCK, DAY_FIRST, MONTH_FIRST, day_first, is_datetime
from hagang.data.encoder import Encoder
from hagang.data.text import listing
from hagang.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hagang.data.columns import Column

__all__ = ["CYCLES", "TimeEncoder", "phases"]

CYCLES = ("year", "week", "day")
DAY = 86400.0
MONDAY = 4 * DAY
"""1970 began on a Thursday."""


def phases(seconds: NDArray[np.float64], cycle: str) -> NDArray[np.float64]:
    """How much of the year, the week (from Monday) or the day has passed, from 0 to 1; NaN where missing.

    Examples
    --------
    >>> noon = np.array([4 * 86400 + 43200.0])  # Monday, 5 January 1970
    >>> phases(noon, "day"), phases(noon, "week") * 7, (phases(noon, "year") * 365).round(6)
    (array([0.5]), array([0.5]), array([4.5]))
    """
    if cycle == "day":
        return seconds % DAY / DAY
    if cycle == "week":
        return (seconds - MONDAY) % (7 * DAY) / (7 * DAY)
    passed = np.full(len(seconds), np.nan)
    there = ~np.isnan(seconds)
    years = np.floor(seconds[there]).astype(np.int64).astype("M8[s]").astype("M8[Y]")
    begin, end = (edge.astype("M8[s]").astype(np.int64) for edge in (years, years + np.timedelta64(1, "Y")))
    passed[there] = (seconds[there] - begin) / (end - begin)
    return passed


@dataclass(frozen=True)
class TimeEncoder(Encoder):
    r"""A date or a time: its standardised place in time, and :math:`\sin 2\pi p, \cos 2\pi p` of its cycles.

    A missing one is 0 in every feature, and marked if any was missing at training.

    Parameters
    ----------
    name
        The column's name.
    spelling
        How it was written at training.
    shift, scale
        Mean and standard deviation of the seconds at training; a scale of 0 leaves the place in time out.
    bounds
        The first and the last point in time at training; others are cut there.
    cycles
        Those of `CYCLES` in which training rows differ.
    missing
        How many were missing at training.
    """

    spelling: str
    shift: float
    scale: float
    bounds: tuple[float, float]
    cycles: tuple[str, ...]
    missing: int

    kind = "time"

    @property
    def outputs(self) -> tuple[str, ...]:
        waves = [f"{self.name} {wave} of {cycle}" for cycle in self.cycles for wave in ("sine", "cosine")]
        return (*[self.name] * bool(self.scale), *waves, *[f"{self.name} missing"] * bool(self.missing))

    def compact(self, column: Column) -> NDArray[np.float64]:
        if not isinstance(column, Numbers) or not (is_datetime(column.spelling) or column.missing.all()):
            text = f"column {self.name!r} holds {_sample(column)}; expected {self.spelling}, as at training."
            raise DataError(text)
        if (CLOCK in (column.spelling, self.spelling)) and column.spelling not in ("", self.spelling):
            text = f"column {self.name!r} holds {column.spelling}; expected {self.spelling}, as at training."
            raise DataError(text)
        if {column.spelling, self.spelling} == {DAY_FIRST, MONTH_FIRST}:
            return self._swapped(column.values)
        return column.values

    def expand(self, values: NDArray[Any], out: NDArray[np.float32]) -> None:
        missing = np.isnan(values)
        features = [(np.clip(values, *self.bounds) - self.shift) / self.scale] if self.scale else []
        for cycle in self.cycles:
            angle = 2 * np.pi * phases(values, cycle)
            features += [np.sin(angle), np.cos(angle)]
        for place, feature in enumerate(features):
            out[:, place] = np.where(missing, 0.0, feature)
        if self.missing:
            out[:, -1] = missing

    def describe(self, *, brief: bool = False) -> str:
        parts = ["place in time, standardised"] * bool(self.scale) + [f"cycle of the {cycle}" for cycle in self.cycles]
        return f"{f'{self.spelling}: ' * (not brief)}{', '.join(parts)}{', missing marked' * bool(self.missing)}"

    def _swapped(self, seconds: NDArray[np.float64]) -> NDArray[np.float64]:
        swapped = day_first(seconds)
        if (np.isnan(swapped) != np.isnan(seconds)).any():
            text = f"column {self.name!r} is not written in {self.spelling}, as at training. Write its dates so."
            raise DataError(text)
        return swapped


def _sample(column: Column) -> str:
    return "numbers" if isinstance(column, Numbers) else listing(column.values, 3)
