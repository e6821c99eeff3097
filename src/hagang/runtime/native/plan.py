"""The Plan: a Program lowered to kernels over buffers, in phases. `docs/the-engine.md` reads one line by line.

`native/plan.hpp` holds the other half of its grammar and verifies every word.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hagang.runtime.native.listing import Names, kernel_lines, prologue_lines

if TYPE_CHECKING:
    import numpy.typing as npt

    from hagang.runtime.native.listing import Line
    from hagang.runtime.native.parts import Buffer, Kernel, Prologue

__all__ = ["Plan"]

MAGIC, VERSION = 0x6861676E67, 1


@dataclass
class Plan:
    """A Program, lowered."""

    phases: int
    batches: list[str]
    outputs: list[str]
    slots: list[str]
    stop: int
    work: int
    fixed_work: int
    buffers: list[Buffer]
    kernels: list[Kernel]
    prologue: Prologue
    numbers: npt.NDArray[np.float64]

    def words(self) -> npt.NDArray[np.int64]:
        """The plan as the engine reads it."""
        words = [MAGIC, VERSION, self.phases, len(self.batches), len(self.outputs), len(self.slots), self.stop]
        words += [self.work, self.fixed_work, len(self.buffers)]
        words += [word for buffer in self.buffers for word in buffer.words()]
        words += self.prologue.words(len(self.numbers))
        words += [len(self.kernels), *(word for kernel in self.kernels for word in kernel.words())]
        return np.array(words, np.int64)

    def all_numbers(self) -> npt.NDArray[np.float64]:
        """The constants, the prologue's last."""
        return np.concatenate([self.numbers, np.asarray(self.prologue.constants, np.float64)])

    def __str__(self) -> str:
        names = Names(self.buffers, self.kernels, self.slots, self.batches, self.numbers)
        text = ["prologue", *(f"  {line}" for line in prologue_lines(self.prologue))] if self.prologue.results else []
        lines: dict[int, list[Line]] = {phase: [] for phase in range(self.phases)}
        for kernel in self.kernels:
            lines[kernel.phase] += kernel_lines(kernel, names, self.batches, self.outputs)
        width = max((len(what) for each in lines.values() for _, what, _ in each), default=0)
        for phase, each in lines.items():
            text += [f"phase {phase}", *(f"  {how:<5}  {what:<{width}}  {size}".rstrip() for how, what, size in each)]
        if self.stop >= 0:
            text.append(f"stop where {names.of(self.stop)}")
        return "\n".join(text)
