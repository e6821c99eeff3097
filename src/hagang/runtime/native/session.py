"""The native Session: slots kept by the engine, Programs lowered once and run by the chunk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from hagang import _native
from hagang.errors import ArgumentError, HagangError, ShapeError
from hagang.graph import R, has_rows
from hagang.runtime.native.layouts import fixed
from hagang.runtime.native.lower import Lowered, lowered
from hagang.runtime.native.scalar_lowering import SCALAR_LIMIT
from hagang.runtime.session import Array, Chunk, Result, check_chunk, check_slots

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from hagang.graph import Node
    from hagang.program import Program

__all__ = ["NativeSession", "open_session"]

_EXACT = 1 << 53
Executable: TypeAlias = "_native.Executable | _native.ScalarExecutable"


class NativeSession:
    """Slots in the engine's own layouts; a chunk is one call, with the interpreter's lock released.

    Programs that cost up to `scalar_limit` additions run as scalar programs; tests ask for none, or for many.
    """

    def __init__(
        self, slots: Mapping[str, npt.ArrayLike], threads: int | None = None, *, scalar_limit: int = SCALAR_LIMIT
    ) -> None:
        self._scalar_limit = scalar_limit
        self._threads = threads or _native.cpu()["cores"]
        self._like: dict[str, Array] = {}
        self._programs: dict[int, _Ready] = {}
        self._engine = _native.Session([])
        self.write(slots)

    def read(self) -> dict[str, Array]:
        """Copies of all slots."""
        return {name: self._read(number, like) for number, (name, like) in enumerate(self._like.items())}

    def _read(self, number: int, like: Array) -> Array:
        out = np.empty(like.shape, like.dtype)
        self._engine.read(number, out)
        return out

    def write(self, slots: Mapping[str, npt.ArrayLike]) -> None:
        """Replace or add slots; a slot of another shape or dtype takes the old one's place."""
        arrays = {name: _exact(name, np.array(value)) for name, value in slots.items()}
        same_shapes = all(
            name in self._like and (self._like[name].shape, self._like[name].dtype) == (array.shape, array.dtype)
            for name, array in arrays.items()
        )
        if not same_shapes:
            arrays = self.read() | arrays
            self._like = {name: np.empty(array.shape, array.dtype) for name, array in arrays.items()}
            self._engine = _native.Session([_shape(like) for like in self._like.values()])
            self._programs.clear()
        numbers = {name: k for k, name in enumerate(self._like)}
        for name, array in arrays.items():
            self._engine.write(numbers[name], np.ascontiguousarray(array))

    def run(self, program: Program, chunk: Chunk) -> Result:
        """Run the steps of a chunk."""
        ready = self._programs.get(id(program)) or self._made_ready(program)
        check_chunk(program, chunk)
        rows, per_step = _row_count(program, chunk)
        outputs = _sinks(ready, rows, per_step, chunk.steps)
        whole = [chunk.data[name] for name, _ in ready.batches]
        try:
            steps, stopped, _ = ready.executable.run(
                [np.ascontiguousarray(array) for array in whole],
                [-1 if by_rows else array.size for (_, by_rows), array in zip(ready.batches, whole, strict=True)],
                None if chunk.order is None else np.ascontiguousarray(chunk.order, np.int64),
                rows,
                chunk.batch_size or 0,
                chunk.steps,
                _scalars(ready, chunk),
                list(outputs.values()),
                self._threads,
            )
        except RuntimeError as error:
            raise ShapeError(str(error)) from None
        if steps < chunk.steps:
            outputs = _trimmed(ready, outputs, steps, rows, chunk)
        return Result(outputs, steps, stopped)

    def memory(self, program: Program) -> int:
        """Bytes that the engine holds for the steps of a Program that has run; the slots are not among them."""
        return self._programs[id(program)].executable.memory

    def _made_ready(self, program: Program) -> _Ready:
        """Lower the Program, once; slots that it writes and that were never set begin at zero."""
        check_slots(program, self._like)
        missing = {
            name: np.zeros(_fixed(node), node.dtype) for name, node in program.updates.items() if name not in self._like
        }
        if missing:
            self.write(missing)
        lowering = lowered(program, tuple(self._like), scalar_limit=self._scalar_limit)
        ready = self._programs[id(program)] = _Ready.of(program, lowering, lowering.on(self._engine))
        return ready


@dataclass(frozen=True)
class _Ready:
    """A lowered Program on a session, and what every run asks about it.

    The Program itself is kept, so that its identity stays its own.
    """

    program: Program
    executable: Executable
    batches: list[tuple[str, bool]]
    """The batch inputs, and whether they are by rows."""
    scalars: list[str]
    outputs: list[tuple[str, Node, bool]]
    """The outputs, and whether they are by rows."""

    @classmethod
    def of(cls, program: Program, lowering: Lowered, executable: Executable) -> _Ready:
        batches = [(name, has_rows(program.inputs[name].dims)) for name in lowering.plan.batches]
        nodes = [(name, lowering.outputs[name]) for name in lowering.plan.outputs]
        return cls(program, executable, batches, lowering.scalars, [(*pair, has_rows(pair[1].dims)) for pair in nodes])


def open_session(slots: Mapping[str, npt.ArrayLike], threads: int | None = None) -> NativeSession:
    """Start a Session on the native engine."""
    if threads is not None and threads < 1:
        msg = f"threads: expected 1 or more, received {threads}"
        raise ArgumentError(msg)
    return NativeSession(slots, threads)


def _exact(name: str, array: Array) -> Array:
    """Whole numbers are kept as float64, which holds them up to 2⁵³."""
    if array.dtype.kind in "iu" and array.size and (array.max() > _EXACT or array.min() < -_EXACT):
        worst = max(int(array.max()), int(array.min()), key=abs)
        msg = f"slot '{name}': expected whole numbers up to 2**53, received {worst}"
        raise ArgumentError(msg)
    return array


def _shape(like: Array) -> tuple[int, int, int, bool]:
    bits = 32 if like.dtype == np.float32 else 64
    if like.ndim == 2:
        return bits, like.shape[0], like.shape[1], True
    return bits, 1, like.size, False


def _fixed(node: Node) -> tuple[int, ...]:
    return tuple(fixed(dim) for dim in node.dims)


def _row_count(program: Program, chunk: Chunk) -> tuple[int, int]:
    """Rows in the order, and rows of a full step."""
    if chunk.order is not None:
        total = len(chunk.order)
    else:
        sized = [chunk.data[name] for name, node in program.with_role("batch").items() if has_rows(node.dims)]
        lengths = {len(array) for array in sized}
        if len(lengths) > 1:
            msg = f"expected data arrays of equally many rows, received {sorted(lengths)}"
            raise HagangError(msg)
        total = lengths.pop() if lengths else 0
    return total, total if chunk.batch_size is None else min(chunk.batch_size, total)


def _scalars(ready: _Ready, chunk: Chunk) -> npt.NDArray[np.float64]:
    table = np.empty((len(ready.scalars), chunk.steps))
    for row, name in zip(table, ready.scalars, strict=True):
        if name == "t":
            row[:] = np.arange(chunk.first_step, chunk.first_step + chunk.steps)
        else:
            row[:] = chunk.scalars[name][: chunk.steps]
    return table


def _rows_done(rows: int, chunk: Chunk, steps: int) -> int:
    return rows * steps if chunk.batch_size is None else min(rows, chunk.batch_size * steps)


def _sinks(ready: _Ready, rows: int, per_step: int, steps: int) -> dict[str, Array]:
    """Room for every output: stacked by step, or rows end to end."""
    total = rows * steps if per_step == rows else min(rows, per_step * steps)
    sinks: dict[str, Array] = {}
    for name, node, by_rows in ready.outputs:
        dims: tuple[Any, ...] = node.dims
        shape = tuple(total if dim is R else dim for dim in dims) if by_rows else (steps, *dims)
        sinks[name] = np.empty(shape, node.dtype)
    return sinks


def _trimmed(ready: _Ready, sinks: Mapping[str, Array], steps: int, rows: int, chunk: Chunk) -> dict[str, Array]:
    """What the steps done have filled."""
    done: dict[str, Array] = {}
    for name, node, by_rows in ready.outputs:
        count = _rows_done(rows, chunk, steps) if by_rows else steps
        done[name] = np.take(sinks[name], np.arange(count), axis=node.dims.index(R) if by_rows else 0)
    return done
