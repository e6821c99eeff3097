"""Schedules that rise before they fall: one cycle through a run, or many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hagang.errors import check_choice, check_number
from hagang.schedules.base import Array, Schedule, Timed
from hagang.schedules.cosine import half_cosine

__all__ = ["Cyclical", "OneCycle"]


@dataclass(frozen=True)
class OneCycle(Timed):
    r"""Up to the full rate, then down to almost nothing, once in a run.

    The factor goes from :math:`1/d` to 1 in the first `warmup` of the run and from 1 to :math:`1/(d f)` in the
    rest; with three phases, from 1 back to :math:`1/d` in as many steps as it went up, then on to
    :math:`1/(d f)`.

    Parameters
    ----------
    warmup : float
        The share of the run in which the rate rises.
    anneal : {'cosine', 'linear'}
        The way between two rates.
    three_phase : bool
        Come down the way it went up before the last descent.
    division : float
        :math:`d`, how many times the first rate is below the peak.
    final_division : float
        :math:`f`, how many times the last rate is below the first.
    total : int, optional
        How many steps; by default the length of the run.

    Examples
    --------
    >>> OneCycle(warmup=0.4, anneal="linear", total=10).preview(4)
    array([0.04, 0.36, 0.68, 1.  ])

    Notes
    -----
    The run's learning rate is the peak, PyTorch's `max_lr`. PyTorch's OneCycleLR also cycles the momentum unless
    told not to; here a momentum is a constant of the optimiser, and only the rate moves.

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
        """From each factor to the next, phase after phase."""
        result, begin = np.full_like(step, factors[-1]), 0.0
        for k, end in reversed(list(enumerate(ends))):
            begin = ends[k - 1] if k else 0.0
            gone = (step - begin) / (end - begin) if end != begin else np.ones_like(step)
            left = half_cosine(gone) if self.anneal == "cosine" else 1.0 - gone
            result = np.where(step <= end, factors[k + 1] + (factors[k] - factors[k + 1]) * left, result)
        return result


@dataclass(frozen=True)
class Cyclical(Schedule):
    r"""Up and down between a low and the full rate, again and again.

    .. math:: l + (1 - l)\, \max(0, 1 - |x|)\, s, \qquad x \text{ from } -1 \text{ to } 1 \text{ in each cycle}

    where the scale :math:`s` is 1 (`triangular`), halves with every cycle (`triangular2`), or is
    :math:`\gamma^t` (`exp_range`).

    Parameters
    ----------
    step_size_up : int
        Steps from the low to the peak.
    step_size_down : int, optional
        Steps back; by default as many as up.
    mode : {'triangular', 'triangular2', 'exp_range'}
        What becomes of the peak.
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
