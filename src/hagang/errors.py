"""One root error and one root warning; every message says what was expected, where, what came and the remedy.

Each error also derives from the built-in that a NumPy or scikit-learn user would expect to catch.
"""

from __future__ import annotations

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
