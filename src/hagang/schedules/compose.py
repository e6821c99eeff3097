"""Schedules built from schedules: in sequence, after a warm-up, per epoch; and any function of the step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from hagang.errors import ArgumentError, check_number
from hagang.schedules.base import Array, Schedule, check_schedules
from hagang.schedules.decay import in_order

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

__all__ = ["Function", "Joined", "PerEpoch", "Warmup"]


@dataclass(frozen=True)
class Joined(Schedule):
    """One schedule after another, each counted from its own milestone.

    Parameters
    ----------
    schedules : tuple of Schedule
        In order.
    milestones : tuple of int
        The steps at which the second, third, … schedule takes over: one fewer than `schedules`.

    Examples
    --------
    >>> from hagang.schedules import ConstantRate, Linear
    >>> Joined((ConstantRate(0.5), Linear(total=4)), (2,)).preview(6)
    array([0.5 , 0.5 , 1.  , 0.75, 0.5 , 0.25])

    References
    ----------
    PyTorch's SequentialLR; Optax's join_schedules.
    """

    schedules: tuple[Schedule, ...]
    milestones: tuple[int, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "schedules", tuple(self.schedules))
        object.__setattr__(self, "milestones", in_order(self, self.milestones))
        check_schedules(self, self.schedules)
        if len(self.milestones) != len(self.schedules) - 1:
            msg = (
                f"Joined: expected one milestone fewer than schedules, received {len(self.schedules)} schedules "
                f"and milestones {self.milestones}"
            )
            raise ArgumentError(msg)

    def factor(self, step: Array) -> Array:
        result = self.schedules[0](step)
        for begin, schedule in zip(self.milestones, self.schedules[1:]):
            result = np.where(step >= begin, schedule(np.maximum(step - begin, 0.0)), result)
        return np.asarray(result)

    def bind(self, total_steps: int, steps_per_epoch: int | None = None) -> Joined:
        edges = (0, *self.milestones, max(total_steps, self.milestones[-1] + 1))
        lengths = [end - begin for begin, end in pairwise(edges)]
        parts = zip(self.schedules, lengths, strict=True)
        return replace(self, schedules=tuple(part.bind(steps, steps_per_epoch) for part, steps in parts))

    def observe(self, value: float) -> Joined:
        return replace(self, schedules=tuple(schedule.observe(value) for schedule in self.schedules))

    @property
    def is_adaptive(self) -> bool:
        return any(schedule.is_adaptive for schedule in self.schedules)


@dataclass(frozen=True)
class Warmup(Schedule):
    r"""A linear warm-up followed by another schedule.

    .. math:: \left(a + (1 - a)\, t / w\right) s(0) \;\text{ for } t < w, \qquad s(t - w) \;\text{ after}

    Parameters
    ----------
    then : Schedule
        :math:`s`, the schedule after the warm-up.
    steps : int, optional
        :math:`w`; by default 5 % of the run.
    start : float
        :math:`a`, the first factor as a share of the first factor of `then`.

    Examples
    --------
    >>> from hagang.schedules import Linear
    >>> Warmup(Linear(), steps=2, start=0.5).bind(6).preview(6)
    array([0.5 , 0.75, 1.  , 0.75, 0.5 , 0.25])

    References
    ----------
    P. Goyal et al., Accurate, large minibatch SGD: training ImageNet in 1 hour (2017).
    """

    then: Schedule
    steps: int | None = None
    start: float = 0.01

    def __post_init__(self) -> None:
        check_schedules(self, (self.then,))
        if self.steps is not None:
            check_number(self, "steps", least=1, whole=True)
        check_number(self, "start", least=0, most=1)

    def factor(self, step: Array) -> Array:
        if self.steps is None:
            msg = "Warmup: the number of steps is not known yet; give Warmup(..., steps=...) or call bind(total_steps)"
            raise ArgumentError(msg)
        rise = (self.start + (1.0 - self.start) * step / self.steps) * self.then(0)
        return np.where(step < self.steps, rise, self.then(np.maximum(step - self.steps, 0.0)))

    def bind(self, total_steps: int, steps_per_epoch: int | None = None) -> Warmup:
        steps = max(1, round(total_steps / 20)) if self.steps is None else self.steps
        return replace(self, steps=steps, then=self.then.bind(max(1, total_steps - steps), steps_per_epoch))

    def observe(self, value: float) -> Warmup:
        return replace(self, then=self.then.observe(value))

    @property
    def is_adaptive(self) -> bool:
        return self.then.is_adaptive


@dataclass(frozen=True)
class PerEpoch(Schedule):
    """A schedule that counts epochs in place of steps: its factor is constant within an epoch.

    Parameters
    ----------
    schedule : Schedule
        Its lengths and milestones are in epochs.
    steps_per_epoch : int, optional
        Number of steps per epoch; by default the run's.

    Examples
    --------
    >>> from hagang.schedules import Linear
    >>> PerEpoch(Linear()).bind(total_steps=6, steps_per_epoch=2).preview(6).round(2)
    array([1.  , 1.  , 0.67, 0.67, 0.33, 0.33])
    """

    schedule: Schedule
    steps_per_epoch: int | None = None

    def __post_init__(self) -> None:
        check_schedules(self, (self.schedule,))
        if self.steps_per_epoch is not None:
            check_number(self, "steps_per_epoch", least=1, whole=True)

    def factor(self, step: Array) -> Array:
        return self.schedule(np.floor(step / self._known()))

    def bind(self, total_steps: int, steps_per_epoch: int | None = None) -> PerEpoch:
        counted = replace(self, steps_per_epoch=self.steps_per_epoch or steps_per_epoch)
        return replace(counted, schedule=self.schedule.bind(-(-total_steps // counted._known()), 1))

    def _known(self) -> int:
        if self.steps_per_epoch is None:
            msg = (
                "PerEpoch: the number of steps per epoch is not known; "
                "call bind(total_steps, steps_per_epoch) or give PerEpoch(..., steps_per_epoch=...)"
            )
            raise ArgumentError(msg)
        return self.steps_per_epoch

    def observe(self, value: float) -> PerEpoch:
        return replace(self, schedule=self.schedule.observe(value))

    @property
    def is_adaptive(self) -> bool:
        return self.schedule.is_adaptive


@dataclass(frozen=True)
class Function(Schedule):
    """Any function of the step.

    Parameters
    ----------
    function : callable
        `function(step) -> factor`, called with one whole number at a time.

    Examples
    --------
    >>> Function(lambda step: 0.5 ** (step % 2)).preview(4)
    array([1. , 0.5, 1. , 0.5])

    References
    ----------
    PyTorch's LambdaLR.
    """

    function: Callable[[int], npt.ArrayLike]

    def __post_init__(self) -> None:
        function: object = self.function
        if not callable(function):
            msg = f"Function: expected a function of the step, received {function!r}"
            raise ArgumentError(msg)

    def factor(self, step: Array) -> Array:
        return np.asarray([self._at(int(one)) for one in step], np.float64)

    def _at(self, step: int) -> float:
        factor = np.asarray(self.function(step), np.float64)
        if factor.shape != () or not (np.isfinite(factor) and factor >= 0):
            msg = f"schedule: expected a finite factor of 0 or more at step {step}, received {factor!r:.60}"
            raise ArgumentError(msg)
        return float(factor)
