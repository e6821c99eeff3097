"""Plans as text: a line per kernel and instruction, under their phase; `docs/the-engine.md` reads one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hagang import _native
from hagang.runtime.native.parts import Fold, General, KernelKind, Storage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    import numpy.typing as npt

    from hagang.runtime.native.layouts import Extent
    from hagang.runtime.native.parts import Buffer, Kernel, Place, Prologue, Step

__all__ = ["Line", "Names", "kernel_lines", "number", "prologue_lines", "step_line"]

Line = tuple[str, str, str]
"""What runs how, what it does, and over how many numbers."""


class Names:
    """What the buffers are called: slots and batch inputs by name, single constants by value, others by number."""

    def __init__(
        self,
        buffers: Sequence[Buffer],
        kernels: Sequence[Kernel],
        slots: Sequence[str],
        batches: Sequence[str],
        numbers: npt.NDArray[np.float64],
    ) -> None:
        self._buffers, self._slots, self._numbers = buffers, slots, numbers
        self._batch = {kernel.b.buffer: batches[kernel.how] for kernel in kernels if kernel.kind is KernelKind.GATHER}
        self._number: dict[int, int] = {}
        self._constant: dict[int, int] = {}

    def of(self, buffer: int, offset: Extent = (0, 0)) -> str:
        """The name of a buffer, or of the scalar at an offset in it."""
        described = self._buffers[buffer]
        match described.storage:
            case Storage.SLOT:
                return f"%{self._slots[described.index]}"
            case Storage.MIRROR:
                return f"%{self._slots[described.index]}ᵀ"
            case Storage.SCALAR:
                return f"%s{offset[0] * described.bits // 64}"
            case Storage.BATCH:
                return f"%{self._batch[buffer]}"
            case Storage.CONSTANT if described.size == (1, 0):
                return number(self._numbers[described.index])
            case Storage.CONSTANT:
                return f"%c{self._constant.setdefault(buffer, len(self._constant))}"
            case _:
                return f"%{self._number.setdefault(buffer, len(self._number))}"

    def at(self, place: Place, kernel: Kernel) -> str:
        """The name of an operand, and how it covers the kernel's domain where it is not element by element."""
        name = self.of(place.buffer, place.offset)
        if not place.column:
            return name if place.row == (0, 0) else f"{name} per row"
        whole = place.row != (0, 0) or place.panel or kernel.rows == (0, 0)
        return name if whole else f"{name} per column"


def number(value: float) -> str:
    """A number as a graph shows it."""
    return f"{float(value):.1f}" if float(value).is_integer() and abs(value) < 1e6 else f"{value:.6g}"


def size(extent: Extent) -> str:
    """An extent in rows: `5`, `R`, `2R`."""
    fixed, per_row = extent
    rows = ("R" if per_row == 1 else f"{per_row}R") if per_row else ""
    return f"{fixed} + {rows}" if fixed and rows else rows or str(fixed)


def shape(bits: int, dims: Sequence[Extent]) -> str:
    """The numbers that a kernel makes: `float32(R, 5)`."""
    inside = ", ".join(map(size, dims))
    return f"float{bits}({inside},)" if len(dims) == 1 else f"float{bits}({inside})"


def step_line(step: Step, register: Callable[[int], str]) -> str:
    """An instruction: `t0 = add(%x, 1.0)`."""
    names = {code: name for name, code in _native.instructions().items()}
    return f"{register(step.to)} = {names[step.op]}({', '.join(map(register, step.sources))})"


def prologue_lines(prologue: Prologue) -> list[str]:
    """The scalars that are computed ahead, `%s0`, `%s1`, …, from the schedule's and the number of rows, R."""
    inputs = [*(f"%{name}" for name in prologue.inputs), "R"]
    register = dict(enumerate([*inputs, *map(number, prologue.constants)]))
    results = {at: k for k, (at, _) in reversed(list(enumerate(prologue.results)))}
    lines: list[str] = []
    for step in prologue.steps:
        register[step.to] = f"%s{results[step.to]}" if step.to in results else f"p{step.to - len(inputs)}"
        lines.append(step_line(step, register.__getitem__))
    computed = {step.to for step in prologue.steps}
    copies = enumerate(at for at, _ in prologue.results)
    return lines + [f"%s{k} = {register[at]}" for k, at in copies if at not in computed or results[at] != k]


def kernel_lines(kernel: Kernel, names: Names, batches: Sequence[str], outputs: Sequence[str]) -> list[Line]:
    """A kernel: how it is cut among threads, what it does, and the numbers that it makes."""
    dims: tuple[Extent, ...] = (kernel.columns,) if kernel.rows == (0, 0) else (kernel.rows, kernel.columns)
    arrays = [names.of(view.buffer, (0, 0) if view.dims else view.offset) for view in kernel.views]
    match kernel.kind:
        case KernelKind.OUTPUT:
            dims, texts = kernel.views[0].dims, [f"{outputs[kernel.how]} = {arrays[0]}"]
        case KernelKind.GATHER:
            texts = [f"{names.of(kernel.b.buffer)} = gather({batches[kernel.how]})"]
        case KernelKind.GENERAL:
            dims = kernel.views[0].dims
            texts = [f"{arrays[0]} = {General(kernel.how).name.lower()}({', '.join(arrays[1:])})"]
        case _:
            texts = _tape(kernel, names)
    first = (kernel.space.name.lower(), texts[0], shape(kernel.bits, dims))
    return [first, *(("", text, "") for text in texts[1:])]


def _tape(kernel: Kernel, names: Names) -> list[str]:
    """What fills the first register, the instructions, and the transposed copies that are made at once."""

    def register(k: int) -> str:
        inside = k - len(kernel.operands)
        return f"t{inside}" if inside >= 0 else names.at(kernel.operands[k], kernel)

    texts = [f"{register(kernel.anchor)} = {_anchor(kernel, names)}"] if kernel.anchor >= 0 else []
    texts += [step_line(step, register) for step in kernel.steps]
    return texts + [f"{names.of(mirror)} = transpose({names.of(slot)})" for slot, mirror in kernel.mirrors]


def _anchor(kernel: Kernel, names: Names) -> str:
    name = kernel.kind.name.lower()
    if kernel.b.buffer >= 0:
        return f"{name}({names.of(kernel.a.buffer)}, {names.of(kernel.b.buffer)})"
    return f"{name}({names.of(kernel.a.buffer)}, {Fold(kernel.how).name.lower()})"
