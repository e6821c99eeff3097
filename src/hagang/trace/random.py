"""Counter-based random numbers for functions that are traced and for plain arrays alike."""

from __future__ import annotations

from typing import Any

import numpy as np

from hagang.ops.random import random_uniform, random_uniform_op
from hagang.trace.traced import Traced, lift

__all__ = ["uniform"]

_SEEDS = 1 << 53
"""Whole numbers that a runtime may keep as float64 are exact below this."""


def uniform(like: Any, seed: int, step: Any, stream: int) -> Any:
    """Uniform numbers in [0, 1), one for each element of an array, in the array's floating dtype.

    Parameters
    ----------
    like : array
        Whose shape and dtype they take; traced or not.
    seed : int
        Decides the numbers; counted modulo 2⁵³.
    step : int or traced int64 scalar
        Another step has other numbers.
    stream : int
        Tells apart the places that draw at the same step; 32 bits.

    Notes
    -----
    A number depends on these and on its element's position alone: not on threads, chunks or what was drawn before.

    Examples
    --------
    >>> uniform(np.zeros(3), seed=0, step=1, stream=7).round(4)
    array([0.8661, 0.7886, 0.0068])
    """
    key = seed % _SEEDS
    if isinstance(like, Traced):
        nodes = (lift(np.int64(key), like.precision), lift(step, like.precision))
        return Traced(random_uniform(*nodes, like.node.dims, like.dtype, stream), like.precision)
    array = np.asarray(like)
    counters = np.asarray(key, np.int64), np.asarray(step, np.int64)
    return random_uniform_op.evaluate(np, *counters, shape=array.shape, dtype=array.dtype, stream=stream)
