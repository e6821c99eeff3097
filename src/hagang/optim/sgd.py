"""Gradient descent, plain and with momentum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from hagang.errors import ArgumentError, check_number
from hagang.optim.base import Array, PerArray

__all__ = ["SGD", "Momentum"]


@dataclass(frozen=True)
class SGD(PerArray):
    r"""Gradient descent; stochastic if the gradient comes from a mini-batch.

    .. math:: w \leftarrow w - \eta\, g

    Examples
    --------
    >>> import numpy as np
    >>> w, _ = SGD().update(np.array([1.0]), np.array([4.0]), {}, lr=0.25, t=1)
    >>> w
    array([0.])

    References
    ----------
    H. Robbins, S. Monro, A stochastic approximation method (1951).
    """

    default_lr: ClassVar[float] = 0.1

    def init_one(self, w: Array) -> dict[str, Array]:  # noqa: ARG002
        return {}

    def update_one(
        self,
        w: Array,
        g: Array,
        state: dict[str, Array],
        lr: Array,
        t: Array,  # noqa: ARG002
    ) -> tuple[Array, dict[str, Array]]:
        return w - lr * g, state


@dataclass(frozen=True)
class Momentum(PerArray):
    r"""Gradient descent with momentum, as PyTorch's SGD defines it.

    .. math:: v \leftarrow \mu v + (1 - \tau)\, g, \qquad w \leftarrow w - \eta\, v

    without the dampening :math:`\tau` at the first step; with Nesterov momentum
    :math:`w \leftarrow w - \eta\,(g + \mu v)`.

    Parameters
    ----------
    momentum : float
        :math:`\mu`, from 0 (none) to below 1.
    dampening : float
        :math:`\tau`; not with Nesterov momentum.
    nesterov : bool
        Whether to use Nesterov momentum.

    Examples
    --------
    >>> import numpy as np
    >>> rule = Momentum(0.5)
    >>> w, state = rule.update(np.array([1.0]), np.array([2.0]), {"velocity": np.zeros(1)}, lr=0.1, t=1)
    >>> w, state
    (array([0.8]), {'velocity': array([2.])})

    References
    ----------
    B. Polyak, Some methods of speeding up the convergence of iteration methods (1964); I. Sutskever, J. Martens,
    G. Dahl, G. Hinton, On the importance of initialization and momentum in deep learning (2013).
    """

    momentum: float = 0.9
    dampening: float = 0.0
    nesterov: bool = False
    default_lr: ClassVar[float] = 0.01

    def __post_init__(self) -> None:
        check_number(self, "momentum", least=0, below=1)
        check_number(self, "dampening", least=0, most=1)
        if self.nesterov and (self.momentum == 0 or self.dampening != 0):
            msg = (
                "Momentum: expected momentum above 0 and no dampening with nesterov=True, received "
                f"momentum={self.momentum}, dampening={self.dampening}"
            )
            raise ArgumentError(msg)

    def init_one(self, w: Array) -> dict[str, Array]:
        return {"velocity": np.zeros_like(w)}

    def update_one(
        self, w: Array, g: Array, state: dict[str, Array], lr: Array, t: Array
    ) -> tuple[Array, dict[str, Array]]:
        push = g
        if self.dampening:
            push = np.where(t == 1, 1.0, 1.0 - self.dampening).astype(w.dtype) * g
        velocity = self.momentum * state["velocity"] + push
        step = g + self.momentum * velocity if self.nesterov else velocity
        return w - lr * step, {"velocity": velocity}
