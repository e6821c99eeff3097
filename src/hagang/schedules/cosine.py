"""Cosine schedules: one half-period, or with warm restarts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hagang.errors import check_number
from hagang.schedules.base import Array, Schedule, Timed

__all__ = ["Cosine", "CosineRestarts"]


@dataclass(frozen=True)
class Cosine(Timed):
    r"""Cosine annealing from the full rate down to `end`, then constant.

    .. math:: b + (1 - b)\, \tfrac{1}{2} \left(1 + \cos(\pi \min(t / T, 1))\right)

    Parameters
    ----------
    end : float
        :math:`b`, the factor reached at step `total`.
    total : int, optional
        :math:`T`; by default the length of the run.

    Examples
    --------
    >>> Cosine(total=4).preview(6).round(4)
    array([1.    , 0.8536, 0.5   , 0.1464, 0.    , 0.    ])

    Notes
    -----
    PyTorch's CosineAnnealingLR agrees up to step `total`, and rises again after it.

    References
    ----------
    I. Loshchilov, F. Hutter, SGDR: stochastic gradient descent with warm restarts (2016).
    """

    end: float = 0.0
    total: int | None = None

    def __post_init__(self) -> None:
        check_number(self, "end", least=0)
        if self.total is not None:
            check_number(self, "total", least=1, whole=True)

    def factor(self, step: Array) -> Array:
        return self.end + (1.0 - self.end) * half_cosine(np.minimum(step / self.length(), 1.0))


@dataclass(frozen=True)
class CosineRestarts(Schedule):
    r"""Cosine annealing with warm restarts at the full rate.

    .. math:: b + (1 - b)\, \tfrac{1}{2} \left(1 + \cos(\pi\, t_i / T_i)\right), \qquad T_{i+1} = m\, T_i

    Parameters
    ----------
    period : int
        :math:`T_0`, the number of steps until the first restart.
    multiplier : int
        :math:`m`, the ratio of each period's length to the one before.
    end : float
        :math:`b`, the factor at the end of each period.

    Examples
    --------
    >>> CosineRestarts(2, multiplier=2).preview(7).round(4)
    array([1.    , 0.5   , 1.    , 0.8536, 0.5   , 0.1464, 1.    ])

    References
    ----------
    I. Loshchilov, F. Hutter, SGDR: stochastic gradient descent with warm restarts (2016); PyTorch's
    CosineAnnealingWarmRestarts.
    """

    period: int
    multiplier: int = 1
    end: float = 0.0

    def __post_init__(self) -> None:
        check_number(self, "period", least=1, whole=True)
        check_number(self, "multiplier", least=1, whole=True)
        check_number(self, "end", least=0)

    def factor(self, step: Array) -> Array:
        begins, lasts = self._period_of(step)
        return self.end + (1.0 - self.end) * half_cosine((step - begins) / lasts)

    def _period_of(self, step: Array) -> tuple[Array, Array]:
        """The first step of each step's period, and the period's length."""
        last = float(np.max(step, initial=0.0))
        begins, lasts = [0.0], [float(self.period)]
        if self.multiplier == 1:
            return self.period * np.floor(step / self.period), np.full_like(step, self.period)
        while begins[-1] + lasts[-1] <= last:
            begins.append(begins[-1] + lasts[-1])
            lasts.append(lasts[-1] * self.multiplier)
        which = np.searchsorted(begins, step, side="right") - 1
        return np.asarray(begins)[which], np.asarray(lasts)[which]


def half_cosine(progress: Array) -> Array:
    """From 1 down to 0 as `progress` goes from 0 to 1."""
    return 0.5 * (1.0 + np.cos(np.pi * progress))
