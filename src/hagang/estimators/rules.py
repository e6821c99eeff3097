"""What scikit-learn's solvers do between epochs, as hagang's rules: when to stop, and how the rate falls."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from hagang.nn import Loss
from hagang.optim import Adam
from hagang.schedules import Schedule
from hagang.stopping import Record, Rule, Verdict

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["Adaptive", "EarlyEpsilon", "InverseScaling", "Stalled", "Summed"]

Array = Any
_SMALLEST_RATE = 1e-6


@dataclass(frozen=True)
class Stalled(Rule):
    """Stop where more than `count` epochs in a row have not gained `tol` on the best value.

    Unlike `Patience` the best value moves with every gain, however small, and only the rows of epochs without a gain
    of `tol` are counted; so a slow and steady descent ends, as it does in scikit-learn.

    Parameters
    ----------
    count : int or inf
        scikit-learn's `n_iter_no_change`.
    tol : float
        In units of what is watched.
    falls : int
        How often the count begins again before the run ends, the learning rate having been lowered.
    of : {'value', 'validation', 'score'}
        The loss, that on the watched rows, or the score.
    at_step : bool
        Whether every step is an epoch, so that it acts inside the Program.

    Examples
    --------
    >>> rule, ended = Stalled(2, 0.1), []
    >>> state = rule.start()
    >>> for loss in (1.0, 0.95, 0.93, 0.91):
    ...     state, verdict = rule.check(state, Record(value=loss))
    ...     ended.append(verdict is not None)
    >>> ended
    [False, False, False, True]
    """

    count: float
    tol: float
    falls: int = 0
    of: str = "value"
    kind = "no_change"
    at_step: bool = False  # type: ignore[misc]

    @property
    def reads(self) -> tuple[str, ...]:  # type: ignore[override]
        return (self.of,)

    def start(self) -> Any:
        return {"best": np.float64(np.inf), "waited": np.float64(0), "fallen": np.float64(0)}

    def advance(self, state: Any, record: Record) -> Any:
        value = record.known(self.of, self)
        return self.heard(state, -value if self.of == "score" else value)

    def heard(self, state: Any, value: Array) -> Any:
        """The state after one more value, of which lower is better."""
        waited = np.where(value > state["best"] - self.tol, state["waited"] + 1, 0 * state["waited"])
        falls = waited > self.count
        return {
            "best": np.minimum(state["best"], value),
            "waited": np.where(falls, 0 * waited, waited),
            "fallen": state["fallen"] + np.where(falls, 1.0, 0.0),
        }

    def holds(self, state: Any, record: Record) -> Array:
        del record
        return state["fallen"] > self.falls

    def verdict(self, state: Any, record: Record) -> Verdict:
        del record
        return Verdict(self, self.message, {"best": float(state["best"])})

    @property
    def message(self) -> str:
        """What has happened, in scikit-learn's words."""
        what = {"value": "Training loss", "validation": "Validation loss", "score": "Validation score"}[self.of]
        return f"{what} did not improve more than tol={self.tol:f} for {self.count:g} consecutive epochs."

    def __str__(self) -> str:
        return f"stalled {self.count:g} of {self.of}"


@dataclass(frozen=True)
class Adaptive(Schedule):
    """The rate divided by 5 each time that epochs stall; scikit-learn's "adaptive".

    Parameters
    ----------
    stalled : Stalled
        Which epochs count as stalled.
    heard : tuple of float
        The state of the rule: the best value, how long it waited, how often it fell.
    """

    stalled: Stalled
    heard: tuple[float, ...] = (np.inf, 0.0, 0.0)
    divisor: ClassVar[float] = 5.0

    @property
    def is_adaptive(self) -> bool:
        return True

    def factor(self, step: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.full_like(step, self.divisor ** -self.heard[-1])

    def observe(self, value: float) -> Adaptive:
        """The schedule after one more epoch."""
        state = self.stalled.heard(dict(zip(("best", "waited", "fallen"), self.heard, strict=True)), np.float64(value))
        return replace(self, heard=tuple(float(each) for each in state.values()))

    @classmethod
    def falls(cls, rate: float) -> int:
        """How often a rate is divided until it is too small to go on with."""
        count = 0
        while rate / cls.divisor**count > _SMALLEST_RATE:
            count += 1
        return count


@dataclass(frozen=True)
class InverseScaling(Schedule):
    r"""The rate over a power of the rows seen, changed where epochs end; scikit-learn's "invscaling".

    .. math:: \eta_e = \eta\, (e\, n + 1)^{-p}

    in the epoch e, counted from 0, of n rows.

    Parameters
    ----------
    power : float
        p.
    rows, steps : int
        Of an epoch.
    """

    power: float
    rows: int
    steps: int

    def factor(self, step: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        factors: npt.NDArray[np.float64] = (np.floor(step / self.steps) * self.rows + 1.0) ** -self.power
        return factors


@dataclass(frozen=True)
class EarlyEpsilon(Adam):
    """Adam with epsilon added before the bias is corrected, as scikit-learn has it.

    It acts where gradients are as small as epsilon, as those of the penalty on the weights of dead units are.

    References
    ----------
    D. Kingma, J. Ba, Adam: a method for stochastic optimization (2014), the end of section 2.
    """

    def floor(self, spread: Array) -> Array:
        return self.epsilon / spread


@dataclass(frozen=True)
class Summed(Loss):
    """A loss summed over a row's outputs where hagang and PyTorch average them.

    Parameters
    ----------
    inner : Loss
        The loss with the mean.
    count : int
        How many outputs there are.
    """

    inner: Loss
    count: int

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def task(self) -> Any:  # type: ignore[override]
        return self.inner.task

    @property
    def targets(self) -> Any:  # type: ignore[override]
        return self.inner.targets

    def per_row(self, output: Array, target: Array) -> Array:
        return self.count * self.inner.per_row(output, target)

    def predict(self, output: Array) -> Array:
        return self.inner.predict(output)

    def outputs(self, y: npt.NDArray[Any], classes: int) -> int | None:
        return self.inner.outputs(y, classes)
