"""Whether a function says of numbers what its trace says.

One that asks whether its argument is an array, or one of Python's numbers, may take another way on stand-ins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import TraceError
from hagang.trace.nested import flatten, map_leaves

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["check_agreement"]

_DISAGREE = (
    "f: its trace says {traced}, f itself {called}: it takes another way for stand-ins than for numbers, as by "
    "isinstance(x, np.ndarray) or isinstance(x, float); ask np.ndim(x) or np.shape(x) instead"
)


def check_agreement(
    f: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any], traced: list[Any], precision: np.dtype[Any]
) -> None:
    """See that f returns what its trace says; one that draws random numbers need not.

    Parameters
    ----------
    f : callable
        The function.
    args, kwargs
        Plain arguments; f gets copies.
    traced : list of array
        What the trace says of them, leaf by leaf.
    precision : dtype
        The trace's floating dtype.

    Raises
    ------
    TraceError
        Where the two differ by more than half the digits.
    """
    tolerance = float(np.sqrt(np.finfo(precision).eps))
    called = _called(f, args, kwargs)
    if called is None or _agree(traced, called, tolerance):
        return
    again = _called(f, args, kwargs)
    if again is not None and _agree(called, again, tolerance):
        raise TraceError(_DISAGREE.format(traced=_brief(traced), called=_brief(called)))


def _called(f: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]) -> list[Any] | None:
    """What the function returns by itself; None where it runs on stand-ins only."""
    try:
        with np.errstate(all="ignore"):
            result = f(*(map_leaves(_copied, arg) for arg in args), **kwargs)
        return [np.asarray(leaf, np.float64) for leaf in flatten(result)[0]]
    except Exception:
        return None


def _copied(leaf: Any) -> Any:
    return leaf.copy() if isinstance(leaf, np.ndarray) else leaf


def _agree(first: list[Any], second: list[Any], tolerance: float) -> bool:
    return len(first) == len(second) and all(
        np.shape(a) == np.shape(b) and np.allclose(a, b, rtol=tolerance, atol=tolerance, equal_nan=True)
        for a, b in zip(first, second, strict=True)
    )


def _brief(values: list[Any]) -> str:
    return " ".join(", ".join(np.array2string(value, threshold=6) for value in values).split())
