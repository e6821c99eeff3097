"""NumPy's functions that make arrays, asked for traced ones by `like=`; and arrays shaped as others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.ops import arithmetic as ar
from hagang.ops.broadcast import broadcast_to
from hagang.trace.shapes import dims_of
from hagang.trace.tables import CREATORS, FUNCTIONS
from hagang.trace.traced import Traced, as_dtype, lift, precision_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from hagang.graph import Dims, Node

__all__: list[str] = []


def _filled(value: Any, dims: Dims, dtype: Any, precision: np.dtype[Any]) -> Traced:
    node = lift(value, precision)
    return Traced(broadcast_to(_converted(node, dtype, precision), dims), precision)


def _converted(node: Node, dtype: Any, precision: np.dtype[Any]) -> Node:
    return node if dtype is None else ar.cast(node, as_dtype(dtype, precision))


# --- arrays like others --------------------------------------------------------------------------------


def _full_like(a: Any, fill_value: Any, dtype: Any = None, shape: Any = None) -> Traced:
    precision = precision_of(a, fill_value)
    like = lift(a, precision)
    return _filled(
        fill_value, like.dims if shape is None else dims_of(shape), like.dtype if dtype is None else dtype, precision
    )


def _zeros_like(a: Any, dtype: Any = None, shape: Any = None) -> Traced:
    return _full_like(a, 0, dtype, shape)


def _ones_like(a: Any, dtype: Any = None, shape: Any = None) -> Traced:
    return _full_like(a, 1, dtype, shape)


FUNCTIONS.update({np.full_like: _full_like, np.zeros_like: _zeros_like, np.ones_like: _ones_like})


# --- with like= ----------------------------------------------------------------------------------------


def _array(
    precision: np.dtype[Any],
    object: Any,  # noqa: A002
    dtype: Any = None,
    order: str | None = None,  # noqa: ARG001
    copy: bool | None = None,  # noqa: ARG001
    device: str | None = None,  # noqa: ARG001
) -> Traced:
    """A plain array as a constant; a list that holds traced values stacked."""
    return Traced(_converted(lift(object, precision), dtype, precision), precision)


def _full(precision: np.dtype[Any], shape: Any, fill_value: Any, dtype: Any = None, **layout: Any) -> Traced:  # noqa: ARG001
    return _filled(fill_value, dims_of(shape), dtype, precision)


def _zeros(precision: np.dtype[Any], shape: Any, dtype: Any = None, **layout: Any) -> Traced:
    return _full(precision, shape, 0.0, dtype, **layout)


def _ones(precision: np.dtype[Any], shape: Any, dtype: Any = None, **layout: Any) -> Traced:
    return _full(precision, shape, 1.0, dtype, **layout)


def _plain(make: Callable[..., Any]) -> Callable[..., Traced]:
    """What is known when tracing, as a constant."""

    def create(precision: np.dtype[Any], *args: Any, **kwargs: Any) -> Traced:
        return Traced(lift(make(*args, **kwargs), precision), precision)

    return create


CREATORS.update(
    {
        "np.array": _array,
        "np.asarray": _array,
        "np.asanyarray": _array,
        "np.full": _full,
        "np.zeros": _zeros,
        "np.ones": _ones,
        "np.eye": _plain(np.eye),
        "np.arange": _plain(np.arange),
    }
)
