"""The reference runtime: each step evaluated node by node in NumPy. Slow, obvious, the oracle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.graph import evaluate, has_rows
from hagang.runtime.session import Array, Chunk, Result, check_chunk, check_slots

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from hagang.graph import Node
    from hagang.program import Program

__all__ = ["ReferenceSession", "open_session"]


class ReferenceSession:
    """Slots as plain arrays, steps in a Python loop."""

    def __init__(self, slots: Mapping[str, npt.ArrayLike]) -> None:
        self._slots: dict[str, Array] = {}
        self.write(slots)

    def read(self) -> dict[str, Array]:
        return {name: value.copy() for name, value in self._slots.items()}

    def write(self, slots: Mapping[str, npt.ArrayLike]) -> None:
        self._slots.update({name: np.array(value) for name, value in slots.items()})

    def run(self, program: Program, chunk: Chunk) -> Result:
        check_slots(program, self._slots)
        check_chunk(program, chunk)
        inputs = program.inputs
        per_step: list[list[Array]] = []
        stopped = False
        while len(per_step) < chunk.steps and not stopped:
            step = len(per_step)
            values = evaluate(program.roots, self._feeds(inputs, chunk, step), _rows(chunk, step))
            split = len(program.updates)
            self._slots.update(zip(program.updates, values[:split], strict=True))
            per_step.append(values[split:])
            stopped = program.stop is not None and bool(dict(zip(program.outputs, per_step[-1]))[program.stop])
        outputs = {
            name: _joined_outputs(node, [values[k] for values in per_step])
            for k, (name, node) in enumerate(program.outputs.items())
        }
        return Result(outputs, len(per_step), stopped)

    def _feeds(self, inputs: Mapping[str, Node], chunk: Chunk, step: int) -> dict[Node, Array]:
        return {node: self._feed(name, node, chunk, step) for name, node in inputs.items()}

    def _feed(self, name: str, node: Node, chunk: Chunk, step: int) -> Array:
        role = node.attrs["role"]
        if role == "slot":
            return self._slots[name]
        if role == "batch":
            whole = chunk.data[name]
            return whole[chunk.rows(step)] if has_rows(node.dims) else whole
        value: Any = chunk.first_step + step if name == "t" else chunk.scalars[name][step]
        return np.asarray(value, node.dtype)


def _rows(chunk: Chunk, step: int) -> int | None:
    rows = chunk.rows(step)
    return len(rows) if isinstance(rows, np.ndarray) else None


def _joined_outputs(node: Node, values: list[Array]) -> Array:
    if not has_rows(node.dims):
        return np.stack(values) if values else np.empty((0, *map(int, node.dims)), node.dtype)  # type: ignore[arg-type]
    return np.concatenate(values, axis=node.dims.index(node.dims[[has_rows((d,)) for d in node.dims].index(True)]))


def open_session(slots: Mapping[str, npt.ArrayLike], threads: int | None = None) -> ReferenceSession:  # noqa: ARG001
    """Start a Session; NumPy chooses its own threads."""
    return ReferenceSession(slots)
