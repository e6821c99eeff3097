"""Schedules from text: a name, "cosine", or an expression, "Warmup(StepDecay(30), steps=5)"."""

from __future__ import annotations

from typing import Any

from hagang.errors import ArgumentError
from hagang.notation import read
from hagang.schedules.base import ConstantRate, Product, Schedule
from hagang.schedules.compose import Function, Joined, PerEpoch, Warmup
from hagang.schedules.cosine import Cosine, CosineRestarts
from hagang.schedules.cycles import Cyclical, OneCycle
from hagang.schedules.decay import Exponential, InverseTime, Linear, MultiStepDecay, Polynomial, StepDecay
from hagang.schedules.plateau import Plateau, PlateauState

__all__ = ["SCHEDULES", "schedule"]

SCHEDULES: dict[str, type[Schedule]] = {
    "constant": ConstantRate,
    "linear": Linear,
    "step": StepDecay,
    "multi-step": MultiStepDecay,
    "exponential": Exponential,
    "polynomial": Polynomial,
    "inverse-time": InverseTime,
    "cosine": Cosine,
    "cosine-restarts": CosineRestarts,
    "one-cycle": OneCycle,
    "cyclical": Cyclical,
    "plateau": Plateau,
}
"""Schedules by the name that `schedule` takes."""
_KNOWN: dict[str, Any] = {**SCHEDULES, **{kind.__name__: kind for kind in (Joined, PerEpoch, Product, Warmup)}}
_AS_PRINTED: dict[str, Any] = {kind.__name__: kind for kind in (*SCHEDULES.values(), PlateauState)}
"""What `repr` writes, which is read too but not offered."""


def schedule(chosen: Any = None, unit: str = "step") -> Schedule:
    """Make a schedule from a name, an expression, a function or a number.

    Parameters
    ----------
    chosen : str, Schedule, callable, number or None
        A name; `warmup-` and a name, with a warm-up over 5 % of the run; or an expression as Python prints it
        (`"StepDecay(30, gamma=0.5)"`). A schedule is returned unchanged, a function of the step becomes a `Function`,
        None a `ConstantRate`.
    unit : {'step', 'epoch'}
        Whether the schedule counts steps or epochs.

    Returns
    -------
    Schedule

    Raises
    ------
    ArgumentError
        If the name, a field or the unit is unknown.

    Examples
    --------
    >>> schedule("StepDecay(30)")
    StepDecay(step_size=30, gamma=0.1)
    >>> schedule("warmup-cosine", unit="epoch")
    PerEpoch(schedule=Warmup(then=Cosine(end=0.0, total=None), steps=None, start=0.01), steps_per_epoch=None)
    """
    if unit not in ("step", "epoch"):
        msg = f"schedule: expected unit 'step' or 'epoch', received {unit!r}"
        raise ArgumentError(msg)
    built = _build(chosen)
    return PerEpoch(built) if unit == "epoch" else built


def _build(chosen: Any) -> Schedule:
    if isinstance(chosen, str) and chosen.lower().startswith("warmup-"):
        return Warmup(_build(chosen[len("warmup-") :]))
    built = read(chosen, _KNOWN, "schedule", _AS_PRINTED) if isinstance(chosen, str) else chosen
    if isinstance(built, Schedule):
        return built
    if built is None:
        return ConstantRate()
    if callable(built):
        return Function(built)
    msg = (
        f"schedule: expected a name, a Schedule or a function of the step, received {chosen!r:.60}; "
        f"known: {', '.join(SCHEDULES)}"
    )
    raise ArgumentError(msg)
