"""Kinds of targets, by which a loss declares what it accepts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CODES", "DISTRIBUTIONS", "NOT_NEGATIVE", "QUANTITIES", "SHARES", "SIGNS", "TWO_CODES", "TargetKind"]


@dataclass(frozen=True)
class TargetKind:
    """A kind of target: its description, a test for it, and the remedy if something else was received.

    Class codes are integers of shape (rows,), quantities floats of shape (rows, outputs).
    """

    description: str
    accepts: Callable[[npt.NDArray[Any]], bool]
    remedy: str


def _is_codes(y: npt.NDArray[Any]) -> bool:
    return y.dtype.kind in "iu"


def _is_distributions(y: npt.NDArray[Any]) -> bool:
    return not _is_codes(y) and bool((y >= 0).all() and np.allclose(y.sum(axis=1), 1.0, rtol=0, atol=1e-3))


CODES = TargetKind("class codes (whole numbers)", _is_codes, "pass y as integers")
TWO_CODES = TargetKind(
    "the class codes 0 and 1",
    lambda y: _is_codes(y) and bool(y.max(initial=0) <= 1),
    "for more classes use 'cross_entropy'",
)
QUANTITIES = TargetKind("quantities", lambda y: not _is_codes(y), "pass y as floats")
NOT_NEGATIVE = TargetKind(
    "quantities of at least 0",
    lambda y: not _is_codes(y) and bool((y >= 0).all()),
    "pass y as floats, neither shifted nor standardised",
)
SHARES = TargetKind(
    "numbers from 0 to 1",
    lambda y: not _is_codes(y) and bool(((y >= 0) & (y <= 1)).all()),
    "pass y as floats",
)
DISTRIBUTIONS = TargetKind(
    "rows of probabilities that sum to 1", _is_distributions, "divide each row of y by its sum, and pass y as floats"
)
SIGNS = TargetKind(
    "-1 and 1 as floats",
    lambda y: not _is_codes(y) and bool((np.abs(y) == 1).all()),
    "pass y as floats of -1 and 1",
)
