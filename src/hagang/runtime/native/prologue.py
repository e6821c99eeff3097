"""The prologue: scalars that depend only on the step's number, the schedule and the number of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hagang.graph import Kind
from hagang.runtime.native.instructions import instruction_of
from hagang.runtime.native.parts import Prologue, Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hagang.graph import Node

__all__ = ["PrologueBuilder", "hoistable"]


_POINTWISE = (Kind.ELEMENTWISE, Kind.IDENTITY, Kind.VIEW, Kind.REDUCTION)
"""Kinds that are arithmetic, or nothing at all, where all inputs are scalars."""


def hoistable(nodes: list[Node]) -> set[Node]:
    """The scalars that no slot and no data reach, constants apart."""
    hoisted: set[Node] = set()
    known: set[Node] = set()
    for node in nodes:
        if node.dims != ():
            continue
        leaf = node.op.kind is Kind.ROW_COUNT or (node.is_input and node.attrs["role"] == "scalar")
        computed = node.op.kind in _POINTWISE and all(parent in known for parent in node.inputs)
        if leaf or node.is_constant or computed:
            known.add(node)
            if leaf or any(parent in hoisted for parent in node.inputs):
                hoisted.add(node)
    return hoisted


class PrologueBuilder:
    """Builds the prologue; registers are the inputs, the number of rows, the constants, then results."""

    def __init__(self, inputs: list[str], instructions: Mapping[str, int]) -> None:
        self._inputs = inputs
        self._instructions = instructions
        self._constants: dict[bytes, int] = {}
        self._values: list[float] = []
        self._steps: list[tuple[str, int, list[tuple[str, int]]]] = []
        self._registers: dict[Node, tuple[str, int]] = {}
        self._results: dict[tuple[Node, int], int] = {}

    def result(self, node: Node, bits: int) -> int:
        """The number of the scalar that holds this node, stored in this many bits."""
        self._register(node)
        return self._results.setdefault((node, bits), len(self._results))

    def _register(self, node: Node) -> tuple[str, int]:
        if node not in self._registers:
            self._registers[node] = self._make(node)
        return self._registers[node]

    def _make(self, node: Node) -> tuple[str, int]:
        if node.is_input:
            return "input", self._inputs.index(node.attrs["name"])
        if node.op.kind is Kind.ROW_COUNT:
            return "input", len(self._inputs)
        if node.is_constant:
            return self._constant(float(node.attrs["value"]))
        sources = [self._register(parent) for parent in node.inputs]
        op = instruction_of(node)
        if op is None:
            return sources[0]
        sources = [*(self._constant(float(node.attrs[name])) for name in node.op.leading), *sources]
        self._steps.append((op, len(self._steps), sources))
        return "computed", len(self._steps) - 1

    def _constant(self, value: float) -> tuple[str, int]:
        key = np.float64(value).tobytes()
        if key not in self._constants:
            self._constants[key] = len(self._values)
            self._values.append(value)
        return "constant", self._constants[key]

    def finish(self) -> Prologue:
        """The prologue, and with it the numbers of all registers."""
        first = {"input": 0, "constant": len(self._inputs) + 1}
        first["computed"] = first["constant"] + len(self._values)

        def at(register: tuple[str, int]) -> int:
            return first[register[0]] + register[1]

        steps = []
        for op, number, sources in self._steps:
            steps.append(Step(self._instructions[op], at(("computed", number)), tuple(map(at, sources))))
        results = [(at(self._registers[node]), bits) for node, bits in self._results]
        return Prologue(self._inputs, self._values, len(self._steps), steps, results)
