"""The prologue: scalars that depend only on the step's number, the schedule and the number of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hagang.runtime.native.plan import Prologue, Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hagang.graph import Node

__all__ = ["ScalarTape", "hoistable", "instruction_of"]


def hoistable(nodes: list[Node]) -> set[Node]:
    """The scalars that no slot and no data reach, constants apart."""
    found: set[Node] = set()
    known: set[Node] = set()
    for node in nodes:
        if node.dims != ():
            continue
        leaf = node.op.name == "row_count" or (node.op.name == "input" and node.attrs["role"] == "scalar")
        constant = node.op.name == "constant"
        made = _is_pointwise(node) and all(parent in known for parent in node.inputs)
        if leaf or constant or made:
            known.add(node)
            if leaf or any(parent in found for parent in node.inputs):
                found.add(node)
    return found


def _is_pointwise(node: Node) -> bool:
    axes = node.op.axes(node)
    return (
        bool(node.inputs)
        and node.op.name not in ("contract", "random_uniform", "take", "scatter_add")
        and not any(axes)
    )


class ScalarTape:
    """Builds the prologue; registers are the inputs, the number of rows, the constants, then results."""

    def __init__(self, inputs: list[str], instructions: Mapping[str, int]) -> None:
        self._inputs = inputs
        self._instructions = instructions
        self._constants: dict[bytes, int] = {}
        self._values: list[float] = []
        self._steps: list[tuple[str, int, list[tuple[str, int]]]] = []
        self._made: dict[Node, tuple[str, int]] = {}
        self._results: dict[tuple[Node, int], int] = {}

    def result(self, node: Node, bits: int) -> int:
        """The number of the scalar that holds this node, stored with so many bits."""
        register = self._register(node)
        del register
        return self._results.setdefault((node, bits), len(self._results))

    def _register(self, node: Node) -> tuple[str, int]:
        if node not in self._made:
            self._made[node] = self._make(node)
        return self._made[node]

    def _make(self, node: Node) -> tuple[str, int]:
        name = node.op.name
        if name == "input":
            return "input", self._inputs.index(node.attrs["name"])
        if name == "row_count":
            return "input", len(self._inputs)
        if name == "constant":
            return self._constant(float(node.attrs["value"]))
        sources = [self._register(parent) for parent in node.inputs]
        op = instruction_of(node)
        if op is None:
            return sources[0]
        if name == "polygamma":
            sources = [self._constant(float(node.attrs["order"])), *sources]
        self._steps.append((op, len(self._steps), sources))
        return "made", len(self._steps) - 1

    def _constant(self, value: float) -> tuple[str, int]:
        key = np.float64(value).tobytes()
        if key not in self._constants:
            self._constants[key] = len(self._values)
            self._values.append(value)
        return "constant", self._constants[key]

    def finish(self) -> Prologue:
        """The prologue, and with it the numbers of all registers."""
        first = {"input": 0, "constant": len(self._inputs) + 1}
        first["made"] = first["constant"] + len(self._values)

        def at(register: tuple[str, int]) -> int:
            return first[register[0]] + register[1]

        steps = []
        for op, number, sources in self._steps:
            a, b, c = ([at(source) for source in sources] + [0, 0])[:3]
            steps.append(Step(self._instructions[op], at(("made", number)), a, b, c))
        results = [(at(self._made[node]), bits) for node, bits in self._results]
        return Prologue(self._inputs, self._values, len(self._steps), steps, results)


def instruction_of(node: Node) -> str | None:
    """The instruction of a scalar node; None where it changes nothing."""
    name = node.op.name
    if name == "cast":
        return cast_instruction(node.inputs[0].dtype, node.dtype)
    return (
        None
        if name
        in (
            "reshape",
            "broadcast",
            "sum",
            "max",
            "transpose",
            "flip",
            "cumsum",
            "slice",
            "pad",
            "concatenate",
            "alias",
            "stop_gradient",
            "custom_gradient",
        )
        else name
    )


def cast_instruction(old: np.dtype[np.generic], new: np.dtype[np.generic]) -> str | None:
    """The instruction of a conversion, all numbers being floats inside the engine."""
    if new == np.bool_:
        return None if old == np.bool_ else "nonzero"
    if new.kind in "iu":
        return "truncate" if old.kind == "f" else None
    return "single" if new == np.float32 and old == np.float64 else None
