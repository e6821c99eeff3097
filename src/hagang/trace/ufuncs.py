"""NumPy's and SciPy's ufuncs, lowered to ops. Found by name, so that SciPy need not be imported."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.ops import arithmetic as ar
from hagang.ops import functions as fn
from hagang.ops.leaf import constant
from hagang.trace.traced import UFUNCS, Traced, as_dtype, lift, precision_of

if TYPE_CHECKING:
    from hagang.graph import Node
    from collections.abc import Callable

__all__ = ["elementwise", "operands"]

FLOAT, NUMBER, ANY, BOOL = "f", "if", "bif", "b"
"""What operands become: floats; integers or floats; what they are in common; booleans."""


def operands(values: tuple[Any, ...], kind: str) -> tuple[list[Node], np.dtype[Any]]:
    """The operands as nodes of one dtype, the smallest of the kind that holds them all."""
    precision = precision_of(*(value for value in values if hasattr(value, "precision")))
    nodes = [lift(value, precision) for value in values]
    widest = max((node.dtype.kind for node in nodes), key="bif".index)
    letter = widest if widest in kind else kind[0]
    dtype = as_dtype({"b": np.bool_, "i": np.int64, "f": np.float64}[letter], precision)
    return [_converted(node, dtype) for node in nodes], precision


def _converted(node: Node, dtype: np.dtype[Any]) -> Node:
    if node.op.name == "constant":
        return constant(node.attrs["value"], dtype)
    if dtype == np.bool_ and node.dtype != np.bool_:
        return ar.logical_not(ar.equal(node, 0))
    return ar.cast(node, dtype)


def elementwise(kind: str, build: Callable[..., Node]) -> Callable[..., Traced]:
    """Lower a ufunc: bring its operands to one dtype of the kind, broadcast, build."""

    def lower(*values: Any, dtype: Any = None) -> Traced:
        nodes, precision = operands(values, kind)
        result = build(*nodes)
        if dtype is not None:
            result = ar.cast(result, as_dtype(dtype, precision))
        return Traced(result, precision)

    return lower


# --- compositions --------------------------------------------------------------------------------------


def _power(base: Any, exponent: Any) -> Traced:
    if not isinstance(exponent, Traced) and np.ndim(exponent) == 0:
        nodes, precision = operands((base,), FLOAT)
        return _like_numpy(_constant_power(nodes[0], float(exponent)), precision, base, exponent)
    nodes, precision = operands((base, exponent), FLOAT)
    return _like_numpy(fn.power(*nodes), precision, base, exponent)


def _constant_power(base: Node, exponent: float) -> Node:
    return ar.ones_like(base) if exponent == 0 else fn.power(base, exponent)


def _like_numpy(result: Node, precision: np.dtype[Any], *values: Any) -> Traced:
    """Whole numbers to whole powers stay whole, as in NumPy."""
    whole = all(np.dtype(getattr(value, "dtype", type(value))).kind in "iub" for value in values)
    return Traced(ar.cast(ar.rint(result), np.int64) if whole else result, precision)


def _floor_divide(a: Node, b: Node) -> Node:
    if a.is_float:
        return ar.rint(ar.divide(ar.subtract(a, ar.remainder(a, b)), b))
    x, y = ar.cast(a, np.float64), ar.cast(b, np.float64)
    return ar.cast(ar.floor(ar.divide(x, y)), np.int64)


def _trunc(x: Node) -> Node:
    return ar.multiply(ar.sign(x), ar.floor(ar.absolute(x)))


def _isnan(x: Node) -> Node:
    return ar.logical_not(ar.equal(x, x))


def _isinf(x: Node) -> Node:
    return ar.equal(ar.absolute(x), math.inf)


def _xor(a: Node, b: Node) -> Node:
    return ar.logical_not(ar.equal(a, b))


def _cbrt(x: Node) -> Node:
    return ar.multiply(ar.sign(x), fn.power(ar.absolute(x), 1 / 3))


def _hypot(a: Node, b: Node) -> Node:
    return fn.sqrt(ar.add(fn.power(a, 2.0), fn.power(b, 2.0)))


def _heaviside(x: Node, at_zero: Node) -> Node:
    return ar.where(ar.equal(x, 0.0), at_zero, ar.cast(ar.less(0.0, x), x.dtype))


def _scaled(build: Callable[[Node], Node], inside: float = 1.0, outside: float = 1.0) -> Callable[[Node], Node]:
    return lambda x: (
        ar.multiply(outside, build(ar.multiply(inside, x))) if outside != 1 else build(ar.multiply(inside, x))
    )


def _logaddexp2(a: Node, b: Node) -> Node:
    two = math.log(2.0)
    return ar.divide(fn.logaddexp(ar.multiply(a, two), ar.multiply(b, two)), two)


_LOWERINGS: dict[str, tuple[str, Callable[..., Node]]] = {
    "add": (NUMBER, ar.add),
    "subtract": (NUMBER, ar.subtract),
    "multiply": (NUMBER, ar.multiply),
    "divide": (FLOAT, ar.divide),
    "negative": (NUMBER, ar.negative),
    "positive": (NUMBER, lambda x: x),
    "absolute": (NUMBER, ar.absolute),
    "fabs": (FLOAT, ar.absolute),
    "sign": (NUMBER, ar.sign),
    "floor": (FLOAT, ar.floor),
    "ceil": (FLOAT, ar.ceil),
    "rint": (FLOAT, ar.rint),
    "trunc": (FLOAT, _trunc),
    "remainder": (NUMBER, ar.remainder),
    "floor_divide": (NUMBER, _floor_divide),
    "maximum": (NUMBER, ar.maximum),
    "minimum": (NUMBER, ar.minimum),
    "less": (ANY, ar.less),
    "less_equal": (ANY, ar.less_equal),
    "greater": (ANY, lambda a, b: ar.less(b, a)),
    "greater_equal": (ANY, lambda a, b: ar.less_equal(b, a)),
    "equal": (ANY, ar.equal),
    "not_equal": (ANY, lambda a, b: ar.logical_not(ar.equal(a, b))),
    "logical_and": (BOOL, ar.logical_and),
    "logical_or": (BOOL, ar.logical_or),
    "logical_not": (BOOL, ar.logical_not),
    "logical_xor": (BOOL, _xor),
    "bitwise_and": (BOOL, ar.logical_and),
    "bitwise_or": (BOOL, ar.logical_or),
    "bitwise_xor": (BOOL, _xor),
    "invert": (BOOL, ar.logical_not),
    "isfinite": (FLOAT, ar.isfinite),
    "isnan": (FLOAT, _isnan),
    "isinf": (FLOAT, _isinf),
    "exp": (FLOAT, fn.exp),
    "exp2": (FLOAT, _scaled(fn.exp, inside=math.log(2.0))),
    "expm1": (FLOAT, fn.expm1),
    "log": (FLOAT, fn.log),
    "log2": (FLOAT, _scaled(fn.log, outside=1 / math.log(2.0))),
    "log10": (FLOAT, _scaled(fn.log, outside=1 / math.log(10.0))),
    "log1p": (FLOAT, fn.log1p),
    "logaddexp": (FLOAT, fn.logaddexp),
    "logaddexp2": (FLOAT, _logaddexp2),
    "sqrt": (FLOAT, fn.sqrt),
    "cbrt": (FLOAT, _cbrt),
    "square": (NUMBER, lambda x: ar.multiply(x, x)),
    "reciprocal": (FLOAT, lambda x: ar.divide(1.0, x)),
    "hypot": (FLOAT, _hypot),
    "heaviside": (FLOAT, _heaviside),
    "sin": (FLOAT, fn.sin),
    "cos": (FLOAT, fn.cos),
    "tan": (FLOAT, fn.tan),
    "arcsin": (FLOAT, fn.arcsin),
    "arccos": (FLOAT, fn.arccos),
    "arctan": (FLOAT, fn.arctan),
    "arctan2": (FLOAT, fn.arctan2),
    "sinh": (FLOAT, fn.sinh),
    "cosh": (FLOAT, fn.cosh),
    "tanh": (FLOAT, fn.tanh),
    "arcsinh": (FLOAT, fn.arcsinh),
    "arccosh": (FLOAT, fn.arccosh),
    "arctanh": (FLOAT, fn.arctanh),
    "deg2rad": (FLOAT, lambda x: ar.multiply(x, math.pi / 180)),
    "rad2deg": (FLOAT, lambda x: ar.multiply(x, 180 / math.pi)),
    "erf": (FLOAT, fn.erf),
    "expit": (FLOAT, fn.expit),
    "gammaln": (FLOAT, fn.gammaln),
    "xlogy": (FLOAT, fn.xlogy),
    "psi": (FLOAT, lambda x: fn.polygamma(0, x)),
}

UFUNCS.update({name: elementwise(kind, build) for name, (kind, build) in _LOWERINGS.items()})
UFUNCS.update({"power": _power, "float_power": elementwise(FLOAT, fn.power)})
