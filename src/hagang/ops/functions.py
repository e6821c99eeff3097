"""The smooth functions of one and two variables, each with its derivative."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeAlias

from hagang.graph import Node, Op, make
from hagang.ops.arithmetic import (
    COSTLY,
    Builder,
    Rule,
    add,
    binary,
    divide,
    elementwise,
    elementwise_type,
    equal,
    logical_and,
    multiply,
    negative,
    ones_like,
    rules,
    stop_gradient,
    subtract,
    where,
)
from hagang.ops.arrays import special

if TYPE_CHECKING:
    from collections.abc import Callable

    from hagang.ops.leaf import Operand

__all__ = [
    "FUNCTIONS",
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "betainc",
    "cos",
    "cosh",
    "erf",
    "erfc",
    "exp",
    "expit",
    "expm1",
    "gammainc",
    "gammaincc",
    "gammaln",
    "log",
    "log1p",
    "logaddexp",
    "polygamma",
    "power",
    "sin",
    "sinh",
    "sqrt",
    "tan",
    "tanh",
    "xlogy",
]


Unary: TypeAlias = "Callable[[Node], Node]"


def _op(name: str, evaluate: Callable[..., Any], *gradient: Rule, **facts: Any) -> Op:
    return elementwise(name, elementwise_type("f"), evaluate, rules(*gradient), **{"cost": COSTLY, **facts})


def _unary(op: Op) -> Unary:
    def build(x: Node) -> Node:
        return make(op, x)

    build.__doc__ = f"Build {op.name}(x), element by element."
    return build


def _square(x: Node) -> Node:
    return multiply(x, x)


def _one_less_square(x: Node) -> Node:
    """(1 - x)(1 + x): 1 - x² without cancellation."""
    return multiply(subtract(1.0, x), add(1.0, x))


# --- exponentials and logarithms ---

exp_op = _op("exp", lambda xp, x: xp.exp(x), lambda n, g: multiply(g, n))
expm1_op = _op("expm1", lambda xp, x: xp.expm1(x), lambda n, g: multiply(g, exp(n.inputs[0])))
log_op = _op("log", lambda xp, x: xp.log(x), lambda n, g: divide(g, n.inputs[0]))
log1p_op = _op("log1p", lambda xp, x: xp.log1p(x), lambda n, g: divide(g, add(1.0, n.inputs[0])))
sqrt_op = _op("sqrt", lambda xp, x: xp.sqrt(x), lambda n, g: divide(multiply(g, 0.5), n))

exp: Unary = _unary(exp_op)
expm1: Unary = _unary(expm1_op)
log: Unary = _unary(log_op)
log1p: Unary = _unary(log1p_op)
sqrt: Unary = _unary(sqrt_op)

# --- trigonometric ---

sin_op = _op("sin", lambda xp, x: xp.sin(x), lambda n, g: multiply(g, cos(n.inputs[0])), is_bounded=True)
cos_op = _op("cos", lambda xp, x: xp.cos(x), lambda n, g: negative(multiply(g, sin(n.inputs[0]))), is_bounded=True)
tan_op = _op("tan", lambda xp, x: xp.tan(x), lambda n, g: multiply(g, add(1.0, _square(n))))
arcsin_op = _op("arcsin", lambda xp, x: xp.arcsin(x), lambda n, g: divide(g, sqrt(_one_less_square(n.inputs[0]))))
arccos_op = _op(
    "arccos", lambda xp, x: xp.arccos(x), lambda n, g: negative(divide(g, sqrt(_one_less_square(n.inputs[0]))))
)
arctan_op = _op(
    "arctan", lambda xp, x: xp.arctan(x), lambda n, g: divide(g, add(1.0, _square(n.inputs[0]))), is_bounded=True
)

sin: Unary = _unary(sin_op)
cos: Unary = _unary(cos_op)
tan: Unary = _unary(tan_op)
arcsin: Unary = _unary(arcsin_op)
arccos: Unary = _unary(arccos_op)
arctan: Unary = _unary(arctan_op)

# --- hyperbolic ---

sinh_op = _op("sinh", lambda xp, x: xp.sinh(x), lambda n, g: multiply(g, cosh(n.inputs[0])))
cosh_op = _op("cosh", lambda xp, x: xp.cosh(x), lambda n, g: multiply(g, sinh(n.inputs[0])))
tanh_op = _op("tanh", lambda xp, x: xp.tanh(x), lambda n, g: multiply(g, _one_less_square(n)), is_bounded=True)
arcsinh_op = _op(
    "arcsinh",
    lambda xp, x: xp.arcsinh(x),
    lambda n, g: divide(g, sqrt(add(1.0, _square(n.inputs[0])))),
    is_bounded=True,
)
arccosh_op = _op(
    "arccosh",
    lambda xp, x: xp.arccosh(x),
    lambda n, g: divide(g, multiply(sqrt(subtract(n.inputs[0], 1.0)), sqrt(add(n.inputs[0], 1.0)))),
)
arctanh_op = _op("arctanh", lambda xp, x: xp.arctanh(x), lambda n, g: divide(g, _one_less_square(n.inputs[0])))

sinh: Unary = _unary(sinh_op)
cosh: Unary = _unary(cosh_op)
tanh: Unary = _unary(tanh_op)
arcsinh: Unary = _unary(arcsinh_op)
arccosh: Unary = _unary(arccosh_op)
arctanh: Unary = _unary(arctanh_op)

# --- special functions ---


def _erf_gradient(node: Node, g: Node) -> Node:
    return multiply(g, multiply(2.0 / math.sqrt(math.pi), exp(negative(_square(node.inputs[0])))))


# NIST DLMF 7.2 (error functions), 5.2 and 5.15 (gamma function); expit is the logistic function 1 / (1 + exp(-x)).
erf_op = _op("erf", lambda xp, x: special(xp).erf(x), _erf_gradient, is_bounded=True)
erfc_op = _op("erfc", lambda xp, x: special(xp).erfc(x), lambda n, g: negative(_erf_gradient(n, g)), is_bounded=True)
expit_op = _op(
    "expit",
    lambda xp, x: special(xp).expit(x),
    lambda n, g: multiply(g, multiply(n, subtract(1.0, n))),
    is_bounded=True,
)
gammaln_op = _op(
    "gammaln",
    lambda xp, x: special(xp).gammaln(x),
    lambda n, g: multiply(g, polygamma(0, n.inputs[0])),
)
polygamma_op = _op(
    "polygamma",
    lambda xp, x, order: special(xp).polygamma(order, x).astype(x.dtype),
    lambda n, g: multiply(g, polygamma(n.attrs["order"] + 1, n.inputs[0])),
    leading=("order",),
)

erf: Unary = _unary(erf_op)
erfc: Unary = _unary(erfc_op)
expit: Unary = _unary(expit_op)
gammaln: Unary = _unary(gammaln_op)


def polygamma(order: int, x: Node) -> Node:
    """The derivative of order + 1 of the logarithm of the gamma function."""
    return make(polygamma_op, x, order=order)


# --- two variables ---


def _power_by_base(node: Node, g: Node) -> Node:
    """y x**(y-1), where x**0 is flat at x = 0 too."""
    base, exponent = node.inputs
    flat = logical_and(equal(base, 0.0), equal(exponent, 0.0))
    return multiply(g, multiply(exponent, power(where(flat, 1.0, base), subtract(exponent, 1.0))))


def _power_by_exponent(node: Node, g: Node) -> Node:
    """x**y log(x), where 0**y is flat in y."""
    base, _ = node.inputs
    return multiply(g, multiply(node, log(where(equal(base, 0.0), 1.0, base))))


def _arctan2_shares(node: Node, g: Node) -> Node:
    y, x = node.inputs
    return divide(g, add(_square(x), _square(y)))


def _xlogy_by_y(node: Node, g: Node) -> Node:
    """x/y, where 0 log(y) is flat in y down to y = 0."""
    x, y = node.inputs
    flat = logical_and(equal(x, 0.0), equal(y, 0.0))
    return multiply(g, divide(x, where(flat, 1.0, y)))


power_op = _op("power", lambda xp, a, b: xp.power(a, b), _power_by_base, _power_by_exponent)
arctan2_op = _op(
    "arctan2",
    lambda xp, a, b: xp.arctan2(a, b),
    lambda n, g: multiply(_arctan2_shares(n, g), n.inputs[1]),
    lambda n, g: negative(multiply(_arctan2_shares(n, g), n.inputs[0])),
)
logaddexp_op = _op(
    "logaddexp",
    lambda xp, a, b: xp.logaddexp(a, b),
    lambda n, g: multiply(g, expit(subtract(n.inputs[0], n.inputs[1]))),
    lambda n, g: multiply(g, expit(subtract(n.inputs[1], n.inputs[0]))),
    is_bounded=True,
)
xlogy_op = _op(
    "xlogy",
    lambda xp, x, y: special(xp).xlogy(x, y),
    lambda n, g: multiply(g, log(n.inputs[1])),
    _xlogy_by_y,
)


def _by_differences(k: int) -> Rule:
    """In a parameter above zero, in which no formula is known: differences of fourth order, of a step in proportion."""

    def rule(node: Node, g: Node) -> Node:
        step = multiply(stop_gradient(node.inputs[k]), 2.0**-8)

        def moved(times: float) -> Node:
            inputs = list(node.inputs)
            inputs[k] = add(inputs[k], multiply(step, times))
            return make(node.op, *inputs)

        near, far = subtract(moved(1.0), moved(-1.0)), subtract(moved(2.0), moved(-2.0))
        return multiply(g, divide(subtract(multiply(near, 8.0), far), multiply(step, 12.0)))

    return rule


def _gamma_density(node: Node, g: Node) -> Node:
    """x**(a-1) exp(-x) / Γ(a)."""
    a, x = node.inputs
    return multiply(g, exp(subtract(subtract(xlogy(subtract(a, 1.0), x), x), gammaln(a))))


def _beta_density(node: Node, g: Node) -> Node:
    """x**(a-1) (1-x)**(b-1) / B(a, b)."""
    a, b, x = node.inputs
    log_beta = subtract(add(gammaln(a), gammaln(b)), gammaln(add(a, b)))
    powers = add(xlogy(subtract(a, 1.0), x), xlogy(subtract(b, 1.0), subtract(1.0, x)))
    return multiply(g, exp(subtract(powers, log_beta)))


gammainc_op = _op(
    "gammainc",
    lambda xp, a, x: special(xp).gammainc(a, x),
    _by_differences(0),
    _gamma_density,
    instruction=None,
    reference_only=True,
)
gammaincc_op = _op(
    "gammaincc",
    lambda xp, a, x: special(xp).gammaincc(a, x),
    _by_differences(0),
    lambda n, g: negative(_gamma_density(n, g)),
    instruction=None,
    reference_only=True,
)
betainc_op = _op(
    "betainc",
    lambda xp, a, b, x: special(xp).betainc(a, b, x),
    _by_differences(0),
    _by_differences(1),
    _beta_density,
    instruction=None,
    reference_only=True,
)

gammainc: Builder = binary(gammainc_op)
gammaincc: Builder = binary(gammaincc_op)


def betainc(a: Node, b: Node, x: Node) -> Node:
    """The regularised incomplete beta function, of operands of one shape."""
    return make(betainc_op, a, b, x)


arctan2: Builder = binary(arctan2_op)
logaddexp: Builder = binary(logaddexp_op)
xlogy: Builder = binary(xlogy_op)
_general_power: Builder = binary(power_op)


def power(base: Operand, exponent: Operand) -> Node:
    """Base to the exponent; small whole exponents become products, ½ a square root."""
    if isinstance(base, Node) and not isinstance(exponent, Node) and base.is_float:
        simple = _SIMPLE_POWERS.get(float(exponent))
        if simple:
            return simple(base)
    return _general_power(base, exponent)


_SIMPLE_POWERS: dict[float, Unary] = {
    0.0: ones_like,
    1.0: lambda x: x,
    2.0: _square,
    3.0: lambda x: multiply(x, _square(x)),
    4.0: lambda x: _square(_square(x)),
    0.5: sqrt,
    -1.0: lambda x: divide(1.0, x),
    -2.0: lambda x: divide(1.0, _square(x)),
}


FUNCTIONS = (
    exp_op, expm1_op, log_op, log1p_op, sqrt_op,
    sin_op, cos_op, tan_op, arcsin_op, arccos_op, arctan_op,
    sinh_op, cosh_op, tanh_op, arcsinh_op, arccosh_op, arctanh_op,
    erf_op, erfc_op, expit_op, gammaln_op, polygamma_op,
    power_op, arctan2_op, logaddexp_op, xlogy_op, gammainc_op, gammaincc_op, betainc_op,
)  # fmt: skip
