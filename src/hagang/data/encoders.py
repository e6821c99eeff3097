"""How one column becomes features: numbers, categories, or only whether there is a value."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data.cell_parsing import is_missing_number, to_number
from hagang.data.columns import Numbers, Text
from hagang.data.encoder import Encoder
from hagang.data.numerals import Numerals, canonical_unit
from hagang.data.text import count, number
from hagang.data.time_encoder import TimeEncoder
from hagang.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from hagang.data.columns import Column

__all__ = ["CategoryEncoder", "CodeEncoder", "NumberEncoder", "PresenceEncoder", "encoder_from_json"]

SOFT = 3.0
"""Where smooth clipping begins to tell, and the largest that it lets through."""


@dataclass(frozen=True)
class NumberEncoder(Encoder):
    r"""Numbers, shifted and scaled: :math:`z = (\min(\max(x, l), h) - m) / s`.

    With `soft`, smoothly clipped to :math:`z / \sqrt{1 + (z / 3)^2}`, as by Holzmüller, Grinsztajn and Steinwart
    (Better by default, 2024).

    Parameters
    ----------
    name
        The column's name.
    fill
        What stands in for a missing value: the median of the training part.
    shift, scale
        m and s.
    bounds
        The bounds l and h, in the column's own unit; None for none.
    missing
        How many values were missing at training. If any, a second feature says where one is.
    cut
        How many values lay beyond the bounds at training.
    strays
        Words that counted as missing at training, and so do later.
    spelling
        How the numbers were written at training, if not in the plain way.
    soft
        Whether values are clipped smoothly.
    """

    fill: float
    shift: float
    scale: float
    bounds: tuple[float, float] | None
    missing: int
    cut: int = 0
    strays: tuple[str, ...] = ()
    spelling: str = ""
    soft: bool = False

    kind = "number"

    @property
    def outputs(self) -> tuple[str, ...]:
        return (self.name, f"{self.name} missing") if self.missing else (self.name,)

    def compact(self, column: Column) -> NDArray[np.float32]:
        return self._scaled(self._numbers(column))

    def expand(self, values: NDArray[Any], out: NDArray[np.float32]) -> None:
        out[:, 0] = values
        missing = np.isnan(values)
        if missing.any():
            out[missing, 0] = self._scaled(np.array([self.fill]))[0]
            out[:, 1:] = missing[:, None]

    def describe(self, *, brief: bool = False) -> str:
        soft = ", smoothly clipped to ±3" * self.soft
        missing = f", missing as {number(self.fill)} and marked" if self.missing else ""
        if brief:
            return f"{self._formula(3)}{soft}{missing}"
        bounds = f", cut at {number(self.bounds[0])} and {number(self.bounds[1])}" if self.bounds else ""
        return f"number, {self._formula(6)}{bounds}{soft}{missing}"

    def _formula(self, digits: int) -> str:
        if (self.shift, self.scale) == (0, 1):
            return "as it is"
        sign = "+" if self.shift < 0 else "-"
        return f"(x {sign} {abs(self.shift):.{digits}g}) / {self.scale:.{digits}g}"

    def _scaled(self, values: NDArray[np.float64]) -> NDArray[np.float32]:
        if self.bounds:
            values = np.clip(values, *self.bounds)
        scaled = (values - self.shift) / self.scale
        return (scaled / np.sqrt(1 + (scaled / SOFT) ** 2) if self.soft else scaled).astype(np.float32)

    def _numbers(self, column: Column) -> NDArray[np.float64]:
        if isinstance(column, Numbers):
            self._check_spelling(column)
            new = [(row, word) for word, row in column.strays.items() if not self._is_missing(word)]
            if new:
                raise self._not_a_number(*min(new))
            return column.values
        table: NDArray[np.float64] = np.array([*map(to_number, column.values), np.nan])
        for code, word in enumerate(column.values):
            if not math.isfinite(table[code]) and not self._is_missing(word) and (column.codes == code).any():
                raise self._not_a_number(int(np.argmax(column.codes == code)) + 1, word)
        return table[column.codes]

    def _is_missing(self, word: str) -> bool:
        return word in self.strays or is_missing_number(word)

    def _check_spelling(self, column: Numbers) -> None:
        """Refuse to guess what "1,234" is when the training part was written in another way."""
        new, old = Numerals.named(column.spelling), Numerals.named(self.spelling)
        alike = canonical_unit(new.unit) in ("", canonical_unit(old.unit)) and new.decimal == old.decimal
        if column.spelling and not alike:
            text = (
                f"column {self.name!r} is written as {column.spelling}, at training as {self.spelling or 1234.5}; "
                "expected the same. Write its numbers as at training."
            )
            raise DataError(text)

    def _not_a_number(self, row: int, word: str) -> DataError:
        text = (
            f"column {self.name!r} holds {word!r} in row {row}; expected a number, as at training. "
            "Correct it, or leave it empty to count as missing."
        )
        return DataError(text)


@dataclass(frozen=True)
class CategoryEncoder(Encoder):
    """Text with few different values: one feature of 0 and 1 for each.

    A missing value has a feature of its own if any was missing at training; a value that is not in `values`
    sets the feature "other" if there is one. What has no feature of its own is all zeros.

    Parameters
    ----------
    name
        The column's name.
    values
        The values with a feature each.
    other
        Whether one more feature stands for every other value.
    missing
        Whether one more feature says that the value is missing.
    """

    values: tuple[str, ...]
    other: bool
    missing: bool

    kind = "category"

    @property
    def outputs(self) -> tuple[str, ...]:
        more = [f"{self.name} other"] * self.other + [f"{self.name} missing"] * self.missing
        return (*(f"{self.name}={value}" for value in self.values), *more)

    def compact(self, column: Column) -> NDArray[Any]:
        """Each value's feature; one past the last where it has none."""
        codes, values = _as_text(column)
        none = len(self.outputs)
        places = {value: place for place, value in enumerate(self.values)}
        other = len(self.values) if self.other else none
        missing = len(self.values) + self.other if self.missing else none
        return np.array([*(places.get(value, other) for value in values), missing], np.min_scalar_type(none))[codes]

    def expand(self, values: NDArray[Any], out: NDArray[np.float32]) -> None:
        rows = np.flatnonzero(values < len(self.outputs))
        out[rows, values[rows]] = 1.0

    def describe(self, *, brief: bool = False) -> str:
        more = ", the others together" * self.other + ", missing marked" * self.missing
        return f"{'category, ' * (not brief)}a feature for each of {count(len(self.values), 'value')}{more}"

    def unseen(self, column: Column) -> tuple[str, ...]:
        """Return the values of a column that have no feature of their own."""
        codes, values = _as_text(column)
        used = np.bincount(codes[codes >= 0], minlength=len(values)) > 0
        return tuple(value for value, there in zip(values, used) if there and value not in self.values)


@dataclass(frozen=True)
class CodeEncoder(Encoder):
    """Text with many different values: one feature that holds a code, for an embedding to look up.

    0 is a value not in `values`, 1 a missing one, 2 and up are `values` in order.

    Parameters
    ----------
    name
        The column's name.
    values
        The values with a code each.
    """

    values: tuple[str, ...]

    kind = "code"

    @property
    def outputs(self) -> tuple[str, ...]:
        return (f"{self.name} code",)

    @property
    def size(self) -> int:
        """How many codes there are."""
        return len(self.values) + 2

    def compact(self, column: Column) -> NDArray[Any]:
        codes, values = _as_text(column)
        places = {value: place for place, value in enumerate(self.values, start=2)}
        return np.array([*(places.get(value, 0) for value in values), 1], np.min_scalar_type(self.size))[codes]

    def expand(self, values: NDArray[Any], out: NDArray[np.float32]) -> None:
        out[:, 0] = values

    def describe(self, *, brief: bool = False) -> str:
        each = f"a code for each of {count(len(self.values), 'value')}"
        return f"{'category, ' * (not brief)}{each}, one for others and one for missing"


@dataclass(frozen=True)
class PresenceEncoder(Encoder):
    """Text that identifies a row, of which only is kept whether it is missing."""

    kind = "presence"

    @property
    def outputs(self) -> tuple[str, ...]:
        return (f"{self.name} missing",)

    def compact(self, column: Column) -> NDArray[Any]:
        return column.missing.astype(np.uint8)

    def expand(self, values: NDArray[Any], out: NDArray[np.float32]) -> None:
        out[:, 0] = values

    def describe(self, *, brief: bool = False) -> str:  # noqa: ARG002 (it is brief)
        return "only whether it is missing"


_KINDS: tuple[type[Encoder], ...] = (NumberEncoder, CategoryEncoder, CodeEncoder, PresenceEncoder, TimeEncoder)


def encoder_from_json(data: Mapping[str, Any]) -> Encoder:
    """Return what `Encoder.to_json` described."""
    kinds: dict[str, type[Encoder]] = {cls.kind: cls for cls in _KINDS}
    values = {k: tuple(v) if isinstance(v, list) else v for k, v in data.items() if k != "kind"}
    cls: Any = kinds[data["kind"]]
    encoder: Encoder = cls(**values)
    return encoder


def _as_text(column: Column) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """Codes and texts of a column; numbers are written as a file would spell them."""
    if isinstance(column, Text):
        return column.codes, column.values
    values, inverse = np.unique(column.values, return_inverse=True)  # NaN, if any, is the last and one
    codes = np.where(column.missing, -1, inverse).astype(np.int32)
    return codes, tuple(_spelled(value, column.boolean) for value in values[~np.isnan(values)].tolist())


def _spelled(value: float, boolean: bool) -> str:
    if boolean:
        return str(bool(value))
    return str(int(value)) if value.is_integer() else repr(value)
