"""Columns from Python values: lists, NumPy arrays, and what frames give as NumPy arrays."""

from __future__ import annotations

from dataclasses import replace
from itertools import compress
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data.cell_parsing import BLANK, MISSING, nfc, to_number
from hagang.data.columns import Column, Numbers, Text
from hagang.data.datetimes import of_datetime64
from hagang.data.hints import Hints
from hagang.data.readings import CellError, Cells, Reading, infer
from hagang.data.text import count
from hagang.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

LARGEST = 1e38
NO_HINTS = Hints()

__all__ = [
    "LARGEST",
    "NO_HINTS",
    "CellError",
    "coded_column",
    "column_from_values",
    "column_read_as",
    "composed",
    "finite",
    "less",
    "spelled",
    "text_column",
    "type_of",
    "without_missing",
]


def column_from_values(name: str, values: ArrayLike, hints: Hints = NO_HINTS) -> Column:
    """Return the column that a one-dimensional array or sequence holds.

    Numbers and booleans become `Numbers`; text, dates and mixed objects are understood as in a file.
    None, NaN, NaT and pandas' NA are missing.

    Raises
    ------
    DataError
        When the values are not one-dimensional, or one is infinite.
    """
    array = _as_array(name, values)
    if hints.types.get(name) in ("text", "words") and array.dtype.kind in "biuf":
        return text_column(name, [None if value != value else spelled(value) for value in array.tolist()], hints)
    if array.dtype.kind == "b":
        return Numbers(name, array.astype(np.float64), boolean=True)
    if array.dtype.kind in "iuf":
        return finite(without_missing(Numbers(name, array.astype(np.float64)), hints))
    if array.dtype.kind == "M":
        spelling, seconds = of_datetime64(array)
        return Numbers(name, seconds, spelling=spelling)
    if array.dtype.kind in "OUSmT":
        return _from_objects(name, array.astype(object), hints)
    text = (
        f"column {name!r} holds values of type {array.dtype}; expected numbers, booleans, text or dates. "
        f"Convert it or leave it out (drop=[{name!r}])."
    )
    raise DataError(text)


def finite(column: Numbers) -> Numbers:
    """Return the column, or raise where a value is infinite, or so large that no float32 comes near."""
    wrong = np.flatnonzero(np.abs(column.values) > LARGEST)
    if wrong.size:
        value = column.values[wrong[0]]
        what = "infinite" if np.isinf(value) else f"{value:.6g}"
        text = (
            f"column {column.name!r} is {what} in row {wrong[0] + 1} ({count(wrong.size, 'such value')}); expected "
            f"finite numbers up to {LARGEST:g}. Replace them, or leave them empty to count as missing."
        )
        raise CellError(text, int(wrong[0]) + 1)
    return column


def text_column(name: str, texts: Sequence[str | None], hints: Hints = NO_HINTS) -> Column:
    """Return the column that trimmed texts spell, None standing for missing."""
    values = tuple(sorted({text for text in texts if text is not None}))
    place: dict[str | None, int] = {text: code for code, text in enumerate(values)}
    place[None] = -1
    return coded_column(name, np.fromiter(map(place.__getitem__, texts), np.int32, len(texts)), values, hints)


def coded_column(name: str, codes: NDArray[np.int32], values: Sequence[str], hints: Hints = NO_HINTS) -> Column:
    """Return the column of trimmed texts that are stored once each, -1 standing for missing: numbers where they are.

    Raises
    ------
    DataError
        When nobody can tell what the column is: see `hagang.data.readings.infer`.
    """
    codes, values = composed(codes, values)
    if hints.raw:
        return Text(name, codes, tuple(values))
    how = hints.types.get(name)
    gone = [hints.is_missing(value, how) for value in values]
    absent = _first_rows(codes, [code for code, there in enumerate(gone) if there and values[code]])
    strays = {values[code]: row for code, row in absent.items()}
    if any(gone):
        codes, values = less(codes, values, gone)
    counts = np.bincount(codes[codes >= 0], minlength=len(values)).astype(np.int64)
    if not values:
        return Numbers(name, np.full(len(codes), np.nan))
    cells = Cells(name, values, counts, lambda code: int(np.argmax(codes == code)) + 1)
    return column_read_as(infer(cells, how), name, codes, values, strays)


def column_read_as(
    reading: Reading,
    name: str,
    codes: NDArray[np.int32],
    values: Sequence[str],
    strays: Mapping[str, int] | None = None,
) -> Column:
    """Return the column of texts that are stored once each, read in a known way."""
    if reading.is_text:
        return Text(name, codes, tuple(values), strays or {}, reading.notes)
    table = np.append(reading.values(values), np.nan)
    unread = _first_rows(codes, np.flatnonzero(np.isnan(table[:-1])).tolist())
    words = {values[code]: row for code, row in unread.items()}
    column = Numbers(name, table[codes], reading.kind == "boolean", words, reading.spelling, reading.notes)
    return column if reading.kind == "date" else finite(column)


def _first_rows(codes: NDArray[np.int32], chosen: Sequence[int]) -> dict[int, int]:
    """The first row, from 1, of each of these codes, in the order of the rows."""
    if not chosen:
        return {}
    rows = np.flatnonzero(np.isin(codes, chosen))
    found, first = np.unique(codes[rows], return_index=True)
    return {int(found[k]): int(rows[first[k]]) + 1 for k in np.argsort(first)}


def composed(codes: NDArray[np.int32], values: Sequence[str]) -> tuple[NDArray[np.int32], Sequence[str]]:
    """The same with composed characters: "가" and its letters one by one are one text."""
    composed = [text.strip(BLANK) for text in nfc(values)]
    if composed == list(values):
        return codes, values
    kept = sorted(set(composed))
    places = {text: code for code, text in enumerate(kept)}
    return np.array([*(places[text] for text in composed), -1], np.int32)[codes], kept


def less(
    codes: NDArray[np.int32], values: Sequence[str], gone: Sequence[bool]
) -> tuple[NDArray[np.int32], Sequence[str]]:
    """The same without some of the texts, which become missing."""
    kept = [value for value, there in zip(values, gone) if not there]
    places = np.cumsum([not there for there in gone]) - 1
    return np.append(np.where(gone, -1, places), -1).astype(np.int32)[codes], kept


def _as_array(name: str, values: ArrayLike) -> NDArray[Any]:
    array = np.asarray(values)
    if isinstance(values, list | tuple) and array.dtype.kind in "US":
        array = np.array(values, dtype=object)  # NumPy would turn None and numbers among texts into texts
    if array.ndim != 1:
        text = f"column {name!r} has shape {array.shape}; expected one value per row, shape (n,)."
        raise DataError(text)
    return array


def _from_objects(name: str, values: NDArray[Any], hints: Hints) -> Column:
    present = np.fromiter((not _is_missing(value) for value in values), dtype=bool, count=len(values))
    known = list(compress(values, present))
    if hints.types.get(name) in ("text", "words"):
        texts = [
            None if not t else spelled(v) if isinstance(v, float) else _as_text(v) for v, t in zip(values, present)
        ]
        return text_column(name, texts, hints)
    if all(isinstance(value, bool | np.bool_) for value in known) and known:
        return Numbers(name, _spread(present, known), boolean=True)
    if all(isinstance(value, int | float | np.number) for value in known):
        return finite(without_missing(Numbers(name, _spread(present, known)), hints))
    return text_column(name, [_as_text(value) if there else None for value, there in zip(values, present)], hints)


def type_of(column: Column) -> str:
    """How a column was read, so that another file can be read alike."""
    if isinstance(column, Numbers):
        return column.spelling or ("boolean" if column.boolean else "number")
    return "words" if any(value in MISSING for value in column.values) else "text"


def without_missing(column: Numbers, hints: Hints) -> Numbers:
    """The same with NaN for numbers that were said to mean "no value"."""
    numbers = [value for value in map(to_number, hints.missing) if not np.isnan(value)]
    if not numbers or not np.isin(column.values, numbers).any():
        return column
    return replace(column, values=np.where(np.isin(column.values, numbers), np.nan, column.values))


def spelled(value: float) -> str:
    """Write a number as a file would."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _spread(present: NDArray[np.bool_], known: list[Any]) -> NDArray[np.float64]:
    values = np.full(len(present), np.nan)
    values[present] = np.array(known, dtype=np.float64)
    return values


def _is_missing(value: Any) -> bool:
    """Whether this is None, NaN, NaT (which differ from themselves) or pandas' NA (which refuses)."""
    if value is None:
        return True
    try:
        return bool(value != value)
    except (TypeError, ValueError):
        return True


def _as_text(value: Any) -> str:
    return (value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)).strip(BLANK)
