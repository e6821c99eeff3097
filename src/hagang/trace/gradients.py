"""Gradients of one's own: a value held constant, and a function whose derivative is what its writer says."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from hagang.errors import GradientError
from hagang.ops.arithmetic import stop_gradient as _stop
from hagang.ops.broadcast import broadcast_to
from hagang.ops.custom import with_gradient
from hagang.trace.nested import map_leaves
from hagang.trace.traced import Traced, lift

if TYPE_CHECKING:
    from collections.abc import Callable

    from hagang.graph import Node

__all__ = ["custom_gradient", "stop_gradient"]

Nest = Any


def stop_gradient(x: Nest) -> Nest:
    """x itself, held constant by every derivative.

    Examples
    --------
    >>> import hagang as hg
    >>> hg.grad(lambda x: x * stop_gradient(x))(3.0)
    np.float64(3.0)
    """
    return map_leaves(lambda leaf: Traced(_stop(leaf.node), leaf.precision) if isinstance(leaf, Traced) else leaf, x)


def custom_gradient(f: Callable[..., tuple[Any, Callable[[Any], Any]]]) -> Callable[..., Any]:
    """Give a function a gradient of one's own.

    Parameters
    ----------
    f : callable
        Takes arrays; returns `(value, pullback)`, where `pullback(g)`, given the gradient of what follows with
        respect to the value, returns the gradient with respect to each argument: one, or a tuple.

    Returns
    -------
    callable
        Takes the same arguments and returns the value; its derivative is the pullback's.

    Examples
    --------
    A step whose derivative is taken to be one (the straight-through estimator):

    >>> import hagang as hg
    >>> import numpy as np
    >>> step = custom_gradient(lambda x: (np.floor(x), lambda g: g))
    >>> hg.grad(lambda x: step(x) * 2)(1.7)
    np.float64(2.0)
    """

    @wraps(f)
    def wrapped(*args: Any) -> Any:
        value, pullback = f(*args)
        traced = [arg for arg in args if isinstance(arg, Traced)]
        if not traced or not isinstance(value, Traced):
            return value
        precision = traced[0].precision
        arguments = [lift(arg, precision) for arg in args]

        def pull(g: Node) -> list[Node]:
            cotangents = pullback(Traced(g, precision))
            shares = cotangents if isinstance(cotangents, tuple) else (cotangents,)
            if len(shares) != len(arguments):
                msg = f"custom_gradient: expected {len(arguments)} gradients, one an argument, received {len(shares)}"
                raise GradientError(msg)
            return [broadcast_to(lift(s, precision), x.dims) for s, x in zip(shares, arguments, strict=True)]

        return Traced(with_gradient(value.node, arguments, pull), precision)

    return wrapped
