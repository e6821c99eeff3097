"""Plans as text: every kernel has its line, under its phase."""

import numpy as np
import pytest
from tests.laws import test_native as laws

from hagang.graph import R
from hagang.ops import arithmetic, functions, reduce
from hagang.ops.broadcast import broadcast, sum_
from hagang.ops.contract import contract
from hagang.ops.leaf import constant, input_node, row_count
from hagang.program import Program, optimise

pytest.importorskip("hagang._native")
from hagang.runtime.native.listing import number, shape, size
from hagang.runtime.native.lower import lower


def text(program, scalar_limit=0):
    slots = {name: k for k, name in enumerate(program.with_role("slot"))}
    return str(lower(program, slots, scalar_limit=scalar_limit).plan).splitlines()


def test_how_an_operand_covers_the_rows_is_said():
    x, b = input_node("x", (R, 5), "float32", "batch"), input_node("b", (5,), "float32")
    high = reduce.max_(arithmetic.add(x, broadcast(b, (R, 5), (1,))), (1,))
    lines = text(optimise(Program(outputs={"y": arithmetic.subtract(x, broadcast(high, (R, 5), (0,)))})))
    assert any(line.endswith("add(%x, %b per column)    float32(R, 5)") for line in lines)
    assert any("subtract(%x, %1 per row)" in line for line in lines)
    assert [line for line in lines if line.startswith("phase")] == ["phase 0"]


def test_constants_scalars_and_the_stop_value():
    x, lr = input_node("x", (3,), "float64"), input_node("lr", (), "float64", "scalar")
    table = arithmetic.add(x, constant(np.array([1.0, 2.0, 4.0])))
    moved = arithmetic.multiply(table, broadcast(arithmetic.divide(lr, 4.0), (3,), ()))
    stop = arithmetic.less(sum_(x, (0,)), 0.5)
    lines = text(Program({"x": moved}, {"stop": stop}, "stop"))
    assert lines[:2] == ["prologue", "  %s0 = divide(%lr, 4.0)"]
    assert any("add(%x, %c0)" in line for line in lines)
    assert any("multiply(t0, %s0)" in line for line in lines)
    assert any("less(t0, 0.5)" in line for line in lines)
    assert lines[-1].startswith("stop where %")


def test_a_weight_read_transposed_has_a_copy_that_is_refreshed():
    x, w = input_node("x", (R, 3), "float32", "batch"), input_node("w", (3, 4), "float32")
    h = functions.tanh(contract(x, w, (0, 1), (1, 2), (0, 2)))
    back = contract(h, w, (0, 2), (1, 2), (0, 1))
    lines = text(optimise(Program({"w": contract(x, h, (0, 1), (0, 2), (1, 2))}, {"back": back})))
    assert any("contract_rows(%0, %wᵀ)" in line for line in lines)
    assert lines[-1].strip() == "%wᵀ = transpose(%w)"


def test_the_prologue_names_what_is_only_handed_on():
    mean = arithmetic.divide(sum_(input_node("x", (R,), "float64", "batch"), (0,)), row_count("float64"))
    assert text(Program(outputs={"mean": mean}))[:2] == ["prologue", "  %s0 = R"]


def test_scalar_programs():
    x = input_node("x", (2,), "float64")
    program = Program({"x": arithmetic.multiply(x, 0.5)}, {"twice": arithmetic.add(x, x), "sum": sum_(x, (0,))})
    assert text(program, 100) == [
        "compute",
        "  %0 = add(%x[0], %x[0])",
        "  %1 = add(%x[1], %x[1])",
        "  %2 = add(%x[0], %x[1])",
        "twice = [%0, %1]",
        "sum = %2",
        "write",
        "  %x[0] = multiply(%x[0], 0.5)",
        "  %x[1] = multiply(%x[1], 0.5)",
    ]


@pytest.mark.parametrize(("name", "build"), [(name, build) for name, _, build in laws.CASES])
def test_every_kernel_has_a_line(name, build):
    inputs = laws.Inputs("float32")
    program = optimise(Program(outputs=build(inputs)))
    plan = lower(program, {name: k for k, name in enumerate(program.with_role("slot"))}, scalar_limit=0).plan
    lines = str(plan).splitlines()
    begun = [line for line in lines if line[2:7].strip() in ("rows", "tiles", "whole") and line.startswith("  ")]
    assert len(begun) == len(plan.kernels)
    assert all(any(f" {name} = %" in line for line in begun) for name in program.outputs)


def test_sizes_and_numbers():
    assert [size(each) for each in [(3, 0), (0, 1), (0, 4), (2, 1), (0, 0)]] == ["3", "R", "4R", "2 + R", "0"]
    assert [shape(64, dims) for dims in [(), ((3, 0),), ((0, 1), (2, 0))]] == [
        "float64()",
        "float64(3,)",
        "float64(R, 2)",
    ]
    assert [number(x) for x in (1.0, -0.5, 1e-8, 2e9, np.inf, np.nan)] == [
        "1.0",
        "-0.5",
        "1e-08",
        "2e+09",
        "inf",
        "nan",
    ]
