"""What is minimised, as every method sees it: a value, a gradient and a curvature at a flat vector."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections import deque
from dataclasses import dataclass
from decimal import Decimal
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import ArgumentError, HagangError
from hagang.minimizing.differences import differences_into

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hagang.minimizing.bounds import Box
    from hagang.minimizing.variables import Array, Nest, Variables

__all__ = ["BlackBox", "Counts", "Objective", "Recent", "first_value", "one_number"]


@dataclass
class Counts:
    """How often the function, its gradient and its products with the Hessian were evaluated."""

    values: int = 0
    gradients: int = 0
    products: int = 0


class Objective(ABC):
    """A function of a flat vector, with its derivatives.

    Parameters
    ----------
    variables : Variables
        What the flat vector stands for.
    source : str
        Where the gradient comes from: `"graph"`, `"numerical"` or `"given"`.
    notes : tuple of str
        What a reader of the result should know.
    """

    def __init__(self, variables: Variables, source: str, notes: tuple[str, ...] = ()) -> None:
        self.variables = variables
        self.source = source
        self.notes = notes
        self.counts = Counts()

    @abstractmethod
    def value(self, x: Array) -> float:
        """The function at x."""

    @abstractmethod
    def gradient(self, x: Array) -> Array:
        """Its gradient at x."""

    @abstractmethod
    def value_and_gradient(self, x: Array) -> tuple[float, Array]:
        """Both at x."""

    @abstractmethod
    def product(self, x: Array, v: Array) -> Array:
        """The Hessian at x times v."""


class BlackBox(Objective):
    """Any function of arrays, called from Python; its gradient by differences or by a given function.

    The function is a guest: it gets copies, which it may keep or write into, and is called within the bounds only.

    Parameters
    ----------
    f : callable
        Takes a nest of arrays and returns a number.
    variables : Variables
        What the flat vector stands for.
    user_gradient : callable, optional
        Takes the same nest and returns the gradient, a nest alike.
    notes : tuple of str
        What a reader of the result should know.
    box : Box, optional
        The bounds.
    """

    def __init__(
        self,
        f: Callable[[Nest], Any],
        variables: Variables,
        user_gradient: Callable[[Nest], Nest] | None = None,
        notes: tuple[str, ...] = (),
        box: Box | None = None,
    ) -> None:
        super().__init__(variables, "numerical" if user_gradient is None else "given", notes)
        self.user_gradient, self.box = user_gradient, box
        nest = variables.nest

        def value_at(x: Array) -> float:
            self.counts.values += 1
            try:
                value = f(nest(x.copy()))
            except ArithmeticError:  # math.exp and the like overflow with an error where NumPy says inf
                return math.nan
            return value if type(value) is float else one_number(value)

        self.f: Callable[[Array], float] = value_at

    def value(self, x: Array) -> float:
        return self.f(x)

    def gradient_into(self, x: Array, gradient: Array) -> None:
        """Write the gradient at x into `gradient`; x comes back as it was."""
        self.counts.gradients += 1
        if self.user_gradient is None:
            differences_into(self.f, x, gradient, self.box)
        else:
            gradient[:] = self.variables.check(self.user_gradient(self.variables.nest(x.copy())), "gradient")

    def value_and_gradient(self, x: Array) -> tuple[float, Array]:
        value = self.value(x)
        return value, self.gradient(x) if math.isfinite(value) else np.full_like(x, math.nan)

    def gradient(self, x: Array) -> Array:
        moved, gradient = x.copy(), np.empty_like(x)
        self.gradient_into(moved, gradient)
        return gradient

    def product(self, x: Array, v: Array) -> Array:
        """By a difference of gradients along v, with a step that suits gradients made of differences too."""
        self.counts.products += 1
        length = float(np.linalg.norm(v))
        if length == 0:
            return np.zeros_like(v)
        root = 2.0**-10 if self.user_gradient is None else 2.0**-17
        step = root * max(1.0, float(np.max(np.abs(x)))) / length
        ahead, behind = (step, step) if self.box is None else self.box.room(x, v, step)
        if ahead + behind == 0:
            return np.zeros_like(v)
        return (self.gradient(x + ahead * v) - self.gradient(x - behind * v)) / (ahead + behind)


class Recent:
    """The last evaluations of an objective, so that looking again at a point costs nothing."""

    def __init__(self, objective: Objective, size: int = 8) -> None:
        self.objective = objective
        self.kept: deque[tuple[Array, float, Array]] = deque(maxlen=size)

    def evaluate(self, x: Array) -> tuple[float, Array]:
        """The function and its gradient at x."""
        for point, value, gradient in self.kept:
            if np.array_equal(point, x):
                return value, gradient.copy()
        value, gradient = self.objective.value_and_gradient(x)
        self.keep(x, value, gradient)
        return value, gradient

    def keep(self, x: Array, value: float, gradient: Array) -> None:
        """Remember an evaluation that was made elsewhere."""
        self.kept.appendleft((x.copy(), value, gradient.copy()))


def first_value(f: Callable[[Nest], Any], starts: Sequence[Nest]) -> tuple[Nest, float]:
    """The first start at which the function is finite, and its value there.

    Raises
    ------
    ArgumentError
        Where it is so at none, returns no single real number, or cannot be called on a start.
    """
    values = []
    for start in starts:
        values.append(_value_at(f, start))
        if np.isfinite(values[-1]):
            return start, values[-1]
    where = f"x0={_brief(starts[0])}" if len(starts) == 1 else f"any of {len(starts)} starts"
    msg = f"f: expected a finite value at the start, received {values[0]} at {where}; start elsewhere"
    raise ArgumentError(msg)


def _value_at(f: Callable[[Nest], Any], start: Nest) -> float:
    try:
        with np.errstate(all="ignore"):
            return one_number(f(start))
    except (IndexError, KeyError, ValueError) as error:
        if isinstance(error, HagangError):
            raise
        msg = (
            f"f could not be called on x0={_brief(start)}: {type(error).__name__}: {error}; check that x0 has as many "
            "numbers, or the same names, as f asks for"
        )
        raise ArgumentError(msg) from error


def one_number(result: Any) -> float:
    """What f returned, as a float.

    Raises
    ------
    ArgumentError
        Where it is not one real number, naming what it is.
    """
    array = np.asarray(result) if hasattr(result, "__float__") else np.asarray(None)
    if array.dtype.kind in "fiu" and array.shape == ():
        return float(array)
    if isinstance(result, Real | Decimal) and array.dtype.kind == "O":
        return float(result)
    msg = f"f: expected a function that returns one real number, received {_described(result, array)}"
    raise ArgumentError(msg)


def _described(result: Any, array: Any) -> str:
    if result is None:
        return "None; a return is missing"
    if array.shape == (1,):
        return "an array of shape (1,); return its only element, as in value[0]"
    if array.shape:
        return f"an array of shape {array.shape}; sum it, or take its mean"
    if array.dtype.kind == "b":
        return f"a truth value, {result}; return a number, as in np.where(condition, 1.0, 0.0)"
    return f"{type(result).__name__}: {result!r:.60}"


def _brief(start: Nest) -> str:
    text = " ".join(repr(start).split())
    return text if len(text) <= 80 else f"{text[:77]}..."
