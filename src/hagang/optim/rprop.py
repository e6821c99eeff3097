"""Rprop: steps by the gradient's sign alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from hagang.errors import ArgumentError, check_number
from hagang.optim.base import Array, PerArray

__all__ = ["Rprop"]


@dataclass(frozen=True)
class Rprop(PerArray):
    r"""Resilient backpropagation for full batches, as PyTorch defines it.

    .. math::

        \Delta &\leftarrow \mathrm{clip}\left(\Delta \begin{cases}
            \eta_+ & g\, g_{-} > 0 \\ \eta_- & g\, g_{-} < 0 \\ 1 & \text{otherwise}
            \end{cases},\ \Delta_{\min},\ \Delta_{\max}\right) \\
        g &\leftarrow 0 \text{ where } g\, g_{-} < 0, \qquad w \leftarrow w - \mathrm{sign}(g)\, \Delta,
            \qquad g_{-} \leftarrow g

    Parameters
    ----------
    eta_minus, eta_plus : float
        Factors of the step size where the gradient changed sign and where it gradient it.
    min_step, max_step : float
        Bounds of the step size, in the units of the weights.

    Examples
    --------
    >>> import numpy as np
    >>> rule = Rprop()
    >>> w = np.array([1.0])
    >>> w, state = rule.update(w, np.array([3.0]), rule.init(w), lr=0.1, t=1)
    >>> rule.update(w, np.array([2.0]), state, lr=0.1, t=2)[0].round(6)
    array([0.78])

    Notes
    -----
    The learning rate is the size of the first step only: a schedule has no effect after it.

    References
    ----------
    M. Riedmiller, H. Braun, A direct adaptive method for faster backpropagation learning: the RPROP algorithm
    (1993).
    """

    eta_minus: float = 0.5
    eta_plus: float = 1.2
    min_step: float = 1e-6
    max_step: float = 50.0
    default_lr: ClassVar[float] = 1e-2

    def __post_init__(self) -> None:
        check_number(self, "eta_minus", above=0, below=1)
        check_number(self, "eta_plus", above=1)
        check_number(self, "min_step", least=0)
        check_number(self, "max_step", above=0)
        if self.min_step > self.max_step:
            msg = (
                "Rprop: expected min_step to be at most max_step, received "
                f"min_step={self.min_step}, max_step={self.max_step}"
            )
            raise ArgumentError(msg)

    def init_one(self, w: Array) -> dict[str, Array]:
        return {"gradient": np.zeros_like(w), "size": np.zeros_like(w)}

    def update_one(
        self, w: Array, g: Array, state: dict[str, Array], lr: Array, t: Array
    ) -> tuple[Array, dict[str, Array]]:
        agreement = np.sign(g) * np.sign(state["gradient"])
        factor = np.where(agreement > 0, np.full_like(w, self.eta_plus), np.full_like(w, self.eta_minus))
        factor = np.where(agreement == 0, np.ones_like(w), factor)
        size = np.where(t == 1, np.full_like(w, lr), state["size"])
        size = np.clip(size * factor, self.min_step, self.max_step)
        gradient = np.where(agreement < 0, np.zeros_like(w), g)
        return w - np.sign(gradient) * size, {"gradient": gradient, "size": size}
