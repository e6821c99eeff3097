"""The lowering, read downward: Program → rewritten graph → values → groups → Plan."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from hagang import _native
from hagang.graph import R, order
from hagang.ops.leaf import input_node
from hagang.program import Program
from hagang.runtime.native.buffers import Buffers
from hagang.runtime.native.emit import Emitter
from hagang.runtime.native.instructions import refuse_unknown
from hagang.runtime.native.layouts import Machine, Panels, Vector, extent, strides_of
from hagang.runtime.native.narrowing import narrow_integers
from hagang.runtime.native.parts import View
from hagang.runtime.native.plan import Plan
from hagang.runtime.native.prologue import PrologueBuilder, hoistable
from hagang.runtime.native.rewrite import rewrite
from hagang.runtime.native.scalar_lowering import SCALAR_LIMIT, scalar_program
from hagang.runtime.native.scalar_program import ScalarProgram
from hagang.runtime.native.schedule import KernelSchedule
from hagang.runtime.native.slot_writes import place_updates
from hagang.runtime.native.translate import Translator
from hagang.runtime.native.values import FULL, SINGLE, Anchor, ConstantArray, Scalar, Slot, Tape, Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hagang.graph import Node

__all__ = ["Lowered", "lower", "machine"]


@dataclass(frozen=True)
class Lowered:
    """A plan with the names that its numbers stand for."""

    plan: Plan | ScalarProgram
    scalars: list[str]
    outputs: dict[str, Node]

    def on(self, session: _native.Session) -> _native.Executable | _native.ScalarExecutable:
        """The plan on a session, ready to run."""
        if isinstance(self._read, _native.ScalarProgram):
            return _native.ScalarExecutable(self._read, session)
        return _native.Executable(self._read, session)

    @cached_property
    def _read(self) -> _native.Plan | _native.ScalarProgram:
        """The plan as the engine reads it, once for all sessions."""
        kind = _native.ScalarProgram if isinstance(self.plan, ScalarProgram) else _native.Plan
        return kind.read(self.plan.words(), self.plan.all_numbers())


def machine() -> Machine:
    """The layout of the instruction set in use."""
    cpu = _native.cpu()
    return Machine(cpu["vector_bytes"], cpu["panel_columns"], cpu["bfloat16"])


_LOWERED: WeakKeyDictionary[Program, dict[tuple[tuple[str, ...], int], Lowered]] = WeakKeyDictionary()


def lowered(program: Program, slots: tuple[str, ...], *, scalar_limit: int = SCALAR_LIMIT) -> Lowered:
    """A Program lowered for a session of these slots: once, however many sessions run it."""
    by_slots = _LOWERED.setdefault(program, {})
    key = slots, scalar_limit
    if key not in by_slots:
        by_slots[key] = lower(program, {name: k for k, name in enumerate(slots)}, scalar_limit=scalar_limit)
    return by_slots[key]


def lower(program: Program, slot_numbers: Mapping[str, int], *, scalar_limit: int = SCALAR_LIMIT) -> Lowered:
    """Lower a Program for a session whose slots have these numbers; to a scalar program up to the limit."""
    refuse_unknown(order(program.roots), _native.instructions())
    small = scalar_program(program, slot_numbers, _native.instructions(), scalar_limit)
    if small is not None:
        return Lowered(small, list(program.with_role("scalar")), dict(program.outputs))
    return _with_plan(_rewritten(program), slot_numbers)


def _with_plan(program: Program, slot_numbers: Mapping[str, int]) -> Lowered:
    """Values, what shares a kernel, where slots are written, kernels: a stage after the other."""
    instructions = _native.instructions()
    scalars, batches = list(program.with_role("scalar")), list(program.with_role("batch"))
    prologue_builder = PrologueBuilder(scalars, instructions)
    t = _translator(program, prologue_builder)
    outputs, stop = _outputs(t, program)
    slots, updates = _updates(t, program)
    prologue = prologue_builder.finish()
    schedule = KernelSchedule(t.values, outputs, updates)
    buffers = Buffers(schedule, place_updates(schedule, updates, slots), t.machine, slot_numbers, len(prologue.results))
    views = {name: _view(buffers, t.machine, program.outputs[name], value) for name, (value, _) in outputs.items()}
    emitter = Emitter(schedule, buffers, batches, instructions)
    emitter.emit(list(outputs), views)
    plan = Plan(
        phases=schedule.phases,
        batches=batches,
        outputs=list(outputs),
        slots=sorted(slot_numbers, key=slot_numbers.__getitem__),
        stop=buffers.buffer(stop) if stop is not None else -1,
        work=emitter.work[1],
        fixed_work=emitter.work[0],
        buffers=buffers.all,
        kernels=emitter.kernels,
        prologue=prologue,
        numbers=buffers.numbers,
    )
    return Lowered(plan, scalars, dict(program.outputs))


def _translator(program: Program, prologue: PrologueBuilder) -> Translator:
    """The translator that has made the values of all nodes."""
    nodes = order(program.roots)
    float_bits = 32 if any(node.dtype == "float32" for node in nodes) else 64
    narrow = narrow_integers(nodes, program.roots) if float_bits == 32 else set()
    t = Translator(machine(), float_bits, hoistable(nodes), narrow, prologue)
    t.prepare(order([*program.outputs.values(), *program.updates.values()]))
    return t


def _outputs(t: Translator, program: Program) -> tuple[dict[str, tuple[Value, bool]], Value | None]:
    """The value of each output, and whether it is by rows; and the value that ends a chunk."""
    outputs: dict[str, tuple[Value, bool]] = {}
    for name, value in {name: t.value(node) for name, node in program.outputs.items()}.items():
        in_rows = _in_rows(program.outputs[name])
        outputs[name] = value if isinstance(value, Scalar) else t.plain(value), in_rows
    if program.stop is None:
        return outputs, None
    stop = _computed(t, outputs[program.stop][0])
    return outputs | {program.stop: (stop, False)}, stop


def _rewritten(program: Program) -> Program:
    roots = rewrite(program.roots)
    split = len(program.updates)
    return Program(
        dict(zip(program.updates, roots[:split], strict=True)),
        dict(zip(program.outputs, roots[split:], strict=True)),
        program.stop,
    )


def _in_rows(node: Node) -> bool:
    return bool(node.dims) and node.dims[0] is R


def _computed(t: Translator, value: Value) -> Value:
    """The value as something that a kernel writes."""
    mode = SINGLE if isinstance(value, Scalar) else FULL
    return value if isinstance(value, Tape | Anchor) else t.tape("move", Vector((1, 0)), value.bits, [(value, mode)])


def _updates(t: Translator, program: Program) -> tuple[dict[str, Slot], dict[str, Value]]:
    """The slots that are written, and for each a value of its own that a tape or anchor computes."""
    slots: dict[str, Slot] = {}
    updates: dict[str, Value] = {}
    for name, node in program.updates.items():
        like = program.inputs.get(name) or input_node(name, node.dims, node.dtype)
        slot = t.slot(like)
        if not isinstance(slot, Slot):
            raise TypeError(name)
        slots[name] = slot
        mode = FULL
        value = t.value(node, slot.bits)
        if isinstance(value, Scalar) or (isinstance(value, ConstantArray) and value.layout != slot.layout):
            mode = SINGLE
        if not isinstance(value, Tape | Anchor) or value in updates.values() or value.layout != slot.layout:
            value = t.tape("move", slot.layout, slot.bits, [(value, mode)])
        updates[name] = value
    return slots, updates


def _view(buffers: Buffers, machine: Machine, node: Node, value: Value) -> tuple[View, int]:
    layout = value.layout
    if isinstance(layout, Panels):
        raise TypeError(node)
    strides = strides_of(layout, node.dims, machine, value.bits)
    view = View(buffers.buffer(value), tuple(extent(dim) for dim in node.dims), tuple(strides), buffers.offset(value))
    return view, node.dims.index(R) if R in node.dims else -1
