"""The adaptive schedule: it lowers the rate when the monitored value stops improving."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from hagang.errors import check_choice, check_number
from hagang.schedules.base import Array, Schedule

__all__ = ["Plateau", "PlateauState"]


@dataclass(frozen=True)
class PlateauState:
    """The state of a `Plateau`.

    Parameters
    ----------
    level : float
        The current factor.
    best : float, optional
        The best value so far; None before the first.
    bad : int
        Observations without improvement since the best, or since the last cut.
    cooldown_left : int
        Observations still to be ignored after a cut.
    """

    level: float = 1.0
    best: float | None = None
    bad: int = 0
    cooldown_left: int = 0


@dataclass(frozen=True)
class Plateau(Schedule):
    """Cut the rate whenever the observed value has not improved for more than `patience` observations.

    Rule and state are one immutable value: `observe(value)` returns the next one, with which a run continues, and
    which it saves.

    Parameters
    ----------
    gamma : float
        What the factor is multiplied by at each cut; PyTorch's `factor`.
    patience : int
        How many observations without improvement are tolerated.
    threshold : float
        The smallest improvement that counts.
    threshold_mode : {'rel', 'abs'}
        Whether the improvement is relative to the best value, or in its units.
    cooldown : int
        How many observations are ignored after a cut.
    minimum : float
        The lowest factor; PyTorch's `min_lr` over the learning rate.
    mode : {'min', 'max'}
        Whether lower or higher is better.
    state : PlateauState
        What it has observed so far.

    Examples
    --------
    >>> plateau = Plateau(gamma=0.5, patience=1)
    >>> for loss in (1.0, 0.9, 0.9, 0.9):
    ...     plateau = plateau.observe(loss)
    >>> plateau.state.level, plateau.preview(2)
    (0.5, array([0.5, 0.5]))

    Notes
    -----
    PyTorch skips a cut of less than `eps` (1e-8) in the rate; here one of less than 1e-8 in the factor. A value
    that is not finite is no improvement.

    References
    ----------
    PyTorch's ReduceLROnPlateau.
    """

    gamma: float = 0.1
    patience: int = 10
    threshold: float = 1e-4
    threshold_mode: str = "rel"
    cooldown: int = 0
    minimum: float = 0.0
    mode: str = "min"
    state: PlateauState = PlateauState()

    def __post_init__(self) -> None:
        check_number(self, "gamma", above=0, below=1)
        check_number(self, "patience", least=0, whole=True)
        check_number(self, "threshold", least=0)
        check_choice(self, "threshold_mode", ("rel", "abs"))
        check_number(self, "cooldown", least=0, whole=True)
        check_number(self, "minimum", least=0, most=1)
        check_choice(self, "mode", ("min", "max"))

    @property
    def is_adaptive(self) -> bool:
        return True

    def factor(self, step: Array) -> Array:
        return np.full_like(step, self.state.level)

    def observe(self, value: float) -> Plateau:
        """The schedule after one more observation."""
        state, value = self.state, float(value)
        better = self._better(value)
        best = value if better else state.best
        bad = 0 if better or state.cooldown_left else state.bad + 1
        cooldown_left, level = max(state.cooldown_left - 1, 0), state.level
        if bad > self.patience:
            level, bad, cooldown_left = self._lower(level), 0, self.cooldown
        return replace(self, state=PlateauState(level, best, bad, cooldown_left))

    def _better(self, value: float) -> bool:
        best = self.state.best
        if best is None or not math.isfinite(value):
            return math.isfinite(value)
        sign = 1.0 if self.mode == "min" else -1.0
        if self.threshold_mode == "rel":
            return sign * value < sign * best * (1.0 - sign * self.threshold)
        return sign * value < sign * best - self.threshold

    def _lower(self, level: float) -> float:
        lower = max(level * self.gamma, self.minimum)
        return lower if level - lower > 1e-8 else level
