"""What every runtime offers: a Session that holds slots and runs Programs on them, a chunk of steps at a call."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from hagang.errors import ArgumentError, ShapeError
from hagang.graph import R, show_dims

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hagang.program import Program

__all__ = ["Chunk", "Result", "Runtime", "Session", "check_chunk", "check_slots"]

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Chunk:
    """A number of steps to run in one call.

    Parameters
    ----------
    data : mapping of str to array
        The whole arrays that the batch inputs are gathered from; the first axis is the rows.
    order : array of int64, optional
        Which rows, in the order in which the steps take them; None takes all rows in order, at every step where
        `batch_size` is None.
    batch_size : int, optional
        Rows per step; the last step of an order may have fewer. None: every step takes the whole order.
    steps : int
        How many steps.
    first_step : int
        The number of the first step, counted from 1 through the whole run.
    scalars : mapping of str to array
        A float64 value per step for every scheduled scalar. The scalar `t`, the step's number, is always there.
    """

    data: Mapping[str, Array] = field(default_factory=dict)
    order: npt.NDArray[np.int64] | None = None
    batch_size: int | None = None
    steps: int = 1
    first_step: int = 1
    scalars: Mapping[str, npt.NDArray[np.float64]] = field(default_factory=dict)

    def rows(self, step: int) -> npt.NDArray[np.int64] | slice:
        """The rows that a step takes, steps counted from 0 within the chunk."""
        if self.batch_size is None:
            return slice(None) if self.order is None else self.order
        part = slice(step * self.batch_size, (step + 1) * self.batch_size)
        return part if self.order is None else self.order[part]


@dataclass(frozen=True)
class Result:
    """What a chunk reports.

    Parameters
    ----------
    outputs : mapping of str to array
        Each output, stacked by step, or concatenated along the rows where its dims hold them.
    steps : int
        How many steps were done.
    stopped : bool
        Whether the Program's `stop` ended the chunk.
    """

    outputs: Mapping[str, Array]
    steps: int
    stopped: bool = False


class Session(Protocol):
    """Slots that live between runs; several Programs may share them."""

    def run(self, program: Program, chunk: Chunk) -> Result:
        """Run the steps of a chunk."""
        ...

    def read(self) -> dict[str, Array]:
        """Copies of all slots."""
        ...

    def write(self, slots: Mapping[str, npt.ArrayLike]) -> None:
        """Replace or add slots."""
        ...


class Runtime(Protocol):
    """Opens Sessions."""

    def open(self, slots: Mapping[str, npt.ArrayLike], threads: int | None = None) -> Session:
        """Start a Session with these slots."""
        ...


def check_chunk(program: Program, chunk: Chunk) -> None:
    """See that the data and scalars that the Program reads are there and fit, before any step is run."""
    for name in program.with_role("scalar"):
        table = chunk.scalars.get(name)
        if name != "t" and (table is None or len(table) < chunk.steps):
            msg = f"scalar '{name}': expected {chunk.steps} values, one per step, received {table!r:.60}"
            raise ArgumentError(msg)
    _check_arrays(program, "batch", chunk.data)


def check_slots(program: Program, slots: Mapping[str, Array]) -> None:
    """See that the slots that the Program reads are there and fit."""
    _check_arrays(program, "slot", slots)


def _check_arrays(program: Program, role: str, source: Mapping[str, Array]) -> None:
    for name, node in program.with_role(role).items():
        if name not in source:
            msg = f"{role} '{name}' is read by the Program but was not given; given: {', '.join(source) or 'none'}"
            raise ArgumentError(msg)
        array, dims = source[name], node.dims
        fits = array.ndim == len(dims) and all(d is R or d == s for d, s in zip(dims, array.shape, strict=True))
        if not fits or array.dtype != node.dtype:
            expected, received = f"{node.dtype.name}{show_dims(dims)}", f"{array.dtype.name}{array.shape}"
            msg = f"{role} '{name}': expected {expected}, received {received}"
            raise ShapeError(msg)
