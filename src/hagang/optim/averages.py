"""Averages of the weights, used for prediction."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

import numpy as np

from hagang.errors import check_number
from hagang.optim.base import Array, Nest, Optimizer, plain_number
from hagang.optim.link import Link, check_inner
from hagang.trace import map_leaves

__all__ = ["ExponentialAverage", "PolyakAverage"]


class _Average(Link):
    """The state holds the inner state and the average, which `evaluation_weights` returns."""

    def init(self, params: Nest) -> Nest:
        return {"inner": self.inner.init(params), "average": map_leaves(np.asarray, params)}

    def update(self, params: Nest, gradients: Nest, state: Nest, lr: Array, t: Array) -> tuple[Nest, Nest]:
        new, inner = self.inner.update(params, gradients, state["inner"], lr, t)
        share = self.share(plain_number(t))
        average = map_leaves(lambda mean, w: _moved(mean, w, share), state["average"], new)
        return new, {"inner": inner, "average": average}

    @abstractmethod
    def share(self, t: Array) -> Array:
        """The weight of step `t` in the average."""

    def evaluation_weights(self, params: Nest, state: Nest) -> Nest:
        del params
        return state["average"]


def _moved(mean: Array, w: Array, share: Array) -> Array:
    """The mean moved by a share towards w, in a form that keeps equal values exactly equal."""
    return np.where(share < 1, mean + share.astype(w.dtype) * (w - mean), w)


@dataclass(frozen=True)
class PolyakAverage(_Average):
    r"""Polyak averaging: the mean of the weights from step `start` on; before it, the weights themselves.

    .. math:: \bar w_t = \bar w_{t-1} + \frac{w_t - \bar w_{t-1}}{\max(t - s + 1, 1)}

    Parameters
    ----------
    inner : Optimizer
        The optimiser that updates the weights; it does not see the average.
    start : int
        :math:`s`, the first step of the average, counted from 1.

    Examples
    --------
    >>> import numpy as np
    >>> from hagang.optim import SGD
    >>> rule, w = PolyakAverage(SGD(), start=2), np.array([0.0])
    >>> state = rule.init(w)
    >>> for t in (1, 2, 3):
    ...     w, state = rule.update(w, np.array([-1.0]), state, lr=1.0, t=t)
    >>> w, rule.evaluation_weights(w, state)
    (array([3.]), array([2.5]))

    References
    ----------
    B. Polyak, A. Juditsky, Acceleration of stochastic approximation by averaging (1992); PyTorch's AveragedModel.
    """

    inner: Optimizer
    start: int = 1

    def __post_init__(self) -> None:
        check_inner(self, self.inner)
        check_number(self, "start", least=1, whole=True)

    def share(self, t: Array) -> Array:
        return np.divide(1.0, np.maximum(t - (self.start - 1), 1))


@dataclass(frozen=True)
class ExponentialAverage(_Average):
    r"""An exponential moving average (EMA) of the weights; up to step `start`, the weights themselves.

    .. math:: \bar w_t = \alpha \bar w_{t-1} + (1 - \alpha)\, w_t

    Parameters
    ----------
    inner : Optimizer
        The optimiser that updates the weights; it does not see the average.
    decay : float
        :math:`\alpha`, the EMA decay per step.
    start : int
        The step, counted from 1, whose weights start the average.

    Examples
    --------
    >>> import numpy as np
    >>> from hagang.optim import SGD
    >>> rule, w = ExponentialAverage(SGD(), decay=0.5), np.array([0.0])
    >>> state = rule.init(w)
    >>> for t in (1, 2, 3):
    ...     w, state = rule.update(w, np.array([-1.0]), state, lr=1.0, t=t)
    >>> w, rule.evaluation_weights(w, state)
    (array([3.]), array([2.25]))

    References
    ----------
    PyTorch's AveragedModel with get_ema_avg_fn.
    """

    inner: Optimizer
    decay: float = 0.999
    start: int = 1

    def __post_init__(self) -> None:
        check_inner(self, self.inner)
        check_number(self, "decay", above=0, below=1)
        check_number(self, "start", least=1, whole=True)

    def share(self, t: Array) -> Array:
        return np.where(t <= self.start, 1.0, 1.0 - self.decay)
