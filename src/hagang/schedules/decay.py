"""Schedules that decay: linearly, by a power, by steps, exponentially, with inverse time."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from hagang.errors import ArgumentError, check_number
from hagang.schedules.base import Array, Schedule, Timed

__all__ = ["Exponential", "InverseTime", "Linear", "MultiStepDecay", "Polynomial", "StepDecay"]


@dataclass(frozen=True)
class Linear(Timed):
    r"""Linear interpolation from one factor to another, then constant.

    .. math:: a + (b - a) \min(t / T, 1)

    Parameters
    ----------
    start, end : float
        :math:`a`, the first factor; :math:`b`, the one reached at step `total`.
    total : int, optional
        :math:`T`; by default the length of the run.

    Examples
    --------
    >>> Linear(total=4).preview(6)
    array([1.  , 0.75, 0.5 , 0.25, 0.  , 0.  ])

    References
    ----------
    PyTorch's LinearLR, whose defaults warm up (1/3 to 1 in 5 steps) where these go down to 0.
    """

    start: float = 1.0
    end: float = 0.0
    total: int | None = None

    def __post_init__(self) -> None:
        check_number(self, "start", least=0)
        check_number(self, "end", least=0)
        _check_total(self)

    def factor(self, step: Array) -> Array:
        progress = np.minimum(step / self.length(), 1.0)
        return self.start + (self.end - self.start) * progress


@dataclass(frozen=True)
class Polynomial(Timed):
    r"""Decay by a power of the remaining share of the run.

    .. math:: b + (1 - b) \left(1 - \min(t / T, 1)\right)^p

    Parameters
    ----------
    power : float
        :math:`p`.
    end : float
        :math:`b`, the factor reached at step `total`.
    total : int, optional
        :math:`T`; by default the length of the run.

    Examples
    --------
    >>> Polynomial(power=2, total=4).preview(5)
    array([1.    , 0.5625, 0.25  , 0.0625, 0.    ])

    References
    ----------
    PyTorch's PolynomialLR (with `end` 0); Optax's polynomial_schedule.
    """

    power: float = 1.0
    end: float = 0.0
    total: int | None = None

    def __post_init__(self) -> None:
        check_number(self, "power", above=0)
        check_number(self, "end", least=0)
        _check_total(self)

    def factor(self, step: Array) -> Array:
        left = 1.0 - np.minimum(step / self.length(), 1.0)
        return self.end + (1.0 - self.end) * left**self.power


@dataclass(frozen=True)
class StepDecay(Schedule):
    r"""Decay by a constant factor every `step_size` steps.

    .. math:: \gamma^{\lfloor t / s \rfloor}

    Parameters
    ----------
    step_size : int
        :math:`s`, the number of steps between two cuts.
    gamma : float
        :math:`\gamma`.

    Examples
    --------
    >>> StepDecay(step_size=2, gamma=0.5).preview(5)
    array([1.  , 1.  , 0.5 , 0.5 , 0.25])

    References
    ----------
    PyTorch's StepLR.
    """

    step_size: int
    gamma: float = 0.1

    def __post_init__(self) -> None:
        check_number(self, "step_size", least=1, whole=True)
        check_number(self, "gamma", above=0)

    def factor(self, step: Array) -> Array:
        return self.gamma ** np.floor(step / self.step_size)


@dataclass(frozen=True)
class MultiStepDecay(Schedule):
    r"""Decay by a constant factor at each milestone.

    .. math:: \gamma^{\#\{m : m \le t\}}

    Parameters
    ----------
    milestones : tuple of int
        The steps at which the factor is cut, increasing.
    gamma : float
        :math:`\gamma`.

    Examples
    --------
    >>> MultiStepDecay((1, 3), gamma=0.5).preview(5)
    array([1.  , 0.5 , 0.5 , 0.25, 0.25])

    References
    ----------
    PyTorch's MultiStepLR.
    """

    milestones: tuple[int, ...]
    gamma: float = 0.1

    def __post_init__(self) -> None:
        object.__setattr__(self, "milestones", in_order(self, self.milestones))
        check_number(self, "gamma", above=0)

    def factor(self, step: Array) -> Array:
        return self.gamma ** np.searchsorted(self.milestones, step, side="right").astype(np.float64)


@dataclass(frozen=True)
class Exponential(Schedule):
    r"""Decay by a constant factor at every step.

    .. math:: \gamma^t

    Parameters
    ----------
    gamma : float
        :math:`\gamma`, above 0.

    Examples
    --------
    >>> Exponential(0.5).preview(3)
    array([1.  , 0.5 , 0.25])

    References
    ----------
    PyTorch's ExponentialLR.
    """

    gamma: float

    def __post_init__(self) -> None:
        check_number(self, "gamma", above=0)

    def factor(self, step: Array) -> Array:
        return self.gamma**step


@dataclass(frozen=True)
class InverseTime(Schedule):
    r"""Inverse-time decay: fast at first, then ever slower.

    .. math:: (1 + k t)^{-p}

    Parameters
    ----------
    decay : float
        :math:`k`, per step; 0.01 halves the rate in 100 steps.
    power : float
        :math:`p`; decay 1 and power 0.5 give the inverse square root of time.

    Examples
    --------
    >>> InverseTime(decay=0.5).preview(3)
    array([1.        , 0.66666667, 0.5       ])

    References
    ----------
    H. Robbins, S. Monro, A stochastic approximation method (1951); Keras's InverseTimeDecay (with power 1).
    """

    decay: float = 0.01
    power: float = 1.0

    def __post_init__(self) -> None:
        check_number(self, "decay", least=0)
        check_number(self, "power", above=0)

    def factor(self, step: Array) -> Array:
        return (1.0 + self.decay * step) ** -self.power


def _check_total(schedule: Timed) -> None:
    if schedule.total is not None:
        check_number(schedule, "total", least=1, whole=True)


def in_order(owner: object, milestones: object) -> tuple[int, ...]:
    """Milestones as a tuple of increasing integers, checked."""
    name = type(owner).__name__
    steps = tuple(milestones) if isinstance(milestones, (tuple, list)) else (milestones,)
    whole = all(isinstance(step, (int, np.integer)) and step >= 0 for step in steps)
    if not whole or any(b <= a for a, b in pairwise(steps)):
        msg = f"{name}: expected milestones to be increasing step numbers, such as (100, 200), received {milestones!r}"
        raise ArgumentError(msg)
    return steps
