"""LAMB: Adam with a step as long as each array's weights ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from hagang.errors import check_number
from hagang.optim.adam import check_moments
from hagang.optim.base import Array, PerArray, one_minus_power

__all__ = ["LAMB"]


@dataclass(frozen=True)
class LAMB(PerArray):
    r"""LAMB: layer-wise adaptive moments for large batches.

    .. math::

        u = \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon} + \lambda w, \qquad
        w \leftarrow w - \eta\, \frac{\lVert w \rVert}{\lVert u \rVert}\, u

    with Adam's moments; the ratio of the norms, one per array, is 1 if either norm is 0.

    Parameters
    ----------
    beta1, beta2 : float
        Decay per step of the running means of the gradient and of its square.
    epsilon : float
        Added to the square root of the second moment.
    weight_decay : float
        :math:`\lambda`, at least 0; applies to every array (exempt the biases by `ParamGroups`).

    Examples
    --------
    >>> import numpy as np
    >>> rule = LAMB()
    >>> w = np.array([3.0, 4.0])
    >>> rule.update(w, np.array([1.0, -1.0]), rule.init(w), lr=0.1, t=1)[0].round(4)
    array([2.6464, 4.3536])

    References
    ----------
    Y. You et al., Large batch optimization for deep learning: training BERT in 76 minutes (2019), with the
    identity for its function of the norm; Optax's lamb.
    """

    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-6
    weight_decay: float = 0.0
    default_lr: ClassVar[float] = 1e-3

    def __post_init__(self) -> None:
        check_moments(self)
        check_number(self, "weight_decay", least=0)

    def init_one(self, w: Array) -> dict[str, Array]:
        return {"mean": np.zeros_like(w), "square": np.zeros_like(w)}

    def update_one(
        self, w: Array, g: Array, state: dict[str, Array], lr: Array, t: Array
    ) -> tuple[Array, dict[str, Array]]:
        mean = self.beta1 * state["mean"] + (1 - self.beta1) * g
        square = self.beta2 * state["square"] + (1 - self.beta2) * (g * g)
        spread = np.sqrt(square / one_minus_power(self.beta2, t, w)) + self.epsilon
        step = mean / one_minus_power(self.beta1, t, w) / spread + self.weight_decay * w
        return w - lr * _trust(w, step) * step, {"mean": mean, "square": square}


def _trust(w: Array, step: Array) -> Array:
    """The trust ratio: norm of the weights over norm of the step; 1 if either is 0."""
    weight, length = np.sqrt(np.sum(w * w)), np.sqrt(np.sum(step * step))
    both = np.logical_and(weight > 0, length > 0)
    one = np.ones_like(weight)
    return np.where(both, weight, one) / np.where(both, length, one)
