"""The grammar of a Program: a well-formed one passes, each kind of malformed one is named."""

from dataclasses import replace

import numpy as np
import pytest

from hagang.errors import ProgramError
from hagang.graph import Node, R, make
from hagang.ops import OPS
from hagang.ops import arithmetic as ar
from hagang.ops.broadcast import sum_
from hagang.ops.leaf import constant, input_node
from hagang.program import Program, verify

W = input_node("w", (2,), np.float64)
X = input_node("x", (R, 2), np.float64, "batch")
RATE = input_node("rate", (), np.float64, "scalar")
LOSS = sum_(ar.multiply(X, W), (0, 1))
STEP = ar.subtract(W, ar.multiply(sum_(X, (0,)), RATE))


def test_a_well_formed_program_comes_back_itself():
    program = Program({"w": STEP}, {"loss": LOSS, "done": ar.less(LOSS, 0.0)}, stop="done")
    assert verify(program) is program


def test_a_slot_may_be_made_without_being_read():
    verify(Program({"new": constant(1.0)}))


def altered(node, **changes):
    return Node(**{**{key: getattr(node, key) for key in ("op", "inputs", "attrs", "dims", "dtype")}, **changes})


ADD = OPS["add"]
FOREIGN = replace(ADD)
SUM = sum_(W, (0,))


@pytest.mark.parametrize(
    ("program", "said"),
    [
        (Program(outputs={"y": make(FOREIGN, W, W)}), "op 'add' is not among the known ops"),
        (Program(outputs={"y": altered(LOSS, dims=(1,))}), r"Node\(sum float64\(1,\)\) should be float64\(\)"),
        (Program(outputs={"y": altered(LOSS, dtype=np.dtype(np.float32))}), r"should be float64\(\)"),
        (Program(outputs={"y": altered(SUM, attrs={"axes": (3,)})}), r"sum: expected distinct axes of \(2,\)"),
        (
            Program(outputs={"y": altered(SUM, attrs={})}),
            "attributes that its op does not know: KeyError 'axes'",
        ),
        (Program(outputs={"y": altered(SUM, inputs=())}), "its op does not know: ValueError"),
        (Program(outputs={"y": altered(SUM, attrs={"axes": None})}), "does not know: TypeError"),
        (Program(outputs={"y": constant(np.float16(1))}), "has dtype float16"),
        (Program(outputs={"y": constant(np.uint8(1))}), "has dtype uint8"),
        (
            Program(outputs={"y": input_node("a", (), np.float64, "weight")}),
            "input 'a' has role 'weight'; expected",
        ),
        (
            Program(outputs={"y": input_node("a", (R,), np.float64)}),
            "input 'a' has rows .* only a batch input has them",
        ),
        (Program(outputs={"y": input_node("a", (2, R), np.float64, "batch")}), "as its first axis"),
        (Program(outputs={"y": input_node("a", (1,), np.float64, "scalar")}), r"scalar 'a' has dims \(1,\)"),
        (Program(outputs={"y": input_node("a", (), np.uint8)}), "input 'a' has dtype uint8"),
        (Program(outputs={"y": ar.add(W, input_node("w", (2,), np.float64))}), "two inputs are called 'w'"),
        (Program({"w": X}), r"the update of slot 'w' has rows: \(R, 2\)"),
        (Program({"w": ar.multiply(LOSS, 1.0)}), r"slot 'w' is float64\(2,\), its update float64\(\)"),
        (Program({"w": ar.cast(STEP, np.float32)}), r"slot 'w' is float64\(2,\), its update float32\(2,\)"),
        (Program({"rate": ar.add(RATE, 1.0)}), "'rate' is updated but is a scalar, not a slot"),
        (
            Program(outputs={"loss": LOSS}, stop="done"),
            "stop expects a boolean scalar among the outputs, .* None",
        ),
        (Program(outputs={"loss": LOSS}, stop="loss"), "stop expects a boolean scalar"),
        (Program(outputs={"done": ar.less(W, 0.0)}, stop="done"), r"received 'done': Node\(less bool\(2,\)\)"),
    ],
)
def test_what_is_malformed_is_named(program, said):
    with pytest.raises(ProgramError, match=f"malformed Program: .*{said}"):
        verify(program)


def test_images_may_enter_as_bytes():
    pixels = input_node("pixels", (R, 4), np.uint8, "batch")
    verify(Program(outputs={"y": ar.cast(pixels, np.float32)}))


def test_inputs_are_found_by_role():
    program = Program({"w": STEP}, {"loss": LOSS})
    assert list(program.inputs) == ["w", "x", "rate"]
    assert program.with_role("batch") == {"x": X}
    assert program.with_role("scalar") == {"rate": RATE}


def test_a_program_prints_itself():
    program = Program({"w": STEP}, {"loss": LOSS})
    assert [line.split("  ")[0] for line in str(program).splitlines()] == [
        "%w = input(role=slot)",
        "%x = input(role=batch)",
        "%0 = sum(%x, axes=(0,))",
        "%rate = input(role=scalar)",
        "%1 = broadcast(%rate, shape=(2,), axes=())",
        "%2 = multiply(%0, %1)",
        "%3 = subtract(%w, %2)",
        "%4 = broadcast(%w, shape=(R, 2), axes=(1,))",
        "%5 = multiply(%x, %4)",
        "%6 = sum(%5, axes=(0, 1))",
        "w' = %3",
        "loss = %6",
    ]
