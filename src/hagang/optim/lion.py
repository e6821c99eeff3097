"""Lion: the sign of a momentum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from hagang.errors import check_number
from hagang.optim.base import Array, PerArray

__all__ = ["Lion"]


@dataclass(frozen=True)
class Lion(PerArray):
    r"""Lion: evolved sign momentum.

    .. math:: w \leftarrow w - \eta\, \mathrm{sign}(\beta_1 m + (1 - \beta_1)\, g), \qquad
        m \leftarrow \beta_2 m + (1 - \beta_2)\, g

    Parameters
    ----------
    beta1, beta2 : float
        Weight of the momentum in a step, and its decay per step.

    Examples
    --------
    >>> import numpy as np
    >>> rule = Lion()
    >>> w = np.array([1.0, 1.0])
    >>> rule.update(w, np.array([3.0, -0.1]), rule.init(w), lr=0.25, t=1)[0]
    array([0.75, 1.25])

    Notes
    -----
    The paper's weight decay is `DecoupledWeightDecay(Lion(), ...)`.

    References
    ----------
    X. Chen et al., Symbolic discovery of optimization algorithms (2023); Optax's lion.
    """

    beta1: float = 0.9
    beta2: float = 0.99
    default_lr: ClassVar[float] = 1e-4

    def __post_init__(self) -> None:
        check_number(self, "beta1", least=0, below=1)
        check_number(self, "beta2", least=0, below=1)

    def init_one(self, w: Array) -> dict[str, Array]:
        return {"mean": np.zeros_like(w)}

    def update_one(
        self,
        w: Array,
        g: Array,
        state: dict[str, Array],
        lr: Array,
        t: Array,  # noqa: ARG002
    ) -> tuple[Array, dict[str, Array]]:
        step = np.sign(self.beta1 * state["mean"] + (1 - self.beta1) * g)
        return w - lr * step, {"mean": self.beta2 * state["mean"] + (1 - self.beta2) * g}
