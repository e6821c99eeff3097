"""What the native lowering does to the graph first: broadcasts as late as possible, fewer reshapes, split sums.

Each rule is pure and local: it sees a node whose inputs are already rewritten and answers with a node that has the
same dims and the same value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hagang.graph import Kind, Node, R, has_rows, make, order
from hagang.ops.arithmetic import divide_op, multiply_op
from hagang.ops.broadcast import broadcast, broadcast_op, reshape, reshape_op
from hagang.ops.functions import power_op
from hagang.ops.leaf import constant
from hagang.runtime.native.instructions import is_fold
from hagang.runtime.native.prologue import hoistable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hagang.graph import Dims

__all__ = ["rewrite"]


def rewrite(roots: Sequence[Node]) -> list[Node]:
    """Apply the rules to every node, inputs first."""
    new: dict[Node, Node] = {}
    for node in order(roots):
        inputs = tuple(new[parent] for parent in node.inputs)
        same = all(a is b for a, b in zip(inputs, node.inputs, strict=True))
        new[node] = _rewritten(node if same else make(node.op, *inputs, **node.attrs))
    return [new[root] for root in roots]


def _rewritten(node: Node) -> Node:
    for rule in _RULES:
        node = rule(node)
    return node


def _join_reshapes(node: Node) -> Node:
    """A reshape of a reshape is one; a reshape of a broadcast scalar is a broadcast."""
    if node.op is not reshape_op:
        return node
    (x,) = node.inputs
    while x.op is reshape_op:
        (x,) = x.inputs
    if x.op is broadcast_op and x.inputs[0].dims == ():
        return broadcast(x.inputs[0], node.dims, ())
    return reshape(x, node.dims)


def _join_broadcasts(node: Node) -> Node:
    """A broadcast reads through what only inserts axes."""
    if node.op is not broadcast_op:
        return node
    (x,), axes = node.inputs, node.attrs["axes"]
    while True:
        if x.op is broadcast_op:
            axes, x = tuple(axes[k] for k in x.attrs["axes"]), x.inputs[0]
        elif x.op is reshape_op and _squeezed(x.dims) == _squeezed(x.inputs[0].dims):
            long_axes = [axes[k] for k, dim in enumerate(x.dims) if dim != 1]
            inner = x.inputs[0]
            if any(dim == 1 for dim in inner.dims):
                inner = reshape(inner, _squeezed(inner.dims))
            axes, x = tuple(long_axes), inner
            if inner.op is reshape_op:
                break
        else:
            break
    return broadcast(x, node.dims, axes)


def _squeezed(dims: Dims) -> Dims:
    return tuple(dim for dim in dims if dim != 1)


def _broadcast_late(node: Node) -> Node:
    """An elementwise op of values all broadcast alike is computed before the broadcast."""
    if not node.is_elementwise or not all(x.op is broadcast_op for x in node.inputs):
        return node
    first = node.inputs[0]
    alike = all(
        x.attrs["axes"] == first.attrs["axes"] and x.inputs[0].dims == first.inputs[0].dims for x in node.inputs
    )
    if not alike:
        return node
    return broadcast(make(node.op, *(x.inputs[0] for x in node.inputs), **node.attrs), node.dims, first.attrs["axes"])


def _drop_unit_axes(node: Node) -> Node:
    """An elementwise op on reshaped rows is computed on the rows themselves: `(R, 1)` would be kept padded."""
    if not (node.is_elementwise and has_rows(node.dims) and 1 in node.dims):
        return node
    slim = _squeezed(node.dims)
    inputs = [_slim(x, slim) for x in node.inputs]
    slim_inputs = [x for x in inputs if x is not None]
    if len(slim_inputs) < len(inputs):
        return node
    return reshape(make(node.op, *slim_inputs, **node.attrs), node.dims)


def _slim(x: Node, dims: Dims) -> Node | None:
    if x.op is broadcast_op and x.inputs[0].dims == ():
        return broadcast(x.inputs[0], dims, ())
    if x.op is reshape_op and x.inputs[0].dims == dims:
        return x.inputs[0]
    return None


def _split_sum(node: Node) -> Node:
    """A sum over rows and other axes sums each row first: rows in parallel, then one number per row."""
    axes = node.attrs.get("axes", ())
    (x, *_) = node.inputs or (node,)
    if not is_fold(node) or not has_rows(x.dims):
        return node
    rows = x.dims.index(R)
    others = tuple(k for k in axes if k != rows and x.dims[k] != 1)
    if rows not in axes or not others or x.dims[0] is not R:
        return node
    inner = make(node.op, x, axes=tuple(k for k in axes if k != rows))
    return make(node.op, inner, axes=(inner.dims.index(R),))


def _whole_power(node: Node) -> Node:
    """Squares, roots and reciprocals are not worth a logarithm."""
    if node.op is not power_op:
        return node
    x, exponent = node.inputs
    while exponent.op is broadcast_op:
        (exponent,) = exponent.inputs
    if not exponent.is_constant or exponent.dims != ():
        return node
    value = float(exponent.attrs["value"])
    if value == 1:
        return x
    if value == 2:
        return make(multiply_op, x, x)
    return node


def _vector_products(node: Node) -> Node:
    """A product of rows with a vector is a matrix product with one column, which has a kernel."""
    if node.op.kind is not Kind.CONTRACTION:
        return node
    (a, b), left, right, out = node.inputs, node.attrs["left"], node.attrs["right"], node.attrs["out"]
    if a.ndim == 1:
        a, b, left, right = b, a, right, left
    if a.ndim != 2 or b.ndim != 1 or a.dims[0] is not R or len(out) != 1:
        return node
    column = max(*left, *right) + 1
    tall = make(node.op, a, reshape(b, (*b.dims, 1)), left=left, right=(*right, column), out=(*out, column))
    return reshape(tall, node.dims)


def _scale_by_reciprocal(node: Node) -> Node:
    """An array over a scalar of the schedule is multiplied by its reciprocal, computed ahead in float64."""
    if node.op is not divide_op or node.inputs[1].op is not broadcast_op:
        return node
    spread = node.inputs[1]
    (scalar,) = spread.inputs
    if scalar.dims != () or scalar.is_constant or not _is_scheduled(scalar):
        return node
    one = constant(1.0, scalar.dtype)
    reciprocal = make(divide_op, one, scalar)
    return make(multiply_op, node.inputs[0], broadcast(reciprocal, node.dims, ()))


def _is_scheduled(scalar: Node) -> bool:
    """Whether a scalar depends on the schedule and the number of rows alone."""
    nodes = order([scalar])
    return set(nodes) - hoistable(nodes) <= {node for node in nodes if node.is_constant}


def _sum_of_nothing(node: Node) -> Node:
    """A sum over axes of size one only reshapes."""
    if not is_fold(node) or not node.attrs["axes"]:
        return node
    (x,) = node.inputs
    ones = all(x.dims[k] == 1 for k in node.attrs["axes"])
    return reshape(x, node.dims) if ones else node


_RULES: tuple[Callable[[Node], Node], ...] = (
    _join_reshapes,
    _join_broadcasts,
    _broadcast_late,
    _drop_unit_axes,
    _sum_of_nothing,
    _split_sum,
    _whole_power,
    _vector_products,
    _scale_by_reciprocal,
)
