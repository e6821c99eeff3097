"""The check of the graph's derivatives against differences, along random directions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.autodiff.backward import backward
from hagang.autodiff.differences import Array, richardson
from hagang.errors import ArgumentError, GradientError
from hagang.graph import Node, evaluate
from hagang.ops.arithmetic import add, multiply
from hagang.ops.broadcast import sum_
from hagang.ops.leaf import constant
from hagang.trace import call, flatten, map_leaves, rebuild, stand_ins

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["DerivativeCheck", "GradientCheck", "check_grad"]

_PRECISION = np.dtype(np.float64)
_NOISE = 1e-11
"""What rounding leaves of the sum of absolute terms, in an extrapolated difference."""


@dataclass(frozen=True)
class DerivativeCheck:
    """One order: the derivative by the graph beside the one by differences.

    Parameters
    ----------
    order : int
        The order of the derivative.
    analytic : float or None
        By backpropagation; None says that the graph holds it constant.
    numeric : float
        By extrapolated central differences.
    ok : bool
        Whether they agree.
    """

    order: int
    analytic: float | None
    numeric: float
    ok: bool

    @property
    def difference(self) -> float:
        """The relative difference, to the larger of the two."""
        analytic = self.analytic or 0.0
        largest = max(abs(analytic), abs(self.numeric))
        return abs(analytic - self.numeric) / largest if largest else 0.0

    def __str__(self) -> str:
        analytic = "constant" if self.analytic is None else f"{self.analytic:.12g}"
        verdict = "" if self.ok else "  differs"
        return f"{self.order:>5}  {analytic:>20}  {self.numeric:>20.12g}  {self.difference:>12.1e}{verdict}"


@dataclass(frozen=True)
class GradientCheck:
    """What `check_grad` found: true where every order agrees, and printed as a table.

    Parameters
    ----------
    orders : tuple of DerivativeCheck
        One per order, lowest first.
    rtol : float
        The relative difference allowed.
    """

    orders: tuple[DerivativeCheck, ...]
    rtol: float

    @property
    def ok(self) -> bool:
        """Whether every order agrees."""
        return all(each.ok for each in self.orders)

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        head = f"{'order':>5}  {'analytic':>20}  {'numeric':>20}  {'difference':>12}"
        return "\n".join([head, *map(str, self.orders)])

    __repr__ = __str__


def check_grad(
    f: Callable[[Any], Any], x: Any, *, order: int = 2, seed: int = 0, rtol: float = 1e-6, verbose: bool = False
) -> GradientCheck:
    r"""Check a function's derivatives by the graph against differences, along random directions.

    .. math:: v \cdot \nabla f(x) \quad\text{against}\quad \frac{d}{dt} f(x + t v) \Big|_{t=0}

    and the same for the derivative along v, in a new direction, for the second order and on. A wrong derivative in
    any element shows, at the cost of about twenty evaluations whatever their number. Of a function that returns
    arrays a random weighted sum is checked.

    Parameters
    ----------
    f : callable
        Written in NumPy, of one argument. It is called on plain arrays too, for the differences.
    x : number, array, or nested tuples, lists and dicts of them
        Where; taken as float64, since the formula is checked and not its rounding. Keep away from kinks.
    order : int
        The highest order of derivative.
    seed : int
        Of the random directions and weights.
    rtol : float
        The relative difference allowed.
    verbose : bool
        Print the table too.

    Returns
    -------
    GradientCheck
        True where every order agrees; printed, it shows analytic beside numeric.

    Raises
    ------
    GradientError
        Where f returns no real values, or an op on the way has no derivative.

    Examples
    --------
    >>> import numpy as np
    >>> check_grad(lambda x: np.sum(np.sin(x) * x), np.array([1.0, 2.0, 3.0])).ok
    True
    >>> check_grad(lambda x: 3 * x, 2.0, seed=1).orders[1].analytic is None
    True
    """
    if not isinstance(order, int) or order < 1:
        msg = f"order: expected a whole number from 1, received {order!r}"
        raise ArgumentError(msg)
    point = map_leaves(lambda leaf: np.asarray(leaf, _PRECISION), x)
    result = GradientCheck(tuple(_Check(f, point, seed, rtol).orders(order)), rtol)
    if verbose:
        print(result)
    return result


class _Check:
    """The traced function, where it is checked, and the random numbers."""

    def __init__(self, f: Callable[[Any], Any], point: Any, seed: int, rtol: float) -> None:
        self.f = f
        self.rtol = rtol
        self.random = np.random.default_rng(seed)
        self.leaves, self.structure = flatten(point)
        arguments, self.inputs = stand_ins(point, "x", _PRECISION)
        self.outputs, _ = call(f, [arguments], _PRECISION)
        if not any(y.is_float for y in self.outputs):
            msg = f"expected a function that returns real numbers, received {self.outputs or 'nothing'}"
            raise GradientError(msg)
        self.weights = [self._draw(y.dims) if y.is_float else None for y in self.outputs]

    def orders(self, highest: int) -> list[DerivativeCheck]:
        """Each order from the one below: the first from the function itself, called on plain arrays."""
        floats = [(y, w) for y, w in zip(self.outputs, self.weights, strict=True) if w is not None]
        value: Node | None = _dot(*zip(*floats, strict=True))
        terms = [y for y, _ in floats], [w for _, w in floats]
        checks = []
        for order in range(1, highest + 1):
            direction = [self._draw(x.dims) for x in self.inputs]
            size = self._size(*terms)
            gradients = backward(value, self.inputs) if value is not None else [None] * len(self.inputs)
            numeric = self._directional(self._projected if order == 1 else self._graph(value), direction)
            known = [(g, v) for g, v in zip(gradients, direction, strict=True) if g is not None]
            value = _dot(*zip(*known, strict=True)) if known else None
            terms = [g for g, _ in known], [v for _, v in known]
            checks.append(self._compared(order, value, numeric, size))
        return checks

    def _draw(self, dims: Any) -> Array:
        drawn: Array = self.random.standard_normal(dims)
        return drawn

    def _feeds(self, leaves: Sequence[Array]) -> dict[Node, Array]:
        return dict(zip(self.inputs, leaves, strict=True))

    def _size(self, nodes: Sequence[Node], weights: Sequence[Array]) -> float:
        """The sum of the absolute terms, whose rounding the differences inherit."""
        values = evaluate(list(nodes), self._feeds(self.leaves))
        return sum(float(np.sum(abs(v * w))) for v, w in zip(values, weights, strict=True))

    def _projected(self, leaves: Sequence[Array]) -> float:
        results, _ = flatten(self.f(rebuild(self.structure, [leaf[()] for leaf in leaves])))
        pairs = zip(results, self.weights, strict=True)
        return sum(float(np.sum(np.asarray(y, _PRECISION) * w)) for y, w in pairs if w is not None)

    def _graph(self, value: Node | None) -> Callable[[Sequence[Array]], float]:
        return lambda leaves: float(evaluate([value], self._feeds(leaves))[0]) if value is not None else 0.0

    def _directional(self, function: Callable[[Sequence[Array]], float], direction: Sequence[Array]) -> float:
        """The derivative of a function along the direction."""

        def line(t: float) -> Array:
            return np.asarray(function([x + t * v for x, v in zip(self.leaves, direction, strict=True)]))

        start = np.float64(0.0)
        return float(richardson(line, start, line(start), float(np.finfo(_PRECISION).eps)))

    def _compared(self, order: int, value: Node | None, numeric: float, size: float) -> DerivativeCheck:
        analytic = None if value is None else float(evaluate([value], self._feeds(self.leaves))[0])
        known = analytic or 0.0
        ok = abs(known - numeric) <= self.rtol * max(abs(known), abs(numeric)) + _NOISE * size
        return DerivativeCheck(order, analytic, numeric, ok)


def _dot(nodes: Sequence[Node], weights: Sequence[Array]) -> Node:
    """The sum of the products with constants, as one scalar of graph."""
    products = [multiply(x, constant(w)) for x, w in zip(nodes, weights, strict=True)]
    sums = [sum_(p, tuple(range(p.ndim))) for p in products]
    total = sums[0]
    for each in sums[1:]:
        total = add(total, each)
    return total
