"""Values that are other values' numbers elsewhere: other bits, other layouts, other orders. Views of any strides."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hagang.graph import R, has_rows, known_count
from hagang.runtime.native.layouts import (
    UNIT_ROWS,
    Extent,
    Layout,
    PaddedRows,
    Panels,
    Vector,
    extent,
    fixed,
    layout_of,
    strides_of,
)
from hagang.runtime.native.parts import General, Space, double_bits
from hagang.runtime.native.values import Call, GeneralOp, Strided, Value, Values

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hagang.graph import Dims, Node


def array(values: Values, value: Value, dims: Dims) -> Strided:
    """A whole value as an array of these dims."""
    return Strided(value, *_shape(values, value.layout, dims, value.bits))


def result_of(values: Values, dims: Dims, bits: int) -> Strided:
    """The array that a general op is to fill."""
    return Strided(None, *_shape(values, _result_layout(dims), dims, bits))


def _shape(values: Values, layout: Layout, dims: Dims, bits: int) -> tuple[tuple[Extent, ...], tuple[Extent, ...]]:
    return tuple(extent(dim) for dim in dims), tuple(strides_of(layout, dims, values.machine, bits))


def _result_layout(dims: Dims) -> Layout:
    """General ops fill no panels."""
    layout = layout_of(dims)
    return Vector((known_count(dims), 0)) if isinstance(layout, Panels) else layout


def made_by(
    values: Values, node: Node, bits: int, inputs: Sequence[Value], calls: Sequence[Call], by_rows: bool | None = None
) -> Value:
    """The node's value, filled by general ops, in the layout that its dims have."""
    rows = carries_rows(node) if by_rows is None else by_rows
    space = Space.ROWS if rows else Space.WHOLE
    value = values.add(GeneralOp(_result_layout(node.dims), bits, tuple(inputs), space, tuple(calls)))
    return values.in_layout(value, layout_of(node.dims))


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


def _copy(values: Values, value: Value, layout: Layout, bits: int, dims: Dims, rows: bool) -> GeneralOp:
    """A value's numbers, which have these dims in both layouts, in another layout or with other bits."""
    result = Strided(None, *_shape(values, layout, dims, bits))
    call = Call(General.COPY, (result, array(values, value, dims)))
    return GeneralOp(layout, bits, (value,), Space.ROWS if rows else Space.WHOLE, (call,))


def converted(values: Values, value: Value, bits: int) -> Value:
    """The numbers of a value with other bits, in the same layout."""
    layout = value.layout
    if isinstance(layout, Panels):
        return values.in_layout(values.as_bits(values.plain(value), bits), layout)
    rows = isinstance(layout, PaddedRows) or layout == Vector((0, 1))
    return _copy(values, value, layout, bits, _dims_of(layout), rows)


def _dims_of(layout: Layout) -> Dims:
    """Dims under which a layout's numbers are in row-major order."""
    if isinstance(layout, PaddedRows):
        return (R, layout.columns)
    if isinstance(layout, Panels):
        return (layout.rows, layout.columns)
    return (R, layout.count[1]) if layout.count[1] else (layout.count[0],)


def unpanelled(values: Values, value: Value) -> Value:
    """A panelled matrix as plain rows."""
    panel = _panel(value)
    in_panels, in_rows, numbers = _panelling(values, panel, value.bits)
    call = Call(General.UNPANEL, (in_rows, replace(in_panels, value=value)), numbers)
    return GeneralOp(Vector((panel.rows * panel.columns, 0)), value.bits, (value,), Space.WHOLE, (call,))


def _panelled(values: Values, value: Value, panel: Panels) -> Value:
    """A matrix that lies in plain rows, in panels."""
    in_panels, in_rows, numbers = _panelling(values, panel, value.bits)
    call = Call(General.PANEL, (in_panels, replace(in_rows, value=value)), numbers)
    return GeneralOp(panel, value.bits, (value,), Space.WHOLE, (call,))


def _panel(value: Value) -> Panels:
    if not isinstance(value.layout, Panels):
        msg = f"expected a panel, received {value.layout}"
        raise TypeError(msg)
    return value.layout


def _panelling(values: Values, panel: Panels, bits: int) -> tuple[Strided, Strided, tuple[int, int]]:
    """A matrix in panels and in rows, and the numbers that both copies need."""
    dims = (extent(panel.rows), extent(panel.columns))
    in_panels = Strided(None, dims, ((values.machine.padded(panel.columns, bits), 0), (1, 0)))
    in_rows = Strided(None, dims, ((panel.columns, 0), (1, 0)))
    return in_panels, in_rows, (values.machine.full_panel(bits), -(-panel.rows // UNIT_ROWS) * UNIT_ROWS)


def changed_layout(values: Values, value: Value, layout: Layout) -> Value:
    """The numbers of a value, which stay in row-major order, in another layout."""
    if isinstance(layout, Panels):
        return values.add(_panelled(values, values.in_layout(value, Vector((layout.rows * layout.columns, 0))), layout))
    if isinstance(value.layout, Panels):
        return values.in_layout(values.plain(value), layout)
    if isinstance(value.layout, PaddedRows) and isinstance(layout, PaddedRows):
        return values.in_layout(values.in_layout(value, Vector((0, value.layout.columns))), layout)
    one_per_row = Vector((0, 1)) in (layout, value.layout)
    return values.add(_copy(values, value, layout, value.bits, _dims_of(layout), one_per_row))


def transposed(values: Values, value: Value) -> Value:
    """A panelled matrix, transposed, in panels."""
    panel = _panel(value)
    plain = values.plain(value)
    dims, layout = (panel.columns, panel.rows), Vector((panel.rows * panel.columns, 0))
    result = Strided(None, *_shape(values, layout, dims, value.bits))
    source = Strided(plain, result.dims, ((1, 0), (panel.columns, 0)))
    turned = values.add(GeneralOp(layout, value.bits, (plain,), Space.WHOLE, (Call(General.COPY, (result, source)),)))
    return values.in_layout(turned, Panels(panel.columns, panel.rows))


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
