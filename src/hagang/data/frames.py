"""Tables that are in memory already: dicts of columns, pandas, polars and Arrow tables, NumPy matrices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

import numpy as np

from hagang.data.columns import Column, Numbers, Pixels, Table
from hagang.data.text import listing
from hagang.data.values import NO_HINTS, column_from_values, finite
from hagang.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hagang.data.columns import Inputs
    from hagang.data.hints import Hints

__all__ = ["frame_columns", "is_frame", "is_sparse", "read_array", "read_frame", "read_sparse"]

MOST_DENSE = 10**9


def is_sparse(source: object) -> bool:
    """Whether this is one of SciPy's sparse matrices."""
    return type(source).__module__.startswith("scipy.sparse")


def read_sparse(matrix: Any) -> Inputs:
    """Read a sparse matrix (rows, columns): as a dense one, if that can be.

    Raises
    ------
    DataError
        When it would need more than 8 GB.
    """
    if matrix.ndim == 2 and matrix.shape[0] * matrix.shape[1] > MOST_DENSE:
        text = (
            f"a sparse matrix of shape {matrix.shape} is too large to be trained on: its layers are dense. "
            "Reduce its columns first, for example with sklearn.decomposition.TruncatedSVD."
        )
        raise DataError(text)
    return read_array(matrix.toarray())


def is_frame(source: object) -> bool:
    """Whether this is a table in memory that `read_frame` reads."""
    return isinstance(source, Mapping) or _library(source) in {"pandas", "polars", "pyarrow"}


def read_frame(frame: Any, hints: Hints = NO_HINTS) -> Table:
    """Read a dict of columns, or a table of pandas, polars or pyarrow, through its own interface.

    Raises
    ------
    DataError
        When the columns differ in length, share a name, or hold something else than numbers, text and dates.
    """
    named = [(normalize("NFC", str(name)), values) for name, values in frame_columns(frame)]
    columns = [column_from_values(name, values, hints) for name, values in named]
    _check_lengths(columns)
    _check_names([column.name for column in columns])
    return Table(tuple(columns), len(columns[0]))


def read_array(array: NDArray[Any]) -> Inputs:
    """Read a matrix (rows, columns): bytes as images, other numbers as columns.

    The columns are called c1, c2, … An array of more than two axes is one flattened image a row.

    Raises
    ------
    DataError
        When it has no rows or columns, is one-dimensional, or holds infinite values.
    """
    if array.ndim < 2 or array.size == 0:
        text = (
            f"an array of shape {array.shape} cannot be trained on; expected (rows, columns) with at least "
            "one of each. For a single column use x.reshape(-1, 1)."
        )
        raise DataError(text)
    flat = array.reshape(len(array), -1)
    if flat.dtype == np.uint8:
        return Pixels(flat, array.shape[1:])
    if flat.dtype.kind not in "biuf":
        names_and_values = enumerate(flat.T, start=1)
        return Table(tuple(column_from_values(f"c{i}", values) for i, values in names_and_values), len(flat))
    columns = np.ascontiguousarray(flat.T, dtype=np.float64)
    boolean = flat.dtype.kind == "b"
    numbers = [finite(Numbers(f"c{i}", values, boolean)) for i, values in enumerate(columns, start=1)]
    return Table(tuple(numbers), len(flat))


def _library(source: object) -> str:
    return type(source).__module__.partition(".")[0]


def frame_columns(frame: Any) -> list[tuple[object, Any]]:
    """The names and values of a dict of columns, or of a table of pandas, polars or pyarrow, as NumPy arrays."""
    if isinstance(frame, Mapping):
        return list(frame.items())
    if _library(frame) == "pandas":
        return [(name, frame.iloc[:, i].to_numpy()) for i, name in enumerate(frame.columns)]
    if _library(frame) == "polars":
        table = frame.collect() if hasattr(frame, "collect") else frame
        return [(column.name, _polars_values(column)) for column in table.get_columns()]
    return [(name, _arrow_values(column)) for name, column in zip(frame.column_names, frame.columns)]


def _polars_values(column: Any) -> Any:
    numeric = column.dtype.is_numeric() and not column.dtype.is_decimal()
    return column.to_numpy() if numeric else np.array(column.to_list(), dtype=object)


def _arrow_values(column: Any) -> Any:
    from pyarrow import types

    plain = types.is_integer(column.type) or types.is_floating(column.type)
    if column.null_count and not plain:
        return np.array(column.to_pylist(), dtype=object)
    return column.to_numpy()  # numbers that are missing are NaN


def _check_lengths(columns: list[Column]) -> None:
    if not columns:
        text = "the table has no columns; expected at least one."
        raise DataError(text)
    lengths = {column.name: len(column) for column in columns}
    if len(set(lengths.values())) > 1:
        text = f"the columns differ in length: {lengths}; expected the same number of rows in each."
        raise DataError(text)
    if len(columns[0]) == 0:
        text = f"the table has no rows (its columns are {listing(lengths)}); expected at least one."
        raise DataError(text)


def _check_names(names: list[str]) -> None:
    repeated = sorted(name for name, n in Counter(names).items() if n > 1)
    if repeated:
        text = f"the name {repeated[0]!r} stands for several columns; give every column its own name."
        raise DataError(text)
