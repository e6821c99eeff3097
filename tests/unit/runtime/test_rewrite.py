"""What the native lowering rewrites, joins and counts: no value tells of it, only speed would."""

import numpy as np
import pytest

from hagang.graph import R
from hagang.ops import arithmetic, functions
from hagang.ops.broadcast import broadcast, reshape, sum_
from hagang.ops.contract import contract
from hagang.ops.leaf import constant, input_node, row_count
from hagang.program import Program, optimise

pytest.importorskip("hagang._native")
from hagang.runtime.native.lower import lower
from hagang.runtime.native.parts import KernelKind
from hagang.runtime.native.rewrite import rewrite


def slot(name, *dims, dtype="float64"):
    return input_node(name, dims, dtype)


def plan(program):
    slots = {name: k for k, name in enumerate({**program.with_role("slot"), **program.updates})}
    return lower(program, slots, scalar_limit=0).plan


def rewritten(node):
    return rewrite([node])[0]


def test_a_column_of_rows_is_computed_as_a_plain_vector():
    x = input_node("x", (R,), "float64", "batch")
    column = functions.exp(reshape(x, (R, 1)))
    node = rewritten(arithmetic.multiply(column, column))
    assert node.op.name == "reshape"
    assert node.inputs[0].dims == (R,)
    kept = functions.exp(input_node("y", (R, 1), "float64", "batch"))
    assert rewritten(kept).op.name == "exp"


def test_elementwise_ops_come_before_the_broadcast():
    a, b = slot("a", 3), slot("b", 3)
    node = rewritten(arithmetic.add(*(broadcast(each, (R, 3), (1,)) for each in (a, b))))
    assert (node.op.name, node.inputs[0].op.name) == ("broadcast", "add")


@pytest.mark.parametrize(
    ("by", "op"),
    [
        (input_node("lr", (), "float64", "scalar"), "multiply"),
        (arithmetic.multiply(input_node("lr", (), "float64", "scalar"), 3.0), "multiply"),
        (row_count("float64"), "multiply"),
        (constant(3.0), "divide"),
        (slot("s"), "divide"),
        (arithmetic.multiply(slot("s"), 3.0), "divide"),
    ],
)
def test_only_by_what_is_scheduled_is_divided_by_a_product_with_the_reciprocal(by, op):
    assert rewritten(arithmetic.divide(slot("x", 5), broadcast(by, (5,), ()))).op.name == op


def test_what_reads_the_same_arrays_shares_a_kernel():
    w, v = slot("w", 70), slot("v", 70)
    moved = arithmetic.add(arithmetic.multiply(v, 0.9), w)
    program = optimise(Program({"v": moved, "w": arithmetic.subtract(w, arithmetic.multiply(v, 0.1))}))
    kernels = [kernel for kernel in plan(program).kernels if kernel.kind is KernelKind.POINTWISE_VECTOR]
    assert len(kernels) == 1


def test_work_is_counted_in_multiply_adds():
    x, w = input_node("x", (R, 20), "float32", "batch"), slot("w", 20, 70, dtype="float32")
    product = plan(optimise(Program(outputs={"h": contract(x, w, (0, 1), (1, 2), (0, 2))})))
    assert 20 * 70 <= product.work < 20 * 70 + 70
    assert product.fixed_work < 70
    long = plan(optimise(Program({"w": functions.exp(functions.tanh(slot("w", 800)))})))
    assert (long.work, long.fixed_work) == (0, 800 * 2 // 8)
    rows = plan(optimise(Program(outputs={"y": functions.exp(input_node("x", (R, 80), "float64", "batch"))})))
    assert rows.fixed_work == 0
    assert rows.work >= 80 // 8


def test_codes_compared_with_small_numbers_stay_narrow():
    codes = input_node("k", (R,), np.int64, "batch")
    x = input_node("x", (R,), "float32", "batch")
    own = arithmetic.where(arithmetic.equal(codes, 2), x, 0.0)
    buffers = plan(optimise(Program(outputs={"sum": sum_(own, (0,))}))).buffers
    assert {buffer.bits for buffer in buffers} == {32}
