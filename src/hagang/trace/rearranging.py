"""NumPy's functions that move elements about without computing anything: what they do to positions, they do to x."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import ArgumentError, ShapeError
from hagang.graph import has_rows, known_count, show_dims
from hagang.ops import arithmetic as ar
from hagang.ops.broadcast import broadcast_to, reshape
from hagang.ops.index import take
from hagang.ops.leaf import constant
from hagang.trace.tables import FUNCTIONS
from hagang.trace.traced import Traced, lift, precision_of
from hagang.trace.ufuncs import NUMBER, operands

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from hagang.graph import Node

__all__: list[str] = []


def _positions(x: Node, name: str) -> npt.NDArray[np.int64]:
    """The elements' numbers, in x's shape."""
    if has_rows(x.dims):
        msg = f"{name}: the rows of {show_dims(x.dims)} cannot be rearranged; how many there are is known at run time"
        raise ShapeError(msg)
    return np.arange(known_count(x.dims)).reshape(bind_known(x))


def bind_known(x: Node) -> tuple[int, ...]:
    return tuple(known_count((dim,)) for dim in x.dims)


def _picked(x: Node, positions: npt.NDArray[np.int64]) -> Node:
    return take(reshape(x, (known_count(x.dims),)), constant(np.asarray(positions), np.int64), 0)


def _rearranging(function: Callable[..., Any]) -> Callable[..., Any]:
    """Lower a function of one array and plain arguments whose result, or each part of it, has x's elements."""

    def lower(a: Any, *args: Any, **kwargs: Any) -> Any:
        precision = precision_of(a)
        x = lift(a, precision)
        result = function(_positions(x, function.__name__), *args, **kwargs)
        if isinstance(result, (list, tuple)):
            return type(result)(Traced(_picked(x, part), precision) for part in result)
        return Traced(_picked(x, result), precision)

    return lower


def _filling(x: Node, moved: npt.NDArray[np.int64], fill: Any) -> Node:
    """The elements at their numbers, counted from one; where there is none the filling."""
    empty = moved == 0
    picked = _picked(x, np.where(empty, 1, moved) - 1)
    filling = broadcast_to(constant(np.asarray(fill), x.dtype), picked.dims)
    return picked if not empty.any() else ar.where(constant(empty), filling, picked)


def _diag(v: Any, k: int = 0) -> Traced:
    (x,), precision = operands((v,), NUMBER)
    return Traced(_filling(x, np.diag(_positions(x, "diag") + 1, k), 0), precision)


def _diagflat(v: Any, k: int = 0) -> Traced:
    (x,), precision = operands((v,), NUMBER)
    return Traced(_filling(x, np.diagflat(_positions(x, "diagflat") + 1, k), 0), precision)


_PAD_MODES = ("constant", "edge", "reflect", "symmetric", "wrap")


def _pad(array: Any, pad_width: Any, mode: Any = "constant", **kwargs: Any) -> Traced:
    if mode not in _PAD_MODES:
        msg = f"pad: expected a mode among {', '.join(_PAD_MODES)}, received {mode!r}"
        raise ArgumentError(msg)
    (x,), precision = operands((array,), NUMBER)
    numbers = _positions(x, "pad") + 1
    if mode != "constant":
        return Traced(_filling(x, np.pad(numbers, pad_width, mode, **kwargs), 0), precision)
    moved = np.pad(numbers, pad_width)
    return Traced(_filling(x, moved, np.pad(np.zeros(numbers.shape), pad_width, **kwargs)), precision)


def _triangle(side: Callable[..., npt.NDArray[Any]]) -> Callable[..., Traced]:
    def lower(m: Any, k: int = 0) -> Traced:
        (x,), precision = operands((m,), NUMBER)
        mask = side(np.ones(bind_known(x)[-2:], bool), k)
        return Traced(ar.where(broadcast_to(constant(mask), x.dims), x, 0), precision)

    return lower


FUNCTIONS.update(
    {
        function: _rearranging(function)
        for function in (
            np.roll,
            np.repeat,
            np.tile,
            np.rot90,
            np.flipud,
            np.fliplr,
            np.rollaxis,
            np.diagonal,
            np.delete,
            np.resize,
            np.split,
            np.array_split,
            np.hsplit,
            np.vsplit,
            np.dsplit,
        )
    }
)
FUNCTIONS.update(
    {
        np.diag: _diag,
        np.diagflat: _diagflat,
        np.pad: _pad,
        np.triu: _triangle(np.triu),
        np.tril: _triangle(np.tril),
    }
)
