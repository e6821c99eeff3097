"""Numeric columns as Parquet files through DuckDB, written atomically."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data.query import connect, file_literal
from hagang.errors import FileFormatError
from hagang.saved import atomic_write

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy.typing as npt

__all__ = ["read_columns", "write_columns"]


def write_columns(file: Path, columns: Mapping[str, npt.ArrayLike]) -> None:
    """Write columns of equal length; NaN becomes a missing value.

    Raises
    ------
    FileFormatError
        Where the file cannot be written.
    """
    arrays = {name: np.asarray(values) for name, values in columns.items()}
    with atomic_write(file) as unfinished, connect() as database:
        database.register("written", arrays)
        database.execute(f"COPY (SELECT * FROM written) TO {file_literal(unfinished)} (FORMAT parquet)")


def read_columns(file: Path) -> dict[str, npt.NDArray[Any]]:
    """Read the columns of a file; missing values become NaN.

    Raises
    ------
    FileFormatError
        Where it is missing or damaged.
    """
    import duckdb

    try:
        with connect() as database:
            told = database.execute(f"SELECT * FROM read_parquet({file_literal(file)})").fetchnumpy()
    except duckdb.Error as error:
        msg = f"'{file}' cannot be read ({str(error).splitlines()[0]}); restore a copy, or train again"
        raise FileFormatError(msg) from None
    return {name: _filled(values) for name, values in told.items()}


def _filled(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    if not np.ma.getmaskarray(values).any():
        return np.asarray(values)
    return np.where(np.ma.getmaskarray(values), np.nan, np.ma.getdata(values))
