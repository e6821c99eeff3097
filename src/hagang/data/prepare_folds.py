"""A data set cut into folds: each is tested once, by what was trained on the others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data.columns import Numbers, Text
from hagang.data.prepare import prepare
from hagang.data.split import split
from hagang.data.split_by import folds
from hagang.data.targets import Classes, fit_target
from hagang.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from hagang.data.columns import Column
    from hagang.data.dataset import Dataset
    from hagang.data.prepared import Prepared

__all__ = ["prepare_folds"]

WORDS = ("test", "train", "validation")


def prepare_folds(
    data: Dataset, k: int, *, validation: float = 0.15, seed: int = 0, **options: Any
) -> Iterator[Prepared]:
    """Prepare a data set k times, every row being in one test part: classes spread over them, groups kept whole.

    Parameters
    ----------
    data
        What `load` gave, with its target; a column "group" among its roles keeps rows together.
    k
        How many folds.
    validation
        The share of the other rows to watch while training.
    seed
        Decides the folds.
    **options
        Further arguments of `prepare`, which fits features and target anew to each training part.

    Raises
    ------
    ArgumentError
        When there is no target, or k does not fit the rows.

    Examples
    --------
    >>> from hagang.data import load
    >>> [len(ready.test) for ready in prepare_folds(load("iris"), 4)]
    [38, 38, 37, 37]
    """
    if data.target is None or data.task is None:
        msg = "prepare_folds: expected data with a target, received none; give it to load"
        raise ArgumentError(msg)
    codec = fit_target(data.target, data.task)
    classes = codec.encode(data.target) if isinstance(codec, Classes) else None
    group = data.roles.get("group")
    roles = {role: column for role, column in data.roles.items() if role not in ("group", "time", "part")}
    for fold in folds(len(data), k, classes=classes, groups=None if group is None else _codes(group), seed=seed):
        inner = split(len(fold.train), classes=_of(classes, fold.train), validation=validation, test=0.0, seed=seed)
        part = np.zeros(len(data), np.int32)
        part[fold.train] = 1
        part[fold.train[inner.validation]] = 2
        parted = replace(data, test=None, roles={**roles, "part": Text("part", part, WORDS)})
        yield prepare(parted, seed=seed, **options)


def _of(classes: NDArray[np.int64] | None, rows: NDArray[np.int64]) -> NDArray[np.int64] | None:
    return None if classes is None else np.unique(classes[rows], return_inverse=True)[1]


def _codes(column: Column) -> NDArray[np.int64]:
    values = column.values if isinstance(column, Numbers) else column.codes
    return np.unique(values, return_inverse=True)[1].astype(np.int64)
