"""What is trained on, as it was read: columns of numbers and of text, and images of bytes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from hagang.data.text import did_you_mean, listing
from hagang.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    Rows: TypeAlias = NDArray[np.int64] | slice

__all__ = ["Column", "Inputs", "Numbers", "Pixels", "Table", "Text"]


@dataclass(frozen=True, eq=False)
class Numbers:
    """A column of numbers.

    Parameters
    ----------
    name
        The column's name.
    values
        Shape (n,), float64; NaN where the value is missing. Never infinite.
    boolean
        Whether the values were true and false (kept as 1 and 0).
    strays
        Words found among the numbers and counted as missing, each with the first row it stands in
        (rows count from 1, a header line is not counted).
    spelling
        How the numbers were written, if not in the plain way: as 1234.5 would be, or the name of a way to write dates.
    notes
        What a person should know of how it was read.
    """

    name: str
    values: NDArray[np.float64]
    boolean: bool = False
    strays: Mapping[str, int] = field(default_factory=dict)
    spelling: str = ""
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.values)

    @cached_property
    def missing(self) -> NDArray[np.bool_]:
        """Shape (n,), true where the value is missing."""
        return np.isnan(self.values)

    @cached_property
    def integral(self) -> bool:
        """Whether every value present is a whole number."""
        present = self.values[~self.missing]
        return bool(np.all(present == np.rint(present)))

    def take(self, rows: Rows) -> Numbers:
        """Return the column of these rows."""
        return replace(self, values=self.values[rows])


@dataclass(frozen=True, eq=False)
class Text:
    """A column of text, each different text stored once.

    Parameters
    ----------
    name
        The column's name.
    codes
        Shape (n,), int32: positions in `values`; -1 where the value is missing.
    values
        The different texts, sorted by code point.
    strays
        Words that counted as missing, each with the first row it stands in.
    """

    name: str
    codes: NDArray[np.int32]
    values: tuple[str, ...]
    strays: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def missing(self) -> NDArray[np.bool_]:
        """Shape (n,), true where the value is missing."""
        return self.codes < 0

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """How often each of `values` occurs."""
        return np.bincount(self.codes[~self.missing], minlength=len(self.values)).astype(np.int64)

    def take(self, rows: Rows) -> Text:
        """Return the column of these rows."""
        return replace(self, codes=self.codes[rows])


Column: TypeAlias = Numbers | Text


@dataclass(frozen=True, eq=False)
class Table:
    """Columns of equal length, in the order of the source.

    Parameters
    ----------
    columns
        The columns; their names differ.
    rows
        The number of rows, also when there are no columns.
    """

    columns: tuple[Column, ...]
    rows: int

    def __len__(self) -> int:
        return self.rows

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The columns' names."""
        return tuple(column.name for column in self.columns)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.names)}

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __getitem__(self, name: str) -> Column:
        if name not in self._places:
            text = (
                f"there is no column {name!r}; the columns are {listing(self.names)}.{did_you_mean(name, self.names)}"
            )
            raise DataError(text)
        return self.columns[self._places[name]]

    def take(self, rows: Rows) -> Table:
        """Return the table of these rows."""
        length = len(range(*rows.indices(self.rows))) if isinstance(rows, slice) else len(rows)
        return Table(tuple(column.take(rows) for column in self.columns), length)

    def without(self, names: Iterable[str]) -> Table:
        """Return the table less these columns."""
        left = set(names)
        return Table(tuple(column for column in self.columns if column.name not in left), self.rows)


@dataclass(frozen=True, eq=False)
class Pixels:
    """Images (or any grid of bytes), one per row.

    Parameters
    ----------
    values
        Shape (n, d), uint8: each image flattened row by row.
    shape
        The shape of one image, for example ``(28, 28)``; its product is d.
    """

    values: NDArray[np.uint8]
    shape: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.values)

    def take(self, rows: Rows) -> Pixels:
        """Return the images of these rows."""
        return replace(self, values=self.values[rows])


Inputs: TypeAlias = Table | Pixels
