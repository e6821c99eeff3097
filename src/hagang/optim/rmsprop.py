"""RMSProp: steps divided by the root of a running mean square."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from hagang.errors import check_number
from hagang.optim.base import Array, PerArray

__all__ = ["RMSProp"]


@dataclass(frozen=True)
class RMSProp(PerArray):
    r"""RMSProp, optionally centred and with momentum, as PyTorch defines it.

    .. math::

        v &\leftarrow \alpha v + (1 - \alpha)\, g^2, \qquad \bar g \leftarrow \alpha \bar g + (1 - \alpha)\, g \\
        b &\leftarrow \mu b + \frac{g}{\sqrt{v - \bar g^2} + \epsilon}, \qquad w \leftarrow w - \eta\, b

    where :math:`\bar g` is 0 unless centred.

    Parameters
    ----------
    alpha : float
        The decay of the running means per step.
    epsilon : float
        Added to the square root.
    momentum : float
        :math:`\mu`, from 0 (none) to below 1.
    centered : bool
        Divide by the standard deviation instead of the root mean square.

    Examples
    --------
    >>> import numpy as np
    >>> rule = RMSProp(alpha=0.75)
    >>> w = np.array([1.0])
    >>> rule.update(w, np.array([3.0]), rule.init(w), lr=0.1, t=1)[0].round(6)
    array([0.8])

    Notes
    -----
    If rounding makes the centred variance negative, it is replaced by 0; PyTorch gives NaN.

    References
    ----------
    T. Tieleman, G. Hinton, Neural networks for machine learning, lecture 6.5 (2012); A. Graves, Generating
    sequences with recurrent neural networks (2013), for the centred form.
    """

    alpha: float = 0.99
    epsilon: float = 1e-8
    momentum: float = 0.0
    centered: bool = False
    default_lr: ClassVar[float] = 1e-2

    def __post_init__(self) -> None:
        check_number(self, "alpha", least=0, below=1)
        check_number(self, "epsilon", above=0)
        check_number(self, "momentum", least=0, below=1)

    def init_one(self, w: Array) -> dict[str, Array]:
        state = {"square": np.zeros_like(w)}
        if self.centered:
            state["mean"] = np.zeros_like(w)
        if self.momentum:
            state["velocity"] = np.zeros_like(w)
        return state

    def update_one(
        self,
        w: Array,
        g: Array,
        state: dict[str, Array],
        lr: Array,
        t: Array,  # noqa: ARG002
    ) -> tuple[Array, dict[str, Array]]:
        new = {"square": self.alpha * state["square"] + (1 - self.alpha) * (g * g)}
        spread = new["square"]
        if self.centered:
            new["mean"] = self.alpha * state["mean"] + (1 - self.alpha) * g
            spread = np.maximum(new["square"] - new["mean"] * new["mean"], 0)
        step = g / (np.sqrt(spread) + self.epsilon)
        if self.momentum:
            step = new["velocity"] = self.momentum * state["velocity"] + step
        return w - lr * step, new
