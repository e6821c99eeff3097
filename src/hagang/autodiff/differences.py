"""The derivative of a function of one number by differences: forward, central, extrapolated, complex."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from hagang.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["RULES", "Array", "Line", "central", "complex_step", "forward", "richardson"]

Array: TypeAlias = npt.NDArray[Any]
Line: TypeAlias = "Callable[[Any], Array]"
"""A function of one number that returns an array of float64, or of complex128 where it is given a complex number."""

_COLUMNS = 8
_LEVELS = 26
_STARTS = (2.0**-2, 2.0**-6, 2.0**-10)
_CONTROL = 2.0**-12


def _scale(x: Any) -> float:
    """The power of two near the larger of |x| and one: steps made of it are exact in binary."""
    return float(2.0 ** np.round(np.log2(max(1.0, abs(float(x))))))


def _power_of_two(size: float) -> float:
    return float(2.0 ** np.round(np.log2(size)))


def _quotient(line: Line, low: Any, high: Any) -> Array:
    """The slope between two numbers; divided by their exact difference, which rounding may have made another."""
    with np.errstate(all="ignore"):
        return (line(high) - line(low)) / (float(high) - float(low))


def _is_inside(slope: Array, value: Array) -> bool:
    """Whether the step stayed where the function is finite."""
    return bool(np.all(np.isfinite(slope[np.isfinite(value)])))


def _room(quotient: Callable[[float], Array], x: Any, value: Array, step: float) -> float:
    """The step, or the largest quarter of a quarter … of it that stays inside the function's domain."""
    shortest = step * 2.0**-60 if x == 0 else float(np.spacing(abs(x)))
    while step > shortest and not _is_inside(quotient(step), value):
        step /= 4
    return step


def _with_steps(quotient: Callable[[float], Array], x: Any, value: Array, ratio: float) -> Array:
    """The quotient at a step of this ratio to the scale of x, or to the room that the domain leaves."""
    scale = _scale(x)
    slope = quotient(ratio * scale)
    if _is_inside(slope, value):
        return slope
    return quotient(ratio * _room(quotient, x, value, ratio * scale / 4))


def forward(line: Line, x: Any, value: Array, eps: float) -> Array:
    """(f(x + h) - f(x)) / h with h near √eps: the error is of the order of √eps."""
    ratio = _power_of_two(eps ** (1 / 2))

    def quotient(step: float) -> Array:
        high = x + _as(x, step)
        with np.errstate(all="ignore"):
            return (line(high) - value) / (float(high) - float(x))

    return _with_steps(quotient, x, value, ratio)


def central(line: Line, x: Any, value: Array, eps: float) -> Array:
    """(f(x + h) - f(x - h)) / 2h with h near ∛eps: the error is of the order of eps^⅔."""
    ratio = _power_of_two(eps ** (1 / 3))
    return _with_steps(lambda h: _quotient(line, x - _as(x, h), x + _as(x, h)), x, value, ratio)


def richardson(line: Line, x: Any, value: Array, eps: float) -> Array:
    """Central differences at halved steps, extrapolated to step zero; each element where its own estimate is best.

    From afar a staircase looks like a ramp: what large steps say is believed if one small step does not contradict.

    References
    ----------
    C. Ridders, Accurate computation of F'(x) and F'(x) F''(x) (1982).
    """

    def quotient(step: float) -> Array:
        return _quotient(line, x - _as(x, step), x + _as(x, step))

    scale = _scale(x)
    room = _room(quotient, x, value, scale * _STARTS[0])
    small = min(room, scale * max(_CONTROL, _power_of_two(eps ** (1 / 3))))
    control = quotient(small)
    best = control
    for start in _STARTS:
        best = _ridders(quotient, min(room, scale * start), x, value, eps)
        if np.all(abs(best - control) <= 1e-3 * abs(best) + 64 * eps * abs(value) / small):
            break
    return best


def _ridders(quotient: Callable[[float], Array], step: float, x: Any, value: Array, eps: float) -> Array:
    """Extrapolate from a first step on, until rounding alone would leave more doubt than there is."""
    best = quotient(step)
    error = np.full(best.shape, np.inf)
    above = [best]
    for _ in range(_LEVELS):
        step /= 2
        if x + _as(x, step) == x:
            break
        row = _extrapolated(quotient(step), above)
        noise = eps * (abs(value) / step + abs(row[0]))
        for column in range(2, len(row)):
            change = np.maximum(abs(row[column] - row[column - 1]), abs(row[column] - above[column - 1]))
            doubt = np.maximum(change, noise)
            closer = doubt < error
            best, error = np.where(closer, row[column], best), np.where(closer, doubt, error)
        above = row
        if np.all(error <= 2 * noise):
            break
    return best


def _extrapolated(slope: Array, above: list[Array]) -> list[Array]:
    """A row of Neville's table: column j is free of the error terms up to h^2j."""
    row = [slope]
    with np.errstate(invalid="ignore"):
        for column in range(1, min(len(above), _COLUMNS) + 1):
            weight = 4.0**column
            row.append((weight * row[-1] - above[column - 1]) / (weight - 1))
    return row


def complex_step(line: Line, x: Any, value: Array, eps: float) -> Array:  # noqa: ARG001
    """Im f(x + ih) / h: no difference is taken, so that h may be tiny and the error is of the order of eps.

    References
    ----------
    W. Squire, G. Trapp, Using complex variables to estimate derivatives of real functions (1998).
    """
    step = 2.0**-31 if x.dtype == np.float32 else 2.0**-255
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            result = line(x + 1j * _as(x, step))
    except (TypeError, np.exceptions.ComplexWarning) as error:
        msg = f"method='complex': expected a function that takes complex numbers; it says: {error}; use 'richardson'"
        raise ArgumentError(msg) from error
    if result.dtype.kind != "c":
        msg = (
            "method='complex': expected complex numbers from a function given complex ones, received real ones; "
            "use 'richardson' for a function that takes absolute values or does not depend on its argument"
        )
        raise ArgumentError(msg)
    return result.imag / step


def _as(x: Any, step: float) -> Any:
    """The step in the dtype of x, so that the sum is made of representable numbers."""
    return np.asarray(step, x.dtype)[()]


RULES = {"central": central, "forward": forward, "richardson": richardson, "complex": complex_step}
