"""Gradient descent as the textbook has it: start, learning rate, number of steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from hagang.errors import ArgumentError
from hagang.minimizing.checks import check_rate, check_whole
from hagang.minimizing.differences import differences_into
from hagang.minimizing.graph import Graph
from hagang.minimizing.variables import Array, Variables
from hagang.ops.arithmetic import multiply, subtract
from hagang.program import Program, optimise
from hagang.runtime import Chunk

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["gradient_descent"]


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
        Where the walk ends. `minimize` keeps the path too, knows better methods and says how it went.

    Raises
    ------
    ArgumentError
        Where the learning rate is not positive or the number of steps negative.

    Examples
    --------
    >>> gradient_descent(lambda x: (x[0] - 2) ** 2 + 4 * (x[1] - 3) ** 2, [100.0, -10.0], 0.01, 1000)
    array([2.00000016, 3.        ])
    """
    x = np.array(init_x, dtype=np.float64)
    rate, steps = check_rate("lr", lr), check_whole("step_num", step_num)
    if gradient not in ("numerical", "graph"):
        msg = f"gradient: expected 'numerical' or 'graph', received {gradient!r}"
        raise ArgumentError(msg)
    return (_walk if gradient == "numerical" else _run)(f, x, rate, steps)


def _walk(f: Callable[[Any], Any], x: Array, lr: float, steps: int) -> Array:
    flat, gradient = x.reshape(-1), np.empty(x.size)
    for _ in range(steps):
        differences_into(lambda _: f(x.copy()), flat, gradient)
        flat -= lr * gradient
    return x


def _run(f: Callable[[Any], Any], x: Array, lr: float, steps: int) -> Array:
    """Trace once, then one call for all steps."""
    graph = Graph(f, Variables.of(x), x)
    new = subtract(graph.inputs[0], multiply(graph.gradients[0], lr))
    graph.session.run(optimise(Program(updates={"x": new})), Chunk(steps=steps))
    return graph.session.read()["x"]
