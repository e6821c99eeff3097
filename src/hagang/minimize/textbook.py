"""Gradient descent as the textbook has it: start, learning rate, number of steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from hagang.autodiff import backward, numerical_gradient
from hagang.errors import ArgumentError, GradientError
from hagang.ops.arithmetic import zeros_like
from hagang.ops.leaf import input_node
from hagang.program import Program, optimise
from hagang.runtime import Chunk, open_session
from hagang.trace import Traced, run, trace_outputs

if TYPE_CHECKING:
    from collections.abc import Callable

    from hagang.graph import Node

__all__ = ["gradient_descent"]

Array: TypeAlias = npt.NDArray[np.float64]


def gradient_descent(
    f: Callable[[Any], Any],
    init_x: npt.ArrayLike,
    lr: float = 0.01,
    step_num: int = 100,
    gradient: Literal["numerical", "graph"] = "numerical",
) -> Array:
    r"""Walk downhill with fixed steps.

    .. math:: x \leftarrow x - \eta\, \nabla f(x)

    Parameters
    ----------
    f : callable
        A function of an array that returns a number.
    init_x : array
        Where the walk begins; not changed.
    lr : float
        The learning rate :math:`\eta`: too large a one overshoots, too small a one crawls.
    step_num : int
        How many steps.
    gradient : "numerical" or "graph"
        By central differences, which takes any function; or by backpropagation, which takes functions written in
        NumPy, is exact to rounding and runs the whole walk in one call.

    Returns
    -------
    ndarray of float64, with the shape of `init_x`
        Where the walk ends.

    Raises
    ------
    ArgumentError
        Where the learning rate is not positive or the number of steps negative.

    Examples
    --------
    >>> gradient_descent(lambda x: (x[0] - 2) ** 2 + 4 * (x[1] - 3) ** 2, [100.0, -10.0], 0.01, 1000)
    array([2.00000016, 3.        ])
    """
    start = np.array(init_x, dtype=np.float64)
    if not (np.isfinite(lr) and lr > 0):
        msg = f"lr: expected a finite learning rate above 0, received {lr!r}"
        raise ArgumentError(msg)
    if not isinstance(step_num, int | np.integer) or step_num < 0:
        msg = f"step_num: expected a whole number of at least 0, received {step_num!r}"
        raise ArgumentError(msg)
    walk = {"numerical": _walk, "graph": _run}.get(gradient)
    if walk is None:
        msg = f"gradient: expected 'numerical' or 'graph', received {gradient!r}"
        raise ArgumentError(msg)
    return walk(f, start, lr, int(step_num))


def _walk(f: Callable[[Any], Any], x: Array, lr: float, steps: int) -> Array:
    for _ in range(steps):
        x = x - lr * numerical_gradient(f, x)
    return x


def _run(f: Callable[[Any], Any], start: Array, lr: float, steps: int) -> Array:
    """Trace once, then one call for all steps."""
    x = Traced(input_node("x", start.shape, start.dtype), start.dtype)
    (value,), _ = trace_outputs(run(f, x), start.dtype)
    slope = _slope(value, x.node)
    step = x - lr * Traced(slope, start.dtype)
    session = open_session({"x": start})
    session.run(optimise(Program(updates={"x": step.node})), Chunk(steps=steps))
    return session.read()["x"]


def _slope(value: Node, x: Node) -> Node:
    if value.dims != () or not value.is_float:
        msg = f"gradient_descent: expected a function that returns one real number, received {value!r}"
        raise GradientError(msg)
    (found,) = backward(value, [x])
    return zeros_like(x) if found is None else found
