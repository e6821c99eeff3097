"""The curvature of a function at a point: of the whole Hessian where that is cheap, of its ends where it is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.minimizing.differences import step_near
from hagang.minimizing.objective import BlackBox

if TYPE_CHECKING:
    from collections.abc import Callable

    from hagang.minimizing.bounds import Box
    from hagang.minimizing.objective import Objective
    from hagang.minimizing.variables import Array

__all__ = ["Curvature", "curvature_at"]

BUDGET = 50
"""How many evaluations of the function, or of its gradient, a look at the curvature may take."""

SECOND_STEP = 2.0**-12
"""The power of two near the fourth root of float64's precision, which balances rounding in a second difference."""


@dataclass(frozen=True)
class Curvature:
    """Second derivatives along the variables that may move.

    Parameters
    ----------
    low, high : float
        The extreme eigenvalues of the Hessian; 0 where no variable may move.
    noise : float
        Below it an eigenvalue is lost in rounding.
    eigen : tuple of arrays, or None
        Eigenvalues and eigenvectors, where the whole Hessian is known.
    """

    low: float
    high: float
    noise: float = 0.0
    eigen: tuple[Array, Array] | None = None

    @property
    def flat(self) -> float:
        """Below it, either way, a direction counts as flat."""
        return max(1e-8, 1e-6 * max(abs(self.low), abs(self.high)), self.noise)

    def newton_step(self, gradient: Array) -> tuple[float, float]:
        """How far away a quadratic is stationary, and how much its value differs; a flat direction as if it curved."""
        if self.eigen is None:
            size, curve = float(np.linalg.norm(gradient)), max(abs(self.low), self.flat)
            return size / curve, size**2 / (2 * curve)
        values, vectors = self.eigen
        along, curves = vectors.T @ gradient, np.maximum(abs(values), self.flat)
        return float(np.linalg.norm(along / curves)), float(np.sum(along**2 / (2 * curves)))


def curvature_at(objective: Objective, x: Array, value: float, free: Any = None, box: Box | None = None) -> Curvature:
    """The curvature at x, by products with the Hessian or, for a black box, by second differences.

    Parameters
    ----------
    objective : Objective
        Evaluated at most fifty times, within the bounds.
    x : array
        Where.
    value : float
        The function there.
    free : array of bool, optional
        Which variables may move; all by default.
    box : Box, optional
        The bounds.
    """
    moving = np.arange(len(x)) if free is None else np.flatnonzero(free)
    if len(moving) == 0:
        return Curvature(0.0, 0.0)
    if isinstance(objective, BlackBox) and objective.user_gradient is None:
        return _by_values(objective.f, x, value, moving, box)

    def product(v: Array) -> Array:
        whole = np.zeros_like(x)
        whole[moving] = v
        return objective.product(x, whole)[moving]

    per_product = 2 if isinstance(objective, BlackBox) else 1
    if per_product * len(moving) <= BUDGET:
        return _of_matrix(np.stack([product(row) for row in np.eye(len(moving))]))
    return _lanczos(product, len(moving), BUDGET // per_product)


def _of_matrix(hessian: Array, noise: float = 0.0) -> Curvature:
    if not np.all(np.isfinite(hessian)):
        return Curvature(np.nan, np.nan)
    values, vectors = np.linalg.eigh((hessian + hessian.T) / 2)
    return Curvature(float(values[0]), float(values[-1]), noise, (values, vectors))


def _lanczos(product: Callable[[Array], Array], size: int, steps: int) -> Curvature:
    """The ends of the spectrum in a Krylov space, orthogonalised in full (C. Lanczos, 1950)."""
    basis = np.zeros((min(steps, size), size))
    images = np.zeros_like(basis)
    v = np.random.default_rng(0).standard_normal(size)
    for k in range(len(basis)):
        for _ in range(2):
            v -= basis[:k].T @ (basis[:k] @ v)
        length = float(np.linalg.norm(v))
        if not length > 1e-12 * max(1.0, float(np.max(np.abs(images), initial=0.0))):
            basis, images = basis[:k], images[:k]
            break
        basis[k] = v / length
        images[k] = v = product(basis[k])
        v = v.copy()
    ends = _of_matrix(images @ basis.T)
    return Curvature(ends.low, ends.high)


# --- by values alone -----------------------------------------------------------------------------------


def _by_values(f: Callable[[Array], float], x: Array, value: float, moving: Any, box: Box | None) -> Curvature:
    steps = np.array([step_near(number, SECOND_STEP) for number in x[moving].tolist()])
    centre, steps = _centred(x, moving, steps, box)
    values = _Values(f, centre, moving, steps)
    here = value if np.array_equal(centre, x) else f(centre)
    count = len(moving)
    is_cheap = count * (count + 1) <= BUDGET
    matrix = values.hessian(here) if is_cheap else np.diag(values.diagonal(here, min(count, (BUDGET - 1) // 2)))
    noise = 8 * np.finfo(float).eps * max(abs(here), values.largest) / float(np.min(steps)) ** 2 if steps.all() else 0.0
    curvature = _of_matrix(matrix, noise)
    return curvature if is_cheap else Curvature(curvature.low, curvature.high, noise)


def _centred(x: Array, moving: Any, steps: Array, box: Box | None) -> tuple[Array, Array]:
    """The point moved inwards by a step where a bound is nearer than that, and steps that fit between the bounds."""
    if box is None:
        return x, steps
    low, high = box.low[moving], box.high[moving]
    steps = np.minimum(steps, (high - low) / 2)
    centre = x.copy()
    centre[moving] = np.minimum(np.maximum(x[moving], low + steps), high - steps)
    return centre, steps


class _Values:
    """Second differences of values about a centre."""

    def __init__(self, f: Callable[[Array], float], centre: Array, moving: Any, steps: Array) -> None:
        self.f, self.centre, self.moving, self.steps = f, centre, moving, steps
        self.largest = 0.0

    def both_ways(self, *axes: int) -> float:
        """The sum of the two values a step along all these axes, forward and back."""
        total = 0.0
        for sense in (1.0, -1.0):
            point = self.centre.copy()
            for k in axes:
                point[self.moving[k]] += sense * self.steps[k]
            value = self.f(point)
            self.largest = max(self.largest, abs(value)) if np.isfinite(value) else self.largest
            total += value
        return total

    def hessian(self, here: float) -> Array:
        """All second derivatives, by n(n + 1) evaluations."""
        count = len(self.moving)
        sums = [self.both_ways(k) for k in range(count)]
        hessian = np.empty((count, count))
        for i in range(count):
            for j in range(i + 1):
                change = sums[i] - 2 * here
                if i != j:
                    change = (self.both_ways(i, j) + 2 * here - sums[i] - sums[j]) / 2
                hessian[i, j] = hessian[j, i] = change / (self.steps[i] * self.steps[j])
        return hessian

    def diagonal(self, here: float, count: int) -> Array:
        """The second derivatives along the first so many variables."""
        return np.array([(self.both_ways(k) - 2 * here) / self.steps[k] ** 2 for k in range(count)])
