"""Adam: descent with adaptive moments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from hagang.errors import check_number
from hagang.optim.base import Array, PerArray, one_minus_power

__all__ = ["Adam", "check_moments"]


@dataclass(frozen=True)
class Adam(PerArray):
    r"""Adam, as PyTorch defines it.

    .. math::

        m &\leftarrow \beta_1 m + (1 - \beta_1)\, g, \qquad v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2 \\
        w &\leftarrow w - \eta\, \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}

    With AMSGrad the largest :math:`v` so far replaces :math:`v` in the last line.

    Parameters
    ----------
    beta1, beta2 : float
        Decay per step of the running means of the gradient and of its square.
    epsilon : float
        Added to the square root of the second moment.
    amsgrad : bool
        Divide by the largest second moment so far.

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
    D. Kingma, J. Ba, Adam: a method for stochastic optimization (2014); S. Reddi, S. Kale, S. Kumar, On the
    convergence of Adam and beyond (2018).
    """

    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    amsgrad: bool = False
    default_lr: ClassVar[float] = 1e-3

    def __post_init__(self) -> None:
        check_moments(self)

    def init_one(self, w: Array) -> dict[str, Array]:
        state = {"mean": np.zeros_like(w), "square": np.zeros_like(w)}
        return {**state, "largest": np.zeros_like(w)} if self.amsgrad else state

    def update_one(
        self, w: Array, g: Array, state: dict[str, Array], lr: Array, t: Array
    ) -> tuple[Array, dict[str, Array]]:
        mean = self.beta1 * state["mean"] + (1 - self.beta1) * g
        square = self.beta2 * state["square"] + (1 - self.beta2) * (g * g)
        new, divisor = {"mean": mean, "square": square}, square
        if self.amsgrad:
            divisor = new["largest"] = np.maximum(state["largest"], square)
        size = lr / one_minus_power(self.beta1, t, w)
        spread = np.sqrt(one_minus_power(self.beta2, t, w))
        return w - size * mean / (np.sqrt(divisor) / spread + self.floor(spread)), new

    def floor(self, spread: Array) -> Array:  # noqa: ARG002
        """The term added to the square root of the second moment, which is divided by `spread` to correct its bias."""
        return self.epsilon


def check_moments(rule: object) -> None:
    """Check the constants of a rule with two moments."""
    check_number(rule, "beta1", least=0, below=1)
    check_number(rule, "beta2", above=0, below=1)
    check_number(rule, "epsilon", above=0)
