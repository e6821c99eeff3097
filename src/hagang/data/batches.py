"""Mini-batches: how many rows a step takes, and in which order the rows come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hagang.errors import ArgumentError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["batch_rows", "default_batch_size", "shuffled", "steps_per_epoch"]

_STEPS = 100
_SMALLEST, _LARGEST = 16, 256


def default_batch_size(rows: int) -> int:
    """A power of two from 16 to 256 that gives about a hundred steps an epoch or more, and never more than the rows.

    Examples
    --------
    >>> [default_batch_size(n) for n in (10, 1_000, 10_000, 1_000_000)]
    [10, 16, 64, 256]
    """
    size = _SMALLEST
    while size < _LARGEST and size * 2 * _STEPS <= rows:
        size *= 2
    return min(size, rows)


def batch_rows(chosen: int | str | None, rows: int) -> int:
    """Rows a step: a number, "full", or None for the default.

    Raises
    ------
    ArgumentError
        When it is none of these. More than there are rows is an error too.
    """
    if chosen is None:
        return default_batch_size(rows)
    if chosen == "full":
        return rows
    if isinstance(chosen, int | np.integer) and not isinstance(chosen, bool) and 1 <= chosen <= rows:
        return int(chosen)
    text = f"batch_size: expected a whole number from 1 to the {rows} rows, or 'full', received {chosen!r}"
    raise ArgumentError(text)


def steps_per_epoch(rows: int, batch_size: int) -> int:
    """How many batches cover the rows, the last one perhaps short."""
    return -(-rows // batch_size)


def shuffled(rows: int, seed: int, epoch: int) -> NDArray[np.int64]:
    """The order of the rows in an epoch: a pure function of seed and epoch.

    Examples
    --------
    >>> bool((shuffled(5, seed=0, epoch=1) == shuffled(5, seed=0, epoch=1)).all())
    True
    """
    key = [seed & 0xFFFFFFFFFFFFFFFF, epoch]
    return np.random.Generator(np.random.Philox(key=key)).permutation(rows)
