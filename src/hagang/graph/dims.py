"""Dims: the sizes of a value's axes, where one of them may be the number of rows, known only at run time."""

from __future__ import annotations

from math import prod
from typing import Any, Final, TypeAlias

from hagang.errors import ShapeError

__all__ = ["Dim", "Dims", "R", "RowsDim", "bind", "count", "has_rows", "known_count", "show_dims"]


class RowsDim:
    """The number of rows of the mini-batch. There is one, called `R`."""

    __slots__ = ()
    _the_one: RowsDim | None = None

    def __new__(cls) -> RowsDim:
        if cls._the_one is None:
            cls._the_one = super().__new__(cls)
        return cls._the_one

    def __repr__(self) -> str:
        return "R"

    def __reduce__(self) -> tuple[type[RowsDim], tuple[()]]:
        return RowsDim, ()


R: Final = RowsDim()
Dim: TypeAlias = int | RowsDim
Dims: TypeAlias = tuple[Dim, ...]


def has_rows(dims: Dims) -> bool:
    """Whether one of the dims is the number of rows."""
    return R in dims


def count(dims: Dims, rows: int | None = None) -> int:
    """The number of elements, given the number of rows where the dims need it."""
    return prod(bind(dims, rows))


def known_count(dims: Dims) -> int:
    """The number of elements in one row, or in all where no axis is the rows."""
    return prod(dim for dim in dims if not isinstance(dim, RowsDim))


def bind(value: Any, rows: int | None) -> Any:
    """Put the number of rows in place of `R`, in a dim, dims or any nested tuple of an op's attributes."""
    if isinstance(value, RowsDim):
        if rows is None:
            msg = "expected the number of rows of the mini-batch, received none: feed an input that has rows"
            raise ShapeError(msg)
        return rows
    if isinstance(value, tuple):
        return tuple(bind(item, rows) for item in value)
    return value


def show_dims(dims: Dims) -> str:
    """Dims as people write them: `(R, 10)`."""
    inner = ", ".join(map(str, dims))
    return f"({inner},)" if len(dims) == 1 else f"({inner})"
