"""Layouts: how a value lies in memory, and the numbers that describe it to the engine.

A *vector* is the elements in row-major order, nothing between them. *Padded rows* are the rows of a mini-batch, each
padded to an odd number of cache lines. *Panels* are a matrix cut into groups of columns, as the products read it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from hagang.errors import ProgramError
from hagang.graph import Dim, Dims, R, RowsDim, has_rows, known_count

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = [
    "UNIT_ROWS",
    "Extent",
    "Layout",
    "Machine",
    "PaddedRows",
    "Panels",
    "Vector",
    "compact_strides",
    "extent",
    "fixed",
    "layout_of",
    "strides_of",
]

Extent: TypeAlias = tuple[int, int]
"""A size that may depend on the number of rows: (fixed, per row)."""

UNIT_ROWS = 16
"""Rows of a unit of a panel; panels have whole units allocated."""


@dataclass(frozen=True)
class Vector:
    """`count` elements in a row."""

    count: Extent


@dataclass(frozen=True)
class PaddedRows:
    """The rows of the mini-batch, `columns` elements each."""

    columns: int


@dataclass(frozen=True)
class Panels:
    """A matrix in panels."""

    rows: int
    columns: int


Layout: TypeAlias = Vector | PaddedRows | Panels


def fixed(dim: Dim) -> int:
    """A dim that is not the rows."""
    if dim is R or isinstance(dim, RowsDim):
        msg = "expected a size known when lowering, received the rows"
        raise ProgramError(msg)
    return dim


def extent(dim: Any) -> Extent:
    """A dim as an extent."""
    return (0, 1) if dim is R else (int(dim), 0)


def layout_of(dims: Dims) -> Layout:
    """The layout in which a value of these dims is kept."""
    count = known_count(dims)
    if not has_rows(dims):
        return Panels(*map(fixed, dims)) if len(dims) == 2 else Vector((count, 0))
    inner = dims[dims.index(R) + 1 :]
    leading = known_count(dims[: dims.index(R)])
    return PaddedRows(count) if leading == 1 and inner else Vector((0, count))


def compact_strides(dims: Dims) -> list[Extent]:
    """The strides of the elements in row-major order."""
    strides: list[Extent] = []
    step: Extent = (1, 0)
    for dim in reversed(dims):
        strides.append(step)
        step = (0, step[0]) if dim is R else (step[0] * fixed(dim), step[1] * fixed(dim))
    return strides[::-1]


@dataclass(frozen=True)
class Machine:
    """What lowering takes from the processor: numbers in a vector, columns of a panel, bfloat16 products or not."""

    vector_bytes: int
    panel_columns: tuple[int, int]
    bfloat16: bool = False

    def lanes(self, bits: int) -> int:
        """Numbers in a vector."""
        return self.vector_bytes * 8 // bits

    def padded(self, columns: int, bits: int) -> int:
        """Columns in whole vectors."""
        lanes = self.lanes(bits)
        return -(-columns // lanes) * lanes

    def full_panel(self, bits: int) -> int:
        """Columns of a full panel."""
        return self.panel_columns[bits == 64]

    def row_stride(self, columns: int, bits: int) -> int:
        """From one row to the next: an odd number of cache lines where rows are long.

        Rows a power of two apart would fall on few of the first-level cache's sets.
        """
        padded = self.padded(columns, bits)
        line = 512 // bits
        long = padded % (2 * line) == 0 and padded >= 8 * line
        return padded + line if long else padded

    def size(self, layout: Layout, bits: int) -> Extent:
        """Numbers that a buffer of this layout holds."""
        if isinstance(layout, Vector):
            return layout.count
        if isinstance(layout, PaddedRows):
            return 0, self.row_stride(layout.columns, bits)
        return -(-layout.rows // UNIT_ROWS) * UNIT_ROWS * self.padded(layout.columns, bits), 0

    def panelled(self, matrix: npt.NDArray[Any], bits: int) -> npt.NDArray[np.float64]:
        """A matrix's numbers in panels, padding zero."""
        rows, columns = matrix.shape
        allocated = -(-rows // UNIT_ROWS) * UNIT_ROWS
        whole = np.zeros((allocated, self.padded(columns, bits)))
        whole[:rows, :columns] = matrix
        full = self.full_panel(bits)
        panels = [whole[:, start : start + full].ravel() for start in range(0, whole.shape[1], full)]
        return np.concatenate(panels) if panels else np.zeros(0)


def strides_of(layout: Layout, dims: Dims, machine: Machine, bits: int) -> list[Extent]:
    """The strides of a value of these dims that lies in this layout, which is not a panel."""
    strides = compact_strides(dims)
    if isinstance(layout, PaddedRows):
        axis = dims.index(R)
        strides = [*([(0, 0)] * axis), (machine.row_stride(layout.columns, bits), 0), *strides[axis + 1 :]]
    return strides
