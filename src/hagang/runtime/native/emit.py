"""From groups to kernels, in the order in which they run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hagang.runtime.native.layouts import Vector
from hagang.runtime.native.parts import General, Kernel, KernelKind, Place, View
from hagang.runtime.native.tapes import TapeWriter
from hagang.runtime.native.values import Anchor, Batch, GeneralOp

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hagang.runtime.native.buffers import Buffers
    from hagang.runtime.native.schedule import Group, KernelSchedule
    from hagang.runtime.native.values import Strided, Value

__all__ = ["Emitter"]


class Emitter:
    """Writes the kernels of a schedule, and counts their work.

    `work` is in multiply-adds: of a step, whatever its rows, and of each row. It only decides where threads may pay.
    """

    def __init__(
        self, schedule: KernelSchedule, buffers: Buffers, batches: list[str], instructions: Mapping[str, int]
    ) -> None:
        self.kernels: list[Kernel] = []
        self.work = [0, 0]
        self._schedule = schedule
        self._buffers = buffers
        self._batches = batches
        self._instructions = instructions

    def emit(self, outputs: list[str], views: Mapping[str, tuple[View, int]]) -> None:
        """Write all kernels, in order."""
        for group in self._schedule.ordered():
            if group.output is not None:
                self._output(group, outputs.index(group.output), *views[group.output])
            elif isinstance(group.source, GeneralOp):
                self._general(group, group.source)
            elif isinstance(group.source, Batch):
                self._gather(group, group.source)
            else:
                self._tape(group)

    def _output(self, group: Group, number: int, view: View, rows_axis: int) -> None:
        kernel = Kernel(KernelKind.OUTPUT, group.space, group.phase, group.bits, how=number)
        kernel.views, kernel.numbers = [view], [rows_axis]
        self.kernels.append(kernel)

    def _tape(self, group: Group) -> None:
        kernel = TapeWriter(self._buffers, self._schedule.roots, group, self._instructions).kernel
        self.kernels.append(kernel)
        elements = kernel.columns[0] * max(kernel.rows[0], 1) or kernel.columns[1]
        self.work[bool(kernel.rows[1] or kernel.columns[1])] += elements * len(kernel.steps) // 8
        if isinstance(group.source, Anchor) and group.source.kind == "contract_rows":
            self.work[1] += kernel.depth[0] * kernel.columns[0]
        if isinstance(group.source, Anchor) and group.source.kind == "contract_tile":
            self.work[1] += kernel.rows[0] * kernel.columns[0]

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
        first, more = self._buffers.offset(value), array.offset
        return View(self._buffers.buffer(value), array.dims, array.strides, (first[0] + more[0], first[1] + more[1]))

    def _count_contract(self, views: list[View]) -> None:
        fixed = 1
        for view in views[:2]:
            for dim in view.dims:
                fixed *= max(dim[0], 1)
        self.work[any(dim[1] for view in views for dim in view.dims)] += int(fixed**0.75)

    def _gather(self, group: Group, value: Batch) -> None:
        kernel = Kernel(KernelKind.GATHER, group.space, group.phase, value.bits, how=self._batches.index(value.name))
        kernel.columns = (value.columns, 0)
        kernel.b = self._buffers.whole(value)
        if value.by_rows:
            kernel.rows = (0, 1)
            if isinstance(value.layout, Vector):
                kernel.b = Place(kernel.b.buffer, row=(value.columns, 0), column=1)
        else:
            kernel.rows, kernel.depth = (1, 0), (1, 0)
            kernel.b = Place(kernel.b.buffer, column=1)
        self.kernels.append(kernel)
