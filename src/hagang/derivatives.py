"""Derivatives of NumPy functions: gradient, Jacobian, Hessian and its product with a vector.

Each call traces the function once, adds the gradient to its graph and runs that. A derivative of a derivative
works the same way: inside a traced function, the graph simply grows.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.autodiff import backward
from hagang.compile import compute
from hagang.errors import ArgumentError, GradientError, ShapeError
from hagang.graph import Node, R, bind, evaluate, known_count, order, show_dims, substitute
from hagang.ops.arithmetic import alias, zeros_like
from hagang.ops.broadcast import sum_
from hagang.ops.leaf import constant, input_node
from hagang.trace import (
    Traced,
    check_agreement,
    default_precision,
    flatten,
    map_leaves,
    paths,
    rebuild,
    run,
    trace_outputs,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


__all__ = [
    "grad",
    "hessian",
    "hessian_vector_product",
    "jacobian",
    "value_and_grad",
]

Array = Any
Nest = Any


# --- one call, traced ---------------------------------------------------------------------------------


class _Call:
    """A function called on stand-ins in place of the arguments that are differentiated."""

    def __init__(self, f: Callable[..., Any], argnums: Sequence[int], args: tuple[Any, ...], kwargs: Any) -> None:
        self.argnums = argnums
        chosen = tuple(args[k] for k in argnums)
        self.leaves, self.structure = flatten(chosen)
        self.precision = _precision(self.leaves)
        self.values = [_real(leaf, path) for leaf, path in zip(self.leaves, paths(chosen, "x"), strict=True)]
        self.inputs = [self._input(value, k) for k, value in enumerate(self.values)]
        stand_ins = rebuild(self.structure, [Traced(node, self.precision) for node in self.inputs])
        filled = list(args)
        for k, stand_in in zip(argnums, stand_ins, strict=True):
            filled[k] = stand_in
        self.result = run(f, *filled, **kwargs)

    def _input(self, value: Any, k: int) -> Node:
        """A fresh identity, so that other uses of a traced argument count as constants."""
        if isinstance(value, Traced):
            return alias(value.node)
        return input_node(f"x{k}", value.shape, self.precision)

    def plain(self, args: tuple[Any, ...]) -> list[Any]:
        """The arguments, those that are differentiated in the trace's precision."""
        plain = list(args)
        for k, nest in zip(self.argnums, rebuild(self.structure, [v[()] for v in self.values]), strict=True):
            plain[k] = nest
        return plain

    def scalar(self, result: Any) -> Node:
        """The function's value as a node, checked to be one real number."""
        if result is None or isinstance(result, (tuple, list, dict)):
            raise _no_scalar("None" if result is None else type(result).__name__, _REMEDIES.get(type(result), ""))
        (node,) = trace_outputs(result, self.precision)[0]
        if node.dims != ():
            raise _no_scalar("shape " + show_dims(node.dims), "sum it, or ask for hagang.jacobian")
        if not node.is_float:
            raise _no_scalar(*_NO_FLOATS[node.dtype.kind])
        return node

    def gradients(self, output: Node, cotangent: Node | None = None) -> list[Node]:
        """The gradient for each leaf; zeros where the output is constant in it."""
        gradients = backward(output, self.inputs, cotangent)
        return [g if g is not None else zeros_like(x) for g, x in zip(gradients, self.inputs, strict=True)]

    def run(self, roots: Sequence[Node], **how: Any) -> list[Any]:
        """The roots' values: arrays, or traced values where an outer trace is going on."""
        if self.is_inside(roots):
            known = {x: constant(v) for x, v in zip(self.inputs, self.values) if not isinstance(v, Traced)}
            return [Traced(root, self.precision) for root in substitute(roots, known)]
        return compute(roots, {f"x{k}": value for k, value in enumerate(self.values)}, **how)

    def is_inside(self, roots: Sequence[Node]) -> bool:
        """Whether an outer trace is going on: an argument is traced, or f uses traced values of its own."""
        own = set(self.inputs)
        inputs = (node for node in order(roots) if node.is_input and node.attrs["name"] != COTANGENT)
        return any(isinstance(value, Traced) for value in self.values) or any(node not in own for node in inputs)


_REMEDIES: dict[type, str] = {
    type(None): "a return is missing",
    tuple: "where it returns (value, aux), pass has_aux=True",
}
_NO_FLOATS = {
    "b": ("a truth value", "return a number, as in np.where(condition, 1.0, 0.0)"),
    "i": ("a whole number", "it has no derivative; return a float, as in 1.0 * n, or x.astype(float)"),
}


def _no_scalar(received: str, remedy: str) -> GradientError:
    msg = f"expected a function that returns one real number, received {received}"
    return GradientError(f"{msg}; {remedy}" if remedy else msg)


COTANGENT = "cotangent"
"""The name of the input that seeds the rows of a Jacobian."""


class _Agreement:
    """Looks once, at the first plain arguments, whether a function says what its trace says.

    Of a derivative the function that is differentiated is looked at.
    """

    def __init__(self, f: Callable[..., Any], has_aux: bool = False) -> None:
        self.f, self.is_derivative, self.is_known = f, False, False
        while getattr(self.f, "is_derivative", False):
            self.f, self.is_derivative = self.f.__wrapped__, True  # type: ignore[attr-defined]
        if has_aux:
            self.f = lambda *args, **kwargs: f(*args, **kwargs)[0]

    def check(self, call: _Call, outputs: list[Node], args: tuple[Any, ...], kwargs: Any) -> None:
        if self.is_known or call.is_inside(outputs):
            return
        self.is_known = True
        if self.is_derivative:
            call = _Call(self.f, call.argnums, args, kwargs)
            outputs = trace_outputs(call.result, call.precision)[0]
        with np.errstate(all="ignore"):
            traced = evaluate(outputs, dict(zip(call.inputs, call.values, strict=True)))
        check_agreement(self.f, call.plain(args), kwargs, traced, call.precision)


def _derivative(f: Callable[..., Any]) -> Callable[..., Any]:
    """Marked as made of a trace of the function that it wraps."""
    f.is_derivative = True  # type: ignore[attr-defined]
    return f


def _precision(leaves: Sequence[Any]) -> np.dtype[Any]:
    traced = [leaf.precision for leaf in leaves if isinstance(leaf, Traced)]
    return traced[0] if traced else default_precision(leaves)


def _real(leaf: Any, path: str) -> Any:
    if isinstance(leaf, Traced):
        return leaf
    array = np.asarray(leaf)
    if array.dtype.kind not in "fiu":
        msg = f"expected real numbers to differentiate with respect to, received {type(leaf).__name__} at '{path}'"
        raise ArgumentError(msg)
    return array.astype(default_precision([array]))


def _numbers(argnums: int | Sequence[int], args: tuple[Any, ...]) -> tuple[int, ...]:
    numbers = (argnums,) if isinstance(argnums, int) else tuple(argnums)
    if any(not -len(args) <= k < len(args) for k in numbers):
        msg = f"argnums: expected positions of the {len(args)} arguments given, received {argnums}"
        raise ArgumentError(msg)
    return tuple(k % len(args) for k in numbers)


def _first(value: Any) -> Any:
    """What one step reports: without the axis of steps, and a number where there is no other."""
    return value if isinstance(value, Traced) else value[0]


def _like_arguments(call: _Call, leaves: Sequence[Any], single: bool) -> Nest:
    nests = rebuild(call.structure, leaves)
    return nests[0] if single else nests


# --- gradient -----------------------------------------------------------------------------------------


def value_and_grad(
    f: Callable[..., Any], argnums: int | Sequence[int] = 0, has_aux: bool = False
) -> Callable[..., tuple[Any, Any]]:
    """The function that returns both f and its gradient, at the cost of one run.

    Parameters and errors are those of `grad`.

    Returns
    -------
    callable
        `(value, gradient)`; with `has_aux`, `((value, aux), gradient)`.

    Examples
    --------
    >>> value_and_grad(lambda x: x**2)(3.0)
    (np.float64(9.0), np.float64(6.0))
    """
    agreement = _Agreement(f, has_aux)

    @wraps(f)
    def both(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        call = _Call(f, _numbers(argnums, args), args, kwargs)
        result, aux = _split_aux(call.result) if has_aux else (call.result, None)
        output = call.scalar(result)
        agreement.check(call, [output], args, kwargs)
        more, structure = trace_outputs(aux, call.precision)
        values = [_first(v) for v in call.run([output, *call.gradients(output), *more])]
        count = 1 + len(call.inputs)
        gradient = _like_arguments(call, values[1:count], isinstance(argnums, int))
        return ((values[0], rebuild(structure, values[count:])) if has_aux else values[0]), gradient

    return _derivative(both)


def _split_aux(result: Any) -> tuple[Any, Any]:
    if not isinstance(result, tuple) or len(result) != 2:
        msg = f"has_aux=True: expected a function that returns (value, aux), received {type(result).__name__}"
        raise GradientError(msg)
    return result


def grad(f: Callable[..., Any], argnums: int | Sequence[int] = 0, has_aux: bool = False) -> Callable[..., Any]:
    r"""The gradient of a scalar NumPy function.

    .. math:: (\nabla f)_i = \frac{\partial f}{\partial x_i}

    by reverse-mode automatic differentiation on the function's graph: exact to rounding, at a small multiple of
    the cost of f whatever the number of variables.

    Parameters
    ----------
    f : callable
        Written in NumPy; returns one real number.
    argnums : int or sequence of int
        The position of the argument, or arguments, to differentiate with respect to. Arguments may be numbers,
        arrays and nested tuples, lists and dicts of them.
    has_aux : bool
        f returns `(value, aux)`; aux is returned beside the gradient.

    Returns
    -------
    callable
        Takes what f takes and returns the gradient, shaped as the argument (a tuple for several `argnums`), or
        `(gradient, aux)`.

    Raises
    ------
    GradientError
        Where f returns no real scalar, or an op on the way has no derivative.
    TraceError
        Where f does what a trace cannot see; the error names the line and the remedy.

    Examples
    --------
    >>> import numpy as np
    >>> grad(lambda x: (x[0] - 2) ** 2 + 4 * (x[1] - 3) ** 2)(np.array([100.0, -10.0]))
    array([ 196., -104.])
    >>> grad(grad(np.sin))(0.5) == -np.sin(0.5)
    np.True_

    References
    ----------
    A. Griewank, A. Walther, Evaluating derivatives (2008).
    """
    both = value_and_grad(f, argnums, has_aux)

    @wraps(f)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        value, gradient_of_f = both(*args, **kwargs)
        return (gradient_of_f, value[1]) if has_aux else gradient_of_f

    return _derivative(gradient)


# --- Jacobian and Hessian -----------------------------------------------------------------------------


def jacobian(f: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Callable[..., Any]:
    r"""The matrix of first derivatives of an array-valued function, a row of reverse mode at a time.

    .. math:: J_{i j} = \frac{\partial f_i}{\partial x_j}

    Parameters
    ----------
    f : callable
        Written in NumPy; returns an array, or a nest of arrays.
    argnums : int or sequence of int
        As for `grad`.

    Returns
    -------
    callable
        For an output of shape m and an argument of shape n, an array of shape m + n; nests of them for nests.

    Examples
    --------
    >>> import numpy as np
    >>> jacobian(lambda x: np.stack([x[0] * x[1], x[0] + x[1]]))(np.array([2.0, 3.0]))
    array([[3., 2.],
           [1., 1.]])
    """
    agreement = _Agreement(f)

    @wraps(f)
    def all_rows(*args: Any, **kwargs: Any) -> Any:
        call = _Call(f, _numbers(argnums, args), args, kwargs)
        outputs, structure = trace_outputs(call.result, call.precision)
        if not outputs:
            msg = f"jacobian: expected a function that returns arrays, received {call.result!r}; a return is missing"
            raise GradientError(msg)
        agreement.check(call, outputs, args, kwargs)
        single = isinstance(argnums, int)
        return rebuild(structure, [_like_arguments(call, _rows_of(call, y), single) for y in outputs])

    return _derivative(all_rows)


def _rows_of(call: _Call, output: Node) -> list[Any]:
    """The Jacobian of one output with respect to every leaf."""
    if not output.is_float:
        msg = f"jacobian: expected a function of real values, received {output.dtype.name}"
        raise GradientError(msg)
    shape = bind(output.dims, None)
    shapes = [shape + bind(x.dims, None) for x in call.inputs]
    if known_count(output.dims) == 0:
        return [np.zeros(whole, x.dtype) for whole, x in zip(shapes, call.inputs, strict=True)]
    basis = np.eye(known_count(output.dims), dtype=output.dtype).reshape(-1, *shape)
    if call.is_inside([output]):
        return _rows_as_graph(call, output, basis, shapes)
    seed = input_node(COTANGENT, (R, *output.dims), output.dtype, "batch")
    gradients = call.gradients(output, sum_(seed, (0,)))
    stacked = call.run(gradients, data={COTANGENT: basis}, steps=len(basis), batch_size=1)
    return [rows.reshape(whole)[()] for rows, whole in zip(stacked, shapes, strict=True)]


def _rows_as_graph(call: _Call, output: Node, basis: Array, shapes: list[tuple[int, ...]]) -> list[Any]:
    """The same inside another trace, where the rows are part of the graph."""
    rows = [call.gradients(output, constant(seed)) for seed in basis]
    by_input = [[Traced(g, call.precision) for g in column] for column in zip(*rows, strict=True)]
    return [np.reshape(np.stack(column), whole) for column, whole in zip(by_input, shapes, strict=True)]


def hessian(f: Callable[..., Any], argnums: int = 0) -> Callable[..., Any]:
    r"""The matrix of second derivatives of a scalar function.

    .. math:: H_{i j} = \frac{\partial^2 f}{\partial x_i\, \partial x_j}

    Parameters
    ----------
    f : callable
        As for `grad`.
    argnums : int
        The position of the argument.

    Returns
    -------
    callable
        For an argument of shape n, an array of shape n + n; a nest of nests for a nest.

    Examples
    --------
    >>> import numpy as np
    >>> hessian(lambda x: x[0] ** 2 * x[1])(np.array([3.0, 5.0]))
    array([[10.,  6.],
           [ 6.,  0.]])
    """
    return jacobian(grad(f, argnums), argnums)


def hessian_vector_product(f: Callable[..., Any], x: Nest, v: Nest) -> Nest:
    r"""The product of the Hessian with a vector, at the cost of a few gradients and without the matrix.

    .. math:: H v = \nabla_x \left( \nabla f(x) \cdot v \right)

    Parameters
    ----------
    f : callable
        As for `grad`, of one argument.
    x : array or nest of arrays
        Where.
    v : array or nest of arrays
        The vector, of x's structure and shapes.

    Returns
    -------
    array or nest of arrays
        Of x's structure and shapes.

    Examples
    --------
    >>> import numpy as np
    >>> hessian_vector_product(lambda x: np.sum(x**3), np.array([1.0, 2.0]), np.array([1.0, 10.0]))
    array([  6., 120.])

    References
    ----------
    B. Pearlmutter, Fast exact multiplication by the Hessian (1994).
    """
    _check_same_shapes(x, v)

    @wraps(f)
    def along(point: Nest) -> Any:
        products = map_leaves(lambda g, d: np.sum(g * d), grad(f)(point), v)
        return sum(flatten(products)[0])

    return grad(_derivative(along))(x)


def _check_same_shapes(x: Nest, v: Nest) -> None:
    shapes = [[np.shape(leaf) for leaf in flatten(nest)[0]] for nest in (x, v)]
    if shapes[0] != shapes[1]:
        msg = f"hessian_vector_product: expected v with the shapes of x, {shapes[0]}, received {shapes[1]}"
        raise ShapeError(msg)
