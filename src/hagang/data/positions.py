"""Columns known by their position alone, in a table that may lack the target's."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from hagang.data.columns import Table

if TYPE_CHECKING:
    from collections.abc import Collection

    from hagang.data.columns import Inputs

__all__ = ["align_positions"]

_POSITION = re.compile(r"c([1-9]\d*)")


def align_positions(inputs: Inputs, known: Collection[str], target: str) -> Inputs:
    """Give columns the names that they had at training, where a table without header now lacks the target.

    Without a header columns are called c1, c2, … by their position, so those behind the target's place move up by
    one when it is not there.

    Parameters
    ----------
    inputs
        What was read.
    known
        The names of all columns at training, the target's aside.
    target
        The target's name.

    Examples
    --------
    >>> import numpy as np
    >>> from hagang.data import Numbers
    >>> table = Table((Numbers("c1", np.zeros(2)), Numbers("c2", np.ones(2))), 2)
    >>> align_positions(table, ("c1", "c3"), target="c2").names
    ('c1', 'c3')
    """
    place, places = _position(target), {_position(name) for name in (*known, target)}
    if not isinstance(inputs, Table) or place is None or None in places:
        return inputs
    here = range(1, len(inputs.names) + 1)
    if inputs.names != tuple(f"c{k}" for k in here) or len(here) != max(filter(None, places)) - 1:
        return inputs
    moved = (replace(column, name=f"c{k + (k >= place)}") for k, column in zip(here, inputs.columns, strict=True))
    return Table(tuple(moved), len(inputs))


def _position(name: str) -> int | None:
    match = _POSITION.fullmatch(name)
    return int(match[1]) if match else None
