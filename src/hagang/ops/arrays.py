"""Where array modules differ: NumPy changes an array in place, others, as JAX, make a new one."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

__all__ = ["added_at", "replaced_at", "special"]


def added_at(array: Any, where: Any, values: Any) -> Any:
    """A newly made array with values added at positions along its first axis, in order."""
    if not isinstance(array, np.ndarray):
        return array.at[where].add(values)
    np.add.at(array, where, values)
    return array


def replaced_at(array: Any, where: Any, values: Any) -> Any:
    """A newly made array with values in some places."""
    if not isinstance(array, np.ndarray):
        return array.at[where].set(values)
    array[where] = values
    return array


def special(xp: Any) -> Any:
    """The module of special functions that goes with an array module: `jax.scipy.special` with `jax.numpy`.

    Imported when it is first needed: importing hagang imports NumPy and nothing heavier.
    """
    return import_module("scipy.special" if xp is np else f"{xp.__name__.partition('.')[0]}.scipy.special")
