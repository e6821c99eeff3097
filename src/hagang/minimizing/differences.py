"""Central differences that cost little more than the evaluations they need, for the walk of a black box."""

from __future__ import annotations

from math import frexp, isfinite, ldexp
from typing import TYPE_CHECKING, Any

from hagang.autodiff import numerical_gradient

if TYPE_CHECKING:
    from collections.abc import Callable

    from hagang.minimizing.variables import Array

__all__ = ["central_into"]

STEP = 2.0**-17
"""The power of two near the cube root of float64's precision, which balances rounding against the cubic term."""


def central_into(f: Callable[[Array], Any], x: Array, gradient: Array) -> None:
    """Write the gradient of f at the vector x into `gradient`.

    x itself is moved, an element at a time, and put back: two calls of f for each element, no copies. Where f is
    not finite on one side, `numerical_gradient` finds a step that stays where it is.
    """
    for k, value in enumerate(x.tolist()):
        step = STEP if -1.0 <= value <= 1.0 else ldexp(STEP, frexp(value)[1])
        high, low = value + step, value - step
        x[k] = high
        above = f(x)
        x[k] = low
        ratio = (above - f(x)) / (high - low)
        gradient[k] = ratio if isfinite(ratio) else _careful(f, x, k, value)
        x[k] = value


def _careful(f: Callable[[Array], Any], x: Array, k: int, value: float) -> Any:
    def line(moved: Any) -> Any:
        x[k] = moved
        return f(x)

    return numerical_gradient(line, value)
