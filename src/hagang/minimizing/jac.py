"""SciPy's ways to say where a gradient comes from, and `minimize` as a method of SciPy's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import ArgumentError
from hagang.trace import flatten

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["read_jac"]

DIFFERENCES = ("2-point", "3-point", "cs")


def read_jac(f: Callable[..., Any], jac: Any, gradient: Any) -> tuple[Callable[..., Any], Any]:
    """The function and what `minimize` calls its gradient, from what SciPy calls its Jacobian."""
    if jac is None or jac is False:
        return f, gradient
    if gradient != "auto":
        msg = f"jac={jac!r:.40} and gradient={gradient!r:.40} say the same thing; give one of them"
        raise ArgumentError(msg)
    if jac is True:
        pair = _Pair(f)
        return pair.value, pair.gradient
    if callable(jac):
        return f, jac
    if jac in DIFFERENCES:
        return f, "numerical"
    msg = f"jac: expected True, a function or one of {', '.join(DIFFERENCES)}, received {jac!r:.60}"
    raise ArgumentError(msg)


class _Pair:
    """A function that returns its value and its gradient, called once for both at a point."""

    def __init__(self, f: Callable[..., Any]) -> None:
        self.f = f
        self.at: list[Any] | None = None
        self.result: Any = None

    def value(self, x: Any, *args: Any) -> Any:
        return self._both(x, args)[0]

    def gradient(self, x: Any, *args: Any) -> Any:
        return self._both(x, args)[1]

    def _both(self, x: Any, args: tuple[Any, ...]) -> Any:
        leaves = [np.array(leaf) for leaf in flatten(x)[0]]
        if self.at is None or not all(map(np.array_equal, self.at, leaves)):
            result = self.f(x, *args)
            if not isinstance(result, (tuple, list)) or len(result) != 2:
                msg = f"jac=True: expected f to return the value and the gradient, received {type(result).__name__}"
                raise ArgumentError(msg)
            self.at, self.result = leaves, result
        return self.result
