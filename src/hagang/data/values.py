"""Columns from Python values: lists, NumPy arrays, and what frames give as NumPy arrays."""

from __future__ import annotations

from collections import Counter
from itertools import compress
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data.cell_parsing import BLANK, MISSING, MISSING_NUMBER, Tally, is_code, to_number
from hagang.data.columns import Column, Numbers, Text
from hagang.data.datetimes import of_datetime64, parse_datetimes
from hagang.data.spelling import respell, spelling_of
from hagang.data.text import count
from hagang.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

LARGEST = 1e38

__all__ = ["CellError", "are_plain_numbers", "coded_column", "column_from_values", "finite", "text_column"]


class CellError(DataError):
    """A cell cannot be used; `row` counts from 1, a header aside."""

    def __init__(self, text: str, row: int) -> None:
        super().__init__(text)
        self.row = row


def column_from_values(name: str, values: ArrayLike) -> Column:
    """Return the column that a one-dimensional array or sequence holds.

    Numbers and booleans become `Numbers`; text, dates and mixed objects are understood as in a file.
    None, NaN, NaT and pandas' NA are missing.

    Raises
    ------
    DataError
        When the values are not one-dimensional, or one is infinite.
    """
    array = _as_array(name, values)
    if array.dtype.kind == "b":
        return Numbers(name, array.astype(np.float64), boolean=True)
    if array.dtype.kind in "iuf":
        return finite(Numbers(name, array.astype(np.float64)))
    if array.dtype.kind == "M":
        spelling, seconds = of_datetime64(array)
        return Numbers(name, seconds, spelling=spelling)
    if array.dtype.kind in "OUSmT":
        return _from_objects(name, array.astype(object))
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


def text_column(name: str, texts: Sequence[str | None]) -> Column:
    """Return the column that trimmed texts spell, None standing for missing: `Numbers` where they are."""
    counts = Counter(text for text in texts if text is not None)
    spelled = {text: to_number(text) for text in counts}
    if not counts or _tally(counts, spelled).is_numbers:
        return _numbers(name, texts, spelled)
    values = tuple(sorted(counts))
    place: dict[str | None, int] = {text: code for code, text in enumerate(values)}
    place[None] = -1
    return coded_column(name, np.fromiter(map(place.__getitem__, texts), np.int32, len(texts)), values)


def are_plain_numbers(texts: Sequence[str | None]) -> bool:
    """Whether trimmed texts, None standing for missing, are numbers without exception."""
    counts = Counter(text for text in texts if text is not None)
    tally = _tally(counts, {text: to_number(text) for text in counts})
    return tally.numbers == tally.present and not tally.coded


def coded_column(name: str, codes: NDArray[np.int32], values: tuple[str, ...]) -> Column:
    """Return the column of these texts: `Numbers` where they spell truth, or numbers the way people do."""
    if {value.lower() for value in values} <= {"true", "false"}:
        truth = np.array([*(float(value.lower() == "true") for value in values), np.nan])
        return Numbers(name, truth[codes], boolean=True)
    spelling = None if any(is_code(value) for value in values) else spelling_of(values)
    if spelling is None:
        return _datetimes(name, codes, values) or Text(name, codes, values)
    table = np.array([*(to_number(respell(value, spelling)) for value in values), np.nan])
    return Numbers(name, table[codes], spelling=spelling)


def _datetimes(name: str, codes: NDArray[np.int32], values: tuple[str, ...]) -> Numbers | None:
    """Return the column of dates or times that these texts are, if they are."""
    parsed = parse_datetimes(values)
    if parsed is None:
        return None
    spelling, seconds, wrong = parsed
    if wrong:
        row, word = min((int(np.argmax(codes == code)) + 1, values[code]) for code in wrong)
        text = (
            f"column {name!r} holds {word!r} in row {row}, which is no date or time; expected dates as "
            "2024-02-29 or 23:59. Correct it, or leave it empty to count as missing."
        )
        raise CellError(text, row)
    return Numbers(name, np.append(seconds, np.nan)[codes], spelling=spelling)


def _as_array(name: str, values: ArrayLike) -> NDArray[Any]:
    array = np.asarray(values)
    if isinstance(values, list | tuple) and array.dtype.kind in "US":
        array = np.array(values, dtype=object)  # NumPy would turn None and numbers among texts into texts
    if array.ndim != 1:
        text = f"column {name!r} has shape {array.shape}; expected one value per row, shape (n,)."
        raise DataError(text)
    return array


def _from_objects(name: str, values: NDArray[Any]) -> Column:
    present = np.fromiter((not _is_missing(value) for value in values), dtype=bool, count=len(values))
    known = list(compress(values, present))
    if all(isinstance(value, bool | np.bool_) for value in known) and known:
        return Numbers(name, _spread(present, known), boolean=True)
    if all(isinstance(value, int | float | np.number) for value in known):
        return finite(Numbers(name, _spread(present, known)))
    return text_column(name, [_as_text(value) if there else None for value, there in zip(values, present)])


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


def _as_text(value: Any) -> str | None:
    text = (value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)).strip(BLANK)
    return None if text in MISSING else text


def _tally(counts: Counter[str], spelled: dict[str, float]) -> Tally:
    numbers = {text: n for text, n in counts.items() if not np.isnan(spelled[text])}
    digits = {text: n for text, n in numbers.items() if text.isascii() and text.isdigit()}
    codes = sum(n for text, n in digits.items() if is_code(text))
    known = sum(counts[word] for word in MISSING_NUMBER)
    return Tally(
        present=counts.total(),
        numbers=sum(numbers.values()),
        digits=sum(digits.values()),
        codes=codes,
        known=known,
        distinct=len({spelled[text] for text in numbers}),
    )


def _numbers(name: str, texts: Sequence[str | None], spelled: dict[str, float]) -> Numbers:
    values = np.fromiter((np.nan if t is None else spelled[t] for t in texts), np.float64, len(texts))
    strays: dict[str, int] = {}
    for row in np.flatnonzero(np.isnan(values)).tolist():
        word = texts[row]
        if word is not None:
            strays.setdefault(word, row + 1)
    return finite(Numbers(name, values, strays=strays))
