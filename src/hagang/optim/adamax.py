"""AdaMax: Adam by the largest gradient instead of the mean square."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from hagang.optim.adam import check_moments
from hagang.optim.base import Array, PerArray, one_minus_power

__all__ = ["AdaMax"]


@dataclass(frozen=True)
class AdaMax(PerArray):
    r"""Adam with the infinity norm, as PyTorch defines it.

    .. math::

        m &\leftarrow \beta_1 m + (1 - \beta_1)\, g, \qquad u \leftarrow \max(\beta_2 u, |g| + \epsilon) \\
        w &\leftarrow w - \frac{\eta}{1 - \beta_1^t}\, \frac{m}{u}

    Parameters
    ----------
    beta1, beta2 : float
        Decay per step of the running mean of the gradient and of the infinity norm.
    epsilon : float
        Added to the absolute gradient.

    Examples
    --------
    >>> import numpy as np
    >>> rule = AdaMax()
    >>> w = np.array([1.0])
    >>> w, _ = rule.update(w, np.array([3.0]), rule.init(w), lr=0.1, t=1)
    >>> w.round(6)
    array([0.9])

    References
    ----------
    D. Kingma, J. Ba, Adam: a method for stochastic optimization (2014), section 7.1.
    """

    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    default_lr: ClassVar[float] = 2e-3

    def __post_init__(self) -> None:
        check_moments(self)

    def init_one(self, w: Array) -> dict[str, Array]:
        return {"mean": np.zeros_like(w), "largest": np.zeros_like(w)}

    def update_one(
        self, w: Array, g: Array, state: dict[str, Array], lr: Array, t: Array
    ) -> tuple[Array, dict[str, Array]]:
        mean = self.beta1 * state["mean"] + (1 - self.beta1) * g
        largest = np.maximum(self.beta2 * state["largest"], np.abs(g) + self.epsilon)
        size = lr / one_minus_power(self.beta1, t, w)
        return w - size * mean / largest, {"mean": mean, "largest": largest}
