"""Schedules by name, "cosine", or written out, "Warmup(Step(30), steps=5)"."""

from __future__ import annotations

from typing import Any

from hagang.errors import ArgumentError
from hagang.notation import read
from hagang.schedules.base import Constant, Product, Schedule
from hagang.schedules.compose import Function, Joined, PerEpoch, Warmup
from hagang.schedules.cosine import Cosine, CosineRestarts
from hagang.schedules.cycles import Cyclical, OneCycle
from hagang.schedules.decay import Exponential, InverseTime, Linear, MultiStep, Polynomial, Step
from hagang.schedules.plateau import Heard, Plateau

__all__ = ["SCHEDULES", "schedule"]

SCHEDULES: dict[str, type[Schedule]] = {
    "constant": Constant,
    "linear": Linear,
    "step": Step,
    "multi-step": MultiStep,
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
_PARTS: tuple[type, ...] = (*SCHEDULES.values(), Joined, PerEpoch, Product, Warmup)


def schedule(chosen: Any = None, unit: str = "step") -> Schedule:
    """The schedule that is meant.

    Parameters
    ----------
    chosen : str, Schedule, callable, number or None
        A name; a name after `warmup-`, warmed up in a twentieth of the run; or schedules written out as Python
        prints them (`"Step(30, gamma=0.5)"`). A schedule is returned as it is, a function of the step as
        `Function`, None as `Constant`.
    unit : {'step', 'epoch'}
        Whether it is counted in steps or in epochs.

    Returns
    -------
    Schedule

    Raises
    ------
    ArgumentError
        Where the name, a field or the unit is not known.

    Examples
    --------
    >>> schedule("Step(30)")
    Step(step_size=30, gamma=0.1)
    >>> schedule("warmup-cosine", unit="epoch")
    PerEpoch(schedule=Warmup(then=Cosine(end=0.0, total=None), steps=None, start=0.01), steps_per_epoch=None)
    """
    if unit not in ("step", "epoch"):
        msg = f"schedule: expected unit 'step' or 'epoch', received {unit!r}"
        raise ArgumentError(msg)
    found = _found(chosen)
    return PerEpoch(found) if unit == "epoch" else found


def _found(chosen: Any) -> Schedule:
    if isinstance(chosen, str) and chosen.lower().startswith("warmup-"):
        return Warmup(_found(chosen[len("warmup-") :]))
    built = read(chosen, _KNOWN, "schedule", {"Heard": Heard}) if isinstance(chosen, str) else chosen
    if isinstance(built, Schedule):
        return built
    if built is None:
        return Constant()
    if callable(built):
        return Function(built)
    msg = (
        f"schedule: expected a name, a Schedule or a function of the step, received {chosen!r:.60}; "
        f"known: {', '.join(SCHEDULES)}"
    )
    raise ArgumentError(msg)


_KNOWN: dict[str, Any] = {**SCHEDULES, **{part.__name__: part for part in _PARTS}}
