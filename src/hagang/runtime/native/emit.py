"""From groups to the Plan: buffers, tapes with their registers, kernels."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import ProgramError
from hagang.runtime.native.layouts import UNIT_ROWS, Extent, Layout, Machine, PaddedRows, Panels, Vector
from hagang.runtime.native.parts import Buffer, General, Kernel, KernelKind, Place, Step, Storage, View
from hagang.runtime.native.values import (
    FULL,
    PER_COLUMN,
    PER_ROW,
    Anchor,
    Batch,
    ConstantArray,
    GeneralOp,
    Mirror,
    Scalar,
    Slot,
    Tape,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from hagang.runtime.native.schedule import Group, KernelSchedule
    from hagang.runtime.native.values import Strided

__all__ = ["Emitter"]

_KINDS = {
    "contract_rows": KernelKind.CONTRACT_ROWS,
    "contract_tile": KernelKind.CONTRACT_TILE,
    "reduce_rows": KernelKind.REDUCE_ROWS,
    "reduce_columns": KernelKind.REDUCE_COLUMNS,
    "reduce_all": KernelKind.REDUCE_ALL,
}


class Emitter:
    """Writes the kernels of a schedule."""

    def __init__(
        self,
        schedule: KernelSchedule,
        stored: Mapping[Value, Slot],
        machine: Machine,
        instructions: Mapping[str, int],
        slot_numbers: Mapping[str, int],
        batches: list[str],
        scalar_count: int,
    ) -> None:
        self.buffers: list[Buffer] = []
        self.kernels: list[Kernel] = []
        self.work = [0, 0]
        self._schedule = schedule
        self._stored = stored
        self._machine = machine
        self._instructions = instructions
        self._slot_numbers = slot_numbers
        self._batches = batches
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

    @property
    def numbers(self) -> npt.NDArray[np.float64]:
        """The constants of the plan."""
        return np.concatenate(self._numbers) if self._numbers else np.zeros(0)

    def emit(self, outputs: list[str], views: Mapping[str, tuple[View, int]]) -> None:
        """Write all kernels, in order."""
        for group in self._schedule.ordered():
            if group.output is not None:
                view, axis = views[group.output]
                kernel = Kernel(
                    KernelKind.OUTPUT, group.space, group.phase, group.bits, how=outputs.index(group.output)
                )
                kernel.views, kernel.numbers = [view], [axis]
                self.kernels.append(kernel)
            elif isinstance(group.source, GeneralOp):
                self._general(group, group.source)
            elif isinstance(group.source, Batch):
                self._gather(group, group.source)
            else:
                self.kernels.append(_TapeWriter(self, group).kernel)

    # --- buffers ---

    def buffer(self, value: Value) -> int:
        """The buffer in which a value lies."""
        slot = self._stored.get(value)
        key: Any = ("slot", slot.name) if slot else ("slot", value.name) if isinstance(value, Slot) else value
        if isinstance(value, Scalar):
            key = ("scalar", value.bits)
        if key not in self._buffer_of:
            self._buffer_of[key] = len(self.buffers)
            self.buffers.append(self._new_buffer(slot or value))
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
        return value in self._outside or value in self._stored

    def mirrors(self, slot: Slot) -> list[tuple[int, int]]:
        """The transposed copies that a write to a slot refreshes."""
        reads = (value for group in self._schedule.groups for value in group.reads)
        found = {value for value in reads if isinstance(value, Mirror) and value.slot is slot}
        return [(self.buffer(slot), self.buffer(mirror)) for mirror in found]

    # --- kernels without tapes ---

    def _general(self, group: Group, value: GeneralOp) -> None:
        for call in value.calls:
            views = [self._view(each, value) for each in call.arrays]
            mask = sum(1 << k for k, view in enumerate(views) if view.dims[:1] == ((0, 1),))
            kernel = Kernel(KernelKind.GENERAL, group.space, group.phase, value.bits, how=call.op)
            kernel.views, kernel.numbers = views, [*call.numbers, mask]
            self.kernels.append(kernel)
            if call.op is General.CONTRACT:
                self._count_contract(views)

    def _view(self, array: Strided, result: Value) -> View:
        value = array.value or result
        first, more = self.offset(value), array.offset
        return View(self.buffer(value), array.dims, array.strides, (first[0] + more[0], first[1] + more[1]))

    def _count_contract(self, views: list[View]) -> None:
        fixed = 1
        for view in views[:2]:
            for dim in view.dims:
                fixed *= max(dim[0], 1)
        self.work[any(dim[1] for view in views for dim in view.dims)] += int(fixed**0.75)

    def _gather(self, group: Group, value: Batch) -> None:
        kernel = Kernel(KernelKind.GATHER, group.space, group.phase, value.bits, how=self._batches.index(value.name))
        kernel.columns = (value.columns, 0)
        kernel.b = self.whole(value)
        if value.by_rows:
            kernel.rows = (0, 1)
            if isinstance(value.layout, Vector):
                kernel.b = Place(kernel.b.buffer, row=(value.columns, 0), column=1)
        else:
            kernel.rows, kernel.depth = (1, 0), (1, 0)
            kernel.b = Place(kernel.b.buffer, column=1)
        self.kernels.append(kernel)


class _TapeWriter:
    """Writes one kernel with a tape: operands first, then instructions on registers of scratch."""

    def __init__(self, emitter: Emitter, group: Group) -> None:
        self._emitter = emitter
        self._group = group
        self._places: list[Place] = []
        self._operand_of: dict[tuple[Value, str], int] = {}
        self._code: list[tuple[str, Any, list[Any]]] = []
        self._register: dict[Value, Any] = {}
        self._late: list[tuple[Any, int]] = []
        self._write()
        self.kernel = self._finish()

    # Registers are ("operand", n) or ("scratch", n) until all operands are known.

    def _operand(self, value: Value, mode: str) -> tuple[str, int]:
        key = (value, mode)
        if key not in self._operand_of:
            self._operand_of[key] = len(self._places)
            self._places.append(self._emitter.place(value, mode))
        return "operand", self._operand_of[key]

    def _order(self) -> list[Tape]:
        """All instructions of the group's cones, each after its operands."""
        roots = self._emitter._schedule.roots
        mine = set(self._group.roots)
        done: dict[Tape, None] = {}
        for root in self._group.roots:
            stack: list[tuple[Tape, bool]] = [(root, False)]
            while stack:
                tape, ready = stack.pop()
                if tape in done:
                    continue
                if ready:
                    done[tape] = None
                    continue
                stack.append((tape, True))
                stack.extend(
                    (x, False)
                    for x, mode in tape.operands
                    if mode == FULL and isinstance(x, Tape) and (x not in roots or x in mine)
                )
        return _joined(list(done), roots)

    def _write(self) -> None:
        tapes = self._order()
        last_use: dict[Value, int] = {}
        reads_buffer: dict[int, int] = {}
        for k, tape in enumerate(tapes):
            for x, mode in tape.operands:
                last_use[x] = k
                if mode == FULL and isinstance(x, Slot):
                    reads_buffer[self._emitter.buffer(x)] = k
        self._free: list[int] = []
        self._scratch = 0
        anchor = self._group.source
        if isinstance(anchor, Anchor):
            self._register[anchor] = self._target(anchor, -1, reads_buffer)
        for k, tape in enumerate(tapes):
            sources = [self._source(x, mode) for x, mode in tape.operands]
            for x in dict.fromkeys(x for x, _ in tape.operands if last_use[x] == k):
                self._release(x)
            self._register[tape] = self._target(tape, k, reads_buffer)
            self._code.append((tape.op, self._register[tape], sources))
            if tape not in last_use:
                self._release(tape)

    def _source(self, value: Value, mode: str) -> Any:
        if mode == FULL and value in self._register:
            return self._register[value]
        return self._operand(value, mode)

    def _target(self, value: Value, k: int, reads_buffer: Mapping[int, int]) -> Any:
        """The array itself where the value must be in memory and nobody still reads what is there."""
        if not self._emitter.lies_outside(value):
            return self._new_scratch()
        place = self._operand(value, FULL)
        if reads_buffer.get(self._emitter.buffer(value), -1) > k:
            register = self._new_scratch()
            self._late.append((register, place[1]))
            return register
        return place

    def _new_scratch(self) -> tuple[str, int]:
        if self._free:
            return "scratch", self._free.pop()
        self._scratch += 1
        return "scratch", self._scratch - 1

    def _release(self, value: Value) -> None:
        register = self._register.get(value)
        if register and register[0] == "scratch" and all(register != late for late, _ in self._late):
            self._free.append(register[1])

    def _finish(self) -> Kernel:
        group, layout = self._group, self._group.layout
        base = {"operand": 0, "scratch": len(self._places)}

        def at(register: tuple[str, int]) -> int:
            return base[register[0]] + register[1]

        kernel = Kernel(self._kind(), group.space, group.phase, group.bits, scratch=self._scratch)
        kernel.operands = self._places
        codes = self._emitter._instructions
        for op, to, sources in self._code:
            kernel.steps.append(Step(codes[op], at(to), tuple(map(at, sources))))
        kernel.steps += [Step(codes["move"], place, (at(register),)) for register, place in self._late]
        kernel.rows, kernel.columns = _domain(layout)
        if isinstance(group.source, Anchor):
            self._anchor(kernel, group.source, at)
        for value in [*group.roots, group.source]:
            slot = self._emitter._stored.get(value) if value is not None else None
            if slot is not None:
                kernel.mirrors += self._emitter.mirrors(slot)
        if len(self._places) + self._scratch > 190:
            msg = "a pointwise cone has too many operands for one tape"
            raise ProgramError(msg)
        elements = kernel.columns[0] * max(kernel.rows[0], 1) or kernel.columns[1]
        per_row = kernel.rows[1] or kernel.columns[1]
        self._emitter.work[bool(per_row)] += elements * len(kernel.steps) // 8
        return kernel

    def _kind(self) -> KernelKind:
        if isinstance(self._group.source, Anchor):
            return _KINDS[self._group.source.kind]
        layout = self._group.layout
        if isinstance(layout, Panels):
            return KernelKind.POINTWISE_PANEL
        return KernelKind.POINTWISE_ROWS if isinstance(layout, PaddedRows) else KernelKind.POINTWISE_VECTOR

    def _anchor(self, kernel: Kernel, anchor: Anchor, at: Any) -> None:
        emitter = self._emitter
        kernel.anchor = at(self._register[anchor])
        kernel.depth, kernel.how = anchor.depth, anchor.how
        kernel.a = emitter.whole(anchor.a)
        if anchor.b is not None:
            kernel.b = emitter.whole(anchor.b)
        if anchor.kind == "contract_rows":
            emitter.work[1] += anchor.depth[0] * kernel.columns[0]
        if anchor.kind == "contract_tile":
            emitter.work[1] += kernel.rows[0] * kernel.columns[0]


def _joined(tapes: list[Tape], roots: set[Value]) -> list[Tape]:
    """Sums and differences take in a product that nobody else uses: one instruction, the same two roundings."""
    uses = Counter(x for tape in tapes for x, _ in tape.operands)
    gone: set[Value] = set()
    for tape in tapes:
        places = {"add": (1, 0), "subtract": (1,)}.get(tape.op, ())
        for k in places:
            product, mode = tape.operands[k]
            if not isinstance(product, Tape) or product.op != "multiply" or mode != FULL:
                continue
            if uses[product] == 1 and product not in roots:
                tape.op = "multiply_add" if tape.op == "add" else "multiply_subtract"
                tape.operands = (*product.operands, tape.operands[1 - k])
                gone.add(product)
                break
    return [tape for tape in tapes if tape not in gone]


def _domain(layout: Layout) -> tuple[Extent, Extent]:
    """Rows and columns of a tape's domain."""
    if isinstance(layout, PaddedRows):
        return (0, 1), (layout.columns, 0)
    if isinstance(layout, Panels):
        return (layout.rows, 0), (layout.columns, 0)
    return (0, 0), layout.count
