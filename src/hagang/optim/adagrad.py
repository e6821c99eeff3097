"""AdaGrad: smaller steps where gradients have been large."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from hagang.errors import check_number
from hagang.optim.base import Array, PerArray

__all__ = ["AdaGrad"]


@dataclass(frozen=True)
class AdaGrad(PerArray):
    r"""AdaGrad, as PyTorch defines it.

    .. math:: s \leftarrow s + g^2, \qquad w \leftarrow w - \eta\, \frac{g}{\sqrt{s} + \epsilon}

    Parameters
    ----------
    initial_accumulator : float
        The initial :math:`s`.
    epsilon : float
        Added to the square root.

    Examples
    --------
    >>> import numpy as np
    >>> rule = AdaGrad()
    >>> w = np.array([1.0])
    >>> w, state = rule.update(w, np.array([3.0]), rule.init(w), lr=0.1, t=1)
    >>> rule.update(w, np.array([4.0]), state, lr=0.1, t=2)[0].round(6)
    array([0.82])

    Notes
    -----
    PyTorch's `lr_decay` is the schedule `InverseTime(lr_decay)`.

    References
    ----------
    J. Duchi, E. Hazan, Y. Singer, Adaptive subgradient methods for online learning and stochastic optimization
    (2011).
    """

    initial_accumulator: float = 0.0
    epsilon: float = 1e-10
    default_lr: ClassVar[float] = 1e-2

    def __post_init__(self) -> None:
        check_number(self, "initial_accumulator", least=0)
        check_number(self, "epsilon", above=0)

    def init_one(self, w: Array) -> dict[str, Array]:
        return {"sum": np.full_like(w, self.initial_accumulator)}

    def update_one(
        self,
        w: Array,
        g: Array,
        state: dict[str, Array],
        lr: Array,
        t: Array,  # noqa: ARG002
    ) -> tuple[Array, dict[str, Array]]:
        total = state["sum"] + g * g
        return w - lr * g / (np.sqrt(total) + self.epsilon), {"sum": total}
