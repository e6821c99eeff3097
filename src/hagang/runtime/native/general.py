"""Values made by the general ops: views of any strides, one thread or the rows' slices. The sound default."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hagang.graph import R, has_rows, known_count
from hagang.ops.broadcast import transpose as turn
from hagang.ops.index import scatter_add as scatter_node
from hagang.ops.index import take as take_node
from hagang.runtime.native.forms import fixed
from hagang.runtime.native.moves import Call, Made, finish, flipped, leads, view
from hagang.runtime.native.plan import Fold, General, View, double_bits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hagang.graph import Node
    from hagang.runtime.native.translate import Translator
    from hagang.runtime.native.values import Value


# --- reductions and scans ---


def _ordered(source: View, order: Sequence[int]) -> View:
    return View(
        source.buffer, tuple(source.dims[k] for k in order), tuple(source.strides[k] for k in order), source.offset
    )


def reduction(t: Translator, node: Node, how: Fold) -> Value:
    """A fold over any axes."""
    (x,), axes = node.inputs, node.attrs["axes"]
    value = t.plain(t.value(x))
    made = Made(t, node.dims, value.bits)
    order = [*(k for k in range(x.ndim) if k not in axes), *axes]
    result: list[Value] = []

    def calls(at: Any) -> list[Call]:
        source = view(t, at(value), value.form, x.dims, value.bits)
        return [(General.REDUCE, [made.view(at(result[0])), _ordered(source, order)], [how, len(axes)])]

    return finish(made, [value], calls, leads(node.dims) and leads(x.dims), result)


def argmax(t: Translator, node: Node) -> Value:
    """The position of the largest."""
    (x,), axis = node.inputs, node.attrs["axis"]
    value = t.plain(t.value(x))
    made = Made(t, node.dims, 64)
    order = [*(k for k in range(x.ndim) if k != axis), axis]
    result: list[Value] = []

    def calls(at: Any) -> list[Call]:
        source = view(t, at(value), value.form, x.dims, value.bits)
        return [(General.ARGMAX, [made.view(at(result[0])), _ordered(source, order)], [])]

    return finish(made, [value], calls, leads(node.dims) and leads(x.dims), result)


def cumsum(t: Translator, node: Node) -> Value:
    """A running sum; in reverse it runs along turned strides."""
    (x,), axis = node.inputs, node.attrs["axis"]
    value = t.plain(t.value(x))
    made = Made(t, node.dims, value.bits)
    order = [*(k for k in range(x.ndim) if k != axis), axis]
    turned = [axis] if node.attrs["reverse"] else []
    result: list[Value] = []

    def calls(at: Any) -> list[Call]:
        source = flipped(view(t, at(value), value.form, x.dims, value.bits), x.dims, turned)
        out = flipped(made.view(at(result[0])), x.dims, turned)
        return [(General.CUMSUM, [_ordered(out, order), _ordered(source, order)], [])]

    return finish(made, [value], calls, leads(node.dims) and axis != 0, result)


# --- products ---


def contraction(t: Translator, node: Node) -> Value:
    """Any contraction: axes ordered as batch, free, summed."""
    a, b = node.inputs
    left, right, out = node.attrs["left"], node.attrs["right"], node.attrs["out"]
    if R in b.dims and right[b.dims.index(R)] in out and R not in a.dims:
        a, b, left, right = b, a, right, left
    bits = t.bits(node)
    of_a, of_b = t.plain(t.value(a, bits)), t.plain(t.value(b, bits))
    made = Made(t, node.dims, bits)

    def rows_first(labels: list[int]) -> list[int]:
        return sorted(labels, key=lambda x: not (x in left and a.dims[left.index(x)] is R))

    batch = rows_first([x for x in out if x in left and x in right])
    free_a = rows_first([x for x in out if x in left and x not in right])
    free_b = [x for x in out if x in right and x not in left]
    summed = [x for x in left if x not in out]
    result: list[Value] = []

    def calls(at: Any) -> list[Call]:
        whole = _ordered(made.view(at(result[0])), [out.index(x) for x in batch + free_a + free_b])
        first = _ordered(view(t, at(of_a), of_a.form, a.dims, bits), [left.index(x) for x in batch + free_a + summed])
        second = _ordered(view(t, at(of_b), of_b.form, b.dims, bits), [right.index(x) for x in batch + summed + free_b])
        counts = [len(batch), len(free_a), len(free_b), len(summed)]
        return [(General.CONTRACT, [whole, first, second], counts)]

    leading = (batch + free_a)[:1]
    rows = bool(leading) and leading[0] in left and a.dims[left.index(leading[0])] is R and out[0] == leading[0]
    return finish(made, [of_a, of_b], calls, rows, result)


# --- positions ---


def take(t: Translator, node: Node) -> Value:
    """Slices at positions."""
    x, index = node.inputs
    axis = node.attrs["axis"]
    table, places = t.plain(t.value(x)), t.plain(t.value(index))
    made = Made(t, node.dims, table.bits)
    result: list[Value] = []

    def calls(at: Any) -> list[Call]:
        whole = view(t, at(table), table.form, x.dims, table.bits)
        rest = _ordered(whole, [k for k in range(x.ndim) if k != axis])
        positions = view(t, at(places), places.form, index.dims, places.bits)
        numbers = [axis, index.ndim, fixed(x.dims[axis]), whole.strides[axis][0]]
        return [(General.TAKE, [made.view(at(result[0])), rest, positions], numbers)]

    by_index = axis == 0 and leads(index.dims)
    fixed_stride = not has_rows(x.dims[axis + 1 :])
    rows = fixed_stride and (by_index or (axis > 0 and leads(x.dims)))
    if not fixed_stride:
        return _take_after_rows(t, node)
    return finish(made, [table, places], calls, rows, result)


def _take_after_rows(t: Translator, node: Node) -> Value:
    """A table whose rows come after the axis: brought in front first, since a stride may not grow with the rows."""
    x, index = node.inputs
    axis, rows = node.attrs["axis"], x.dims.index(R)
    perm = (rows, *(k for k in range(x.ndim) if k != rows))
    picked = take_node(turn(x, perm), index, axis + 1)
    many = index.ndim
    after = rows - 1 + many  # where the rows stand in the result
    back = (*range(1, after + 1), 0, *range(after + 1, node.ndim))
    return t.value(turn(picked, back))


def scatter_add(t: Translator, node: Node) -> Value:
    """Zeros, then slices added in order."""
    g, index = node.inputs
    axis, size = node.attrs["axis"], node.attrs["size"]
    slices, places = t.plain(t.value(g)), t.plain(t.value(index))
    made = Made(t, node.dims, slices.bits)
    result: list[Value] = []

    def calls(at: Any) -> list[Call]:
        out = made.view(at(result[0]))
        rest = _ordered(out, [k for k in range(node.ndim) if k != axis])
        source = view(t, at(slices), slices.form, g.dims, slices.bits)
        positions = view(t, at(places), places.form, index.dims, places.bits)
        numbers = [axis, index.ndim, fixed(size), out.strides[axis][0]]
        return [(General.FILL, [out], [double_bits(0.0)]), (General.SCATTER_ADD, [rest, source, positions], numbers)]

    if has_rows(node.dims[axis + 1 :]):
        return _scatter_after_rows(t, node)
    return finish(made, [slices, places], calls, axis > 0 and leads(node.dims), result)


def _scatter_after_rows(t: Translator, node: Node) -> Value:
    g, index = node.inputs
    axis, rows = node.attrs["axis"], node.dims.index(R)
    of_g = g.dims.index(R, axis + index.ndim)
    front = turn(g, (of_g, *(k for k in range(g.ndim) if k != of_g)))
    made = scatter_node(front, index, axis + 1, node.attrs["size"])
    return t.value(turn(made, (*range(1, rows + 1), 0, *range(rows + 1, node.ndim))))


# --- linear algebra and random numbers ---


def solve(t: Translator, node: Node) -> Value:
    """X of A X = B."""
    a, b = node.inputs
    of_a, of_b = t.plain(t.value(a)), t.plain(t.value(b))
    made = Made(t, node.dims, of_b.bits)
    result: list[Value] = []

    def calls(at: Any) -> list[Call]:
        views = [made.view(at(result[0])), view(t, at(of_a), of_a.form, a.dims, of_a.bits)]
        return [(General.SOLVE, [*views, view(t, at(of_b), of_b.form, b.dims, of_b.bits)], [])]

    return finish(made, [of_a, of_b], calls, node.ndim > 2 and leads(node.dims), result)


def det(t: Translator, node: Node) -> Value:
    """The determinant."""
    (a,) = node.inputs
    value = t.plain(t.value(a))
    made = Made(t, node.dims, value.bits)
    result: list[Value] = []

    def calls(at: Any) -> list[Call]:
        return [(General.DET, [made.view(at(result[0])), view(t, at(value), value.form, a.dims, value.bits)], [])]

    return finish(made, [value], calls, leads(node.dims), result)


def random_uniform(t: Translator, node: Node) -> Value:
    """Counter-based numbers; a row's are found from the row's number."""
    seed, step = (t.value(x, 64) for x in node.inputs)
    made = Made(t, node.dims, t.bits(node))
    result: list[Value] = []

    def calls(at: Any) -> list[Call]:
        single = [View(at(x), (), (), at.offset(x)) for x in (seed, step)]
        each_row = known_count(node.dims)
        return [(General.RANDOM, [made.view(at(result[0])), *single], [node.attrs["stream"], 0, each_row])]

    return finish(made, [seed, step], calls, leads(node.dims), result)
