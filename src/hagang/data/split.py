"""Which rows are trained on, which are watched, and which are kept for the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hagang.errors import ArgumentError, DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Split", "check_shares", "shuffled_rows", "split"]

FEWEST = 10


@dataclass(frozen=True, eq=False)
class Split:
    """Row numbers (from 0, ascending) of the three parts; every row is in exactly one.

    Parameters
    ----------
    train, validation, test
        int64 arrays.
    """

    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    test: NDArray[np.int64]


def split(
    rows: int,
    *,
    classes: NDArray[np.int64] | None = None,
    validation: float = 0.15,
    test: float = 0.15,
    seed: int = 0,
) -> Split:
    """Split rows at random into training, validation and test part.

    With `classes` every class is split in these proportions, as nearly as whole rows allow, and keeps at
    least one row for training: a class of one row goes there.

    Parameters
    ----------
    rows
        How many rows there are.
    classes
        Shape (rows,), the class code of each row, or None.
    validation, test
        The share of the rows that each part gets, from 0 to less than 1; the rest is for training.
    seed
        The same seed gives the same split, with any version of NumPy and on any machine.

    Raises
    ------
    ArgumentError
        When a share or the seed is out of its range.
    DataError
        When there are fewer than 10 rows.

    Examples
    --------
    >>> parts = split(20, seed=3)
    >>> len(parts.train), len(parts.validation), len(parts.test)
    (14, 3, 3)
    """
    check_shares(rows, validation, test, seed)
    order = shuffled_rows(rows, seed)
    codes = np.zeros(rows, np.int64) if classes is None else np.asarray(classes)
    order = order[np.argsort(codes[order], kind="stable")]
    sizes = np.bincount(codes).tolist()
    part = np.zeros(rows, np.int8)
    start = 0
    for size, held_test, held_validation in _allocate(sizes, test, validation):
        members = order[start : start + size]
        part[members[:held_test]] = 2
        part[members[held_test : held_test + held_validation]] = 1
        start += size
    return Split(*(np.flatnonzero(part == number) for number in range(3)))


def check_shares(rows: int, validation: float, test: float, seed: int) -> None:
    """See that the shares leave rows to train on, that there are rows enough, and that the seed can be used."""
    for name, share in (("validation", validation), ("test", test)):
        if not 0 <= share < 1:
            text = f"{name} must be a share of the rows from 0 to less than 1. Received {share!r}."
            raise ArgumentError(text)
    if validation + test >= 1:
        text = f"validation and test must leave rows to train on. Received {validation} + {test}."
        raise ArgumentError(text)
    if seed < 0:
        text = f"seed must be a whole number from 0. Received {seed!r}."
        raise ArgumentError(text)
    if rows < FEWEST:
        text = f"expected at least {FEWEST} rows to split into training, validation and test part, found {rows}."
        raise DataError(text)


def shuffled_rows(rows: int, seed: int) -> NDArray[np.int64]:
    """A permutation from Philox's raw output, which, unlike a Generator's methods, NumPy never changes."""
    keys = np.random.Philox(key=seed).random_raw(rows)
    return np.argsort(keys, kind="stable")


def _allocate(sizes: list[int], test: float, validation: float) -> list[tuple[int, int, int]]:
    """Rows to hold out of each class; what rounding one class leaves over is owed to the next."""
    owed_test = owed_validation = 0.0
    allocated = []
    for size in sizes:
        owed_test += test * size
        held_test = _whole(owed_test, size - 1)
        owed_validation += validation * size
        held_validation = _whole(owed_validation, size - 1 - held_test)
        owed_test -= held_test
        owed_validation -= held_validation
        allocated.append((size, held_test, held_validation))
    return allocated


def _whole(owed: float, most: int) -> int:
    return min(max(int(np.floor(owed + 0.5)), 0), most)
