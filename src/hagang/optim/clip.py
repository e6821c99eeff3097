"""Gradient clipping: by global norm, or elementwise by value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hagang.errors import check_number
from hagang.optim.link import Link, check_inner
from hagang.trace import flatten, map_leaves

if TYPE_CHECKING:
    from hagang.optim.base import Array, Nest, Optimizer

__all__ = ["ClipByNorm", "ClipByValue"]

# PyTorch's constant, against division by zero.
_TINY = 1e-6


@dataclass(frozen=True)
class ClipByNorm(Link):
    r"""Clip the gradient by its global norm, the Euclidean norm over all arrays.

    .. math:: g \leftarrow g \min\left(1, \frac{c}{\lVert g \rVert + 10^{-6}}\right)

    Parameters
    ----------
    inner : Optimizer
        The optimiser that receives the clipped gradients.
    max_norm : float
        :math:`c`, above 0.

    Examples
    --------
    >>> import numpy as np
    >>> from hagang.optim import SGD
    >>> rule = ClipByNorm(SGD(), max_norm=1.0)
    >>> rule.update(np.zeros(2), np.array([3.0, 4.0]), rule.init(np.zeros(2)), lr=1.0, t=1)[0].round(4)
    array([-0.6, -0.8])

    References
    ----------
    R. Pascanu, T. Mikolov, Y. Bengio, On the difficulty of training recurrent neural networks (2013); PyTorch's
    `clip_grad_norm_`.
    """

    inner: Optimizer
    max_norm: float = 1.0

    def __post_init__(self) -> None:
        check_inner(self, self.inner)
        check_number(self, "max_norm", above=0)

    def update(self, params: Nest, gradients: Nest, state: Nest, lr: Array, t: Array) -> tuple[Nest, Nest]:
        scale = np.minimum(1.0, self.max_norm / (global_norm(gradients) + _TINY))
        return self.inner.update(params, map_leaves(lambda g: g * scale, gradients), state, lr, t)


def global_norm(nest: Nest) -> Array:
    """The Euclidean norm over all arrays of a nest."""
    squares = [np.sum(leaf * leaf) for leaf in flatten(nest)[0]]
    return np.sqrt(sum(squares[1:], squares[0])) if squares else 0.0


@dataclass(frozen=True)
class ClipByValue(Link):
    r"""Clip every element of the gradient.

    .. math:: g \leftarrow \min(\max(g, -c), c)

    Parameters
    ----------
    inner : Optimizer
        The optimiser that receives the clipped gradients.
    max_value : float
        :math:`c`, above 0.

    Examples
    --------
    >>> import numpy as np
    >>> from hagang.optim import SGD
    >>> rule = ClipByValue(SGD(), max_value=1.0)
    >>> rule.update(np.zeros(2), np.array([3.0, -0.5]), rule.init(np.zeros(2)), lr=1.0, t=1)[0]
    array([-1. ,  0.5])

    References
    ----------
    PyTorch's `clip_grad_value_`.
    """

    inner: Optimizer
    max_value: float = 1.0

    def __post_init__(self) -> None:
        check_inner(self, self.inner)
        check_number(self, "max_value", above=0)

    def update(self, params: Nest, gradients: Nest, state: Nest, lr: Array, t: Array) -> tuple[Nest, Nest]:
        clipped = map_leaves(lambda g: np.clip(g, -self.max_value, self.max_value), gradients)
        return self.inner.update(params, clipped, state, lr, t)
