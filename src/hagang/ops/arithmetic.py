"""Arithmetic, comparison and choice: elementwise ops whose derivatives are arithmetic again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from hagang.errors import ProgramError
from hagang.graph import CONSTANT, Kind, Linearity, Node, Op, make, show_dims
from hagang.ops.broadcast import broadcast_dims, broadcast_to
from hagang.ops.leaf import Operand, constant, lift

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from hagang.graph import Attrs, Axis, InferRule, OutputType

__all__ = [
    "ARITHMETIC",
    "COSTLY",
    "Builder",
    "Rule",
    "absolute",
    "add",
    "alias",
    "apply",
    "bfloat16",
    "binary",
    "cast",
    "ceil",
    "divide",
    "elementwise",
    "elementwise_axes",
    "elementwise_type",
    "equal",
    "floor",
    "floor_divide",
    "isfinite",
    "less",
    "less_equal",
    "logical_and",
    "logical_not",
    "logical_or",
    "maximum",
    "minimum",
    "multiply",
    "negative",
    "ones_like",
    "remainder",
    "rint",
    "rules",
    "sign",
    "stop_gradient",
    "subtract",
    "where",
    "zeros_like",
]

COSTLY: Final = 8
"""What a function or a quotient costs, in additions."""

Rule: TypeAlias = "Callable[[Node, Node], Node]"
Builder: TypeAlias = "Callable[[Operand, Operand], Node]"


# --- what every elementwise op shares ---


def elementwise_axes(node: Node) -> tuple[tuple[Axis, ...], ...]:
    """Every axis of every input is carried."""
    return tuple(tuple(range(node.ndim)) for _ in node.inputs)


def elementwise_type(kinds: str, result: npt.DTypeLike | None = None) -> InferRule:
    """Equal dims and equal dtypes of one of the kinds (NumPy's letters); the result's dtype, or the inputs'."""

    def infer(inputs: tuple[Node, ...], attrs: Attrs) -> OutputType:
        first = inputs[0]
        for x in inputs:
            if x.dims != first.dims or x.dtype != first.dtype or x.dtype.kind not in kinds:
                received = ", ".join(f"{x.dtype.name}{show_dims(x.dims)}" for x in inputs)
                msg = f"expected operands of equal dims and one dtype of kind '{kinds}', received {received}"
                raise ProgramError(msg)
        return first.dims, np.dtype(result) if result else first.dtype

    return infer


def rules(*each: Rule) -> Callable[[Node, Node, int], Node]:
    """A gradient rule per input, as one rule."""
    return lambda node, g, i: each[i](node, g)


def apply(op: Op, *operands: Operand) -> Node:
    """Apply an elementwise op; numbers become constants and shapes are broadcast as NumPy does."""
    like = next(x for x in operands if isinstance(x, Node))
    nodes = [lift(x, like) for x in operands]
    dims = broadcast_dims(op.name, *(x.dims for x in nodes))
    return make(op, *(broadcast_to(x, dims) for x in nodes))


def binary(op: Op) -> Callable[[Operand, Operand], Node]:
    """The builder of an op of two operands."""

    def build(a: Operand, b: Operand) -> Node:
        return apply(op, a, b)

    build.__doc__ = f"Build {op.name}, operands broadcast together."
    return build


def elementwise(name: str, infer: InferRule, evaluate: Callable[..., Any], gradient: Any, **facts: Any) -> Op:
    """An elementwise op, whose instruction bears its name unless another is given."""
    return Op(name, Kind.ELEMENTWISE, infer, evaluate, gradient, elementwise_axes, **{"instruction": name, **facts})


def _op(
    name: str, evaluate: Callable[..., Any], gradient: Any, kinds: str = "f", result: Any = None, **facts: Any
) -> Op:
    return elementwise(name, elementwise_type(kinds, result), evaluate, gradient, **facts)


def zeros_like(x: Node) -> Node:
    """Zeros of x's dims and dtype."""
    return broadcast_to(constant(0, x.dtype), x.dims)


def ones_like(x: Node) -> Node:
    """Ones of x's dims and dtype."""
    return broadcast_to(constant(1, x.dtype), x.dims)


# --- the four operations ---

add_op = _op(
    "add",
    lambda xp, a, b: xp.add(a, b),
    rules(lambda n, g: g, lambda n, g: g),
    "fi",
    commutative=True,
    linear=Linearity.TOGETHER,
)
subtract_op = _op(
    "subtract",
    lambda xp, a, b: xp.subtract(a, b),
    rules(lambda n, g: g, lambda n, g: negative(g)),
    "fi",
    linear=Linearity.TOGETHER,
)
multiply_op = _op(
    "multiply",
    lambda xp, a, b: xp.multiply(a, b),
    rules(lambda n, g: multiply(g, n.inputs[1]), lambda n, g: multiply(g, n.inputs[0])),
    "fi",
    commutative=True,
    identity=1,
    linear=Linearity.EACH,
)
divide_op = _op(
    "divide",
    lambda xp, a, b: xp.divide(a, b),
    rules(
        lambda n, g: divide(g, n.inputs[1]),
        lambda n, g: negative(divide(multiply(g, n), n.inputs[1])),
    ),
    cost=COSTLY,
    identity=1,
    linear=Linearity.FIRST,
)
negative_op = _op(
    "negative", lambda xp, x: xp.negative(x), rules(lambda n, g: negative(g)), "fi", linear=Linearity.TOGETHER
)

add: Builder = binary(add_op)
subtract: Builder = binary(subtract_op)
multiply: Builder = binary(multiply_op)
divide: Builder = binary(divide_op)


def negative(x: Node) -> Node:
    """-x."""
    return make(negative_op, x)


# --- steps: derivative zero wherever there is one ---


def _flat(node: Node, g: Node) -> Node:
    return zeros_like(g)


sign_op = _op("sign", lambda xp, x: xp.sign(x), rules(_flat), "fi")
floor_op = _op("floor", lambda xp, x: xp.floor(x), rules(_flat))
ceil_op = _op("ceil", lambda xp, x: xp.ceil(x), rules(_flat))
rint_op = _op("rint", lambda xp, x: xp.rint(x), rules(_flat))


def _to_bfloat16(xp: Any, x: Any) -> Any:
    single = xp.asarray(x, np.float32)
    bits = single.view(np.uint32)
    near = (bits + 0x7FFF + (bits >> 16 & 1)) >> 16 << 16
    return xp.where(xp.isnan(single), single, near.view(np.float32)).astype(x.dtype)


bfloat16_op = _op("bfloat16", _to_bfloat16, rules(_flat))
floor_divide_op = _op("floor_divide", lambda xp, a, b: xp.floor_divide(a, b), rules(_flat, _flat), "fi", cost=COSTLY)
remainder_op = _op(
    "remainder",
    lambda xp, a, b: xp.remainder(a, b),
    rules(lambda n, g: g, lambda n, g: negative(multiply(g, floor_divide(*n.inputs)))),
    "fi",
    cost=COSTLY,
)


def sign(x: Node) -> Node:
    """-1, 0 or 1; the derivative is zero."""
    return make(sign_op, x)


def floor(x: Node) -> Node:
    """The largest whole number not above x; the derivative is zero."""
    return make(floor_op, x)


def ceil(x: Node) -> Node:
    """The smallest whole number not below x; the derivative is zero."""
    return make(ceil_op, x)


def rint(x: Node) -> Node:
    """The nearest whole number, ties to even; the derivative is zero."""
    return make(rint_op, x)


def bfloat16(x: Node) -> Node:
    """The nearest number of 8 significant bits (bfloat16), ties to even, in x's own dtype; the derivative is zero."""
    return make(bfloat16_op, x)


floor_divide: Builder = binary(floor_divide_op)
remainder: Builder = binary(remainder_op)


# --- absolute value, maximum, minimum: kinks ---


def _winner(wins: Callable[[Node, Node], Node]) -> Rule:
    """At a tie the gradient is halved between the two operands, as PyTorch and JAX do."""

    def rule(node: Node, g: Node) -> Node:
        a, b = node.inputs
        share = where(equal(a, b), 0.5, cast(wins(a, b), g.dtype))
        return multiply(g, share)

    return rule


absolute_op = _op(
    "absolute", lambda xp, x: xp.absolute(x), rules(lambda n, g: multiply(g, sign(n.inputs[0]))), "fi", is_bounded=True
)
maximum_op = _op(
    "maximum",
    lambda xp, a, b: xp.maximum(a, b),
    rules(_winner(lambda a, b: less(b, a)), _winner(lambda a, b: less(a, b))),
    "fi",
    commutative=True,
    is_bounded=True,
)
minimum_op = _op(
    "minimum",
    lambda xp, a, b: xp.minimum(a, b),
    rules(_winner(lambda a, b: less(a, b)), _winner(lambda a, b: less(b, a))),
    "fi",
    commutative=True,
    is_bounded=True,
)

maximum: Builder = binary(maximum_op)
minimum: Builder = binary(minimum_op)


def absolute(x: Node) -> Node:
    """|x|; the derivative at zero is zero."""
    return make(absolute_op, x)


# --- comparison and logic: constants to a derivative ---

less_op = _op("less", lambda xp, a, b: xp.less(a, b), CONSTANT, "fib", np.bool_)
less_equal_op = _op("less_equal", lambda xp, a, b: xp.less_equal(a, b), CONSTANT, "fib", np.bool_)
equal_op = _op("equal", lambda xp, a, b: xp.equal(a, b), CONSTANT, "fib", np.bool_, commutative=True)
isfinite_op = _op("isfinite", lambda xp, x: xp.isfinite(x), CONSTANT, "f", np.bool_)
logical_and_op = _op("logical_and", lambda xp, a, b: xp.logical_and(a, b), CONSTANT, "b", commutative=True)
logical_or_op = _op("logical_or", lambda xp, a, b: xp.logical_or(a, b), CONSTANT, "b", commutative=True)
logical_not_op = _op("logical_not", lambda xp, x: xp.logical_not(x), CONSTANT, "b")

less: Builder = binary(less_op)
less_equal: Builder = binary(less_equal_op)
equal: Builder = binary(equal_op)
logical_and: Builder = binary(logical_and_op)
logical_or: Builder = binary(logical_or_op)


def isfinite(x: Node) -> Node:
    """Whether x is neither infinite nor NaN."""
    return make(isfinite_op, x)


def logical_not(x: Node) -> Node:
    """Not x."""
    return make(logical_not_op, x)


# --- choice and conversion ---


def _where_type(inputs: tuple[Node, ...], attrs: Attrs) -> OutputType:
    chosen, a, b = inputs
    if chosen.dtype != np.bool_ or not chosen.dims == a.dims == b.dims or a.dtype != b.dtype:
        received = ", ".join(f"{x.dtype.name}{show_dims(x.dims)}" for x in inputs)
        msg = f"where: expected a boolean and two operands of one dtype, all of equal dims, received {received}"
        raise ProgramError(msg)
    return a.dims, a.dtype


where_op = elementwise(
    "where",
    _where_type,
    lambda xp, chosen, a, b: xp.where(chosen, a, b),
    lambda n, g, i: where(n.inputs[0], g, 0.0) if i == 1 else where(n.inputs[0], 0.0, g),
)


def where(chosen: Node, a: Operand, b: Operand) -> Node:
    """`a` where chosen, else `b`; the gradient goes only to what was chosen."""
    like = next(x for x in (a, b) if isinstance(x, Node))
    a, b = lift(a, like), lift(b, like)
    dims = broadcast_dims("where", chosen.dims, a.dims, b.dims)
    return make(where_op, *(broadcast_to(x, dims) for x in (chosen, a, b)))


def _cast_type(inputs: tuple[Node, ...], attrs: Attrs) -> OutputType:
    return inputs[0].dims, np.dtype(attrs["dtype"])


def _cast_gradient(node: Node, g: Node, i: int) -> Node:
    return cast(g, node.inputs[0].dtype)


# Which instruction depends on the dtypes: numbers are floats inside the engine, and most conversions do nothing.
cast_op = elementwise(
    "cast",
    _cast_type,
    lambda xp, x, dtype: x.astype(dtype),
    _cast_gradient,
    instruction=None,
    cost=0,
    linear=Linearity.TOGETHER,  # between floats
)


def cast(x: Node, dtype: npt.DTypeLike) -> Node:
    """The numbers of x under another dtype."""
    return x if x.dtype == np.dtype(dtype) else make(cast_op, x, dtype=np.dtype(dtype))


_identity = elementwise_type("fibu")
stop_gradient_op = Op("stop_gradient", Kind.IDENTITY, _identity, lambda xp, x: x, CONSTANT, elementwise_axes)
alias_op = Op(
    "alias",
    Kind.IDENTITY,
    _identity,
    lambda xp, x: x,
    rules(lambda n, g: g),
    elementwise_axes,
    linear=Linearity.TOGETHER,
)


def stop_gradient(x: Node) -> Node:
    """The value of x, a constant to every derivative."""
    return make(stop_gradient_op, x)


def alias(x: Node) -> Node:
    """The value of x under an identity of its own, so that a derivative can be taken with respect to just this use."""
    return make(alias_op, x)


ARITHMETIC = (
    add_op, subtract_op, multiply_op, divide_op, negative_op,
    sign_op, floor_op, ceil_op, rint_op, bfloat16_op, floor_divide_op, remainder_op,
    absolute_op, maximum_op, minimum_op,
    less_op, less_equal_op, equal_op, isfinite_op, logical_and_op, logical_or_op, logical_not_op,
    where_op, cast_op, stop_gradient_op, alias_op,
)  # fmt: skip
