"""Max-norm constraint on the incoming weights of each unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hagang.errors import check_number
from hagang.optim.link import Link, check_inner
from hagang.optim.patterns import WEIGHTS, Exempt, as_patterns, chosen
from hagang.trace import flatten, rebuild

if TYPE_CHECKING:
    from hagang.optim.base import Array, Nest, Optimizer

__all__ = ["MaxNorm"]


@dataclass(frozen=True)
class MaxNorm(Link):
    r"""After each step, scale down the incoming weights of every unit whose Euclidean norm exceeds a limit.

    .. math:: w_j \leftarrow w_j \frac{c}{\max(\lVert w_j \rVert, c)}

    with :math:`w_j` the column j of a matrix of shape (inputs, units).

    Parameters
    ----------
    inner : Optimizer
        The optimiser that makes the step.
    max_norm : float
        :math:`c`, above 0.
    only : tuple of str or callable
        Which matrices are constrained: path patterns, or a function `only(path, w)`; by default those named
        `weights`.

    Examples
    --------
    >>> from hagang.optim import SGD
    >>> rule, w = MaxNorm(SGD(), max_norm=1.0), {"weights": np.array([[3.0, 0.1], [4.0, 0.2]])}
    >>> rule.update(w, {"weights": np.zeros((2, 2))}, rule.init(w), lr=0.1, t=1)[0]["weights"]
    array([[0.6, 0.1],
           [0.8, 0.2]])

    References
    ----------
    N. Srebro, J. Rennie, T. Jaakkola, Maximum-margin matrix factorization (2004); with dropout, N. Srivastava et al.,
    Dropout: a simple way to prevent neural networks from overfitting (2014).
    """

    inner: Optimizer
    max_norm: float = 3.0
    only: Exempt = WEIGHTS

    def __post_init__(self) -> None:
        check_inner(self, self.inner)
        check_number(self, "max_norm", above=0)
        object.__setattr__(self, "only", as_patterns(self, "only", self.only))

    def update(self, params: Nest, gradients: Nest, state: Nest, lr: Array, t: Array) -> tuple[Nest, Nest]:
        moved, new = self.inner.update(params, gradients, state, lr, t)
        weights, structure = flatten(moved)
        free = chosen(moved, self.only)
        return rebuild(structure, [w if is_free else self._constrained(w) for w, is_free in zip(weights, free)]), new

    def _constrained(self, w: Array) -> Array:
        norm = np.sqrt(np.sum(np.square(w), axis=0))
        return w * (self.max_norm / np.maximum(norm, self.max_norm))
