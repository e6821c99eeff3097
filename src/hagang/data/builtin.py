"""The small data sets that scikit-learn brings along."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hagang.data.columns import Column, Numbers, Table, Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["BUILTIN", "read_builtin"]

BUILTIN = ("breast_cancer", "diabetes", "digits", "iris", "wine")


def read_builtin(name: str) -> tuple[Table, Column]:
    """Return one of `BUILTIN`: its columns and its target (classes by name where they have one).

    The sets come with scikit-learn, which tells their origin (`sklearn.datasets.load_iris().DESCR`).
    """
    from sklearn import datasets

    bunch = getattr(datasets, f"load_{name}")()
    values = np.asarray(bunch.data, dtype=np.float64)
    columns = tuple(Numbers(str(label), values[:, i]) for i, label in enumerate(bunch.feature_names))
    return Table(columns, len(values)), _target(bunch.target, getattr(bunch, "target_names", None))


def _target(values: NDArray[np.float64], names: NDArray[np.str_] | None) -> Column:
    if names is None or names.dtype.kind != "U":
        return Numbers("target", np.asarray(values, dtype=np.float64))
    order = np.argsort(names)
    codes = np.argsort(order)[values].astype(np.int32)
    return Text("target", codes, tuple(names[order].tolist()))
