"""Values that are other values' numbers elsewhere: other bits, other forms, other orders. Views of any strides."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

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
from hagang.runtime.native.parts import General, Space, double_bits
from hagang.runtime.native.values import Call, GeneralOp, Strided, Value, Values

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hagang.graph import Dims, Node


def array(values: Values, value: Value, dims: Dims) -> Strided:
    """A whole value as an array of these dims."""
    return Strided(value, *_shape(values, value.form, dims, value.bits))


def result_of(values: Values, dims: Dims, bits: int) -> Strided:
    """The array that a general op is to fill."""
    return Strided(None, *_shape(values, _result_form(dims), dims, bits))


def _shape(values: Values, form: Form, dims: Dims, bits: int) -> tuple[tuple[Extent, ...], tuple[Extent, ...]]:
    return tuple(extent(dim) for dim in dims), tuple(strides_of(form, dims, values.machine, bits))


def _result_form(dims: Dims) -> Form:
    """General ops fill no panels."""
    form = form_of(dims)
    return Vector((known_count(dims), 0)) if isinstance(form, Panel) else form


def made_by(
    values: Values, node: Node, bits: int, inputs: Sequence[Value], calls: Sequence[Call], by_rows: bool | None = None
) -> Value:
    """The node's value, filled by general ops, in the form that its dims have."""
    rows = carries_rows(node) if by_rows is None else by_rows
    space = Space.ROWS if rows else Space.WHOLE
    value = values.add(GeneralOp(_result_form(node.dims), bits, tuple(inputs), space, tuple(calls)))
    return values.formed(value, form_of(node.dims))


def carries_rows(node: Node) -> bool:
    """Whether a slice of the output's rows is made of that slice of the inputs' rows: then threads share the rows."""
    return leads(node.dims) and all(
        leads(x.dims) and axes[0] == 0
        for x, axes in zip(node.inputs, node.op.axes(node), strict=True)
        if has_rows(x.dims)
    )


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


def _copy(values: Values, value: Value, form: Form, bits: int, dims: Dims, rows: bool) -> GeneralOp:
    """A value's numbers, which have these dims in both forms, in another form or with other bits."""
    result = Strided(None, *_shape(values, form, dims, bits))
    call = Call(General.COPY, (result, array(values, value, dims)))
    return GeneralOp(form, bits, (value,), Space.ROWS if rows else Space.WHOLE, (call,))


def converted(values: Values, value: Value, bits: int) -> Value:
    """The numbers of a value with other bits, in the same form."""
    form = value.form
    if isinstance(form, Panel):
        return values.formed(values.as_bits(values.plain(value), bits), form)
    rows = isinstance(form, RowsForm) or form == Vector((0, 1))
    return _copy(values, value, form, bits, _dims_of(form), rows)


def _dims_of(form: Form) -> Dims:
    """Dims under which a form's numbers are in row-major order."""
    if isinstance(form, RowsForm):
        return (R, form.columns)
    if isinstance(form, Panel):
        return (form.rows, form.columns)
    return (R, form.count[1]) if form.count[1] else (form.count[0],)


def unpanelled(values: Values, value: Value) -> Value:
    """A panelled matrix as plain rows."""
    panel = _panel(value)
    in_panels, in_rows, numbers = _panelling(values, panel, value.bits)
    call = Call(General.UNPANEL, (in_rows, replace(in_panels, value=value)), numbers)
    return GeneralOp(Vector((panel.rows * panel.columns, 0)), value.bits, (value,), Space.WHOLE, (call,))


def _panelled(values: Values, value: Value, panel: Panel) -> Value:
    """A matrix that lies in plain rows, in panels."""
    in_panels, in_rows, numbers = _panelling(values, panel, value.bits)
    call = Call(General.PANEL, (in_panels, replace(in_rows, value=value)), numbers)
    return GeneralOp(panel, value.bits, (value,), Space.WHOLE, (call,))


def _panel(value: Value) -> Panel:
    if not isinstance(value.form, Panel):
        msg = f"expected a panel, received {value.form}"
        raise TypeError(msg)
    return value.form


def _panelling(values: Values, panel: Panel, bits: int) -> tuple[Strided, Strided, tuple[int, int]]:
    """A matrix in panels and in rows, and the numbers that both copies need."""
    dims = (extent(panel.rows), extent(panel.columns))
    in_panels = Strided(None, dims, ((values.machine.padded(panel.columns, bits), 0), (1, 0)))
    in_rows = Strided(None, dims, ((panel.columns, 0), (1, 0)))
    return in_panels, in_rows, (values.machine.full_panel(bits), -(-panel.rows // UNIT_ROWS) * UNIT_ROWS)


def reformed(values: Values, value: Value, form: Form) -> Value:
    """The numbers of a value, which stay in row-major order, in another form."""
    if isinstance(form, Panel):
        return values.add(_panelled(values, values.formed(value, Vector((form.rows * form.columns, 0))), form))
    if isinstance(value.form, Panel):
        return values.formed(values.plain(value), form)
    if isinstance(value.form, RowsForm) and isinstance(form, RowsForm):
        return values.formed(values.formed(value, Vector((0, value.form.columns))), form)
    one_per_row = Vector((0, 1)) in (form, value.form)
    return values.add(_copy(values, value, form, value.bits, _dims_of(form), one_per_row))


def transposed(values: Values, value: Value) -> Value:
    """A panelled matrix, transposed, in panels."""
    panel = _panel(value)
    plain = values.plain(value)
    dims, form = (panel.columns, panel.rows), Vector((panel.rows * panel.columns, 0))
    result = Strided(None, *_shape(values, form, dims, value.bits))
    source = Strided(plain, result.dims, ((1, 0), (panel.columns, 0)))
    turned = values.add(GeneralOp(form, value.bits, (plain,), Space.WHOLE, (Call(General.COPY, (result, source)),)))
    return values.formed(turned, Panel(panel.columns, panel.rows))


# --- views ---


def _view(values: Values, node: Node, pick: Callable[[Strided], Strided]) -> Value:
    """A value that is a view of its input, copied."""
    (x,) = node.inputs
    value = values.plain(values.value(x))
    result, source = result_of(values, node.dims, value.bits), array(values, value, x.dims)
    return made_by(values, node, value.bits, [value], [Call(General.COPY, (result, pick(source)))])


def broadcast(values: Values, node: Node) -> Value:
    """Repeat along new axes: strides of zero."""
    axes = node.attrs["axes"]
    dims = tuple(extent(dim) for dim in node.dims)

    def pick(x: Strided) -> Strided:
        strides = tuple(x.strides[axes.index(k)] if k in axes else (0, 0) for k in range(node.ndim))
        return replace(x, dims=dims, strides=strides)

    return _view(values, node, pick)


def transpose(values: Values, node: Node) -> Value:
    """Permute the axes."""
    return _view(values, node, lambda x: x.ordered(node.attrs["perm"]))


def slice_(values: Values, node: Node) -> Value:
    """Every step-th element from start."""
    start, step = node.attrs["start"], node.attrs["step"]
    dims = tuple(extent(dim) for dim in node.dims)

    def pick(x: Strided) -> Strided:
        strides = tuple(times(stride, by) for stride, by in zip(x.strides, step, strict=True))
        return replace(x, dims=dims, strides=strides, offset=_first(x, start))

    return _view(values, node, pick)


def _first(x: Strided, start: Sequence[int]) -> Extent:
    """Where the element at these positions lies."""
    offset: Extent = (0, 0)
    for stride, position in zip(x.strides, start, strict=True):
        offset = plus(offset, times(stride, position))
    return offset


def flip(values: Values, node: Node) -> Value:
    """Reverse axes: strides turned round. The rows may be among them."""
    (x,) = node.inputs
    return _view(values, node, lambda source: flipped(source, x.dims, node.attrs["axes"]))


def flipped(source: Strided, dims: Dims, axes: Sequence[int]) -> Strided:
    """An array read backwards along axes."""
    offset, strides = source.offset, list(source.strides)
    for k in axes:
        stride = strides[k]
        if dims[k] is R:
            # (R - 1) · stride; a stride that itself grows with the rows has them as another axis, which there is not.
            offset = plus(offset, (-stride[0], stride[0]))
        else:
            offset = plus(offset, times(stride, max(fixed(dims[k]) - 1, 0)))
        strides[k] = times(stride, -1)
    return replace(source, strides=tuple(strides), offset=offset)


# --- placement ---


def pad(values: Values, node: Node) -> Value:
    """Zeros around and between: a fill, then a copy into the places."""
    (x,) = node.inputs
    value = values.plain(values.value(x))
    whole, source = result_of(values, node.dims, value.bits), array(values, value, x.dims)
    strides = tuple(times(stride, by + 1) for stride, by in zip(whole.strides, node.attrs["interior"], strict=True))
    inside = Strided(None, source.dims, strides, _first(whole, node.attrs["low"]))
    calls = [Call(General.FILL, (whole,), (double_bits(0.0),)), Call(General.COPY, (inside, source))]
    return made_by(values, node, value.bits, [value], calls)


def concatenate(values: Values, node: Node) -> Value:
    """Copies side by side."""
    axis = node.attrs["axis"]
    parts = [values.plain(values.value(x)) for x in node.inputs]
    bits = max(part.bits for part in parts)
    parts = [values.as_bits(part, bits) for part in parts]
    whole = result_of(values, node.dims, bits)
    calls: list[Call] = []
    start = 0
    for x, part in zip(node.inputs, parts, strict=True):
        source = array(values, part, x.dims)
        inside = Strided(None, source.dims, whole.strides, times(whole.strides[axis], start))
        calls.append(Call(General.COPY, (inside, source)))
        start += fixed(x.dims[axis])
    return made_by(values, node, bits, parts, calls)
