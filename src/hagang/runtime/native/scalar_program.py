"""A small Program as one list of instructions on numbers: no arrays, no phases, no threads.

`native/scalar_program.hpp` holds the other half of its grammar and verifies every word.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hagang.runtime.native.listing import number, prologue_lines, step_line

if TYPE_CHECKING:
    import numpy.typing as npt

    from hagang.runtime.native.parts import Prologue, Step

__all__ = ["ScalarProgram"]

MAGIC, VERSION = 0x7374726169, 1


@dataclass
class ScalarProgram:
    """A Program as one list of instructions on numbers.

    Parameters
    ----------
    registers : list of float
        What each register holds at first: constants.
    stop : int
        The register that ends a chunk, or -1.
    computed : int
        How many instructions compute; then the outputs are stored, and the rest writes the slots.
    slot_registers : list of (slot, first register, count)
        The slots' numbers.
    slots : list of str
        The names of these slots, in the same order.
    outputs : dict of str to list of int
        The registers of each output's numbers.
    scalars : list of int
        Where the prologue's results go.
    """

    registers: list[float]
    stop: int
    computed: int
    slot_registers: list[tuple[int, int, int]]
    slots: list[str]
    outputs: dict[str, list[int]]
    steps: list[Step]
    scalars: list[int]
    prologue: Prologue
    batches: tuple[str, ...] = ()

    def words(self) -> npt.NDArray[np.int64]:
        """The plan as the engine reads it."""
        words = [MAGIC, VERSION, len(self.registers), self.stop, self.computed]
        words += [len(self.slot_registers), *(word for registers in self.slot_registers for word in registers)]
        words += [len(self.outputs), *(word for each in self.outputs.values() for word in (len(each), *each))]
        words += [len(self.steps), *(word for step in self.steps for word in step.words())]
        words += [len(self.scalars), *self.scalars, *self.prologue.words(len(self.registers))]
        return np.array(words, np.int64)

    def all_numbers(self) -> npt.NDArray[np.float64]:
        """The registers' first numbers, then the prologue's constants."""
        return np.array([*self.registers, *self.prologue.constants], np.float64)

    def __str__(self) -> str:
        names = {at: f"%s{k}" for k, at in enumerate(self.scalars)}
        for name, (_, first, count) in zip(self.slots, self.slot_registers, strict=True):
            names |= {first + k: f"%{name}[{k}]" if count > 1 else f"%{name}" for k in range(count)}
        computed = [step.to for step in self.steps if step.to not in names]
        names |= {to: f"%{k}" for k, to in enumerate(dict.fromkeys(computed))}

        def register(at: int) -> str:
            return names.get(at) or number(self.registers[at])

        lines = [step_line(step, register) for step in self.steps]
        text = ["prologue", *(f"  {line}" for line in prologue_lines(self.prologue))] if self.scalars else []
        text += ["compute", *(f"  {line}" for line in lines[: self.computed])]
        text += [f"{name} = {_numbers(list(map(register, each)))}" for name, each in self.outputs.items()]
        text += ["write", *(f"  {line}" for line in lines[self.computed :])] if self.slots else []
        return "\n".join([*text, f"stop where {register(self.stop)}"] if self.stop >= 0 else text)


def _numbers(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"[{', '.join(names)}]"
