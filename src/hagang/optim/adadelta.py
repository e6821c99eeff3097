"""AdaDelta: steps in the units of the weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from hagang.errors import check_number
from hagang.optim.base import Array, PerArray

__all__ = ["AdaDelta"]


@dataclass(frozen=True)
class AdaDelta(PerArray):
    r"""AdaDelta, as PyTorch defines it.

    .. math::

        v &\leftarrow \rho v + (1 - \rho)\, g^2, \qquad
            \delta = \frac{\sqrt{u + \epsilon}}{\sqrt{v + \epsilon}}\, g \\
        u &\leftarrow \rho u + (1 - \rho)\, \delta^2, \qquad w \leftarrow w - \eta\, \delta

    Parameters
    ----------
    rho : float
        The decay of the running means per step.
    epsilon : float
        Added under both square roots; it determines the size of the first steps.

    Examples
    --------
    >>> import numpy as np
    >>> rule = AdaDelta(rho=0.75, epsilon=0.01)
    >>> w = np.array([1.0])
    >>> rule.update(w, np.array([3.0]), rule.init(w), lr=1.0, t=1)[0].round(4)
    array([0.8004])

    References
    ----------
    M. Zeiler, ADADELTA: an adaptive learning rate method (2012); the paper has no learning rate (1).
    """

    rho: float = 0.9
    epsilon: float = 1e-6
    default_lr: ClassVar[float] = 1.0

    def __post_init__(self) -> None:
        check_number(self, "rho", least=0, below=1)
        check_number(self, "epsilon", above=0)

    def init_one(self, w: Array) -> dict[str, Array]:
        return {"square": np.zeros_like(w), "moved": np.zeros_like(w)}

    def update_one(
        self,
        w: Array,
        g: Array,
        state: dict[str, Array],
        lr: Array,
        t: Array,  # noqa: ARG002
    ) -> tuple[Array, dict[str, Array]]:
        square = self.rho * state["square"] + (1 - self.rho) * (g * g)
        step = np.sqrt(state["moved"] + self.epsilon) / np.sqrt(square + self.epsilon) * g
        moved = self.rho * state["moved"] + (1 - self.rho) * (step * step)
        return w - lr * step, {"square": square, "moved": moved}
