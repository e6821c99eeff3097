"""Differences at little more than the cost of their evaluations, for the descent of a black box; they keep bounds."""

from __future__ import annotations

from math import frexp, inf, isfinite, ldexp, nan
from typing import TYPE_CHECKING, Any, TypeAlias

from hagang.autodiff import numerical_gradient

if TYPE_CHECKING:
    from collections.abc import Callable

    from hagang.minimizing.bounds import Box
    from hagang.minimizing.variables import Array

Limits: TypeAlias = list[tuple[float, float]]

__all__ = ["differences_into", "step_near"]

STEP = 2.0**-17
"""The power of two near the cube root of float64's precision, which balances rounding against the cubic term."""


def step_near(value: float, ratio: float = STEP) -> float:
    """A step that suits a number's size: a power of two, so that it is added without rounding."""
    return ratio if -1.0 <= value <= 1.0 else ldexp(ratio, frexp(value)[1])


def differences_into(f: Callable[[Array], Any], x: Array, gradient: Array, box: Box | None = None) -> None:
    """Write the gradient of f at the vector x into `gradient`.

    x itself is moved, an element at a time, and put back: two calls of f for each element. Where f is not finite on
    one side, `numerical_gradient` finds a step that stays where it is; where a bound is nearer than the step, the
    difference is one-sided, of second order (one call more in all), and zero where the bounds leave no room.
    """
    here = nan  # f at x, evaluated where a one-sided difference needs it
    limits = None if box is None else [*zip(box.low.tolist(), box.high.tolist(), strict=True)]
    for k, value in enumerate(x.tolist()):
        step = step_near(value)
        high, low = value + step, value - step
        if limits is not None and not (limits[k][0] <= low and high <= limits[k][1]):
            here = f(x) if here != here else here
            gradient[k] = _one_sided(f, x, k, step, limits[k], here)
        else:
            x[k] = high
            above = f(x)
            x[k] = low
            ratio = (above - f(x)) / (high - low)
            gradient[k] = ratio if isfinite(ratio) else _careful(f, x, k, value, limits)
        x[k] = value


def _careful(f: Callable[[Array], Any], x: Array, k: int, value: float, limits: Limits | None) -> Any:
    low, high = (-inf, inf) if limits is None else limits[k]

    def line(moved: Any) -> Any:
        if not low <= moved <= high:
            return nan
        x[k] = moved
        return f(x)

    return numerical_gradient(line, value)


def _one_sided(
    f: Callable[[Array], Any], x: Array, k: int, step: float, limits: tuple[float, float], here: float
) -> float:
    """The slope at the end of a parabola through three points on the side with more room."""
    value, (low, high) = float(x[k]), limits
    sense, room = (1.0, high - value) if high - value >= value - low else (-1.0, value - low)
    points = []
    near, far = (min(max(value + sense * min(step, room / 2) * part, low), high) for part in (1.0, 2.0))
    if not value != near != far:
        return 0.0
    for x[k] in (near, far):
        points.append(f(x))
    a, b = near - value, far - value
    return float((points[0] - here) * b / (a * (b - a)) - (points[1] - here) * a / (b * (b - a)))
