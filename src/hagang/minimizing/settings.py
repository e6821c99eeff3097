"""The settings of a run: methods, rates, stopping, SciPy's options; read, checked and put together."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from hagang.errors import ArgumentError
from hagang.minimizing.checks import check_rate, check_real, check_whole, did_you_mean
from hagang.minimizing.stationary import GRADIENT_TOLERANCE
from hagang.minimizing.trajectory import read_record
from hagang.optim import OPTIMIZERS, Optimizer, optimizer
from hagang.schedules import schedule as read_schedule
from hagang.stopping import GradientBelow, NoChange, Rule
from hagang.stopping import rule as read_rule

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hagang.schedules import Schedule

__all__ = ["LINE_SEARCHES", "SCIPY", "Settings", "method_names", "read_settings"]

LINE_SEARCHES = ("gd", "steepest")
SCIPY = ("lbfgs", "bfgs", "cg", "newton-cg", "nelder-mead")
_ALIASES = {
    "l-bfgs": "lbfgs",
    "l-bfgs-b": "lbfgs",
    "newton_cg": "newton-cg",
    "newtoncg": "newton-cg",
    "neldermead": "nelder-mead",
    "nelder_mead": "nelder-mead",
}

_COMMON = ("maxiter", "disp", "runtime")
_OWN = {
    "lbfgs": ("gtol", "ftol", "maxcor", "maxfun", "maxls"),
    "bfgs": ("gtol", "norm", "xrtol", "c1", "c2", "hess_inv0"),
    "cg": ("gtol", "norm", "c1", "c2"),
    "newton-cg": ("xtol", "c1", "c2"),
    "nelder-mead": ("xatol", "fatol", "maxfev", "adaptive", "initial_simplex"),
}
_TOLERANCES = ("gtol", "ftol", "xtol")
_SIMPLEX = ("xatol", "fatol")
_BY_TOL = {
    "lbfgs": ("ftol", "gtol"),
    "bfgs": ("gtol",),
    "cg": ("gtol",),
    "newton-cg": ("xtol",),
    "nelder-mead": ("xatol", "fatol"),
}
_READ = {"step", "epoch", "value", "gradient_norm", "change", "seconds", "interrupted"}


@dataclass(frozen=True)
class Settings:
    """A run's settings, checked.

    Parameters
    ----------
    method : str
        Its name.
    optimizer : Optimizer or None
        That of a first-order method.
    lr : float or None
        The learning rate, or the first trial of a line search.
    schedule : Schedule
        Bound to the number of steps.
    stop : Rule
        All criteria together.
    steps : int
        At most.
    every : int or None
        How often a point is kept.
    callback : callable or None
        SciPy's.
    scipy : dict
        Options that go through to SciPy.
    disp : bool
        Print the message at the end.
    runtime : str or None
        Which runtime; the fastest by default.
    """

    method: str
    optimizer: Optimizer | None
    lr: float | None
    schedule: Schedule
    stop: Rule
    steps: int
    every: int | None
    callback: Callable[..., Any] | None = None
    scipy: dict[str, Any] = field(default_factory=dict)
    disp: bool = False
    runtime: str | None = None

    @property
    def tolerance(self) -> float:
        """Up to which a gradient's largest component counts as zero: SciPy's, or the largest that was asked for."""
        return max([GRADIENT_TOLERANCE, float(self.scipy.get("gtol", 0.0)), *_gradient_thresholds(self.stop)])

    @property
    def takes_bounds(self) -> bool:
        """Whether the method can keep within bounds."""
        return self.method not in ("bfgs", "cg", "newton-cg")


def read_settings(
    method: Any,
    lr: Any,
    steps: Any,
    schedule: Any,
    stop: Any,
    record: Any,
    callback: Any,
    tol: Any,
    options: Mapping[str, Any] | None,
) -> Settings:
    """Check what `minimize` was given and put it together; see there for what each means."""
    name, rule = _method(method)
    known = _options(name, options)
    steps = _steps(steps, known)
    _check_rates(name, lr, schedule)
    tolerances = _tolerances(name, tol, known, stop is not None)
    scipy = {key: known[key] for key in _OWN.get(name, ()) if key in known} | (tolerances if name in SCIPY else {})
    stopping = _stop(stop, {} if name in SCIPY else tolerances)
    _check_stop(name, stopping)
    rate = float(lr) if lr is not None else rule.default_lr if rule is not None else None
    bound = read_schedule(schedule).bind(max(steps, 1), steps_per_epoch=1)
    common = (read_record(record), callback, scipy, bool(known.get("disp", False)), known.get("runtime"))
    return Settings(name, rule, rate, bound, stopping, steps, *common)


def _gradient_thresholds(rule: Rule) -> list[float]:
    if isinstance(rule, GradientBelow):
        return [rule.threshold]
    return [threshold for part in getattr(rule, "rules", ()) for threshold in _gradient_thresholds(part)]


# --- method --------------------------------------------------------------------------------------------


def method_names() -> list[str]:
    """Every method by name."""
    return [*SCIPY, *LINE_SEARCHES, *OPTIMIZERS]


def _method(chosen: Any) -> tuple[str, Optimizer | None]:
    if isinstance(chosen, Optimizer):
        return type(chosen).__name__, chosen
    if isinstance(chosen, str) and "(" in chosen:
        return chosen, optimizer(chosen)
    names = method_names()
    name = str(chosen).lower()
    name = _ALIASES.get(name, name)
    if not isinstance(chosen, str) or name not in names:
        hint = did_you_mean(name, names)
        msg = f"method: expected one of {', '.join(names)}, or an Optimizer, received {chosen!r:.60}{hint}"
        raise ArgumentError(msg)
    return name, optimizer(name) if name in OPTIMIZERS else None


def _check_rates(name: str, lr: Any, schedule: Any) -> None:
    if lr is not None:
        check_rate("lr", lr)
    refused = "lr" if lr is not None else "schedule" if schedule is not None else None
    if refused and (name in SCIPY or name == "steepest"):
        msg = (
            f"{refused}: method '{name}' finds the length of its steps by itself; leave {refused} out, or name "
            "a method that takes a learning rate: 'sgd' for fixed steps, 'momentum', 'adam'"
        )
        raise ArgumentError(msg)
    if name == "gd" and schedule is not None and lr is None:
        msg = "schedule: method 'gd' looks for the length of its steps unless lr is given; give lr too"
        raise ArgumentError(msg)


# --- steps, options, tolerances ------------------------------------------------------------------------


def _options(name: str, options: Mapping[str, Any] | None) -> dict[str, Any]:
    known = dict(options or {})
    allowed = [*_COMMON, *_OWN.get(name, _TOLERANCES)]
    for key in known:
        if key not in allowed:
            hint = did_you_mean(str(key), allowed)
            msg = f"options: method '{name}' knows {', '.join(allowed)}; received {key!r}{hint}"
            raise ArgumentError(msg)
    return known


DEFAULT_STEPS = 1000


def _steps(steps: Any, options: dict[str, Any]) -> int:
    most = options.get("maxiter")
    if most is not None and steps not in (DEFAULT_STEPS, most):
        msg = f"steps={steps!r} and options['maxiter']={most!r} say different things; give one of them"
        raise ArgumentError(msg)
    chosen, name = (most, "options['maxiter']") if most is not None else (steps, "steps")
    return check_whole(name, chosen)


def _tolerances(name: str, tol: Any, options: dict[str, Any], has_stop: bool) -> dict[str, float]:
    """The tolerances that hold; where the caller has a stopping rule of his own, SciPy's defaults do not."""
    chosen = {key: options[key] for key in (*_TOLERANCES, *_SIMPLEX) if key in options}
    named = {f"options[{key!r}]": value for key, value in chosen.items()} | ({} if tol is None else {"tol": tol})
    for key, value in named.items():
        check_real(key, value, "a tolerance", least=0)
    by_tol = _BY_TOL.get(name, ("gtol",))
    if tol is not None:
        return dict.fromkeys(by_tol, tol) | chosen
    if has_stop and name in SCIPY:
        return dict.fromkeys(by_tol, 0.0) | chosen
    if not has_stop and not chosen and name in LINE_SEARCHES:
        return {"gtol": GRADIENT_TOLERANCE}
    return chosen


def _check_stop(name: str, stop: Rule) -> None:
    if name == "nelder-mead" and "gradient_norm" in stop.reads:
        msg = f"stop '{stop}': method 'nelder-mead' knows no gradient; 'no-change 20' watches the function"
        raise ArgumentError(msg)


def _stop(stop: Any, tolerances: dict[str, float]) -> Rule:
    rules = [read_rule(stop)]
    if tolerances.get("gtol"):
        rules.append(GradientBelow(tolerances["gtol"]))
    if tolerances.get("ftol"):
        rules.append(NoChange(1, tolerances["ftol"]))
    if tolerances.get("xtol"):
        rules.append(NoChange(1, tolerances["xtol"], of="weights"))
    combined = reduce(or_, rules) if len(rules) > 1 else rules[0]
    missing = set(combined.reads) - _READ
    if missing:
        names = ", ".join(sorted(missing))
        msg = f"stop '{combined}': minimize does not measure {names}; 'patience 10 of value' watches the function"
        raise ArgumentError(msg)
    return combined
