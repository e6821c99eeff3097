"""Whether a target is a class or a quantity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from hagang.data.columns import Numbers
from hagang.data.datetimes import parse_datetime
from hagang.data.findings import Finding
from hagang.data.numerals import parse_numeral
from hagang.data.text import listing, number
from hagang.errors import ArgumentError, DataError

if TYPE_CHECKING:
    from hagang.data.columns import Column, Text

    Task = Literal["classification", "regression"]

__all__ = ["TASKS", "decide_task"]

TASKS = ("classification", "regression")
MOST_CLASSES = 20
MOST_LABELS = 50
MANY_SHARE = 0.02
"""Different labels, and their share of the rows, from which on labels that look like numbers are doubted."""


def decide_task(target: Column, task: str | None = None) -> tuple[Task, Finding]:
    """Decide what kind of target this is, unless `task` says.

    Text and booleans are classes. Numbers are classes when there are two different ones, or when they are
    whole numbers that count labels: consecutive from -1, 0 or 1, at most 20 of them, and at least five rows
    to each. Everything else is a quantity: marks from 3 to 8, years, rings from 1 to 29.

    Raises
    ------
    ArgumentError
        When `task` is neither ``"classification"`` nor ``"regression"``, or is the latter for text.
    """
    _check(target, task)
    if not isinstance(target, Numbers):
        if task is None:
            _refuse_numbers_as_labels(target)
        return "classification", _finding(target, f"{len(target.values)} classes ({listing(target.values, 6)})")
    values = np.unique(target.values[~target.missing])
    if task == "regression" or (task is None and not _are_labels(target, values)):
        span = f"{number(values[0])} to {number(values[-1])}" if len(values) else "none"
        return "regression", _finding(target, f"a quantity ({len(values):,} different values, {span})")
    labels = listing(map(_plain, values.tolist()), 6)
    hint = "" if task or target.boolean else "; if it is a quantity, say task='regression'"
    return "classification", _finding(target, f"{len(values)} classes ({labels}){hint}")


def _check(target: Column, task: str | None) -> None:
    if task is not None and task not in TASKS:
        text = f"task must be 'classification' or 'regression' (or None to decide). Received {task!r}."
        raise ArgumentError(text)
    if task == "regression" and not isinstance(target, Numbers):
        text = (
            f"task='regression' needs numbers, but the target {target.name!r} is text "
            f"({listing(target.values, 4)}). Leave task out, or choose another target."
        )
        raise ArgumentError(text)


def _refuse_numbers_as_labels(target: Text) -> None:
    """Ask before hundreds of numbers, or dates, become as many classes."""
    if len(target.values) <= MOST_LABELS or len(target.values) < MANY_SHARE * len(target):
        return
    like = sum(_is_numeric(value) for value in target.values)
    if like <= len(target.values) / 2:
        return
    text = (
        f"the target {target.name!r} would be {len(target.values):,} classes, of which {like:,} look like numbers or "
        f"dates ({listing(target.values, 4)}). If it is a quantity, say types={{{target.name!r}: 'number'}} "
        f"(--type {target.name}=number); if these are classes, say task='classification'."
    )
    raise DataError(text)


def _is_numeric(label: str) -> bool:
    """Whether this is a number or a date, or more digits than anything else, as ~5 and 10-20."""
    digits = sum(map(str.isdigit, label))
    return 2 * digits > len(label) or parse_numeral(label) is not None or parse_datetime(label) is not None


def _are_labels(target: Numbers, values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> bool:
    if target.boolean or len(values) == 2:
        return True
    counted = target.integral and values.size > 0 and values[0] in (-1, 0, 1)
    consecutive = counted and values[-1] - values[0] == len(values) - 1
    return bool(consecutive and len(values) <= MOST_CLASSES and len(target) >= 5 * len(values))


def _plain(value: float) -> float | int:
    return int(value) if value.is_integer() else value


def _finding(target: Column, what: str) -> Finding:
    return Finding("task", f"the target {target.name!r} is {what}", target.name)
