"""Numerical differentiation: the independent check that stands beside the graph's own derivatives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from hagang.autodiff.differences import RULES, Array, Line
from hagang.errors import ArgumentError
from hagang.trace import flatten, paths, rebuild

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["numerical_gradient"]


def numerical_gradient(
    f: Callable[[Any], Any], x: Any, method: Literal["central", "forward", "richardson", "complex"] = "central"
) -> Any:
    r"""The gradient of any function by differences; the Jacobian of a function that returns an array.

    .. math:: \frac{\partial f}{\partial x_i} \approx \frac{f(x + h e_i) - f(x - h e_i)}{2h}

    The function is a black box on plain arrays: it may branch, loop and call what it likes.

    Parameters
    ----------
    f : callable
        Takes what `x` is and returns a number or an array.
    x : number, array, or nested tuples, lists and dicts of them
        Where. Whole numbers are taken as float64.
    method : {"central", "forward", "richardson", "complex"}
        With n the number of elements of x, and accuracies for a smooth function of order one in float64:

        ============  =======================================  ================  ==============================
        method        evaluations of f                         relative error    notes
        ============  =======================================  ================  ==============================
        forward       n + 1                                    1e-8
        central       2n + 1                                   1e-11
        richardson    about 16n, at most 170n                  1e-13             steps are found by themselves
        complex       n + 1                                    1e-16             f analytic, takes complex x
        ============  =======================================  ================  ==============================

        The steps follow from the size of each element, the precision of x and that of f's result: near the square
        root (forward) or the cube root (central) of the precision, times `|x|` or one, whichever is larger; smaller
        where f is not finite there.

    Returns
    -------
    array, or a nest of arrays
        For each array of x, of shape m, an array of shape (shape of f's result) + m and of its dtype.

    Raises
    ------
    ArgumentError
        Where x does not hold real numbers, f does not return any, the method is unknown, or the complex step meets
        a function that does not take complex numbers.

    Examples
    --------
    >>> import numpy as np
    >>> numerical_gradient(lambda x: x[0] ** 2 + 3 * x[1], np.array([2.0, 5.0])).round(6)
    array([4., 3.])
    >>> numerical_gradient(np.exp, 0.0, method="complex")
    np.float64(1.0)
    """
    rule = RULES.get(method)
    if rule is None:
        msg = f"method: expected one of {', '.join(RULES)}, received {method!r}"
        raise ArgumentError(msg)
    box = _Box(f, x)
    return rebuild(box.structure, [box.gradient(rule, k) for k in range(len(box.leaves))])


class _Box:
    """A function and where it is differentiated: the leaves of x as arrays, f's value there, and its precision."""

    def __init__(self, f: Callable[[Any], Any], x: Any) -> None:
        self.f = f
        leaves, self.structure = flatten(x)
        self.leaves = [_real(leaf, path) for leaf, path in zip(leaves, paths(x, "x"), strict=True)]
        self.value, precision = self._call(self.leaves)
        if self.value.dtype.kind == "c":
            msg = "f: expected a function that returns real numbers, received complex ones"
            raise ArgumentError(msg)
        self.eps = max([precision, *(float(np.finfo(leaf.dtype).eps) for leaf in self.leaves)])

    def gradient(self, rule: Callable[..., Array], k: int) -> Any:
        """The gradient with respect to leaf k, an element at a time."""
        leaf = self.leaves[k]
        slopes = [rule(self._line(k, at), leaf[at], self.value, self.eps) for at in np.ndindex(leaf.shape)]
        stacked = np.stack(slopes, axis=-1) if slopes else np.empty((*self.value.shape, 0))
        return stacked.reshape(self.value.shape + leaf.shape).astype(leaf.dtype)[()]

    def _line(self, k: int, at: tuple[int, ...]) -> Line:
        """f as a function of one element of leaf k."""
        return lambda value: self._moved(k, at, value)

    def _moved(self, k: int, at: tuple[int, ...], value: Any) -> Array:
        """f with one element of leaf k replaced."""
        leaves = list(self.leaves)
        leaves[k] = leaves[k].astype(np.result_type(leaves[k], value))
        leaves[k][at] = value
        result, _ = self._call(leaves)
        if result.shape != self.value.shape:
            msg = f"f: expected results of one shape, received {self.value.shape} and then {result.shape}"
            raise ArgumentError(msg)
        return result

    def _call(self, leaves: list[Array]) -> tuple[Array, float]:
        """f's value in double precision, and the precision that it came in; f gets copies, so it may write."""
        return _numbers(self.f(rebuild(self.structure, [leaf.copy()[()] for leaf in leaves])))


def _real(leaf: Any, path: str) -> Array:
    array = np.asarray(leaf)
    if array.dtype.kind not in "fiu":
        msg = f"{path}: expected real numbers to differentiate with respect to, received {leaf!r:.60}"
        raise ArgumentError(msg)
    return array if array.dtype in (np.float16, np.float32) else array.astype(np.float64)


def _numbers(result: Any) -> tuple[Array, float]:
    try:
        array = np.asarray(result)
    except ValueError:
        array = np.asarray(None)
    if array.dtype.kind not in "fiubc":
        msg = f"f: expected a function that returns numbers, received {type(result).__name__}: {result!r:.60}"
        raise ArgumentError(msg)
    precision = float(np.finfo(array.dtype).eps) if array.dtype.kind in "fc" else 0.0
    return array.astype(np.complex128 if array.dtype.kind == "c" else np.float64), precision
