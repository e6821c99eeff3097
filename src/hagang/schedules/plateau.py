"""The schedule that listens: it lowers the rate when what is watched no longer gets better."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from hagang.errors import check_choice, check_number
from hagang.schedules.base import Array, Schedule

__all__ = ["Heard", "Plateau"]


@dataclass(frozen=True)
class Heard:
    """What a `Plateau` remembers.

    Parameters
    ----------
    level : float
        The factor now.
    best : float, optional
        The best value so far; None before the first.
    bad : int
        Observations since the best, or since the last fall.
    cooling : int
        Observations that are still let pass after a fall.
    """

    level: float = 1.0
    best: float | None = None
    bad: int = 0
    cooling: int = 0


@dataclass(frozen=True)
class Plateau(Schedule):
    """A fall whenever the observed value has not got better for more than `patience` observations.

    The rule and what it remembers are one immutable value: `observe(value)` returns the next one, which is what
    a run goes on with, and saves.

    Parameters
    ----------
    gamma : float
        What the factor is multiplied by at a fall; PyTorch's `factor`.
    patience : int
        How many observations without a gain are let pass.
    threshold : float
        The smallest gain that counts.
    threshold_mode : {'rel', 'abs'}
        The gain as a share of the best value, or in its units.
    cooldown : int
        How many observations are let pass after a fall.
    minimum : float
        The lowest factor; PyTorch's `min_lr` over the learning rate.
    mode : {'min', 'max'}
        Whether lower or higher is better.
    heard : Heard
        What it has heard so far.

    Examples
    --------
    >>> plateau = Plateau(gamma=0.5, patience=1)
    >>> for loss in (1.0, 0.9, 0.9, 0.9):
    ...     plateau = plateau.observe(loss)
    >>> plateau.heard.level, plateau.preview(2)
    (0.5, array([0.5, 0.5]))

    Notes
    -----
    PyTorch skips a fall of less than `eps` (1e-8) in the rate; here one of less than 1e-8 in the factor. A value
    that is not finite is no gain.

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
    heard: Heard = Heard()

    def __post_init__(self) -> None:
        check_number(self, "gamma", above=0, below=1)
        check_number(self, "patience", least=0, whole=True)
        check_number(self, "threshold", least=0)
        check_choice(self, "threshold_mode", ("rel", "abs"))
        check_number(self, "cooldown", least=0, whole=True)
        check_number(self, "minimum", least=0, most=1)
        check_choice(self, "mode", ("min", "max"))

    @property
    def listens(self) -> bool:
        return True

    def factor(self, step: Array) -> Array:
        return np.full_like(step, self.heard.level)

    def observe(self, value: float) -> Plateau:
        """The schedule after one more observation."""
        heard, value = self.heard, float(value)
        better = self._better(value)
        best = value if better else heard.best
        bad = 0 if better or heard.cooling else heard.bad + 1
        cooling, level = max(heard.cooling - 1, 0), heard.level
        if bad > self.patience:
            level, bad, cooling = self._lower(level), 0, self.cooldown
        return replace(self, heard=Heard(level, best, bad, cooling))

    def _better(self, value: float) -> bool:
        best = self.heard.best
        if best is None or not math.isfinite(value):
            return math.isfinite(value)
        sign = 1.0 if self.mode == "min" else -1.0
        if self.threshold_mode == "rel":
            return sign * value < sign * best * (1.0 - sign * self.threshold)
        return sign * value < sign * best - self.threshold

    def _lower(self, level: float) -> float:
        lower = max(level * self.gamma, self.minimum)
        return lower if level - lower > 1e-8 else level
