"""One root error and one root warning; every message says what was expected, where, what came and the remedy.

Each error also derives from the built-in that a NumPy or scikit-learn user would expect to catch.
"""

from __future__ import annotations

import math
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "ArgumentError",
    "DataError",
    "FileFormatError",
    "GradientError",
    "HagangError",
    "HagangWarning",
    "ProgramError",
    "ShapeError",
    "TraceError",
    "TrainingError",
    "check_choice",
    "check_number",
]


class HagangError(Exception):
    """The root of every error that hagang raises on purpose."""


class ArgumentError(HagangError, ValueError):
    """An argument has a value that the function cannot work with."""


class ShapeError(ArgumentError):
    """The shapes of two values, or of a value and a layer, do not fit."""


class TraceError(HagangError, TypeError):
    """A traced function did something that NumPy's protocols cannot see."""


class GradientError(HagangError, TypeError):
    """A derivative was asked for where none is defined."""


class ProgramError(HagangError):
    """A graph or a Program breaks the rules that every stage relies on."""


class DataError(HagangError, ValueError):
    """A table, an image set or an array cannot be used for training or prediction."""


class FileFormatError(HagangError, OSError):
    """A file is damaged, foreign or cannot be written."""


class TrainingError(HagangError, RuntimeError):
    """A training run cannot go on, for example because the loss is not finite at the start."""


class HagangWarning(UserWarning):
    """The root of every warning that hagang gives."""


def check_number(
    owner: object,
    field: str,
    *,
    above: float = -math.inf,
    below: float = math.inf,
    least: float = -math.inf,
    most: float = math.inf,
    whole: bool = False,
) -> None:
    """See that a field of a rule is a number within its bounds: open (above, below) or closed (least, most).

    Raises
    ------
    ArgumentError
        Naming the rule, the field, the bounds and the value.
    """
    value: Any = getattr(owner, field)
    number = isinstance(value, Integral if whole else Real) and not isinstance(value, bool)
    if number and above < value < below and least <= value <= most:
        return
    bounds = (("above", above), ("at least", least), ("at most", most), ("below", below))
    said = " and ".join(f"{word} {bound:g}" for word, bound in bounds if math.isfinite(bound))
    wanted = " ".join(filter(None, ("an integer" if whole else "a finite number", said)))
    msg = f"{type(owner).__name__}: expected {field} to be {wanted}, received {field}={value!r}"
    raise ArgumentError(msg)


def check_choice(owner: object, field: str, choices: Sequence[str]) -> None:
    """See that a field of a rule is one of the words that it knows.

    Raises
    ------
    ArgumentError
        Naming the rule, the field, the words and the value.
    """
    value = getattr(owner, field)
    if not (isinstance(value, str) and value in choices):
        wanted = " or ".join(repr(choice) for choice in choices)
        msg = f"{type(owner).__name__}: expected {field} to be {wanted}, received {field}={value!r}"
        raise ArgumentError(msg)
