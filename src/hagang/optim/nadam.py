"""NAdam: Adam with Nesterov's look-ahead."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from hagang.errors import check_number
from hagang.optim.adam import check_moments
from hagang.optim.base import Array, PerArray, one_minus_power

__all__ = ["NAdam"]


@dataclass(frozen=True)
class NAdam(PerArray):
    r"""Adam with Nesterov momentum, which increases over time, as PyTorch defines it.

    .. math::

        \mu_t &= \beta_1 \left(1 - \tfrac{1}{2}\, 0.96^{t \psi}\right), \qquad \Pi_t = \mu_1 \cdots \mu_t \\
        m &\leftarrow \beta_1 m + (1 - \beta_1)\, g, \qquad v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2 \\
        w &\leftarrow w - \eta\, \frac{\mu_{t+1}\, m / (1 - \Pi_{t+1}) + (1 - \mu_t)\, g / (1 - \Pi_t)}
            {\sqrt{v / (1 - \beta_2^t)} + \epsilon}

    Parameters
    ----------
    beta1, beta2 : float
        Decay per step of the running means of the gradient and of its square.
    epsilon : float
        Added to the square root of the second moment.
    momentum_decay : float
        :math:`\psi`, how fast the momentum approaches `beta1`.

    Examples
    --------
    >>> import numpy as np
    >>> rule = NAdam()
    >>> w = np.array([1.0])
    >>> w, _ = rule.update(w, np.array([3.0]), rule.init(w), lr=0.1, t=1)
    >>> w.round(4)
    array([0.8944])

    References
    ----------
    T. Dozat, Incorporating Nesterov momentum into Adam (2016).
    """

    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    momentum_decay: float = 4e-3
    default_lr: ClassVar[float] = 2e-3

    def __post_init__(self) -> None:
        check_moments(self)
        check_number(self, "momentum_decay", least=0)

    def init_one(self, w: Array) -> dict[str, Array]:
        return {"mean": np.zeros_like(w), "square": np.zeros_like(w), "product": np.ones_like(w, shape=())}

    def update_one(
        self, w: Array, g: Array, state: dict[str, Array], lr: Array, t: Array
    ) -> tuple[Array, dict[str, Array]]:
        now, next_ = self._momentum(t, w), self._momentum(t + 1, w)
        product = state["product"] * now
        mean = self.beta1 * state["mean"] + (1 - self.beta1) * g
        square = self.beta2 * state["square"] + (1 - self.beta2) * (g * g)
        spread = np.sqrt(square) / np.sqrt(one_minus_power(self.beta2, t, w)) + self.epsilon
        ahead, here = next_ / (1 - product * next_), (1 - now) / (1 - product)
        step = (ahead * mean + here * g) / spread
        return w - lr * step, {"mean": mean, "square": square, "product": product}

    def _momentum(self, t: Array, like: Array) -> Array:
        fading = np.exp(t * (self.momentum_decay * math.log(0.96)))
        return (self.beta1 * (1 - 0.5 * fading)).astype(like.dtype)
