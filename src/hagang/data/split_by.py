"""Splits that a column decides, and folds: rows that belong together stay together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hagang.data.columns import Numbers
from hagang.data.split import Split, check_shares, shuffled_rows, split
from hagang.data.text import count, listing, number
from hagang.errors import ArgumentError, DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from hagang.data.columns import Column

__all__ = ["folds", "split_by"]

PARTS = {
    "train": 0,
    "training": 0,
    "valid": 1,
    "val": 1,
    "validation": 1,
    "dev": 1,
    "test": 2,
    "testing": 2,
    "holdout": 2,
}
"""The words that name a part in a column, in any case."""

EXPECTED = "expected 'train', 'validation' or 'test' in each row."


def split_by(
    roles: Mapping[str, Column],
    rows: int,
    *,
    classes: NDArray[np.int64] | None = None,
    validation: float = 0.15,
    test: float = 0.15,
    seed: int = 0,
) -> Split:
    """Split rows as a column says, or at random where none does.

    Parameters
    ----------
    roles
        May hold one of "part" (its words say where each row goes), "time" (the earliest rows are trained on, the
        latest tested) and "group" (all rows of a group go to one part; the shares are kept as nearly as whole
        groups allow).
    rows, classes, validation, test, seed
        As for `split`.

    Raises
    ------
    ArgumentError
        When two columns decide at once.
    DataError
        When a column's values cannot decide.

    Examples
    --------
    >>> from hagang.data import Numbers
    >>> parts = split_by({"time": Numbers("day", np.arange(20.0)[::-1])}, 20, validation=0.1, test=0.2)
    >>> parts.validation.tolist(), parts.test.tolist()
    ([4, 5], [0, 1, 2, 3])
    """
    deciding = [role for role in ("part", "time", "group") if role in roles]
    if len(deciding) > 1:
        text = f"{deciding[0]} and {deciding[1]} both decide the split; give one of them."
        raise ArgumentError(text)
    if not deciding:
        return split(rows, classes=classes, validation=validation, test=test, seed=seed)
    column = roles[deciding[0]]
    if deciding == ["part"]:
        return _by_part(column)
    check_shares(rows, validation, test, seed)
    if deciding == ["time"]:
        return _by_time(column, validation, test)
    return _by_group(column, validation, test, seed)


def folds(
    rows: int,
    k: int,
    *,
    classes: NDArray[np.int64] | None = None,
    groups: NDArray[np.int64] | None = None,
    seed: int = 0,
) -> list[Split]:
    """Cut rows into k test parts of nearly equal size, each beside the training part that is left.

    Parameters
    ----------
    rows
        How many rows there are.
    k
        How many folds, from 2.
    classes
        Class codes, shape (rows,): every class is spread over the folds.
    groups
        Group codes, shape (rows,): every group falls in one fold.
    seed
        Decides which rows go together.

    Returns
    -------
    list of Split
        With an empty validation part; every row is in one test part.

    Raises
    ------
    ArgumentError
        When k is below 2, or above the rows or the groups.

    Examples
    --------
    >>> [part.test.tolist() for part in folds(6, 3, classes=np.array([0, 0, 0, 1, 1, 1]))]
    [[0, 5], [2, 4], [1, 3]]
    """
    units = rows if groups is None else len(np.unique(groups))
    if not 2 <= k <= units:
        text = (
            f"folds: expected a number from 2 to the {units:,} {'rows' if groups is None else 'groups'}, received {k}"
        )
        raise ArgumentError(text)
    fold = _dealt(rows, k, classes, seed) if groups is None else _spread(groups, np.full(k, rows / k), seed)
    none = np.empty(0, np.int64)
    return [Split(np.flatnonzero(fold != i), none, np.flatnonzero(fold == i)) for i in range(k)]


def _dealt(rows: int, k: int, classes: NDArray[np.int64] | None, seed: int) -> NDArray[np.int64]:
    """Deal shuffled rows like cards, class after class."""
    order = shuffled_rows(rows, seed)
    if classes is not None:
        order = order[np.argsort(classes[order], kind="stable")]
    fold = np.empty(rows, np.int64)
    fold[order] = np.arange(rows) % k
    return fold


def _by_part(column: Column) -> Split:
    if isinstance(column, Numbers):
        text = f"the column of parts {column.name!r} holds numbers; {EXPECTED}"
        raise DataError(text)
    places = [PARTS.get(value.lower(), -1) for value in column.values]
    unknown = [value for value, place, n in zip(column.values, places, column.counts) if place < 0 and n]
    if unknown or column.missing.any():
        what = listing(unknown, 4) if unknown else f"no value in {count(int(column.missing.sum()), 'row')}"
        text = f"the column of parts {column.name!r} holds {what}; {EXPECTED}"
        raise DataError(text)
    parts = _parts(np.array(places)[column.codes])
    if not len(parts.train):
        text = f"the column of parts {column.name!r} leaves no row to train on; {EXPECTED}"
        raise DataError(text)
    return parts


def _by_time(column: Column, validation: float, test: float) -> Split:
    """The latest rows are tested on, those before them watched; rows of one time stay together."""
    if not isinstance(column, Numbers):
        text = f"the column of times {column.name!r} is text ({listing(column.values, 3)}); expected dates or numbers."
        raise DataError(text)
    _check_whole(column, "time")
    times, rows = np.sort(column.values), len(column)
    marks = [times[min(rows - 1, round(rows * share))] for share in (1 - test - validation, 1 - test)]
    ends = [mark if share else np.inf for mark, share in zip(marks, (validation + test, test))]
    part = (column.values >= ends[0]).astype(np.int64) + (column.values >= ends[1])
    if not (part == 0).any():
        text = f"the time {column.name!r} is {number(times[0])} in most rows; expected times that part the rows."
        raise DataError(text)
    return _parts(part)


def _by_group(column: Column, validation: float, test: float, seed: int) -> Split:
    _check_whole(column, "group")
    codes = np.unique(column.values, return_inverse=True)[1] if isinstance(column, Numbers) else column.codes
    fewest = 1 + (validation > 0) + (test > 0)
    if len(np.unique(codes)) < fewest:
        text = f"the group {column.name!r} has {len(np.unique(codes))} different values; expected {fewest} or more."
        raise DataError(text)
    return _parts(_spread(codes, len(codes) * np.array([1 - validation - test, validation, test]), seed))


def _check_whole(column: Column, role: str) -> None:
    if column.missing.any():
        lost = count(int(column.missing.sum()), "row")
        text = f"the {role} {column.name!r} is missing in {lost}; fill it, or leave these rows out."
        raise DataError(text)


def _spread(groups: NDArray[np.integer], room: NDArray[np.float64], seed: int) -> NDArray[np.int64]:
    """Put whole groups, the largest first, where most room is left; equal ones in an order drawn from the seed."""
    values, codes, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    drawn = shuffled_rows(len(values), seed)
    place = np.empty(len(values), np.int64)
    left = np.array(room, float)
    for group in drawn[np.argsort(-sizes[drawn], kind="stable")].tolist():
        place[group] = int(np.argmax(left))
        left[place[group]] -= sizes[group]
    return place[codes]


def _parts(part: NDArray[np.integer]) -> Split:
    return Split(*(np.flatnonzero(part == number) for number in range(3)))
