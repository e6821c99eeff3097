"""Frames, and arrays with gaps, as numbers: by the types of their columns, with scikit-learn's encoders."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data import frame_columns
from hagang.errors import DataError

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["ColumnEncoder", "check_no_dates", "column_encoder", "is_missing"]

_NUMBERS, _CODES, _TEXT, _TRUTH, _OTHER = "numbers", "codes", "text", "truth values", "other things"


def is_missing(value: Any) -> bool:
    """Whether a value of a column stands for none: None, NaN, NaT or pandas' NA."""
    if value is None or type(value).__name__ == "NAType":
        return True
    unequal = value != value
    return isinstance(unequal, bool | np.bool_) and bool(unequal)


def check_no_dates(name: str, values: Any) -> None:
    """Raise where values are dates or durations: as numbers of microseconds nothing would be learned from them."""
    if getattr(getattr(values, "dtype", None), "kind", None) in {"m", "M"}:
        msg = (
            f"{name}: expected numbers, received dates or durations ({values.dtype}). Give what matters of them as "
            "numbers, such as the year, the day of the week or days since a day"
        )
        raise DataError(msg)


def column_encoder(X: Any, missing: str) -> ColumnEncoder | None:
    """What turns X into numbers, unfitted; None where scikit-learn's own validation does."""
    if type(X).__name__ == "LazyFrame":
        msg = "X: expected rows in memory, received a LazyFrame; pass X.collect()"
        raise DataError(msg)
    indicate = missing == "indicate"
    if not _is_frame(X):
        return ColumnEncoder(dict.fromkeys(range(X.shape[1]), _NUMBERS), True) if indicate and _is_matrix(X) else None
    columns = _columns(X)
    repeated = [name for name, times in Counter(name for name, _ in columns).items() if times > 1]
    if repeated:
        msg = f"X: the name {repeated[0]!r} stands for several columns; give every column its own name"
        raise DataError(msg)
    coded = _coded(X)
    kinds = {name: _kind(name, values, coded=name in coded) for name, values in columns}
    plain = not indicate and set(kinds.values()) <= {_NUMBERS}
    return None if plain else ColumnEncoder(kinds, indicate)


class ColumnEncoder:
    """Turns the columns of a frame into numbers.

    Truth values are 0 and 1. A column of text or categories becomes a column of 0 and 1 for each value, a missing
    value being one of them and one not seen in training none; so do truth values with gaps. Where gaps are indicated,
    those among numbers get the column's median, and a column of 0 and 1 tells where they were.

    Parameters
    ----------
    kinds : dict
        What each column holds, by its name.
    indicate : bool
        Whether there may be gaps among numbers.
    """

    def __init__(self, kinds: dict[Any, str], indicate: bool) -> None:
        from sklearn.impute import SimpleImputer
        from sklearn.preprocessing import OneHotEncoder

        self.kinds = kinds
        self._imputer = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
        self._encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
        self._indicate = indicate

    def fit_transform(self, X: Any) -> npt.NDArray[Any]:
        """Learn the values of X's columns, and turn it into numbers."""
        return self._through(X, "fit_transform")

    def transform(self, X: Any) -> npt.NDArray[Any]:
        """Turn X into numbers as in training.

        Raises
        ------
        DataError
            Where a column holds something else than in training.
        """
        return self._through(X, "transform")

    def _through(self, X: Any, method: str) -> npt.NDArray[Any]:
        columns = self._known(X)
        numbers = [_as_numbers(name, values) for name, values in columns.items() if self.kinds[name] == _NUMBERS]
        others = [self._as_labels(name, values) for name, values in columns.items() if self.kinds[name] != _NUMBERS]
        parts = []
        if numbers:
            matrix = np.column_stack(numbers)
            parts.append(getattr(self._imputer, method)(matrix) if self._indicate else matrix)
        if others:
            parts.append(getattr(self._encoder, method)(np.column_stack(others)))
        return np.hstack(parts)

    def _known(self, X: Any) -> dict[Any, npt.NDArray[Any]]:
        """The columns by the names they were trained under; an array's by their places."""
        if _is_frame(X):
            return dict(_columns(X))
        array = np.asarray(X.toarray() if hasattr(X, "toarray") else X)
        return dict(zip(self.kinds, array.T, strict=True))

    def _as_labels(self, name: Any, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        kind = _NUMBERS if self.kinds[name] == _CODES else self.kinds[name]
        found = sorted(_kinds_of(values) - {kind})
        if found:
            msg = f"column {name!r}: expected {kind} as in training, received {' and '.join(found)}"
            raise DataError(msg)
        labels = np.empty(len(values), dtype=object)
        labels[:] = [None if is_missing(value) else value for value in values.tolist()]
        return labels


def _is_frame(X: Any) -> bool:
    """Whether X is a table of named columns, each of its own type."""
    return hasattr(X, "__len__") and hasattr(X, "columns") and not hasattr(X, "toarray")


def _is_matrix(X: Any) -> bool:
    return isinstance(X, np.ndarray) and X.ndim == 2 and X.dtype.kind in "fiuO"


def _columns(X: Any) -> list[tuple[Any, npt.NDArray[Any]]]:
    return [(name, np.asarray(values)) for name, values in frame_columns(X)]


def _coded(X: Any) -> list[Any]:
    """The names of the columns that are categories by their type, whatever these are."""
    types = getattr(X, "dtypes", ())
    kinds = zip(X.columns, types, strict=True) if len(types) else ()
    return [name for name, kind in kinds if str(kind).lower().startswith(("category", "categorical", "enum"))]


def _kind(name: Any, values: npt.NDArray[Any], *, coded: bool) -> str:
    check_no_dates(f"column {name!r}", values)
    kinds = sorted(_kinds_of(values))
    if len(kinds) > 1:
        msg = f"column {name!r}: expected values of one kind, received {' and '.join(kinds)}. Convert it, for example "
        msg += "by .astype(str)"
        raise DataError(msg)
    if not kinds:
        return _NUMBERS if values.dtype.kind in "fiu" else _TEXT
    if kinds == [_OTHER] and not coded:
        value = next(value for value in values.tolist() if not is_missing(value))
        msg = (
            f"column {name!r}: expected numbers, text, categories or truth values, received {type(value).__name__}. "
            "Give what matters of it as numbers, or leave the column out"
        )
        raise DataError(msg)
    if kinds == [_TRUTH] and not any(map(is_missing, values.tolist())):
        return _NUMBERS
    return _CODES if coded and kinds == [_NUMBERS] else kinds[0]


def _kinds_of(values: npt.NDArray[Any]) -> set[str]:
    """What is there beside gaps."""
    if values.dtype.kind in "fiu":
        return {_NUMBERS} if not np.isnan(values).all() else set()
    try:
        different: Any = set(values.tolist())
    except TypeError:  # lists and their kin
        different = values.tolist()
    return {_kind_of(value) for value in different if not is_missing(value)}


def _kind_of(value: Any) -> str:
    if isinstance(value, bool | np.bool_):
        return _TRUTH
    if isinstance(value, str):
        return _TEXT
    return _NUMBERS if isinstance(value, Real | Decimal) else _OTHER


def _as_numbers(name: Any, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    if values.dtype.kind in "fiub":
        return values
    check_no_dates(f"column {name!r}", values)
    try:
        return np.array([np.nan if is_missing(value) else float(value) for value in values.tolist()])
    except (TypeError, ValueError) as error:
        wrong = next(value for value in values.tolist() if _kind_of(value) in {_TEXT, _OTHER} and not is_missing(value))
        msg = f"column {name!r}: expected numbers, received {wrong!r}"
        raise DataError(msg) from error
