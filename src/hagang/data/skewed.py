"""Skewed targets from 0 up, as logarithms: many prices and counts are learned better so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from hagang.data.prepared import Part, Prepared
from hagang.data.targets import Quantity

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["in_logarithms"]

SKEWED = 1.0
"""The skewness of an exponential distribution is 2, of a bell curve 0."""


def in_logarithms(ready: Prepared) -> Prepared | None:
    r"""Return the same data with :math:`\log(1 + y)` of the target, standardised, to be trained on.

    Returns
    -------
    Prepared or None
        None where the target is no quantity, has values below 0, or a skewness below 1 over the training rows; or
        where the rows are not in memory.

    Examples
    --------
    >>> from hagang.data import prepare
    >>> ready = prepare({"x": range(20), "y": [2.0**k for k in range(20)]}, "y")
    >>> logs = in_logarithms(ready)
    >>> logs.target.decode(logs.test.y).round(3).tolist() == ready.target.decode(ready.test.y).round(3).tolist()
    True
    """
    target = ready.target
    if not isinstance(target, Quantity) or not isinstance(ready.train, Part) or target.log is not None:
        return None
    values = target.decode(ready.train.y)
    below = min(float(target.decode(part.y).min(initial=0.0)) for part in (ready.train, ready.validation, ready.test))
    if below < -1e-6 * target.scale or _skewness(values) < SKEWED:
        return None
    logs = np.log1p(np.maximum(values, 0))
    new = replace(target, log=(float(logs.mean()), float(logs.std())))
    train, validation, test = (_recoded(part, target, new) for part in (ready.train, ready.validation, ready.test))
    return replace(ready, target=new, train=train, validation=validation, test=test)


def _skewness(values: NDArray[np.float64]) -> float:
    rest = values - values.mean()
    return float(np.mean(rest**3) / max(float(np.mean(rest**2)), 1e-300) ** 1.5)


def _recoded(part: Part, old: Quantity, new: Quantity) -> Part:
    return replace(part, y=new.standardised(np.maximum(old.decode(part.y), 0)))
