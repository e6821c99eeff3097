"""Compact formatting of numbers and arrays for tables and boxes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

__all__ = ["brief", "number", "spread"]

_LISTED = 3
"""Number of elements up to which arrays are written out."""


def number(value: float, digits: int = 5) -> str:
    """A number in up to `digits` digits, with a minus sign (U+2212).

    Examples
    --------
    >>> number(110.00000000000001), number(-0.000012345), number(715.0), number(0.0)
    ('110', '−1.2345e-05', '715', '0')
    """
    if not math.isfinite(value):
        return str(value)
    return f"{value + 0.0:.{digits}g}".replace("-", "−", 1) if value < 0 else f"{value:.{digits}g}"


def brief(value: Any, digits: int = 5) -> str:
    """A number, a short array written out, or the shape and root mean square of a larger one.

    Examples
    --------
    >>> brief(2.5), brief(np.array([1.0, -2.0])), brief(np.full((3, 4), 2.0)), brief(None)
    ('2.5', '[1, −2]', '3×4 ~2', '')
    """
    if value is None:
        return ""
    array = np.asarray(value)
    if array.dtype == np.bool_:
        return str(array.item()).lower() if array.size == 1 else "×".join(map(str, array.shape))
    if array.size == 1:
        return number(float(array.item()), digits)
    if array.ndim == 1 and array.size <= _LISTED:
        return f"[{', '.join(number(float(one), 3) for one in array)}]"
    size = "×".join(map(str, array.shape)) if array.ndim > 1 else f"{array.size}"
    with np.errstate(all="ignore"):
        return f"{size} ~{number(float(np.sqrt(np.mean(np.square(array)))), 3)}"


def spread(value: Any) -> str:
    """Like `brief`, but without the shape of larger arrays.

    Examples
    --------
    >>> spread(np.full((3, 4), 2.0)), spread(1.5)
    ('~2', '1.5')
    """
    return brief(value).rpartition(" ")[2] if np.size(value) > _LISTED else brief(value)
