"""A function written in NumPy, traced once: its value, gradient and curvature are Programs in one open Session."""

from __future__ import annotations

from functools import cached_property, reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.autodiff import backward
from hagang.errors import ArgumentError
from hagang.graph import Node, evaluate, show_dims
from hagang.minimizing.objective import Objective
from hagang.ops.arithmetic import add, cast, multiply, zeros_like
from hagang.ops.broadcast import sum_
from hagang.ops.leaf import input_node
from hagang.program import Program, optimise
from hagang.runtime import Chunk, open_session, runtime_for
from hagang.trace import call, flatten, stand_ins

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from hagang.minimizing.variables import Array, Nest, Variables

__all__ = ["PRECISION", "VALUE", "Graph"]

PRECISION = np.dtype(np.float64)
VALUE, GRADIENT, ALONG = "value", "gradient", "along"
_ONE_STEP = Chunk(steps=1)


class Graph(Objective):
    """A traced function.

    Parameters
    ----------
    f : callable
        Takes a nest of arrays, written in NumPy, and returns one real number.
    variables : Variables
        What the flat vector stands for.
    start : nest of arrays
        The nest's first value.
    runtime : str, optional
        Which runtime; the fastest that is there by default.

    Raises
    ------
    TraceError
        Where f does what a trace cannot see.
    GradientError
        Where an op on the way has no derivative.
    """

    def __init__(self, f: Callable[[Nest], Any], variables: Variables, start: Nest, runtime: str | None = None) -> None:
        super().__init__(variables, "graph")
        stand_in, self.inputs = stand_ins(start, "x", PRECISION)
        self.output = _scalar(call(f, [stand_in], PRECISION)[0])
        grads = backward(self.output, self.inputs)
        self.gradients = [g if g is not None else zeros_like(x) for g, x in zip(grads, self.inputs, strict=True)]
        chosen, lacking = runtime_for([self.output, *self.gradients])
        if runtime is None and lacking:
            names = ", ".join(lacking)
            self.notes = (*self.notes, f"evaluated by the reference runtime, since the engine has no {names}")
        self.session = open_session(self.slots(variables.flat(start)), runtime=runtime or chosen)

    def slots(self, flat: Array, prefix: str = "x") -> dict[str, npt.NDArray[Any]]:
        """A flat vector as the Session holds it: an array for each leaf, by its path."""
        names = (prefix + name.removeprefix("x") for name in self.variables.names)
        return dict(zip(names, self.variables.split(flat), strict=True))

    def interpreted(self, nest: Nest) -> float:
        """The function by the interpreter, for a single look that is not worth a Program."""
        feeds = dict(zip(self.inputs, flatten(nest)[0], strict=True))
        return float(evaluate([self.output], feeds)[0])

    def value(self, x: Array) -> float:
        self.counts.values += 1
        return float(self._run(self._value, self.slots(x))[VALUE][0])

    def gradient(self, x: Array) -> Array:
        self.counts.gradients += 1
        return self._joined(self._run(self._both, self.slots(x)))

    def value_and_gradient(self, x: Array) -> tuple[float, Array]:
        self.counts.values += 1
        self.counts.gradients += 1
        outputs = self._run(self._both, self.slots(x))
        return float(outputs[VALUE][0]), self._joined(outputs)

    def product(self, x: Array, v: Array) -> Array:
        self.counts.products += 1
        return self._joined(self._run(self._product, self.slots(x) | self.slots(v, ALONG)))

    def _run(self, program: Program, slots: dict[str, npt.NDArray[Any]]) -> Any:
        self.session.write(slots)
        return self.session.run(program, _ONE_STEP).outputs

    def _joined(self, outputs: Any) -> Array:
        return np.concatenate([outputs[f"{GRADIENT}{k}"][0].ravel() for k in range(len(self.inputs))])

    # --- Programs, made when first asked for ---

    @cached_property
    def _value(self) -> Program:
        return optimise(Program(outputs={VALUE: self.output}))

    @cached_property
    def _both(self) -> Program:
        return optimise(Program(outputs={VALUE: self.output, **_named(self.gradients)}))

    @cached_property
    def _product(self) -> Program:
        """The gradient of gradient · v, with v held constant (Pearlmutter's product)."""
        along = [input_node(ALONG + x.attrs["name"].removeprefix("x"), x.dims, PRECISION) for x in self.inputs]
        total = reduce(add, (_dot(g, v) for g, v in zip(self.gradients, along, strict=True)))
        grads = backward(total, self.inputs)
        return optimise(
            Program(
                outputs=_named([g if g is not None else zeros_like(x) for g, x in zip(grads, self.inputs, strict=True)])
            )
        )


def _named(nodes: list[Node]) -> dict[str, Node]:
    return {f"{GRADIENT}{k}": node for k, node in enumerate(nodes)}


def _dot(a: Node, b: Node) -> Node:
    return sum_(multiply(a, b), tuple(range(a.ndim)))


def _scalar(outputs: list[Node]) -> Node:
    """The function's one output as a float; a function that returns whole numbers or booleans has gradient zero."""
    if len(outputs) != 1 or outputs[0].dims != ():
        received = show_dims(outputs[0].dims) if len(outputs) == 1 else f"{len(outputs)} values"
        msg = f"f: expected a function that returns one real number, received {received}; sum it, or take its mean"
        raise ArgumentError(msg)
    return cast(outputs[0], PRECISION)
