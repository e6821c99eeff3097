"""Selecting arrays by patterns of their paths, or by a function of path and array."""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any, Final, TypeAlias

from hagang.errors import ArgumentError
from hagang.trace import flatten, paths

__all__ = ["UNDECAYED", "WEIGHTS", "Exempt", "as_patterns", "chosen", "matches"]

Exempt: TypeAlias = tuple[str, ...] | Callable[[str, Any], bool]

UNDECAYED: Final = ("bias", "*.bias", "scale", "*.scale", "slope", "*.slope")
"""The arrays whose path ends in `bias`, `scale` or `slope`, which should not decay."""

WEIGHTS: Final = ("weights", "*.weights")
"""The arrays whose path ends in `weights`, those of dense layers."""


def matches(path: str, patterns: tuple[str, ...]) -> bool:
    """Whether the path matches one of the patterns (`*` matches anything, dots included)."""
    return any(fnmatchcase(path, pattern) for pattern in patterns)


def chosen(params: Any, exempt: Exempt) -> list[bool]:
    """For each array, whether it is not exempt."""
    if callable(exempt):
        pairs = zip(paths(params), flatten(params)[0], strict=True)
        return [not exempt(path, w) for path, w in pairs]
    return [not matches(path, exempt) for path in paths(params)]


def as_patterns(owner: object, field: str, value: object) -> Exempt:
    """One pattern, several, or a function, validated."""
    patterns = (value,) if isinstance(value, str) else value
    if callable(patterns):
        return patterns
    if isinstance(patterns, (tuple, list)) and all(isinstance(pattern, str) for pattern in patterns):
        return tuple(patterns)
    expected = "patterns such as ('*.bias',) or a function of path and array"
    msg = f"{type(owner).__name__}: expected {field} to be {expected}, received {field}={value!r}"
    raise ArgumentError(msg)
