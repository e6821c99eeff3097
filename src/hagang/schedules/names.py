"""Schedules by name: "cosine", or "step step_size=30 gamma=0.5" with the fields that are not the defaults."""

from __future__ import annotations

import ast
from dataclasses import MISSING, Field, fields
from difflib import get_close_matches
from typing import Any

from hagang.errors import ArgumentError
from hagang.schedules.base import Constant, Schedule
from hagang.schedules.compose import Function, PerEpoch, Warmup
from hagang.schedules.cosine import Cosine, CosineRestarts
from hagang.schedules.cycles import Cyclical, OneCycle
from hagang.schedules.decay import Exponential, InverseTime, Linear, MultiStep, Polynomial, Step
from hagang.schedules.plateau import Plateau

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


def schedule(chosen: Any = None, unit: str = "step") -> Schedule:
    """The schedule that is meant.

    Parameters
    ----------
    chosen : str, Schedule, callable, number or None
        A name, with fields where the defaults do not serve (`"step step_size=30 gamma=0.5"`); a name after
        `warmup-` is warmed up in a twentieth of the run. A schedule is returned as it is, a function of the step
        as `Function`, None as `Constant`.
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
    >>> schedule("step step_size=30")
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
    if isinstance(chosen, Schedule):
        return chosen
    if chosen is None:
        return Constant()
    if isinstance(chosen, str):
        return _parse(chosen)
    if callable(chosen):
        return Function(chosen)
    msg = f"schedule: expected a name, a Schedule or a function of the step, received {chosen!r:.60}; {_KNOWN}"
    raise ArgumentError(msg)


def _parse(text: str) -> Schedule:
    name, *words = text.split() or [""]
    name = name.lower()
    if name.startswith("warmup-"):
        return Warmup(_parse(" ".join([name.removeprefix("warmup-"), *words])))
    if name not in SCHEDULES:
        near = get_close_matches(name, SCHEDULES, n=1)
        hint = f"; did you mean '{near[0]}'?" if near else ""
        msg = f"schedule: expected a known name, received {text!r}{hint}; {_KNOWN}"
        raise ArgumentError(msg)
    return _built(name, dict(_field(name, word) for word in words))


_KNOWN = f"known: {', '.join(SCHEDULES)}"


def _built(name: str, given: dict[str, Any]) -> Schedule:
    kind = SCHEDULES[name]
    missing = [f.name for f in _fields(kind) if f.default is MISSING and f.name not in given]
    if missing:
        example = " ".join(f"{field}={_EXAMPLES[field]}" for field in missing)
        msg = f"schedule '{name}': expected a value for {', '.join(missing)}; write for example \"{name} {example}\""
        raise ArgumentError(msg)
    return kind(**given)


_EXAMPLES = {"step_size": "30", "milestones": "30,60", "gamma": "0.99", "period": "50"}


def _field(name: str, word: str) -> tuple[str, Any]:
    field, equals, value = word.partition("=")
    known = [f.name for f in _fields(SCHEDULES[name]) if f.name != "heard"]
    if not equals or field not in known:
        msg = f"schedule '{name}': expected field=value with a field among {', '.join(known)}, received {word!r}"
        raise ArgumentError(msg)
    try:
        return field, ast.literal_eval(f"({value},)" if field == "milestones" else value)
    except (ValueError, SyntaxError):
        return field, value


def _fields(kind: type[Schedule]) -> tuple[Field[Any], ...]:
    known: Any = kind
    return fields(known)
