"""NumPy's and SciPy's ufuncs, lowered to ops. Found by name, so that SciPy need not be imported."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.ops import arithmetic as ar
from hagang.ops import functions as fn
from hagang.ops.custom import with_gradient
from hagang.ops.leaf import constant
from hagang.trace.source import cannot_trace
from hagang.trace.tables import UFUNCS
from hagang.trace.traced import RowCount, Traced, as_dtype, lift, precision_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from hagang.graph import Node

__all__ = ["ANY", "BOOL", "FLOAT", "NUMBER", "elementwise", "operands", "safe_sqrt"]

FLOAT, NUMBER, ANY, BOOL = "f", "if", "bif", "b"
"""What operands become: floats; integers or floats; what they are in common; booleans."""


def operands(values: tuple[Any, ...], kind: str) -> tuple[list[Node], np.dtype[Any]]:
    """The operands as nodes of one dtype, the smallest of the kind that holds them all."""
    precision = precision_of(*values)
    nodes = [lift(value, precision) for value in values]
    widest = max((node.dtype.kind for node in nodes), key="bif".index)
    letter = widest if widest in kind else kind[0]
    dtype = as_dtype({"b": np.bool_, "i": np.int64, "f": np.float64}[letter], precision)
    return [_converted(node, dtype) for node in nodes], precision


def _converted(node: Node, dtype: np.dtype[Any]) -> Node:
    if node.is_constant:
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


def _power(base: Any, exponent: Any, dtype: Any = None) -> Traced:
    precision = precision_of(base, exponent)
    kinds = lift(base, precision).dtype.kind + lift(exponent, precision).dtype.kind
    if "f" not in kinds:
        return _integer_power(base, exponent)
    known = not isinstance(exponent, (Traced, RowCount)) and np.ndim(exponent) == 0
    return (_constant_power if known else _general_power)(base, exponent, dtype=dtype)


_general_power = elementwise(FLOAT, fn.power)


def _constant_power(base: Any, exponent: Any, dtype: Any = None) -> Traced:
    """Kept a Python number, so that small whole exponents become products."""
    return elementwise(FLOAT, lambda x: _raised(x, float(exponent)))(base, dtype=dtype)


def _integer_power(base: Any, exponent: Any) -> Traced:
    """Whole numbers to a known whole power stay whole, as in NumPy: by repeated squaring."""
    if isinstance(exponent, Traced) or np.ndim(exponent) or exponent < 0:
        raise cannot_trace(
            "whole numbers are raised only to a known power of 0 or more",
            "make the base a float, as in x.astype(float) ** n",
        )
    (square,), precision = operands((base,), NUMBER)
    result, left = ar.ones_like(square), int(exponent)
    while left:
        result = ar.multiply(result, square) if left % 2 else result
        square, left = ar.multiply(square, square), left // 2
    return Traced(result, precision)


def _product(a: Node, b: Node) -> Node:
    """A root times itself: its value, with the derivative of what stands under the root, at zero too."""
    radicand = _radicand(a) if a is b and a.is_float else None
    value = ar.multiply(a, b)
    return value if radicand is None else with_gradient(value, [radicand], lambda g: [g])


def _radicand(root: Node) -> Node | None:
    """What a square root, or a `safe_sqrt`, is the root of."""
    if root.op is ar.where_op and root.inputs[2].op is fn.sqrt_op:
        guarded = root.inputs[2].inputs[0]
        return guarded.inputs[2] if guarded.op is ar.where_op and guarded.inputs[0] is root.inputs[0] else None
    return root.inputs[0] if root.op is fn.sqrt_op else None


def _raised(base: Node, exponent: float) -> Node:
    return _product(base, base) if exponent == 2.0 else fn.power(base, exponent)


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
    """Scaled by the larger of the two, so that squares neither overflow nor vanish; its gradient at zero is zero."""
    largest = ar.stop_gradient(ar.maximum(ar.absolute(a), ar.absolute(b)))
    usual = ar.logical_and(ar.less(0.0, largest), ar.isfinite(largest))
    scale = ar.where(usual, largest, 1.0)
    x, y = ar.divide(a, scale), ar.divide(b, scale)
    return ar.multiply(scale, safe_sqrt(ar.add(ar.multiply(x, x), ar.multiply(y, y))))


def safe_sqrt(x: Node) -> Node:
    """The square root with derivative zero at zero, for sums of squares: the convention of PyTorch's norm."""
    zero = ar.equal(x, 0.0)
    return ar.where(zero, 0.0, fn.sqrt(ar.where(zero, 1.0, x)))


def _heaviside(x: Node, at_zero: Node) -> Node:
    return ar.where(ar.equal(x, 0.0), at_zero, ar.cast(ar.less(0.0, x), x.dtype))


def _in_base(base: float) -> Callable[[Node], Node]:
    return lambda x: ar.divide(fn.log(x), math.log(base))


def _logaddexp2(a: Node, b: Node) -> Node:
    two = math.log(2.0)
    return ar.divide(fn.logaddexp(ar.multiply(a, two), ar.multiply(b, two)), two)


def _or_of_booleans(on_booleans: Callable[..., Node], otherwise: Callable[..., Node]) -> Callable[..., Node]:
    """NumPy adds and multiplies booleans as `or` and `and`."""
    return lambda a, b: (on_booleans if a.dtype == np.bool_ else otherwise)(a, b)


def _not_of_booleans(sign: str, instead: str, build: Callable[..., Node]) -> Callable[..., Node]:
    def checked(*nodes: Node) -> Node:
        if nodes[0].dtype == np.bool_:
            what = f"{sign} is not defined for booleans, in NumPy too"
            raise cannot_trace(what, f"use {instead}", read=False)
        return build(*nodes)

    return checked


def _on_booleans(sign: str, build: Callable[..., Node]) -> Callable[..., Node]:
    def checked(*nodes: Node) -> Node:
        if any(node.dtype != np.bool_ for node in nodes):
            what = f"{sign} works bit by bit on whole numbers, which is not traced"
            raise cannot_trace(what, "compare first, as in (a > 0) & (b > 0)")
        return build(*nodes)

    return checked


def _divmod(a: Any, b: Any) -> tuple[Traced, Traced]:
    return UFUNCS["floor_divide"](a, b), UFUNCS["remainder"](a, b)


_LOWERINGS: dict[str, tuple[str, Callable[..., Node]]] = {
    "add": (ANY, _or_of_booleans(ar.logical_or, ar.add)),
    "subtract": (ANY, _not_of_booleans("-", "^", ar.subtract)),
    "multiply": (ANY, _or_of_booleans(ar.logical_and, _product)),
    "divide": (FLOAT, ar.divide),
    "negative": (ANY, _not_of_booleans("-", "~", ar.negative)),
    "positive": (NUMBER, lambda x: x),
    "conjugate": (NUMBER, lambda x: x),
    "absolute": (NUMBER, ar.absolute),
    "fabs": (FLOAT, ar.absolute),
    "sign": (NUMBER, ar.sign),
    "floor": (FLOAT, ar.floor),
    "ceil": (FLOAT, ar.ceil),
    "rint": (FLOAT, ar.rint),
    "trunc": (FLOAT, _trunc),
    "remainder": (NUMBER, ar.remainder),
    "floor_divide": (NUMBER, ar.floor_divide),
    "maximum": (ANY, _or_of_booleans(ar.logical_or, ar.maximum)),
    "minimum": (ANY, _or_of_booleans(ar.logical_and, ar.minimum)),
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
    "bitwise_and": (ANY, _on_booleans("&", ar.logical_and)),
    "bitwise_or": (ANY, _on_booleans("|", ar.logical_or)),
    "bitwise_xor": (ANY, _on_booleans("^", _xor)),
    "invert": (ANY, _on_booleans("~", ar.logical_not)),
    "isfinite": (FLOAT, ar.isfinite),
    "isnan": (FLOAT, _isnan),
    "isinf": (FLOAT, _isinf),
    "exp": (FLOAT, fn.exp),
    "exp2": (FLOAT, lambda x: fn.power(2.0, x)),
    "expm1": (FLOAT, fn.expm1),
    "log": (FLOAT, fn.log),
    "log2": (FLOAT, _in_base(2.0)),
    "log10": (FLOAT, _in_base(10.0)),
    "log1p": (FLOAT, fn.log1p),
    "logaddexp": (FLOAT, fn.logaddexp),
    "logaddexp2": (FLOAT, _logaddexp2),
    "sqrt": (FLOAT, fn.sqrt),
    "cbrt": (FLOAT, _cbrt),
    "square": (NUMBER, lambda x: _product(x, x)),
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
    "erfc": (FLOAT, fn.erfc),
    "expit": (FLOAT, fn.expit),
    "gammaln": (FLOAT, fn.gammaln),
    "xlogy": (FLOAT, fn.xlogy),
    "psi": (FLOAT, lambda x: fn.polygamma(0, x)),
}

UFUNCS.update({name: elementwise(kind, build) for name, (kind, build) in _LOWERINGS.items()})
UFUNCS.update({"power": _power, "float_power": _general_power, "divmod": _divmod})
