"""From a group to a kernel with a tape: operands, then instructions on registers of scratch."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

from hagang.errors import ProgramError
from hagang.runtime.native.layouts import Extent, Layout, PaddedRows, Panels
from hagang.runtime.native.parts import Kernel, KernelKind, Place, Step
from hagang.runtime.native.values import FULL, Anchor, Slot, Tape, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hagang.runtime.native.buffers import Buffers
    from hagang.runtime.native.schedule import Group

__all__ = ["TapeWriter"]

Register: TypeAlias = tuple[str, int]
"""`("operand", n)` or `("scratch", n)`, until it is known how many operands there are."""

_MOST_REGISTERS = 190

_KINDS = {
    "contract_rows": KernelKind.CONTRACT_ROWS,
    "contract_tile": KernelKind.CONTRACT_TILE,
    "reduce_rows": KernelKind.REDUCE_ROWS,
    "reduce_columns": KernelKind.REDUCE_COLUMNS,
    "reduce_all": KernelKind.REDUCE_ALL,
}


class TapeWriter:
    """Writes one kernel with a tape: operands first, then instructions on registers of scratch."""

    def __init__(self, buffers: Buffers, roots: set[Value], group: Group, instructions: Mapping[str, int]) -> None:
        self._buffers = buffers
        self._roots = roots
        self._group = group
        self._instructions = instructions
        self._places: list[Place] = []
        self._operand_of: dict[tuple[Value, str], int] = {}
        self._code: list[tuple[str, Register, list[Register]]] = []
        self._register: dict[Value, Register] = {}
        self._late: list[tuple[Register, int]] = []
        self._free: list[int] = []
        self._scratch = 0
        self._write()
        self.kernel = self._finish()

    def _operand(self, value: Value, mode: str) -> Register:
        key = (value, mode)
        if key not in self._operand_of:
            self._operand_of[key] = len(self._places)
            self._places.append(self._buffers.place(value, mode))
        return "operand", self._operand_of[key]

    def _order(self) -> list[Tape]:
        """All instructions of the group's cones, each after its operands."""
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
                    if mode == FULL and isinstance(x, Tape) and (x not in self._roots or x in mine)
                )
        return _joined(list(done), self._roots)

    def _write(self) -> None:
        tapes = self._order()
        last_use: dict[Value, int] = {}
        reads_buffer: dict[int, int] = {}
        for k, tape in enumerate(tapes):
            for x, mode in tape.operands:
                last_use[x] = k
                if mode == FULL and isinstance(x, Slot):
                    reads_buffer[self._buffers.buffer(x)] = k
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

    def _source(self, value: Value, mode: str) -> Register:
        if mode == FULL and value in self._register:
            return self._register[value]
        return self._operand(value, mode)

    def _target(self, value: Value, k: int, reads_buffer: Mapping[int, int]) -> Register:
        """The array itself where the value must be in memory and what is there is no longer read."""
        if not self._buffers.lies_outside(value):
            return self._new_scratch()
        place = self._operand(value, FULL)
        if reads_buffer.get(self._buffers.buffer(value), -1) > k:
            register = self._new_scratch()
            self._late.append((register, place[1]))
            return register
        return place

    def _new_scratch(self) -> Register:
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

        def at(register: Register) -> int:
            return base[register[0]] + register[1]

        kernel = Kernel(self._kind(), group.space, group.phase, group.bits, scratch=self._scratch)
        kernel.operands = self._places
        codes = self._instructions
        for op, to, sources in self._code:
            kernel.steps.append(Step(codes[op], at(to), tuple(map(at, sources))))
        kernel.steps += [Step(codes["move"], place, (at(register),)) for register, place in self._late]
        kernel.rows, kernel.columns = _domain(layout)
        if isinstance(group.source, Anchor):
            self._anchor(kernel, group.source, at)
        for value in [*group.roots, group.source]:
            slot = self._buffers.stored.get(value) if value is not None else None
            if slot is not None:
                kernel.mirrors += self._buffers.mirrors(slot)
        if len(self._places) + self._scratch > _MOST_REGISTERS:
            msg = "a pointwise cone has too many operands for one tape"
            raise ProgramError(msg)
        return kernel

    def _kind(self) -> KernelKind:
        if isinstance(self._group.source, Anchor):
            return _KINDS[self._group.source.kind]
        layout = self._group.layout
        if isinstance(layout, Panels):
            return KernelKind.POINTWISE_PANEL
        return KernelKind.POINTWISE_ROWS if isinstance(layout, PaddedRows) else KernelKind.POINTWISE_VECTOR

    def _anchor(self, kernel: Kernel, anchor: Anchor, at: Callable[[Register], int]) -> None:
        kernel.anchor = at(self._register[anchor])
        kernel.depth, kernel.how = anchor.depth, anchor.how
        kernel.a = self._buffers.whole(anchor.a)
        if anchor.b is not None:
            kernel.b = self._buffers.whole(anchor.b)


def _joined(tapes: list[Tape], roots: set[Value]) -> list[Tape]:
    """Sums and differences take in a product with no other use: one instruction, the same two roundings."""
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
