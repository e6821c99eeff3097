"""Values made by the general ops: arrays of any strides, one thread or the rows' slices. The sound default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hagang.graph import R, has_rows, known_count
from hagang.ops.broadcast import transpose as turn
from hagang.ops.index import scatter_add as scatter_node
from hagang.ops.index import take as take_node
from hagang.runtime.native.layouts import fixed
from hagang.runtime.native.movement import array, flipped, made_by, result_of
from hagang.runtime.native.parts import Fold, General, double_bits
from hagang.runtime.native.values import Call, Strided

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hagang.graph import Node
    from hagang.runtime.native.values import Value, Values


# --- reductions and scans ---


def _last(node: Node, axes: Sequence[int]) -> list[int]:
    """The axes of the input, these last."""
    return [*(k for k in range(node.inputs[0].ndim) if k not in axes), *axes]


def reduction(values: Values, node: Node, how: Fold) -> Value:
    """A fold over any axes."""
    (x,), axes = node.inputs, node.attrs["axes"]
    value = values.plain(values.value(x))
    source = array(values, value, x.dims).ordered(_last(node, axes))
    call = Call(General.REDUCE, (result_of(values, node.dims, value.bits), source), (how, len(axes)))
    return made_by(values, node, value.bits, [value], [call])


def argmax(values: Values, node: Node) -> Value:
    """The position of the largest."""
    (x,) = node.inputs
    value = values.plain(values.value(x))
    source = array(values, value, x.dims).ordered(_last(node, [node.attrs["axis"]]))
    return made_by(values, node, 64, [value], [Call(General.ARGMAX, (result_of(values, node.dims, 64), source))])


def argsort(values: Values, node: Node) -> Value:
    """The positions in rising order along an axis."""
    (x,), order = node.inputs, _last(node, [node.attrs["axis"]])
    value = values.plain(values.value(x))
    arrays = (result_of(values, node.dims, 64).ordered(order), array(values, value, x.dims).ordered(order))
    return made_by(values, node, 64, [value], [Call(General.ARGSORT, arrays)])


def cumsum(values: Values, node: Node) -> Value:
    """A running sum; in reverse it runs along turned strides."""
    (x,), axis = node.inputs, node.attrs["axis"]
    value = values.plain(values.value(x))
    turned = [axis] if node.attrs["reverse"] else []
    arrays = (result_of(values, node.dims, value.bits), array(values, value, x.dims))
    along = tuple(flipped(each, x.dims, turned).ordered(_last(node, [axis])) for each in arrays)
    return made_by(values, node, value.bits, [value], [Call(General.CUMSUM, along)])


# --- products ---


def contraction(values: Values, node: Node) -> Value:
    """Any contraction: axes ordered as batch, free, summed."""
    a, b = node.inputs
    left, right, out = node.attrs["left"], node.attrs["right"], node.attrs["out"]
    if R in b.dims and right[b.dims.index(R)] in out and R not in a.dims:
        a, b, left, right = b, a, right, left
    bits = values.bits(node)
    of_a, of_b = values.plain(values.value(a, bits)), values.plain(values.value(b, bits))

    def rows_first(labels: list[int]) -> list[int]:
        return sorted(labels, key=lambda x: not (x in left and a.dims[left.index(x)] is R))

    batch = rows_first([x for x in out if x in left and x in right])
    free_a = rows_first([x for x in out if x in left and x not in right])
    free_b = [x for x in out if x in right and x not in left]
    summed = [x for x in left if x not in out]
    whole = result_of(values, node.dims, bits).ordered([out.index(x) for x in batch + free_a + free_b])
    first = array(values, of_a, a.dims).ordered([left.index(x) for x in batch + free_a + summed])
    second = array(values, of_b, b.dims).ordered([right.index(x) for x in batch + summed + free_b])
    counts = (len(batch), len(free_a), len(free_b), len(summed))
    leading = (batch + free_a)[:1]
    rows = bool(leading) and leading[0] in left and a.dims[left.index(leading[0])] is R and out[0] == leading[0]
    call = Call(General.CONTRACT, (whole, first, second), counts)
    return made_by(values, node, bits, [of_a, of_b], [call], by_rows=rows)


# --- positions ---


def take(values: Values, node: Node) -> Value:
    """Slices at positions."""
    x, index = node.inputs
    axis = node.attrs["axis"]
    if has_rows(x.dims[axis + 1 :]):
        return _take_after_rows(values, node)
    table, places = values.plain(values.value(x)), values.plain(values.value(index))
    whole = array(values, table, x.dims)
    arrays = (result_of(values, node.dims, table.bits), _without(whole, axis), array(values, places, index.dims))
    numbers = (axis, index.ndim, fixed(x.dims[axis]), whole.strides[axis][0])
    return made_by(values, node, table.bits, [table, places], [Call(General.TAKE, arrays, numbers)])


def _without(whole: Strided, axis: int) -> Strided:
    """The first slice along an axis."""
    return whole.ordered([k for k in range(len(whole.dims)) if k != axis])


def _take_after_rows(values: Values, node: Node) -> Value:
    """A table whose rows come after the axis: brought in front first, since a stride may not grow with the rows."""
    x, index = node.inputs
    axis, rows = node.attrs["axis"], x.dims.index(R)
    perm = (rows, *(k for k in range(x.ndim) if k != rows))
    picked = take_node(turn(x, perm), index, axis + 1)
    after = rows - 1 + index.ndim  # where the rows stand in the result
    return values.value(turn(picked, (*range(1, after + 1), 0, *range(after + 1, node.ndim))))


def scatter_add(values: Values, node: Node) -> Value:
    """Zeros, then slices added in order."""
    g, index = node.inputs
    axis, size = node.attrs["axis"], node.attrs["size"]
    if has_rows(node.dims[axis + 1 :]):
        return _scatter_after_rows(values, node)
    slices, places = values.plain(values.value(g)), values.plain(values.value(index))
    whole = result_of(values, node.dims, slices.bits)
    arrays = (_without(whole, axis), array(values, slices, g.dims), array(values, places, index.dims))
    numbers = (axis, index.ndim, fixed(size), whole.strides[axis][0])
    calls = [Call(General.FILL, (whole,), (double_bits(0.0),)), Call(General.SCATTER_ADD, arrays, numbers)]
    return made_by(values, node, slices.bits, [slices, places], calls)


def _scatter_after_rows(values: Values, node: Node) -> Value:
    g, index = node.inputs
    axis, rows = node.attrs["axis"], node.dims.index(R)
    of_g = g.dims.index(R, axis + index.ndim)
    front = turn(g, (of_g, *(k for k in range(g.ndim) if k != of_g)))
    added = scatter_node(front, index, axis + 1, node.attrs["size"])
    return values.value(turn(added, (*range(1, rows + 1), 0, *range(rows + 1, node.ndim))))


# --- linear algebra and random numbers ---


def solve(values: Values, node: Node) -> Value:
    """The solution of A X = B."""
    inputs = [values.plain(values.value(x)) for x in node.inputs]
    bits = inputs[1].bits
    arrays = [array(values, value, x.dims) for value, x in zip(inputs, node.inputs, strict=True)]
    return made_by(values, node, bits, inputs, [Call(General.SOLVE, (result_of(values, node.dims, bits), *arrays))])


def det(values: Values, node: Node) -> Value:
    """The determinant."""
    (a,) = node.inputs
    value = values.plain(values.value(a))
    call = Call(General.DET, (result_of(values, node.dims, value.bits), array(values, value, a.dims)))
    return made_by(values, node, value.bits, [value], [call])


def random_uniform(values: Values, node: Node) -> Value:
    """Counter-based numbers; a row's are found from the row's number."""
    inputs = [values.value(x, 64) for x in node.inputs]
    bits = values.bits(node)
    arrays = (result_of(values, node.dims, bits), *(Strided(x, (), ()) for x in inputs))
    return made_by(
        values, node, bits, inputs, [Call(General.RANDOM, arrays, (node.attrs["stream"], 0, known_count(node.dims)))]
    )
