"""Count, extremes, mean and deviation of values that come in pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Sums"]


class Sums:
    """Figures of values, NaN being missing, within bounds: pieces are merged as by Chan, Golub and LeVeque (1979).

    Examples
    --------
    >>> sums = Sums()
    >>> for piece in ([1.0, np.nan], [2.0, 3.0]):
    ...     sums.add(np.array(piece))
    >>> sums.figures[:5]
    (4.0, 3.0, 1.0, 3.0, 2.0)
    """

    def __init__(self, bounds: tuple[float, float] | None = None) -> None:
        self._bounds = bounds
        self._rows = self._count = self._mean = self._squares = 0.0
        self._low, self._high = np.inf, -np.inf

    def add(self, values: NDArray[np.float64]) -> None:
        """Take in more values."""
        self._rows += len(values)
        present = values[~np.isnan(values)]
        if not present.size:
            return
        self._low, self._high = min(self._low, float(present.min())), max(self._high, float(present.max()))
        cut = np.clip(present, *self._bounds) if self._bounds else present
        count, mean = float(cut.size), float(cut.mean())
        total, apart = self._count + count, mean - self._mean
        self._squares += float(((cut - mean) ** 2).sum()) + apart**2 * self._count * count / total
        self._mean += apart * count / total
        self._count = total

    @property
    def figures(self) -> tuple[float, ...]:
        """Rows, values, smallest, largest, mean and standard deviation."""
        deviation = (self._squares / self._count) ** 0.5 if self._count else 0.0
        return (self._rows, self._count, float(self._low), float(self._high), self._mean, deviation)
