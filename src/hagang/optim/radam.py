"""RAdam: Adam that waits until its second moment can be trusted."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from hagang.optim.adam import check_moments
from hagang.optim.base import Array, PerArray, one_minus_power

__all__ = ["RAdam"]


@dataclass(frozen=True)
class RAdam(PerArray):
    r"""Rectified Adam, as PyTorch defines it.

    .. math::

        m &\leftarrow \beta_1 m + (1 - \beta_1)\, g, \qquad v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2 \\
        \rho_\infty &= \frac{2}{1 - \beta_2} - 1, \qquad
            \rho_t = \rho_\infty - \frac{2 t\, \beta_2^t}{1 - \beta_2^t} \\
        w &\leftarrow w - \eta\, \frac{m}{1 - \beta_1^t}
            \begin{cases}
            r_t\, \sqrt{1 - \beta_2^t}\, /\, (\sqrt{v} + \epsilon) & \rho_t > 5 \\
            1 & \text{otherwise}
            \end{cases}, \qquad
            r_t = \sqrt{\frac{(\rho_t - 4)(\rho_t - 2)\, \rho_\infty}{(\rho_\infty - 4)(\rho_\infty - 2)\, \rho_t}}

    Parameters
    ----------
    beta1, beta2 : float
        Decay per step of the running means of the gradient and of its square.
    epsilon : float
        Added to the square root of the second moment.

    Examples
    --------
    >>> import numpy as np
    >>> rule = RAdam()
    >>> w = np.array([1.0])
    >>> rule.update(w, np.array([3.0]), rule.init(w), lr=0.1, t=1)[0].round(6)
    array([0.7])

    References
    ----------
    L. Liu et al., On the variance of the adaptive learning rate and beyond (2019).
    """

    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    default_lr: ClassVar[float] = 1e-3

    def __post_init__(self) -> None:
        check_moments(self)

    def init_one(self, w: Array) -> dict[str, Array]:
        return {"mean": np.zeros_like(w), "square": np.zeros_like(w)}

    def update_one(
        self, w: Array, g: Array, state: dict[str, Array], lr: Array, t: Array
    ) -> tuple[Array, dict[str, Array]]:
        mean = self.beta1 * state["mean"] + (1 - self.beta1) * g
        square = self.beta2 * state["square"] + (1 - self.beta2) * (g * g)
        trusted, rectified = self._rectification(t, w)
        spread = np.sqrt(one_minus_power(self.beta2, t, w))
        scale = np.where(trusted, rectified * spread / (np.sqrt(square) + self.epsilon), np.ones_like(w))
        size = lr / one_minus_power(self.beta1, t, w)
        return w - size * mean * scale, {"mean": mean, "square": square}

    def _rectification(self, t: Array, like: Array) -> tuple[Array, Array]:
        """Whether the variance is tractable after `t` steps, and the rectification factor."""
        limit = (1 + self.beta2) / (1 - self.beta2)
        length = average_length(self.beta2, t).astype(like.dtype)
        trusted = length > 5
        length = np.where(trusted, length, np.full_like(length, limit))
        shrink = (length - 4) / (limit - 4) * (length - 2) / (limit - 2) * (limit / length)
        return trusted, np.sqrt(np.maximum(shrink, 0))


def average_length(beta: float, t: Array) -> Array:
    r"""The length :math:`\rho_t` of the simple moving average equivalent to the exponential one after `t` steps.

    The definition subtracts two large numbers for small `t`. With :math:`L = -\log \beta` and
    :math:`x = L t` it equals :math:`\coth(L/2) - 2/L + t - (2/L)(x/(e^x - 1) - 1 + x/2)`, whose last
    term has the series :math:`x^2/12 - x^4/720 + x^6/30240 - \dots`, accurate in float32.
    """
    rate = -math.log(beta)
    x = t * rate
    y = np.minimum(x, 0.25) ** 2
    series = y / 12 * (1 - y / 60 * (1 - y / 42 * (1 - y / 40)))
    early = (1 / math.tanh(rate / 2) - 2 / rate) + t - (2 / rate) * series
    late = (1 + beta) / (1 - beta) - 2 * t * np.exp(-x) / -np.expm1(-x)
    return np.where(x < 0.25, early, late)
