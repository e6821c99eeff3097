"""Sessions and chunks on the reference runtime."""

import numpy as np
import pytest

from hagang.errors import ArgumentError, ShapeError
from hagang.graph import R
from hagang.ops.arithmetic import add, less, multiply
from hagang.ops.broadcast import sum_
from hagang.ops.leaf import input_node
from hagang.program import Program, optimise
from hagang.runtime import Chunk, open_session


def counting_program():
    total = input_node("total", (), "float64")
    x = input_node("x", (R,), "float64", "batch")
    rate = input_node("rate", (), "float64", "scalar")
    new = add(total, multiply(rate, sum_(x, (0,))))
    return optimise(
        Program(
            updates={"total": new},
            outputs={"total": new, "twice": multiply(x, 2.0), "over": less(new, 0.0)},
        )
    )


def test_steps_take_their_rows_and_scalars_in_order():
    session = open_session({"total": 0.0}, runtime="reference")
    chunk = Chunk(
        {"x": np.arange(5.0)},
        order=np.array([4, 3, 2, 1, 0]),
        batch_size=2,
        steps=3,
        scalars={"rate": np.array([1.0, 10.0, 100.0])},
    )
    result = session.run(counting_program(), chunk)
    # 1·(4 + 3) = 7, + 10·(2 + 1) = 37, + 100·0 = 37: the last batch is short
    np.testing.assert_array_equal(result.outputs["total"], [7.0, 37.0, 37.0])
    np.testing.assert_array_equal(result.outputs["twice"], [8.0, 6.0, 4.0, 2.0, 0.0])
    assert session.read()["total"] == 37.0


def test_slots_are_copied_in_and_out():
    start = np.zeros(())
    session = open_session({"total": start}, runtime="reference")
    session.run(counting_program(), Chunk({"x": np.ones(2)}, scalars={"rate": np.ones(1)}))
    assert start == 0.0
    held = session.read()["total"]
    held[...] = 5.0
    assert session.read()["total"] == 2.0


def test_stop_ends_the_chunk_at_the_very_step():
    total = input_node("total", (), "float64")
    new = add(total, 1.0)
    program = optimise(Program({"total": new}, {"done": less(2.5, new)}, stop="done"))
    session = open_session({"total": 0.0}, runtime="reference")
    result = session.run(program, Chunk(steps=10))
    assert (result.steps, result.stopped) == (3, True)
    assert session.read()["total"] == 3.0


def test_the_step_number_is_exact_and_counts_through_chunks():
    t = input_node("t", (), "int64", "scalar")
    session = open_session({}, runtime="reference")
    result = session.run(optimise(Program(outputs={"t": add(t, 0)})), Chunk(steps=3, first_step=2**53 + 1))
    np.testing.assert_array_equal(result.outputs["t"], [2**53 + 1, 2**53 + 2, 2**53 + 3])


@pytest.mark.parametrize(
    ("chunk", "error", "text"),
    [
        (
            Chunk({"y": np.ones(2)}, scalars={"rate": np.ones(1)}),
            ArgumentError,
            "batch 'x' is read by the Program but was not given; given: y",
        ),
        (Chunk({"x": np.ones(2)}), ArgumentError, "scalar 'rate': expected 1 values"),
        (
            Chunk({"x": np.ones((2, 2))}, scalars={"rate": np.ones(1)}),
            ShapeError,
            r"batch 'x': expected float64\(R,\), received float64\(2, 2\)",
        ),
        (
            Chunk({"x": np.ones(2, np.float32)}, scalars={"rate": np.ones(1)}),
            ShapeError,
            "expected float64.*received float32",
        ),
    ],
)
def test_what_is_missing_or_does_not_fit_is_named(chunk, error, text):
    session = open_session({"total": 0.0}, runtime="reference")
    with pytest.raises(error, match=text):
        session.run(counting_program(), chunk)


def test_unknown_runtime():
    with pytest.raises(ArgumentError, match="runtime: expected one of reference"):
        open_session({}, runtime="quantum")
