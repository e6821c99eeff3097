"""Adam: descent with adaptive moments."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from hagang.errors import ArgumentError
from hagang.optim.base import Array, PerArray

__all__ = ["Adam"]


@dataclass(frozen=True)
class Adam(PerArray):
    r"""Adam, as PyTorch defines it.

    .. math::

        m &\leftarrow \beta_1 m + (1 - \beta_1)\, g, \qquad v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2 \\
        w &\leftarrow w - \eta\, \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}

    The corrections :math:`1 - \beta^t` are computed as :math:`-\mathrm{expm1}(t \log \beta)`, which keeps all
    digits in float32.

    Parameters
    ----------
    beta1, beta2 : float
        How much of the running means of the gradient and of its square is kept at each step.
    epsilon : float
        Added to the root of the second moment.

    Examples
    --------
    >>> import numpy as np
    >>> rule = Adam()
    >>> w = np.array([1.0])
    >>> w, state = rule.update(w, np.array([3.0]), rule.init(w), lr=0.1, t=1)
    >>> w.round(6)
    array([0.9])

    References
    ----------
    D. Kingma, J. Ba, Adam: a method for stochastic optimization (2014).
    """

    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    default_lr: ClassVar[float] = 1e-3

    def __post_init__(self) -> None:
        for name in ("beta1", "beta2"):
            if not 0 < getattr(self, name) < 1:
                msg = f"expected {name} between 0 and 1, received {name}={getattr(self, name)}"
                raise ArgumentError(msg)
        if not self.epsilon > 0:
            msg = f"expected epsilon above 0, received epsilon={self.epsilon}"
            raise ArgumentError(msg)

    def init_one(self, w: Array) -> dict[str, Array]:
        return {"mean": np.zeros_like(w), "square": np.zeros_like(w)}

    def update_one(
        self, w: Array, g: Array, state: dict[str, Array], lr: Array, t: Array
    ) -> tuple[Array, dict[str, Array]]:
        mean = self.beta1 * state["mean"] + (1 - self.beta1) * g
        square = self.beta2 * state["square"] + (1 - self.beta2) * (g * g)
        size = lr / -np.expm1(t * math.log(self.beta1))
        spread = np.sqrt(-np.expm1(t * math.log(self.beta2)))
        return w - size * mean / (np.sqrt(square) / spread + self.epsilon), {"mean": mean, "square": square}
