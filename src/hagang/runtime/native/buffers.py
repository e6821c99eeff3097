"""Which buffer each value lies in, and how kernels find it there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.runtime.native.layouts import UNIT_ROWS, Extent, Machine, PaddedRows, Panels, Vector
from hagang.runtime.native.parts import Buffer, Place, Storage
from hagang.runtime.native.values import (
    FULL,
    PER_COLUMN,
    PER_ROW,
    Batch,
    ConstantArray,
    Mirror,
    Scalar,
    Slot,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from hagang.runtime.native.schedule import KernelSchedule

__all__ = ["Buffers"]


class Buffers:
    """The buffers of a schedule's values, made when they are first asked for.

    `stored` names the slot of each value that is written into one in place.
    """

    def __init__(
        self,
        schedule: KernelSchedule,
        stored: Mapping[Value, Slot],
        machine: Machine,
        slot_numbers: Mapping[str, int],
        scalar_count: int,
    ) -> None:
        self.all: list[Buffer] = []
        self.stored = stored
        self._machine = machine
        self._slot_numbers = slot_numbers
        self._scalar_count = scalar_count
        self._buffer_of: dict[Any, int] = {}
        self._numbers: list[npt.NDArray[np.float64]] = []
        self._number_count = 0
        self._outside = {
            value
            for group in schedule.groups
            for value in group.reads
            if schedule.producer.get(value) not in (None, group)
        }
        self._mirrors = dict.fromkeys(
            value for group in schedule.groups for value in group.reads if isinstance(value, Mirror)
        )

    @property
    def numbers(self) -> npt.NDArray[np.float64]:
        """The constants of the plan."""
        return np.concatenate(self._numbers) if self._numbers else np.zeros(0)

    def buffer(self, value: Value) -> int:
        """The buffer in which a value lies."""
        slot = self.stored.get(value)
        key: Any = ("slot", slot.name) if slot else ("slot", value.name) if isinstance(value, Slot) else value
        if isinstance(value, Scalar):
            key = ("scalar", value.bits)
        if key not in self._buffer_of:
            self._buffer_of[key] = len(self.all)
            self.all.append(self._new_buffer(slot or value))
        return self._buffer_of[key]

    def _new_buffer(self, value: Value) -> Buffer:
        size = self._machine.size(value.layout, value.bits)
        if isinstance(value, Slot):
            return Buffer(Storage.SLOT, value.bits, size, self._slot_numbers[value.name])
        if isinstance(value, Mirror):
            return Buffer(Storage.MIRROR, value.bits, size, self._slot_numbers[value.slot.name])
        if isinstance(value, ConstantArray):
            first = self._number_count
            self._numbers.append(value.numbers)
            self._number_count += len(value.numbers)
            return Buffer(Storage.CONSTANT, value.bits, (len(value.numbers), 0), first)
        if isinstance(value, Scalar):
            return Buffer(Storage.SCALAR, value.bits, (self._scalar_count * 64 // value.bits, 0))
        return Buffer(Storage.BATCH if isinstance(value, Batch) else Storage.TEMPORARY, value.bits, size)

    def offset(self, value: Value) -> Extent:
        """Where in its buffer a value begins."""
        return (value.number * 64 // value.bits, 0) if isinstance(value, Scalar) else (0, 0)

    def place(self, value: Value, mode: str) -> Place:
        """How a tape finds an operand."""
        buffer, offset = self.buffer(value), self.offset(value)
        if mode == PER_COLUMN:
            return Place(buffer, offset, column=1)
        if mode == PER_ROW:
            stride = self._machine.row_stride(1, value.bits) if isinstance(value.layout, PaddedRows) else 1
            return Place(buffer, offset, row=(stride, 0))
        if mode != FULL:
            return Place(buffer, offset)
        return self.whole(value)

    def whole(self, value: Value) -> Place:
        """A value read element by element."""
        buffer, offset, layout = self.buffer(value), self.offset(value), value.layout
        if isinstance(layout, Panels):
            return Place(buffer, offset, column=1, panel=-(-layout.rows // UNIT_ROWS) * UNIT_ROWS)
        if isinstance(layout, PaddedRows):
            return Place(buffer, offset, row=(self._machine.row_stride(layout.columns, value.bits), 0), column=1)
        return Place(buffer, offset, row=(1, 0) if layout == Vector((0, 1)) else (0, 0), column=1)

    def lies_outside(self, value: Value) -> bool:
        """Whether a value that a tape computes must be in memory."""
        return value in self._outside or value in self.stored

    def mirrors(self, slot: Slot) -> list[tuple[int, int]]:
        """The transposed copies that a write to a slot refreshes."""
        return [(self.buffer(slot), self.buffer(mirror)) for mirror in self._mirrors if mirror.slot is slot]
