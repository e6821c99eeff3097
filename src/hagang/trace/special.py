"""More of scipy.special, composed of what is traced. Found by name, so that SciPy need not be imported."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from hagang.ops import arithmetic as ar
from hagang.ops import functions as fn
from hagang.ops.broadcast import broadcast_dims, broadcast_to
from hagang.trace.tables import UFUNCS
from hagang.trace.traced import Traced
from hagang.trace.ufuncs import FLOAT, elementwise, operands

if TYPE_CHECKING:
    from collections.abc import Callable

    from hagang.graph import Node

__all__: list[str] = []

_ROOT_HALF = math.sqrt(0.5)
_TAIL = -20.0
"""Below it an asymptotic series gives the normal distribution's tail to the last digit."""


def _logit(x: Node) -> Node:
    return ar.subtract(fn.log(x), fn.log1p(ar.negative(x)))


def _ndtr(x: Node) -> Node:
    return ar.multiply(0.5, fn.erfc(ar.multiply(x, -_ROOT_HALF)))


def _log_ndtr(x: Node) -> Node:
    """In three parts: near one, in the middle, and in the tail, where the probability itself underflows."""
    upper = fn.log1p(ar.multiply(-0.5, fn.erfc(ar.multiply(x, _ROOT_HALF))))
    middle = fn.log(_ndtr(x))
    tail = _log_ndtr_tail(ar.where(ar.less(x, _TAIL), x, _TAIL))
    return ar.where(ar.less(0.0, x), upper, ar.where(ar.less(x, _TAIL), tail, middle))


def _log_ndtr_tail(x: Node) -> Node:
    """-x²/2 - log(-x √2π) + log(1 - 1/x² + 3/x⁴ - 15/x⁶ ± …), NIST DLMF 7.12.1."""
    inverse = ar.divide(1.0, ar.multiply(x, x))
    series = ar.multiply(inverse, 0.0)
    for k in range(8, 0, -1):
        series = ar.multiply(ar.add(series, 1.0), ar.multiply(inverse, -(2.0 * k - 1)))
    head = ar.subtract(ar.multiply(-0.5, ar.multiply(x, x)), fn.log(ar.multiply(x, -math.sqrt(2 * math.pi))))
    return ar.add(head, fn.log1p(series))


def _gamma(x: Node) -> Node:
    odd = ar.logical_not(ar.equal(ar.remainder(ar.floor(x), 2.0), 0.0))
    sign = ar.where(ar.logical_and(ar.less(x, 0.0), odd), -1.0, ar.ones_like(x))
    return ar.multiply(sign, fn.exp(fn.gammaln(x)))


def _betaln(a: Node, b: Node) -> Node:
    return ar.subtract(ar.add(fn.gammaln(a), fn.gammaln(b)), fn.gammaln(ar.add(a, b)))


def _log_expit(x: Node) -> Node:
    return ar.negative(fn.logaddexp(0.0, ar.negative(x)))


def _xlog1py(x: Node, y: Node) -> Node:
    zero = ar.equal(x, 0.0)
    return ar.where(zero, 0.0, ar.multiply(x, fn.log1p(ar.where(zero, 0.0, y))))


def _entr(x: Node) -> Node:
    return ar.negative(fn.xlogy(x, x))


def _rel_entr(x: Node, y: Node) -> Node:
    return ar.subtract(fn.xlogy(x, x), fn.xlogy(x, y))


def _kl_div(x: Node, y: Node) -> Node:
    return ar.add(ar.subtract(_rel_entr(x, y), x), y)


def _binom(n: Node, k: Node) -> Node:
    rest = ar.subtract(n, k)
    return fn.exp(
        ar.subtract(fn.gammaln(ar.add(n, 1.0)), ar.add(fn.gammaln(ar.add(k, 1.0)), fn.gammaln(ar.add(rest, 1.0))))
    )


def _betainc(a: Any, b: Any, x: Any) -> Traced:
    nodes, precision = operands((a, b, x), FLOAT)
    dims = broadcast_dims("betainc", *(node.dims for node in nodes))
    return Traced(fn.betainc(*(broadcast_to(node, dims) for node in nodes)), precision)


_LOWERINGS: dict[str, Callable[..., Node]] = {
    "logit": _logit,
    "ndtr": _ndtr,
    "log_ndtr": _log_ndtr,
    "gamma": _gamma,
    "betaln": _betaln,
    "beta": lambda a, b: fn.exp(_betaln(a, b)),
    "log_expit": _log_expit,
    "xlog1py": _xlog1py,
    "entr": _entr,
    "rel_entr": _rel_entr,
    "kl_div": _kl_div,
    "binom": _binom,
    "gammainc": fn.gammainc,
    "gammaincc": fn.gammaincc,
}

UFUNCS.update({name: elementwise(FLOAT, build) for name, build in _LOWERINGS.items()})
UFUNCS["betainc"] = _betainc
