"""From nodes to values: which kernel computes each node, and in which layout its value lies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import ProgramError
from hagang.graph import Kind, Node, Op, R, has_rows, known_count
from hagang.ops.arithmetic import bfloat16_op, cast_op, where_op
from hagang.ops.broadcast import broadcast_op, reshape_op, transpose_op
from hagang.ops.contract import contract_op
from hagang.ops.index import scatter_add_op, take_op
from hagang.ops.layout import concatenate_op, flip_op, pad_op, slice_op
from hagang.ops.leaf import input_op
from hagang.ops.linalg import det_op, solve_op
from hagang.ops.random import random_uniform_op
from hagang.ops.reduce import argmax_op, argsort_op, cumsum_op
from hagang.runtime.native import general_ops, movement
from hagang.runtime.native.instructions import COSTS, cast_instruction, is_fold
from hagang.runtime.native.layouts import Layout, Machine, PaddedRows, Panels, Vector, extent, layout_of
from hagang.runtime.native.parts import FOLDS
from hagang.runtime.native.values import (
    FULL,
    PER_COLUMN,
    PER_ROW,
    SINGLE,
    Anchor,
    Batch,
    ConstantArray,
    Mirror,
    Operand,
    Scalar,
    Slot,
    Tape,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy.typing as npt

    from hagang.runtime.native.prologue import PrologueBuilder
    from hagang.runtime.native.values import V

__all__ = ["Translator"]


class Translator:
    """Makes the value of each node, in order."""

    def __init__(
        self, machine: Machine, float_bits: int, hoisted: set[Node], narrow: set[Node], scalars: PrologueBuilder
    ) -> None:
        self.machine = machine
        self.float_bits = float_bits
        self.values: list[Value] = []
        self._hoisted = hoisted
        self._narrow = narrow
        self._scalars = scalars
        self._of: dict[Node, Value] = {}
        self._known: dict[tuple[Any, ...], Value] = {}

    # --- asking for values ---

    def value(self, node: Node, bits: int | None = None) -> Value:
        """The node's value, in this many bits per number if that matters."""
        width = bits or self.bits(node)
        if node in self._hoisted:
            return self._once(("scalar", node, width), lambda: self._scalar(node, width))
        if node.is_constant:
            return self._once(("constant", node, width), lambda: self._constant(node, width))
        if node not in self._of:
            self._of[node] = self._make(node)
        return self.as_bits(self._of[node], width)

    def prepare(self, nodes: Iterable[Node]) -> None:
        """Make the values of nodes, each after its inputs, so that none asks far down for others: depth is no limit.

        Broadcasts are left out: who reads them reads in place where it can.
        """
        for node in nodes:
            if node.op is not broadcast_op and not node.is_constant and node not in self._hoisted:
                self.value(node)

    def bits(self, node: Node) -> int:
        """How wide the node's numbers are kept."""
        if node.dtype.kind == "f":
            return node.dtype.itemsize * 8
        if node in self._narrow:
            return 32
        if node.dtype.kind in "iu":
            return 64
        return self._of[node].bits if node in self._of else self.float_bits

    def as_bits(self, value: Value, bits: int) -> Value:
        """The same numbers in this many bits."""
        if value.bits == bits:
            return value
        return self._once(("bits", value, bits), lambda: self.add(movement.converted(self, value, bits)))

    def plain(self, value: Value) -> Value:
        """The same numbers without panels, from the beginning of a buffer of their own."""
        if isinstance(value, Scalar):
            return self._once(("stored", value), lambda: self.tape("move", value.layout, value.bits, [(value, SINGLE)]))
        if not isinstance(value.layout, Panels):
            return value
        return self._once(("plain", value), lambda: self.add(movement.unpanelled(self, value)))

    def in_layout(self, value: Value, layout: Layout) -> Value:
        """The same numbers, in row-major order, in another layout."""
        if value.layout == layout:
            return value
        if isinstance(value, Scalar):
            return self.in_layout(self.plain(value), layout)
        return self._once(("layout", value, layout), lambda: movement.changed_layout(self, value, layout))

    def add(self, value: V) -> V:
        """Note a new value; values are listed in the order in which they can be computed."""
        self.values.append(value)
        return value

    def _once(self, key: tuple[Any, ...], make: Callable[[], Value]) -> Value:
        if key not in self._known:
            self._known[key] = make()
        return self._known[key]

    # --- leaves ---

    def _scalar(self, node: Node, bits: int) -> Value:
        return self.add(Scalar(Vector((1, 0)), bits, self._scalars.result(node, bits)))

    def _constant(self, node: Node, bits: int) -> Value:
        return self.constant(node.attrs["value"], layout_of(node.dims), bits)

    def constant(self, array: npt.ArrayLike, layout: Layout, bits: int) -> Value:
        """A constant in a layout."""
        numbers = np.asarray(array, np.float64)
        if isinstance(layout, Panels):
            numbers = self.machine.panelled(numbers.reshape(layout.rows, layout.columns), bits)
        return self.add(ConstantArray(layout, bits, numbers.ravel()))

    def slot(self, node: Node) -> Value:
        """The slot of an input node. A session, which several Programs share, keeps all but float32 in 64 bits."""
        name, bits = node.attrs["name"], 32 if node.dtype == np.float32 else 64
        return self._once(("slot", name), lambda: self.add(Slot(layout_of(node.dims), bits, name)))

    def _input(self, node: Node) -> Value:
        if node.attrs["role"] == "slot":
            return self.slot(node)
        name, count = node.attrs["name"], known_count(node.dims)
        if has_rows(node.dims):
            return self.add(Batch(layout_of(node.dims), self.bits(node), name, count, by_rows=True))
        whole = self.add(Batch(Vector((count, 0)), self.bits(node), name, count, by_rows=False))
        return self.in_layout(whole, layout_of(node.dims))

    # --- nodes ---

    def _make(self, node: Node) -> Value:
        if node.op is cast_op:
            return self._cast(node, layout_of(node.dims))
        if node.is_elementwise:
            return self._elementwise(node)
        if node.op.kind is Kind.IDENTITY:
            return self.value(node.inputs[0])
        if is_fold(node):
            return self._reduce(node)
        lower = _LOWERINGS.get(node.op)
        if lower is None:
            msg = (
                f"op '{node.op.name}': expected one that the native runtime has a kernel for; add it to "
                "src/hagang/runtime/native/translate.py, or run with runtime='reference'"
            )
            raise ProgramError(msg)
        return lower(self, node)

    def _elementwise(self, node: Node) -> Value:
        layout, bits = layout_of(node.dims), self._working_bits(node)
        operands = [self.operand(x, layout, bits) for x in node.inputs]
        leading = [self.constant(np.float64(node.attrs[name]), Vector((1, 0)), bits) for name in node.op.leading]
        return self.tape(str(node.op.instruction), layout, bits, [*((x, SINGLE) for x in leading), *operands])

    def tape(self, instruction: str, layout: Layout, bits: int, operands: list[Operand]) -> Value:
        """A pointwise instruction."""
        return self.add(Tape(layout, bits, instruction, tuple(operands), COSTS.get(instruction, 1) > 1))

    def _working_bits(self, node: Node) -> int:
        """Comparisons work in their operands' bits, all else in the result's."""
        if node.op is where_op:
            return max(self.bits(x) for x in node.inputs[1:]) if node.dtype.kind != "b" else self.float_bits
        if node.dtype.kind == "f":
            return self.bits(node)
        return max(self._least_bits(x) for x in node.inputs)

    def _least_bits(self, node: Node) -> int:
        while node.op is broadcast_op:
            (node,) = node.inputs
        if node.dtype.kind in "iu" and node.is_constant and node in self._narrow:
            return 32
        if node.dtype.kind == "b":
            self.value(node)
        return self.bits(node)

    def _cast(self, node: Node, layout: Layout) -> Value:
        (x,) = node.inputs
        op = cast_instruction(x.dtype, node.dtype)
        if node.dtype.kind == "f":
            source = self._source_bits(x)
            if op == "single" or source != self.bits(node):
                return self.value(x, self.bits(node)) if x.op is not broadcast_op else self._spread(x, self.bits(node))
            return self.value(x, self.bits(node))
        bits = self._source_bits(x)
        return self.value(x, bits) if op is None else self.tape(op, layout, bits, [self.operand(x, layout, bits)])

    def _source_bits(self, node: Node) -> int:
        if node not in self._hoisted and not node.is_constant:
            return self.value(node).bits
        return self.bits(node)

    def _spread(self, node: Node, bits: int) -> Value:
        return self.as_bits(self.value(node), bits)

    # --- operands of tapes ---

    def operand(self, node: Node, layout: Layout, bits: int) -> Operand:
        """How a tape over a layout reads a node of its domain's dims: a broadcast in place where it can be."""
        if node.is_constant and node not in self._hoisted:
            array = node.attrs["value"]
            if array.size and np.all(array == array.flat[0]) and not np.any(np.isnan(np.asarray(array, float))):
                zero = np.signbit(array).any() and array.flat[0] == 0
                if not zero or np.signbit(array).all():
                    return self._single(array.flat[0], bits), SINGLE
        if node.op is broadcast_op:
            in_place = self._broadcast_operand(node, layout, bits)
            if in_place:
                return in_place
        if node.dims == () and (node in self._hoisted or node.is_constant):
            return self.value(node, bits), SINGLE
        return self.value(node, bits), FULL

    def _single(self, number: Any, bits: int) -> Value:
        key = ("single", np.float64(number).tobytes(), bits)
        return self._once(key, lambda: self.constant(np.float64(number), Vector((1, 0)), bits))

    def _broadcast_operand(self, node: Node, layout: Layout, bits: int) -> Operand | None:
        (x,), axes = node.inputs, node.attrs["axes"]
        if not has_rows(x.dims) and known_count(x.dims) == 1:
            if x.is_constant:
                return self._single(x.attrs["value"].flat[0], bits), SINGLE
            return self.value(x, bits), SINGLE
        if isinstance(layout, PaddedRows):
            return self._row_operand(node, x, axes, layout, bits)
        if isinstance(layout, Panels) and x.ndim == 1:
            return self.value(x, bits), PER_COLUMN if axes == (1,) else PER_ROW
        return None

    def _row_operand(self, node: Node, x: Node, axes: tuple[int, ...], layout: PaddedRows, bits: int) -> Operand | None:
        rows = node.dims.index(R)
        if has_rows(x.dims):
            one_per_row = known_count(x.dims) == 1 and axes[x.dims.index(R)] == rows
            return (self.value(x, bits), PER_ROW) if one_per_row else None
        trailing = [k for k, dim in enumerate(node.dims) if k > rows and dim != 1]
        covers = [k for k, dim in zip(axes, x.dims) if dim != 1] == trailing and known_count(x.dims) == layout.columns
        return (self.plain(self.value(x, bits)), PER_COLUMN) if covers else None

    # --- products ---

    def _contract(self, node: Node) -> Value:
        rounded = self.machine.bfloat16 and all(x.op is bfloat16_op for x in node.inputs)
        a, b = (x.inputs[0] for x in node.inputs) if rounded else node.inputs
        left, right, out = node.attrs["left"], node.attrs["right"], node.attrs["out"]
        for x, y, of_x, of_y in ((a, b, left, right), (b, a, right, left)):
            product = self._rows_times_panel(x, y, of_x, of_y, out, node) or self._tile_product(
                x, y, of_x, of_y, out, node
            )
            if product:
                product.how = int(rounded)
                return product
        return general_ops.contraction(self, node)

    def _rows_times_panel(self, x: Node, w: Node, of_x: Any, of_w: Any, out: Any, node: Node) -> Anchor | None:
        """(R, k) · (k, n) → (R, n), the second operand free of rows and in either order."""
        if x.ndim != 2 or w.ndim != 2 or x.dims[0] is not R or has_rows(w.dims) or out[0] != of_x[0]:
            return None
        k, n = of_x[1], out[1]
        if k in out or sorted(of_w) != sorted((k, n)) or not known_count(node.dims):
            return None
        weights = self.value(w)
        if of_w == (n, k):
            weights = self._transposed(weights)
        return self.add(
            Anchor(layout_of(node.dims), self.bits(node), "contract_rows", self.value(x), weights, extent(x.dims[1]))
        )

    def _transposed(self, value: Value) -> Value:
        layout = value.layout
        if not isinstance(layout, Panels):
            msg = "a weight of a product lies in panels"
            raise ProgramError(msg)
        if isinstance(value, Slot):
            turned = Panels(layout.columns, layout.rows)
            return self._once(("mirror", value), lambda: self.add(Mirror(turned, value.bits, value)))
        return self._once(("turned", value), lambda: movement.transposed(self, value))

    def _tile_product(self, x: Node, g: Node, of_x: Any, of_g: Any, out: Any, node: Node) -> Anchor | None:
        """(R, m) · (R, n) summed over the rows → (m, n)."""
        if x.ndim != 2 or g.ndim != 2 or x.dims[0] is not R or g.dims[0] is not R or of_x[0] != of_g[0]:
            return None
        if out != (of_x[1], of_g[1]) or not known_count(node.dims):
            return None
        return self.add(
            Anchor(layout_of(node.dims), self.bits(node), "contract_tile", self.value(x), self.value(g), (0, 1))
        )

    # --- reductions ---

    def _reduce(self, node: Node) -> Value:
        (x,), axes = node.inputs, node.attrs["axes"]
        how = FOLDS[str(node.op.instruction)]
        value, layout = self.value(x), layout_of(node.dims)
        source = value.layout
        rows_only = [x.dims[k] for k in axes if x.dims[k] != 1] == [R]
        all_but_rows = has_rows(node.dims) and node.dims != x.dims and known_count(node.dims) == 1
        if isinstance(source, PaddedRows) and source.columns > 0:
            if all_but_rows and layout == Vector((0, 1)):
                return self.add(Anchor(layout, value.bits, "reduce_rows", value, None, (source.columns, 0), how))
            if rows_only and isinstance(layout, Vector):
                return self.add(Anchor(layout, value.bits, "reduce_columns", value, None, (0, 1), how))
        whole = known_count(node.dims) == 1 and not has_rows(node.dims)
        if whole and isinstance(source, Vector) and isinstance(layout, Vector):
            return self.add(Anchor(layout, value.bits, "reduce_all", value, None, source.count, how))
        return general_ops.reduction(self, node, how)

    def _reshape(self, node: Node) -> Value:
        return self.in_layout(self.value(node.inputs[0]), layout_of(node.dims))


_LOWERINGS: dict[Op, Callable[[Translator, Node], Value]] = {
    input_op: Translator._input,
    contract_op: Translator._contract,
    reshape_op: Translator._reshape,
    broadcast_op: movement.broadcast,
    transpose_op: movement.transpose,
    slice_op: movement.slice_,
    pad_op: movement.pad,
    flip_op: movement.flip,
    concatenate_op: movement.concatenate,
    argmax_op: general_ops.argmax,
    argsort_op: general_ops.argsort,
    cumsum_op: general_ops.cumsum,
    take_op: general_ops.take,
    scatter_add_op: general_ops.scatter_add,
    solve_op: general_ops.solve,
    det_op: general_ops.det,
    random_uniform_op: general_ops.random_uniform,
}
"""How each op is computed that is neither elementwise nor a fold."""
