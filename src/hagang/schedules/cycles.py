"""Schedules that rise before they fall: one cycle per run, or many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hagang.errors import check_choice, check_number
from hagang.schedules.base import Array, Schedule, Timed
from hagang.schedules.cosine import half_cosine

__all__ = ["Cyclical", "OneCycle"]


@dataclass(frozen=True)
class OneCycle(Timed):
    r"""The one-cycle policy: up to the full rate, then down to almost zero.

    The factor rises from :math:`1/d` to 1 over the first `warmup` share of the run and falls from 1 to
    :math:`1/(d f)` over the rest; with three phases it falls from 1 back to :math:`1/d` in as many steps as it rose,
    then to :math:`1/(d f)`.

    Parameters
    ----------
    warmup : float
        The share of the run during which the rate rises.
    anneal : {'cosine', 'linear'}
        The shape of the transition between two rates.
    three_phase : bool
        Mirror the rise before the final decay.
    division : float
        :math:`d`, the peak rate over the first.
    final_division : float
        :math:`f`, the first rate over the last.
    total : int, optional
        Number of steps; by default the length of the run.

    Examples
    --------
    >>> OneCycle(warmup=0.4, anneal="linear", total=10).preview(4)
    array([0.04, 0.36, 0.68, 1.  ])

    Notes
    -----
    The run's learning rate is the peak, PyTorch's `max_lr`. PyTorch's OneCycleLR also cycles the momentum by
    default; here momentum is a constant of the optimiser, and only the rate changes.

    References
    ----------
    L. Smith, N. Topin, Super-convergence: very fast training of neural networks using large learning rates
    (2017); PyTorch's OneCycleLR.
    """

    warmup: float = 0.3
    anneal: str = "cosine"
    three_phase: bool = False
    division: float = 25.0
    final_division: float = 1e4
    total: int | None = None

    def __post_init__(self) -> None:
        check_number(self, "warmup", above=0, most=0.5 if self.three_phase else 1)
        check_choice(self, "anneal", ("cosine", "linear"))
        check_number(self, "division", above=0)
        check_number(self, "final_division", above=0)
        if self.total is not None:
            check_number(self, "total", least=2, whole=True)

    def factor(self, step: Array) -> Array:
        total, first = self.length(), 1.0 / self.division
        last, top = first / self.final_division, self.warmup * total - 1.0
        back = self.three_phase
        ends = [top, *([2.0 * top] if back else []), total - 1.0]
        factors = [first, 1.0, *([first] if back else []), last]
        return self._through(np.minimum(step, total - 1.0), ends, factors)

    def _through(self, step: Array, ends: list[float], factors: list[float]) -> Array:
        """Interpolate from each factor to the next, phase by phase."""
        result, begin = np.full_like(step, factors[-1]), 0.0
        for k, end in reversed(list(enumerate(ends))):
            begin = ends[k - 1] if k else 0.0
            progress = (step - begin) / (end - begin) if end != begin else np.ones_like(step)
            left = half_cosine(progress) if self.anneal == "cosine" else 1.0 - progress
            result = np.where(step <= end, factors[k + 1] + (factors[k] - factors[k + 1]) * left, result)
        return result


@dataclass(frozen=True)
class Cyclical(Schedule):
    r"""Cyclical rates, between a low and the full rate.

    .. math:: l + (1 - l)\, \max(0, 1 - |x|)\, s, \qquad x \text{ from } -1 \text{ to } 1 \text{ in each cycle}

    where the scale :math:`s` is 1 (`triangular`), halves with every cycle (`triangular2`), or is
    :math:`\gamma^t` (`exp_range`).

    Parameters
    ----------
    step_size_up : int
        Steps from the low rate to the peak.
    step_size_down : int, optional
        Steps from the peak back to the low rate; by default `step_size_up`.
    mode : {'triangular', 'triangular2', 'exp_range'}
        How the peak changes from cycle to cycle.
    low : float
        :math:`l`, the lowest factor.
    gamma : float
        :math:`\gamma`, of `exp_range`.

    Examples
    --------
    >>> Cyclical(2, low=0.5).preview(6)
    array([0.5 , 0.75, 1.  , 0.75, 0.5 , 0.75])

    Notes
    -----
    The run's learning rate is the peak, PyTorch's `max_lr`, and `low` is PyTorch's `base_lr` over it. The
    momentum does not cycle.

    References
    ----------
    L. Smith, Cyclical learning rates for training neural networks (2015); PyTorch's CyclicLR.
    """

    step_size_up: int = 2000
    step_size_down: int | None = None
    mode: str = "triangular"
    low: float = 0.1
    gamma: float = 1.0

    def __post_init__(self) -> None:
        check_number(self, "step_size_up", least=1, whole=True)
        if self.step_size_down is not None:
            check_number(self, "step_size_down", least=1, whole=True)
        check_choice(self, "mode", ("triangular", "triangular2", "exp_range"))
        check_number(self, "low", least=0, most=1)
        check_number(self, "gamma", above=0)

    def factor(self, step: Array) -> Array:
        up = float(self.step_size_up)
        down = up if self.step_size_down is None else float(self.step_size_down)
        cycle = np.floor(step / (up + down))
        into = step - cycle * (up + down)
        height = np.where(into <= up, into / up, (up + down - into) / down)
        scales = {"triangular": np.ones_like(step), "triangular2": 0.5**cycle, "exp_range": self.gamma**step}
        return self.low + (1.0 - self.low) * height * scales[self.mode]
