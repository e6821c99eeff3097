"""Values that are other values' numbers elsewhere: other bits, other forms, other orders. Views of any strides."""

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
from hagang.runtime.native.plan import General, Space, View, double_bits
from hagang.runtime.native.values import GeneralOp, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hagang.graph import Dims, Node
    from hagang.runtime.native.translate import Translator

Call = tuple[General, list[View], list[int]]


class Made:
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


def leads(dims: Dims) -> bool:
    """Whether the rows are the first axis."""
    return bool(dims) and dims[0] is R


def times(a: Extent, n: int) -> Extent:
    """An extent n times."""
    return a[0] * n, a[1] * n


def plus(a: Extent, b: Extent) -> Extent:
    """The sum of two extents."""
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
    made = Made(t, node.dims, value.bits)

    result: list[Value] = []

    def calls(at: Any) -> list[Call]:
        source = view(t, at(value), value.form, x.dims, value.bits)
        return [(General.COPY, [made.view(at(result[0])), pick(source)], [])]

    carried = leads(x.dims) and node.op.axes(node)[0][0] == 0
    return finish(made, [value], calls, leads(node.dims) and (carried or not has_rows(x.dims)), result)


def finish(made: Made, inputs: list[Value], calls: Any, rows: bool, result: list[Value]) -> Value:
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
            offset = plus(offset, times(stride, first))
        strides = [times(stride, by) for stride, by in zip(x.strides, step)]
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
            offset = plus(offset, (-stride[0], stride[0]))
        else:
            offset = plus(offset, times(stride, max(fixed(dims[k]) - 1, 0)))
        strides[k] = times(stride, -1)
    return View(source.buffer, source.dims, tuple(strides), offset)


def pad(t: Translator, node: Node) -> Value:
    """Zeros around and between: a fill, then a copy into the places."""
    (x,) = node.inputs
    value = t.plain(t.value(x))
    made = Made(t, node.dims, value.bits)
    low, interior = node.attrs["low"], node.attrs["interior"]
    result: list[Value] = []

    def calls(at: Any) -> list[Call]:
        out, source = made.view(at(result[0])), view(t, at(value), value.form, x.dims, value.bits)
        offset: Extent = (0, 0)
        for stride, first in zip(out.strides, low):
            offset = plus(offset, times(stride, first))
        strides = tuple(times(stride, by + 1) for stride, by in zip(out.strides, interior))
        inside = View(out.buffer, source.dims, strides, offset)
        return [(General.FILL, [out], [double_bits(0.0)]), (General.COPY, [inside, source], [])]

    return finish(made, [value], calls, leads(node.dims), result)


def concatenate(t: Translator, node: Node) -> Value:
    """Copies side by side."""
    axis = node.attrs["axis"]
    values = [t.plain(t.value(x)) for x in node.inputs]
    bits = max(value.bits for value in values)
    values = [t.as_bits(value, bits) for value in values]
    made = Made(t, node.dims, bits)
    result: list[Value] = []

    def calls(at: Any) -> list[Call]:
        out = made.view(at(result[0]))
        done = 0
        found: list[Call] = []
        for x, value in zip(node.inputs, values):
            source = view(t, at(value), value.form, x.dims, bits)
            inside = View(out.buffer, source.dims, out.strides, times(out.strides[axis], done))
            found.append((General.COPY, [inside, source], []))
            done += fixed(x.dims[axis])
        return found

    return finish(made, values, calls, leads(node.dims), result)
