"""Numbers among the arguments, checked."""

from __future__ import annotations

import math
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["check_rate", "check_real", "check_whole", "did_you_mean", "is_real", "is_whole"]


def is_whole(value: Any) -> bool:
    """Whether it is an integer, Python's or NumPy's, and not a boolean."""
    return type(value) is not bool and isinstance(value, (int, np.integer))


def is_real(value: Any) -> bool:
    """Whether it is a real number, Python's or NumPy's, and not a boolean."""
    return is_whole(value) or isinstance(value, (float, np.floating))


def check_whole(name: str, value: Any, least: int = 0) -> int:
    """The value as an integer, seen to be one of at least so much."""
    if not is_whole(value) or value < least:
        msg = f"{name}: expected a whole number of at least {least}, received {value!r:.60}"
        raise ArgumentError(msg)
    return int(value)


def check_real(name: str, value: Any, what: str = "a finite number", least: float = -math.inf) -> float:
    """The value as a float, seen to be finite and at least so much."""
    if not is_real(value) or not (math.isfinite(value) and value >= least):
        bound = f" of at least {least:g}" if math.isfinite(least) else ""
        msg = f"{name}: expected {what}{bound}, received {value!r:.60}"
        raise ArgumentError(msg)
    return float(value)


def check_rate(name: str, lr: Any) -> float:
    """A learning rate as a float, seen to be finite and above 0."""
    if not is_real(lr) or not (math.isfinite(lr) and lr > 0):
        msg = f"{name}: expected a finite learning rate above 0, received {lr!r:.60}"
        raise ArgumentError(msg)
    return float(lr)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """What was perhaps meant, as the end of a message."""
    matches = get_close_matches(word, list(known), n=1)
    return f"; did you mean '{matches[0]}'?" if matches else ""
