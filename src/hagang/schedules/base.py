"""The schedule interface: a pure function from the step to a factor of the learning rate."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from hagang.errors import ArgumentError, check_number

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Array", "ConstantRate", "Product", "Schedule", "Timed", "as_schedule", "check_schedules"]

Array = npt.NDArray[np.float64]


class Schedule(ABC):
    """A factor for every step: the rate of a step is the run's learning rate times the factor.

    A schedule has a shape but no scale: one schedule serves every learning rate, schedules can be multiplied, and a
    sweep over learning rates keeps their shape. Steps count from 0 (the first update), as in PyTorch. Subclasses are
    frozen dataclasses of plain values.
    """

    def __call__(self, step: npt.ArrayLike) -> Array:
        """The factors of these steps.

        Parameters
        ----------
        step : int or array of int
            Steps counted from 0, any shape.

        Returns
        -------
        array of float64
            The shape of `step`.

        Raises
        ------
        ArgumentError
            If a step is negative, or the schedule needs the number of steps and has not been bound.
        """
        at = np.asarray(step, np.float64)
        if not at.min(initial=0) >= 0:
            msg = f"{type(self).__name__}: expected steps counted from 0, received {step!r:.60}"
            raise ArgumentError(msg)
        # A vector even for one step: NumPy's scalar arithmetic may differ in the last digit from its loops, and a
        # rate must not depend on how a run is cut into chunks.
        factors = np.asarray(self.factor(at.reshape(-1)), np.float64)
        return factors.reshape(at.shape)[()]

    @abstractmethod
    def factor(self, step: Array) -> Array:
        """The factors of these steps, a vector of numbers of at least 0."""

    def bind(self, total_steps: int, steps_per_epoch: int | None = None) -> Schedule:
        """The schedule for a run whose length is now known.

        Parameters
        ----------
        total_steps : int
            Number of steps of the run, or of the part of it that this schedule covers.
        steps_per_epoch : int, optional
            Number of steps per epoch; only `PerEpoch` needs it.

        Returns
        -------
        Schedule
            With `total` filled in if it was None, counted in steps.
        """
        del total_steps, steps_per_epoch
        return self

    def observe(self, value: float) -> Schedule:
        """The schedule after a new value of the monitored quantity; only adaptive ones change (see `is_adaptive`)."""
        del value
        return self

    @property
    def is_adaptive(self) -> bool:
        """Whether `observe` changes the schedule."""
        return False

    def preview(self, n: int, lr: float = 1.0) -> Array:
        """The rates of the first `n` steps of a run at learning rate `lr`; `bind` first if the length is not set."""
        return lr * self(np.arange(n))

    def __mul__(self, other: Schedule | float) -> Product:
        return Product((self, as_schedule(other)))

    __rmul__ = __mul__


class Timed(Schedule):
    """A schedule that needs the number of steps it covers: its field `total`, or set by `bind`."""

    total: int | None

    def bind(self, total_steps: int, steps_per_epoch: int | None = None) -> Schedule:
        del steps_per_epoch
        if self.total is not None:
            return self
        known: Any = self
        bound: Schedule = replace(known, total=total_steps)
        return bound

    def length(self) -> int:
        """The number of steps, or an error that says how to set it."""
        if self.total is None:
            name = type(self).__name__
            msg = f"{name}: the number of steps is not known yet; give {name}(total=...) or call bind(total_steps)"
            raise ArgumentError(msg)
        return self.total


@dataclass(frozen=True)
class ConstantRate(Schedule):
    """The same factor at every step.

    Parameters
    ----------
    value : float
        The factor.

    Examples
    --------
    >>> ConstantRate().preview(3, lr=0.1)
    array([0.1, 0.1, 0.1])
    """

    value: float = 1.0

    def __post_init__(self) -> None:
        check_number(self, "value", least=0)

    def factor(self, step: Array) -> Array:
        return np.full_like(step, self.value)


@dataclass(frozen=True)
class Product(Schedule):
    """The product of several schedules, made by `first * second`.

    Parameters
    ----------
    schedules : tuple of Schedule
        The schedules to multiply.

    Examples
    --------
    >>> (ConstantRate(0.5) * 0.5).preview(2)
    array([0.25, 0.25])
    """

    schedules: tuple[Schedule, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "schedules", tuple(self.schedules))
        check_schedules(self, self.schedules)

    def factor(self, step: Array) -> Array:
        return np.asarray(np.prod([schedule(step) for schedule in self.schedules], axis=0))

    def bind(self, total_steps: int, steps_per_epoch: int | None = None) -> Product:
        return Product(tuple(schedule.bind(total_steps, steps_per_epoch) for schedule in self.schedules))

    def observe(self, value: float) -> Product:
        return Product(tuple(schedule.observe(value) for schedule in self.schedules))

    @property
    def is_adaptive(self) -> bool:
        return any(schedule.is_adaptive for schedule in self.schedules)


def check_schedules(owner: object, schedules: Iterable[object]) -> None:
    """Check that the parts of a schedule are schedules."""
    for one in schedules:
        if not isinstance(one, Schedule):
            name = type(owner).__name__
            msg = f"{name}: expected a Schedule, received {one!r:.60}; hagang.schedules.schedule(...) makes one"
            raise ArgumentError(msg)


def as_schedule(value: Schedule | float) -> Schedule:
    """The schedule itself, or a constant one with this factor."""
    return value if isinstance(value, Schedule) else ConstantRate(float(value))
