"""Which column is meant, by name or position."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hagang.data.cell_parsing import nfc_name
from hagang.data.text import did_you_mean, listing
from hagang.errors import DataError

if TYPE_CHECKING:
    from hagang.data.columns import Table

__all__ = ["choose_target"]


def choose_target(table: Table, target: str | int, role: str = "target") -> str:
    """Return the name of the target's column, or of one with another role.

    Parameters
    ----------
    table
        The table.
    target
        A column's name; ``"last"``; or a position. Positions count from 1, as in c1, c2, …; -1 is the last.
    role
        What the column is for, as an error should say it.

    Raises
    ------
    DataError
        When there is no such column.

    Examples
    --------
    >>> from hagang.data import Numbers, Table
    >>> table = Table((Numbers("x", np.zeros(2)), Numbers("y", np.ones(2))), 2)
    >>> choose_target(table, "last"), choose_target(table, 1), choose_target(table, "y")
    ('y', 'x', 'y')
    """
    if isinstance(target, str) and (name := nfc_name(target)) in table:
        return name
    if target == "last":
        return table.names[-1]
    position = _position(target)
    if position is None:
        text = (
            f"there is no column {target!r} to be the {role}; the columns are {listing(table.names)}. "
            f"Give a name, a position (the first is 1) or 'last'.{did_you_mean(str(target), table.names)}"
        )
        raise DataError(text)
    if position == 0 or not -len(table.names) <= position <= len(table.names):
        text = (
            f"there is no column {position}: positions count from 1 to {len(table.names)} (-1 is the last). "
            f"The columns are {listing(table.names)}."
        )
        raise DataError(text)
    return table.names[position - 1 if position > 0 else position]


def _position(target: str | int) -> int | None:
    if isinstance(target, int | np.integer):
        return int(target)
    digits = target.removeprefix("-")
    return int(target) if digits.isascii() and digits.isdigit() else None
