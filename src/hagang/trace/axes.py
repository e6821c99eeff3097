"""NumPy's axis arguments: one, several, none; counted from either end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hagang.errors import ShapeError
from hagang.graph import show_dims

if TYPE_CHECKING:
    from hagang.graph import Node

__all__ = ["all_axes", "one_axis"]


def one_axis(axis: Any, ndim: int, name: str) -> int:
    """An axis counted from the front."""
    if not isinstance(axis, int) or not -ndim <= axis < ndim:
        msg = f"{name}: expected an axis from {-ndim} to {ndim - 1}, received {axis!r}"
        raise ShapeError(msg)
    return axis % ndim


def all_axes(axis: Any, x: Node, name: str) -> tuple[int, ...]:
    """The axes of a reduction: all where None is given."""
    if axis is None:
        return tuple(range(x.ndim))
    axes = axis if isinstance(axis, (tuple, list)) else (axis,)
    distinct = tuple(sorted({one_axis(a, x.ndim, name) for a in axes}))
    if len(distinct) < len(axes):
        msg = f"{name}: expected distinct axes of {show_dims(x.dims)}, received {axis}"
        raise ShapeError(msg)
    return distinct
