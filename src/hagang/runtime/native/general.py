"""Values made by the general ops: views of any strides, one thread or the rows' slices. The sound default."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hagang.graph import R, has_rows, known_count
from hagang.runtime.native.forms import (
    UNIT_ROWS,
    Extent,
    Form,
    Panel,
    RowsForm,
    Vector,
    extent,
    fixed,
    form_of,
    strides_of,
)
from hagang.runtime.native.plan import Fold, General, Space, View, double_bits
from hagang.runtime.native.values import GeneralOp, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hagang.graph import Dims, Node
    from hagang.runtime.native.translate import Translator

Call = tuple[General, list[View], list[int]]


class _Made:
    """A general value under construction: its plain form, and views of it and its inputs."""

    def __init__(self, t: Translator, dims: Dims, bits: int) -> None:
        self.t, self.dims, self.bits = t, dims, bits
        form = form_of(dims)
        self.form: Form = Vector((known_count(dims), 0)) if isinstance(form, Panel) else form

    def view(self, buffer: int) -> View:
        return view(self.t, buffer, self.form, self.dims, self.bits)


def view(t: Translator, buffer: int, form: Form, dims: Dims, bits: int) -> View:
    """A whole value as a view."""
    strides = strides_of(form, dims, t.machine, bits)
    return View(buffer, tuple(extent(dim) for dim in dims), tuple(strides))


def _leads(dims: Dims) -> bool:
    """Whether the rows are the first axis."""
    return bool(dims) and dims[0] is R


def _times(a: Extent, n: int) -> Extent:
    return a[0] * n, a[1] * n


def _plus(a: Extent, b: Extent) -> Extent:
    return a[0] + b[0], a[1] + b[1]


# --- the same numbers elsewhere ---


def converted(t: Translator, value: Value, bits: int) -> Value:
    """The numbers of a value with other bits, in the same form."""
    if isinstance(value.form, Panel):
        plain = t.as_bits(t.plain(value), bits)
        return t.formed(plain, value.form)
    dims = _dims_of(value.form)

    def calls(at: Any) -> list[Call]:
        return [
            (
                General.COPY,
                [view(t, at(made), made.form, dims, bits), view(t, at(value), value.form, dims, value.bits)],
                [],
            )
        ]

    rows = isinstance(value.form, RowsForm) or value.form == Vector((0, 1))
    made = GeneralOp(value.form, bits, (value,), Space.ROWS if rows else Space.WHOLE, calls)
    return made


def _dims_of(form: Form) -> Dims:
    """Dims under which a form's numbers are in row-major order."""
    if isinstance(form, RowsForm):
        return (R, form.columns)
    if isinstance(form, Panel):
        return (form.rows, form.columns)
    return (R, form.count[1]) if form.count[1] else (form.count[0],)


def unpanelled(t: Translator, value: Value) -> Value:
    """A panelled matrix as plain rows."""
    return _panelling(t, value, Vector((_panel(value).rows * _panel(value).columns, 0)), General.UNPANEL)


def _panel(value: Value) -> Panel:
    if not isinstance(value.form, Panel):
        msg = f"expected a panel, received {value.form}"
        raise TypeError(msg)
    return value.form


def _panelling(t: Translator, value: Value, form: Form, op: General) -> Value:
    panel = form if isinstance(form, Panel) else _panel(value)
    bits = value.bits
    dims = (extent(panel.rows), extent(panel.columns))
    padded = t.machine.padded(panel.columns, bits)
    allocated = -(-panel.rows // UNIT_ROWS) * UNIT_ROWS

    def calls(at: Any) -> list[Call]:
        in_panels = View(at(made if op is General.PANEL else value), dims, ((padded, 0), (1, 0)))
        in_rows = View(at(value if op is General.PANEL else made), dims, ((panel.columns, 0), (1, 0)))
        views = [in_panels, in_rows] if op is General.PANEL else [in_rows, in_panels]
        return [(op, views, [t.machine.full_panel(bits), allocated])]

    made = GeneralOp(form, bits, (value,), Space.WHOLE, calls)
    return made


def reformed(t: Translator, value: Value, form: Form) -> Value:
    """The numbers of a value, which stay in row-major order, in another form."""
    if isinstance(form, Panel):
        plain = t.formed(value, Vector((form.rows * form.columns, 0)))
        made: Value = t.add(_panelling(t, plain, form, General.PANEL))
        return made
    if isinstance(value.form, Panel):
        return t.formed(t.plain(value), form)
    if isinstance(value.form, RowsForm) and isinstance(form, RowsForm):
        return t.formed(t.formed(value, Vector((0, value.form.columns))), form)
    columns = form.columns if isinstance(form, RowsForm) else form.count[1]
    dims: Dims = (
        (R, columns)
        if columns or isinstance(form, RowsForm) or (form.count[0] == 0 and form.count[1])
        else _dims_of(form)
    )
    bits = value.bits

    def calls(at: Any) -> list[Call]:
        return [(General.COPY, [view(t, at(result), form, dims, bits), view(t, at(value), value.form, dims, bits)], [])]

    one_a_row = Vector((0, 1)) in (form, value.form)
    result: Value = t.add(GeneralOp(form, bits, (value,), Space.ROWS if one_a_row else Space.WHOLE, calls))
    return result


def transposed(t: Translator, value: Value) -> Value:
    """A panelled matrix, transposed, in panels."""
    panel = _panel(value)
    plain = t.plain(value)
    dims = (panel.columns, panel.rows)
    form = Vector((panel.rows * panel.columns, 0))

    def calls(at: Any) -> list[Call]:
        out = view(t, at(made), form, dims, value.bits)
        return [(General.COPY, [out, View(at(plain), out.dims, ((1, 0), (panel.columns, 0)))], [])]

    made: Value = t.add(GeneralOp(form, value.bits, (plain,), Space.WHOLE, calls))
    return t.formed(made, Panel(panel.columns, panel.rows))


# --- layout ops ---


def _moved(t: Translator, node: Node, pick: Callable[[View], View]) -> Value:
    """A value that is a view of its input, copied."""
    (x,) = node.inputs
    value = t.plain(t.value(x))
    made = _Made(t, node.dims, value.bits)

    result: list[Value] = []

    def calls(at: Any) -> list[Call]:
        source = view(t, at(value), value.form, x.dims, value.bits)
        return [(General.COPY, [made.view(at(result[0])), pick(source)], [])]

    carried = _leads(x.dims) and node.op.axes(node)[0][0] == 0
    return _finish(made, [value], calls, _leads(node.dims) and (carried or not has_rows(x.dims)), result)


def _finish(made: _Made, inputs: list[Value], calls: Any, rows: bool, result: list[Value]) -> Value:
    """Add the general value and let its calls know it."""
    space = Space.ROWS if rows else Space.WHOLE
    result.append(made.t.add(GeneralOp(made.form, made.bits, tuple(inputs), space, calls)))
    return made.t.formed(result[0], form_of(made.dims))


def broadcast(t: Translator, node: Node) -> Value:
    """Repeat along new axes: strides of zero."""
    axes = node.attrs["axes"]
    dims = tuple(extent(dim) for dim in node.dims)

    def pick(x: View) -> View:
        strides = [x.strides[axes.index(k)] if k in axes else (0, 0) for k in range(node.ndim)]
        return View(x.buffer, dims, tuple(strides))

    return _moved(t, node, pick)


def transpose(t: Translator, node: Node) -> Value:
    """Permute the axes."""
    perm = node.attrs["perm"]
    return _moved(t, node, lambda x: View(x.buffer, tuple(x.dims[k] for k in perm), tuple(x.strides[k] for k in perm)))


def slice_(t: Translator, node: Node) -> Value:
    """Every step-th element from start."""
    start, step = node.attrs["start"], node.attrs["step"]

    def pick(x: View) -> View:
        offset: Extent = (0, 0)
        for stride, first in zip(x.strides, start):
            offset = _plus(offset, _times(stride, first))
        strides = [_times(stride, by) for stride, by in zip(x.strides, step)]
        return View(x.buffer, tuple(extent(dim) for dim in node.dims), tuple(strides), offset)

    return _moved(t, node, pick)


def flip(t: Translator, node: Node) -> Value:
    """Reverse axes: strides turned round. The rows may be among them."""
    (x,) = node.inputs

    def pick(source: View) -> View:
        return flipped(source, x.dims, node.attrs["axes"])

    return _moved(t, node, pick)


def flipped(source: View, dims: Dims, axes: Sequence[int]) -> View:
    """A view read backwards along axes."""
    offset, strides = source.offset, list(source.strides)
    for k in axes:
        stride = strides[k]
        if dims[k] is R:
            # (R - 1) · stride; a stride that itself grows with the rows has them as another axis, which there is not.
            offset = _plus(offset, (-stride[0], stride[0]))
        else:
            offset = _plus(offset, _times(stride, max(fixed(dims[k]) - 1, 0)))
        strides[k] = _times(stride, -1)
    return View(source.buffer, source.dims, tuple(strides), offset)


def pad(t: Translator, node: Node) -> Value:
    """Zeros around and between: a fill, then a copy into the places."""
    (x,) = node.inputs
    value = t.plain(t.value(x))
    made = _Made(t, node.dims, value.bits)
    low, interior = node.attrs["low"], node.attrs["interior"]
    result: list[Value] = []

    def calls(at: Any) -> list[Call]:
        out, source = made.view(at(result[0])), view(t, at(value), value.form, x.dims, value.bits)
        offset: Extent = (0, 0)
        for stride, first in zip(out.strides, low):
            offset = _plus(offset, _times(stride, first))
        strides = tuple(_times(stride, by + 1) for stride, by in zip(out.strides, interior))
        inside = View(out.buffer, source.dims, strides, offset)
        return [(General.FILL, [out], [double_bits(0.0)]), (General.COPY, [inside, source], [])]

    return _finish(made, [value], calls, _leads(node.dims), result)


def concatenate(t: Translator, node: Node) -> Value:
    """Copies side by side."""
    axis = node.attrs["axis"]
    values = [t.plain(t.value(x)) for x in node.inputs]
    bits = max(value.bits for value in values)
    values = [t.as_bits(value, bits) for value in values]
    made = _Made(t, node.dims, bits)
    result: list[Value] = []

    def calls(at: Any) -> list[Call]:
        out = made.view(at(result[0]))
        done = 0
        found: list[Call] = []
        for x, value in zip(node.inputs, values):
            source = view(t, at(value), value.form, x.dims, bits)
            inside = View(out.buffer, source.dims, out.strides, _times(out.strides[axis], done))
            found.append((General.COPY, [inside, source], []))
            done += fixed(x.dims[axis])
        return found

    return _finish(made, values, calls, _leads(node.dims), result)


# --- reductions and scans ---


def _ordered(source: View, order: Sequence[int]) -> View:
    return View(
        source.buffer, tuple(source.dims[k] for k in order), tuple(source.strides[k] for k in order), source.offset
    )


def reduction(t: Translator, node: Node, how: Fold) -> Value:
    """A fold over any axes."""
    (x,), axes = node.inputs, node.attrs["axes"]
    value = t.plain(t.value(x))
    made = _Made(t, node.dims, value.bits)
    order = [*(k for k in range(x.ndim) if k not in axes), *axes]
    result: list[Value] = []

    def calls(at: Any) -> list[Call]:
        source = view(t, at(value), value.form, x.dims, value.bits)
        return [(General.REDUCE, [made.view(at(result[0])), _ordered(source, order)], [how, len(axes)])]

    return _finish(made, [value], calls, _leads(node.dims) and _leads(x.dims), result)


def argmax(t: Translator, node: Node) -> Value:
    """The position of the largest."""
    (x,), axis = node.inputs, node.attrs["axis"]
    value = t.plain(t.value(x))
    made = _Made(t, node.dims, 64)
    order = [*(k for k in range(x.ndim) if k != axis), axis]
    result: list[Value] = []

    def calls(at: Any) -> list[Call]:
        source = view(t, at(value), value.form, x.dims, value.bits)
        return [(General.ARGMAX, [made.view(at(result[0])), _ordered(source, order)], [])]

    return _finish(made, [value], calls, _leads(node.dims) and _leads(x.dims), result)


def cumsum(t: Translator, node: Node) -> Value:
    """A running sum; in reverse it runs along turned strides."""
    (x,), axis = node.inputs, node.attrs["axis"]
    value = t.plain(t.value(x))
    made = _Made(t, node.dims, value.bits)
    order = [*(k for k in range(x.ndim) if k != axis), axis]
    turned = [axis] if node.attrs["reverse"] else []
    result: list[Value] = []

    def calls(at: Any) -> list[Call]:
        source = flipped(view(t, at(value), value.form, x.dims, value.bits), x.dims, turned)
        out = flipped(made.view(at(result[0])), x.dims, turned)
        return [(General.CUMSUM, [_ordered(out, order), _ordered(source, order)], [])]

    return _finish(made, [value], calls, _leads(node.dims) and axis != 0, result)


# --- products ---


def contraction(t: Translator, node: Node) -> Value:
    """Any contraction: axes ordered as batch, free, summed."""
    a, b = node.inputs
    left, right, out = node.attrs["left"], node.attrs["right"], node.attrs["out"]
    if R in b.dims and right[b.dims.index(R)] in out and R not in a.dims:
        a, b, left, right = b, a, right, left
    bits = t.bits(node)
    of_a, of_b = t.plain(t.value(a, bits)), t.plain(t.value(b, bits))
    made = _Made(t, node.dims, bits)

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
    return _finish(made, [of_a, of_b], calls, rows, result)


# --- positions ---


def take(t: Translator, node: Node) -> Value:
    """Slices at positions."""
    x, index = node.inputs
    axis = node.attrs["axis"]
    table, places = t.plain(t.value(x)), t.plain(t.value(index))
    made = _Made(t, node.dims, table.bits)
    result: list[Value] = []

    def calls(at: Any) -> list[Call]:
        whole = view(t, at(table), table.form, x.dims, table.bits)
        rest = _ordered(whole, [k for k in range(x.ndim) if k != axis])
        positions = view(t, at(places), places.form, index.dims, places.bits)
        numbers = [axis, index.ndim, fixed(x.dims[axis]), whole.strides[axis][0]]
        return [(General.TAKE, [made.view(at(result[0])), rest, positions], numbers)]

    by_index = axis == 0 and _leads(index.dims)
    fixed_stride = not has_rows(x.dims[axis + 1 :])
    rows = fixed_stride and (by_index or (axis > 0 and _leads(x.dims)))
    if not fixed_stride:
        return _take_after_rows(t, node)
    return _finish(made, [table, places], calls, rows, result)


def _take_after_rows(t: Translator, node: Node) -> Value:
    """A table whose rows come after the axis: brought in front first, since a stride may not grow with the rows."""
    from hagang.ops.broadcast import transpose as turn
    from hagang.ops.index import take as pick

    x, index = node.inputs
    axis, rows = node.attrs["axis"], x.dims.index(R)
    perm = (rows, *(k for k in range(x.ndim) if k != rows))
    picked = pick(turn(x, perm), index, axis + 1)
    many = index.ndim
    after = rows - 1 + many  # where the rows stand in the result
    back = (*range(1, after + 1), 0, *range(after + 1, node.ndim))
    return t.value(turn(picked, back))


def scatter_add(t: Translator, node: Node) -> Value:
    """Zeros, then slices added in order."""
    g, index = node.inputs
    axis, size = node.attrs["axis"], node.attrs["size"]
    slices, places = t.plain(t.value(g)), t.plain(t.value(index))
    made = _Made(t, node.dims, slices.bits)
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
    return _finish(made, [slices, places], calls, axis > 0 and _leads(node.dims), result)


def _scatter_after_rows(t: Translator, node: Node) -> Value:
    from hagang.ops.broadcast import transpose as turn
    from hagang.ops.index import scatter_add as add_at

    g, index = node.inputs
    axis, rows = node.attrs["axis"], node.dims.index(R)
    of_g = g.dims.index(R, axis + index.ndim)
    front = turn(g, (of_g, *(k for k in range(g.ndim) if k != of_g)))
    made = add_at(front, index, axis + 1, node.attrs["size"])
    return t.value(turn(made, (*range(1, rows + 1), 0, *range(rows + 1, node.ndim))))


# --- linear algebra and random numbers ---


def solve(t: Translator, node: Node) -> Value:
    """X of A X = B."""
    a, b = node.inputs
    of_a, of_b = t.plain(t.value(a)), t.plain(t.value(b))
    made = _Made(t, node.dims, of_b.bits)
    result: list[Value] = []

    def calls(at: Any) -> list[Call]:
        views = [made.view(at(result[0])), view(t, at(of_a), of_a.form, a.dims, of_a.bits)]
        return [(General.SOLVE, [*views, view(t, at(of_b), of_b.form, b.dims, of_b.bits)], [])]

    return _finish(made, [of_a, of_b], calls, node.ndim > 2 and _leads(node.dims), result)


def det(t: Translator, node: Node) -> Value:
    """The determinant."""
    (a,) = node.inputs
    value = t.plain(t.value(a))
    made = _Made(t, node.dims, value.bits)
    result: list[Value] = []

    def calls(at: Any) -> list[Call]:
        return [(General.DET, [made.view(at(result[0])), view(t, at(value), value.form, a.dims, value.bits)], [])]

    return _finish(made, [value], calls, _leads(node.dims), result)


def random_uniform(t: Translator, node: Node) -> Value:
    """Counter-based numbers; a row's are found from the row's number."""
    seed, step = (t.value(x, 64) for x in node.inputs)
    made = _Made(t, node.dims, t.bits(node))
    result: list[Value] = []

    def calls(at: Any) -> list[Call]:
        single = [View(at(x), (), (), at.offset(x)) for x in (seed, step)]
        each_row = known_count(node.dims)
        return [(General.RANDOM, [made.view(at(result[0])), *single], [node.attrs["stream"], 0, each_row])]

    return _finish(made, [seed, step], calls, _leads(node.dims), result)
