"""A data set as it was read: what goes in, what should come out, and what was noticed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from hagang.data.columns import Column, Inputs
    from hagang.data.findings import Finding
    from hagang.data.task import Task

__all__ = ["Dataset", "Labelled"]


@dataclass(frozen=True, eq=False)
class Labelled:
    """Inputs with their targets, row by row, and the columns that have another role (see `hagang.data.roles`)."""

    inputs: Inputs
    target: Column
    roles: Mapping[str, Column] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.inputs)

    def take(self, rows: NDArray[np.int64]) -> Labelled:
        """Return these rows."""
        roles = {role: column.take(rows) for role, column in self.roles.items()}
        return Labelled(self.inputs.take(rows), self.target.take(rows), roles)


@dataclass(frozen=True, eq=False)
class Dataset:
    """A data set as it was read, before anything is fitted to it.

    Parameters
    ----------
    name
        Where it came from, in a word: the file's name, or what kind of object.
    inputs
        A `Table` of columns or `Pixels`; the target is not among them.
    target
        The column to predict, with no value missing; None when there is nothing to predict from.
    task
        ``"classification"`` or ``"regression"``; None without a target.
    test
        The test part that the source brought along, if it did.
    findings
        What was noticed and decided while reading.
    roles
        Columns that are neither inputs nor the target: "weight", "group", "time", "part".
    row_names
        What each row is called, where it has a name of its own: a picture's file.
    """

    name: str
    inputs: Inputs
    target: Column | None = None
    task: Task | None = None
    test: Labelled | None = None
    findings: tuple[Finding, ...] = ()
    roles: Mapping[str, Column] = field(default_factory=dict)
    row_names: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.inputs)
