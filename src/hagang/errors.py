"""One root error and one root warning; every message says what was expected, where, what was received and the remedy.

Each error also derives from the built-in exception that a NumPy or scikit-learn user would expect to catch.
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
    """The base class of all errors that hagang raises deliberately."""


class ArgumentError(HagangError, ValueError):
    """An argument has an invalid value."""


class ShapeError(ArgumentError):
    """The shapes of two values, or of a value and a layer, do not match."""


class TraceError(HagangError, TypeError):
    """A traced function did something that NumPy's protocols cannot see."""


class GradientError(HagangError, TypeError):
    """A derivative was requested where none is defined."""


class ProgramError(HagangError):
    """A graph or a Program violates the invariants that every stage relies on."""


class DataError(HagangError, ValueError):
    """A table, an image set or an array cannot be used for training or prediction."""


class FileFormatError(HagangError, OSError):
    """A file is damaged, of another format, or cannot be written."""


class TrainingError(HagangError, RuntimeError):
    """A training run cannot continue, for example because the initial loss is not finite."""


class HagangWarning(UserWarning):
    """The base class of all warnings that hagang issues."""


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
    """Check that a field of a rule is a number within its bounds: open (above, below) or closed (least, most).

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
    limits = " and ".join(f"{word} {bound:g}" for word, bound in bounds if math.isfinite(bound))
    expected = " ".join(filter(None, ("an integer" if whole else "a finite number", limits)))
    msg = f"{type(owner).__name__}: expected {field} to be {expected}, received {field}={value!r}"
    raise ArgumentError(msg)


def check_choice(owner: object, field: str, choices: Sequence[str]) -> None:
    """Check that a field of a rule is one of the allowed strings.

    Raises
    ------
    ArgumentError
        Naming the rule, the field, the choices and the value.
    """
    value = getattr(owner, field)
    if not (isinstance(value, str) and value in choices):
        expected = " or ".join(repr(choice) for choice in choices)
        msg = f"{type(owner).__name__}: expected {field} to be {expected}, received {field}={value!r}"
        raise ArgumentError(msg)
