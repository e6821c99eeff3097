"""Columns that are no inputs: how much a row counts, and what decides the part that it falls in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data.choose import choose_target
from hagang.data.columns import Column, Numbers, Table
from hagang.data.text import count
from hagang.data.values import column_from_values
from hagang.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from hagang.data.columns import Inputs

__all__ = ["ROLES", "assign_roles", "weights_of"]

ROLES = ("weight", "group", "time", "part")
"""What a column may be for, beside an input and the target. The column of times stays among the inputs too."""


def assign_roles(inputs: Inputs, chosen: Mapping[str, Any]) -> tuple[Inputs, dict[str, Column]]:
    """Part the columns with a role from the inputs.

    Parameters
    ----------
    inputs
        What was read.
    chosen
        For each role a column's name or position, the values themselves, or None.

    Raises
    ------
    DataError
        When there is no such column, the values are not one per row, or weights cannot be.
    """
    roles: dict[str, Column] = {}
    taken = []
    for role, value in chosen.items():
        if value is None:
            continue
        if isinstance(value, str | int | np.integer):
            name = _name(inputs, role, value)
            roles[role] = inputs[name]  # type: ignore[index]
            taken += [name] * (role != "time")
        else:
            roles[role] = _beside(inputs, role, value)
    if "weight" in roles:
        weights_of(roles["weight"])  # raises, with the row as the source counts it
    return (inputs.without(taken) if isinstance(inputs, Table) else inputs), roles


def weights_of(column: Column) -> NDArray[np.float32]:
    """Return how much each row counts, shape (n,), float32.

    Raises
    ------
    DataError
        When a weight is missing, negative or no number, or all are zero.
    """
    if not isinstance(column, Numbers):
        text = f"the column of weights {column.name!r} is not numbers; expected a number from 0 in each row."
        raise DataError(text)
    wrong = np.flatnonzero(~(column.values >= 0))
    if wrong.size:
        row, value = int(wrong[0]), column.values[wrong[0]]
        what = "missing" if np.isnan(value) else f"{value:g}"
        text = (
            f"the weight {column.name!r} is {what} in row {row + 1} ({count(wrong.size, 'such row')}); "
            "expected a number from 0 in each row. Correct them, or leave these rows out."
        )
        raise DataError(text)
    if not column.values.any():
        text = f"every weight in {column.name!r} is zero; expected rows that count."
        raise DataError(text)
    return column.values.astype(np.float32)


def _name(inputs: Inputs, role: str, value: Any) -> str:
    if not isinstance(inputs, Table):
        text = f"{role}={value!r} names a column, but images have none; give the values, one per row."
        raise DataError(text)
    return choose_target(inputs, value, role)


def _beside(inputs: Inputs, role: str, values: Any) -> Column:
    column = column_from_values(role, values.to_numpy() if hasattr(values, "to_numpy") else values)
    if len(column) != len(inputs):
        text = f"{role} has {count(len(column), 'value')} for {count(len(inputs), 'row')}; expected one per row."
        raise DataError(text)
    return column
