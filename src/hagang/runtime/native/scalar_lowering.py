"""Small Programs as scalar programs: every number is a register of its own.

Slices, broadcasts and reshapes only say which register is meant where, so they cost nothing: the NumPy reference of
such an op is evaluated on arrays of register numbers. What is left is arithmetic, which one thread runs in one loop
without phases, tiles or barriers. This is what a minimised function of a few variables becomes.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from hagang.graph import Kind, Node, count, has_rows, order
from hagang.ops.index import take_op
from hagang.runtime.native.instructions import COSTS, instruction_of
from hagang.runtime.native.layouts import fixed
from hagang.runtime.native.parts import Step
from hagang.runtime.native.prologue import PrologueBuilder, hoistable
from hagang.runtime.native.scalar_program import ScalarProgram

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from hagang.program import Program

__all__ = ["SCALAR_LIMIT", "scalar_program"]

Registers = npt.NDArray[np.intp]

SCALAR_LIMIT = 120
"""Additions, or what costs as much: of a longer program the tapes over arrays are as fast."""

_DTYPES = {np.dtype(np.float64), np.dtype(np.int64), np.dtype(np.bool_)}
_ZERO = 0
"""The register of the constant zero, which is what `pad` pads with."""


class _TooLong(Exception):
    """The Program is none for a list of instructions on numbers."""


def scalar_program(
    program: Program, slot_numbers: Mapping[str, int], instructions: Mapping[str, int], longest: int = SCALAR_LIMIT
) -> ScalarProgram | None:
    """The scalar program of a small Program in float64; None where it is too long, or needs arrays."""
    nodes = order(program.roots)
    if not all(map(_fits, nodes)) or sum(count(node.dims) for node in nodes) > 4 * longest:
        return None
    try:
        return _Builder(program, nodes, slot_numbers, instructions, longest).build()
    except _TooLong:
        return None


def _fits(node: Node) -> bool:
    from_outside = node.is_input and node.attrs["role"] == "batch"
    return node.dtype in _DTYPES and not has_rows(node.dims) and not from_outside and node.op.kind is not Kind.ROW_COUNT


class _Builder:
    """A scalar program in the making."""

    def __init__(
        self,
        program: Program,
        nodes: list[Node],
        slot_numbers: Mapping[str, int],
        instructions: Mapping[str, int],
        longest: int,
    ) -> None:
        self._program, self._slot_numbers, self._instructions = program, slot_numbers, instructions
        self._longest = longest
        self._scalars = PrologueBuilder(list(program.with_role("scalar")), instructions)
        self._hoisted = hoistable(nodes)
        self._numbers = [0.0]
        self._constants = {np.float64(0).tobytes(): _ZERO}
        self._slots: dict[str, Registers] = {}
        self._scalar_registers: dict[int, int] = {}
        self._code: dict[tuple[str, tuple[int, ...]], int] = {}
        self._of: dict[Node, Registers] = {}
        for node in nodes:
            if node not in self._hoisted:
                self._of[node] = np.asarray(self._expand(node), np.intp)

    # --- registers ---

    def _new(self, number: float = 0.0) -> int:
        self._numbers.append(number)
        return len(self._numbers) - 1

    def _constant(self, number: float) -> int:
        key = np.float64(number).tobytes()
        if key not in self._constants:
            self._constants[key] = self._new(number)
        return self._constants[key]

    def _slot(self, name: str, dims: tuple[Any, ...]) -> Registers:
        if name not in self._slots:
            first = len(self._numbers)
            self._numbers += [0.0] * count(dims)
            self._slots[name] = np.arange(first, len(self._numbers)).reshape(dims)
        return self._slots[name]

    def _registers(self, node: Node) -> Registers:
        if node not in self._hoisted:
            return self._of[node]
        number = self._scalars.result(node, 64)
        if number not in self._scalar_registers:
            self._scalar_registers[number] = self._new()
        return np.asarray(self._scalar_registers[number])

    def _apply(self, op: str, *sources: int) -> int:
        """The register of an instruction's result; the same instruction is never written twice."""
        key = op, sources
        if key not in self._code:
            if op not in self._instructions or len(self._code) > 2 * self._longest:
                raise _TooLong
            self._code[key] = self._new()
        return self._code[key]

    # --- nodes ---

    def _expand(self, node: Node) -> Any:
        op, inputs = node.op, [self._registers(x) for x in node.inputs]
        if node.is_constant:
            numbers = np.asarray(node.attrs["value"], np.float64)
            return np.reshape([self._constant(float(number)) for number in numbers.flat], numbers.shape)
        if node.is_input:
            return self._slot(node.attrs["name"], node.dims)
        if op.kind is Kind.IDENTITY:
            return inputs[0]
        if op.kind in (Kind.VIEW, Kind.PLACEMENT):
            return op.evaluate(np, *inputs, **node.attrs)
        if op is take_op and node.inputs[1].is_constant:
            return op.evaluate(np, inputs[0], node.inputs[1].attrs["value"], **node.attrs)
        if op.kind is Kind.REDUCTION and op.instruction is not None:
            return self._fold(op.instruction, inputs[0], node.attrs["axes"])
        if op.kind is Kind.CONTRACTION:
            return self._contract(inputs, node)
        if node.is_elementwise:
            return self._elementwise(node, inputs)
        raise _TooLong

    def _elementwise(self, node: Node, inputs: list[Registers]) -> Any:
        op = instruction_of(node)
        if op is None:
            return inputs[0]
        dims = tuple(fixed(dim) for dim in node.dims)
        leading = [np.full(dims, self._constant(float(node.attrs[name]))) for name in node.op.leading]
        inputs = [*leading, *inputs]
        return self._each(op, len(inputs))(*inputs)

    def _each(self, op: str, arity: int) -> np.ufunc:
        each: np.ufunc = np.frompyfunc(lambda *sources: self._apply(op, *sources), arity, 1)
        return each

    def _fold(self, op: str, x: Registers, axes: Iterable[int]) -> Any:
        if 0 in x.shape:
            raise _TooLong
        join: Callable[..., Any] = self._each(op, 2).reduce
        for axis in sorted(axes, reverse=True):
            x = np.asarray(join(x, axis=axis))
        return x

    def _contract(self, inputs: list[Registers], node: Node) -> Any:
        """Products along all labels, summed over those that the output has not."""
        labels = list(dict.fromkeys([*node.attrs["out"], *node.attrs["left"], *node.attrs["right"]]))
        a, b = (
            _spread_over(labels, of, x) for of, x in zip((node.attrs["left"], node.attrs["right"]), inputs, strict=True)
        )
        products = self._each("multiply", 2)(a, b)
        return self._fold("add", np.asarray(products, np.intp), range(len(node.attrs["out"]), len(labels)))

    # --- the program ---

    def build(self) -> ScalarProgram:
        """The instructions that are needed, in an order in which they may overwrite the slots."""
        program = self._program
        for name, node in program.updates.items():
            self._slot(name, node.dims)
        outputs = {name: self._registers(node).ravel().tolist() for name, node in program.outputs.items()}
        own = {register for registers in self._slots.values() for register in registers.ravel().tolist()}
        writes = self._writes(own)
        stop = self._stop(own)
        shown = [*(register for each in outputs.values() for register in each), stop]
        results = Counter([*shown, *writes.values()])
        code = _joined(_needed(self._code, results), results)
        computing, writing = _split(code, shown, writes)
        if sum(COSTS.get(op, 1) for op, _, _ in [*computing, *writing]) > self._longest:
            raise _TooLong
        codes = self._instructions
        steps = [Step(codes[op], to, sources) for op, to, sources in [*computing, *writing]]
        slot_registers = [
            (self._slot_numbers[name], int(registers.flat[0]) if registers.size else 0, registers.size)
            for name, registers in self._slots.items()
        ]
        prologue = self._scalars.finish()
        scalars = [self._scalar_registers[number] for number in range(len(prologue.results))]
        slots = list(self._slots)
        return ScalarProgram(
            self._numbers, stop, len(computing), slot_registers, slots, outputs, steps, scalars, prologue
        )

    def _writes(self, own: set[int]) -> dict[int, int]:
        """What each written register of a slot gets; another slot's old number by way of a copy."""
        writes: dict[int, int] = {}
        for name, node in self._program.updates.items():
            for to, source in zip(self._slots[name].flat, self._registers(node).flat, strict=True):
                if to != source:
                    writes[int(to)] = self._apply("move", int(source)) if source in own else int(source)
        return writes

    def _stop(self, own: set[int]) -> int:
        if self._program.stop is None:
            return -1
        register = int(self._registers(self._program.outputs[self._program.stop]))
        return self._apply("move", register) if register in own else register


def _spread_over(labels: list[Any], of: tuple[Any, ...], x: Registers) -> Registers:
    """The operand with an axis for each label, of length one where it lacks the label."""
    own = [label for label in labels if label in of]
    ordered = x.transpose([of.index(label) for label in own])
    return ordered.reshape([ordered.shape[own.index(label)] if label in own else 1 for label in labels])


Instruction = tuple[str, int, tuple[int, ...]]


def _needed(code: Mapping[tuple[str, tuple[int, ...]], int], results: Iterable[int]) -> list[Instruction]:
    """The instructions that the results need, in order."""
    needed = set(results)
    instructions: list[Instruction] = []
    for (op, sources), to in reversed(list(code.items())):
        if to in needed:
            needed.update(sources)
            instructions.append((op, to, sources))
    return instructions[::-1]


def _joined(code: list[Instruction], results: Mapping[int, int]) -> list[Instruction]:
    """Sums and differences take in a product with no other use: one instruction, the same two roundings."""
    uses = Counter(source for _, _, sources in code for source in sources)
    products = {to: sources for op, to, sources in code if op == "multiply" and uses[to] == 1 and to not in results}
    joined: list[Instruction] = []
    gone: set[int] = set()
    for op, to, sources in code:
        place = next((k for k in {"add": (1, 0), "subtract": (1,)}.get(op, ()) if sources[k] in products), None)
        if place is None:
            joined.append((op, to, sources))
        else:
            gone.add(sources[place])
            one = "multiply_add" if op == "add" else "multiply_subtract"
            joined.append((one, to, (*products[sources[place]], sources[1 - place])))
    return [each for each in joined if each[1] not in gone]


def _split(
    code: list[Instruction], shown: list[int], writes: Mapping[int, int]
) -> tuple[list[Instruction], list[Instruction]]:
    """What computes what is shown, and what writes the slots: at once where the old number is no longer read."""
    makers = {each[1]: each for each in code}
    done: dict[int, Instruction] = {}
    copies = [source for source in writes.values() if source in makers and makers[source][0] == "move"]
    computing = _in_chains(makers, [*shown, *copies], done)
    rest = _in_chains(makers, list(writes.values()), done)
    uses = Counter([*(source for _, _, sources in code for source in sources), *writes.values(), *shown])
    written = {each[1] for each in rest}
    target = {source: to for to, source in writes.items() if source in written and uses[source] == 1}
    writing: list[Instruction] = []
    late = [("move", to, (source,)) for to, source in writes.items() if source not in target]
    for k, (op, to, sources) in enumerate(rest):
        slot = target.get(to, to)
        if slot != to and any(slot in others for _, _, others in rest[k + 1 :]):
            late.append(("move", slot, (to,)))
            slot = to
        writing.append((op, slot, sources))
    return computing, [*writing, *late]


def _in_chains(
    makers: Mapping[int, Instruction], roots: Iterable[int], done: dict[int, Instruction]
) -> list[Instruction]:
    """What the roots need and is not done, the longest operand last: the engine hands its result on at once."""
    depth: dict[int, int] = {}
    for _, to, sources in makers.values():
        depth[to] = 1 + max(depth.get(source, 0) for source in sources)
    first = len(done)
    stack = [(root, False) for root in reversed(list(roots))]
    while stack:
        register, ready = stack.pop()
        if register in done or register not in makers:
            continue
        if ready:
            done[register] = makers[register]
        else:
            stack.append((register, True))
            operands = sorted(set(makers[register][2]), key=lambda source: -depth.get(source, 0))
            stack.extend((source, False) for source in operands)
    return list(done.values())[first:]
