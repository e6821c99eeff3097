"""Small programs as scalar programs: which they are, what order keeps old numbers, stopping, damaged words."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hagang.graph import R
from hagang.ops import arithmetic, functions, leaf, random
from hagang.ops.broadcast import broadcast, sum_
from hagang.ops.contract import contract
from hagang.ops.layout import concatenate, slice_
from hagang.program import Program, optimise
from hagang.runtime import Chunk, reference

native = pytest.importorskip("hagang.runtime.native")
_native = pytest.importorskip("hagang._native")

from hagang.runtime.native.scalar_lowering import SCALAR_LIMIT, scalar_program  # noqa: E402  (needs the engine)


def slot(name, *dims, dtype=np.float64):
    return leaf.input_node(name, dims, dtype)


def line(program):
    return scalar_program(program, {name: k for k, name in enumerate(program.inputs)}, _native.instructions())


def same(program, slots, steps=3, scalars=None):
    chunk = Chunk(steps=steps, scalars=scalars or {})
    sessions = reference.open_session(slots), native.open_session(slots)
    wanted, got = (session.run(program, chunk) for session in sessions)
    assert (got.steps, got.stopped) == (wanted.steps, wanted.stopped)
    for name, values in wanted.outputs.items():
        np.testing.assert_array_equal(got.outputs[name], values, err_msg=name)
    for name, value in sessions[0].read().items():
        np.testing.assert_array_equal(sessions[1].read()[name], value, err_msg=name)
    return got


def test_a_descent_of_two_numbers_is_nothing_but_its_arithmetic():
    """x ← x - 0.1 · 2 (x - c): for each number a difference, and one that takes in the product."""
    x = slot("x", 2)
    away = arithmetic.subtract(x, leaf.constant(np.array([2.0, 3.0])))
    program = optimise(Program({"x": arithmetic.subtract(x, arithmetic.multiply(away, 0.2))}))
    assert [step.to for step in line(program).steps[-1:]] == [2]  # the second number, in its place
    assert len(line(program).steps) == 4
    same(program, {"x": np.array([100.0, -10.0])})


def test_slots_that_change_places_keep_their_old_numbers():
    a, b = slot("a", 2), slot("b", 2)
    program = Program({"a": b, "b": a}, {"a": a, "sum": arithmetic.add(a, b)})
    assert line(program)
    same(program, {"a": np.array([1.0, 2.0]), "b": np.array([3.0, 4.0])})


def test_a_number_that_turns_within_its_slot_is_not_overwritten_too_early():
    x = slot("x", 3)
    turned = concatenate([slice_(x, (1,), (3,), (1,)), slice_(x, (0,), (1,), (1,))], 0)
    same(Program({"x": turned}, {"x": x}), {"x": np.array([1.0, 2.0, 3.0])}, steps=4)
    same(Program({"x": arithmetic.add(arithmetic.multiply(turned, 0.5), x)}), {"x": np.array([1.0, 2.0, 3.0])}, steps=4)


def test_one_value_may_be_written_twice_and_told():
    x, y = slot("x"), slot("y")
    new = functions.exp(arithmetic.negative(x))
    same(Program({"x": new, "y": new}, {"new": new, "old": y}), {"x": np.array(0.3), "y": np.array(0.0)})


def test_scalars_and_counters():
    x, count, rate = slot("x", 2), slot("count", dtype=np.int64), leaf.input_node("lr", (), np.float64, "scalar")
    step = arithmetic.cast(leaf.input_node("t", (), np.int64, "scalar"), np.float64)
    moved = arithmetic.subtract(x, broadcast(arithmetic.divide(rate, step), (2,), ()))
    program = Program({"x": moved, "count": arithmetic.add(count, 2)}, {"count": count, "rate": rate})
    slots = {"x": np.array([1.0, 2.0]), "count": np.array(5)}
    assert line(program)
    same(program, slots, steps=700, scalars={"lr": np.linspace(1, 0, 700)})


def test_the_stop_value_ends_the_chunk_at_its_step():
    x = slot("x")
    small = arithmetic.less(x, 0.2)
    program = Program({"x": arithmetic.multiply(x, 0.5)}, {"small": small, "x": x}, stop="small")
    got = same(program, {"x": np.array(1.0)}, steps=1000)
    assert (got.steps, got.stopped) == (4, True)


def test_a_slot_may_be_the_stop_value():
    """Its old number counts, which the step itself replaces."""
    flag = slot("flag", dtype=np.bool_)
    program = Program({"flag": arithmetic.logical_not(flag)}, {"flag": flag}, stop="flag")
    assert same(program, {"flag": np.array(False)}, steps=10).steps == 2


def test_matrices_and_sums_of_products():
    w, x = slot("w", 3, 2), slot("x", 2)
    product = contract(w, x, ("i", "k"), ("k",), ("i",))
    program = Program({"w": arithmetic.multiply(w, 0.5)}, {"product": product, "all": sum_(w, (0, 1))})
    assert line(program)
    slots = {"w": np.arange(6.0).reshape(3, 2), "x": np.array([1.0, -1.0])}
    same(program, slots)


OPS = [arithmetic.add, arithmetic.subtract, arithmetic.multiply, arithmetic.maximum, arithmetic.divide]


@given(
    st.lists(st.tuples(st.sampled_from(OPS), st.integers(0, 9), st.integers(0, 9)), min_size=3, max_size=40),
    st.lists(st.integers(0, 9), min_size=2, max_size=2),
)
def test_any_arithmetic_has_the_references_bits(code, new):
    """Instructions read what was made just before (linked), make it for one reader only (pairs), or neither."""
    nodes = [slot("x"), slot("y"), leaf.constant(np.float64(0.5)), leaf.constant(np.float64(-1.25))]
    for op, a, b in code:
        nodes.append(op(nodes[-1 - a % len(nodes)], nodes[-1 - b % len(nodes)]))
    updates = {name: nodes[-1 - back % len(nodes)] for name, back in zip("xy", new, strict=True)}
    same(Program(updates, {"last": nodes[-1]}), {"x": np.array(0.3), "y": np.array(-0.7)}, steps=2)


@pytest.mark.parametrize(
    "node",
    [
        arithmetic.multiply(slot("x", SCALAR_LIMIT + 1), 2.0),
        functions.exp(slot("x", SCALAR_LIMIT // 4)),
        arithmetic.multiply(slot("x", 3, dtype=np.float32), 2.0),
        random.random_uniform(leaf.constant(1), leaf.constant(2), (3,), np.float64, 0),
        sum_(leaf.input_node("x", (R, 2), np.float64, "batch"), (0, 1)),
    ],
    ids=["long", "costly", "float32", "random", "rows"],
)
def test_what_is_left_to_the_tapes(node):
    assert line(Program(outputs={"y": node})) is None


def test_damaged_words_are_an_error_and_never_a_wild_access():
    x, rate = slot("x", 4), leaf.input_node("lr", (), np.float64, "scalar")
    value = sum_(functions.exp(x), (0,))
    moved = arithmetic.subtract(x, arithmetic.multiply(functions.exp(x), rate))
    small = arithmetic.less(value, 1.0)
    plan = line(optimise(Program({"x": moved}, {"value": value, "small": small}, "small")))
    words, numbers = plan.words(), plan.all_numbers()
    rng = np.random.default_rng(0)
    refused = 0
    for _ in range(1500):
        bad = words.copy()
        at = rng.integers(0, len(bad), rng.integers(1, 3))
        bad[at] = rng.choice([-1, 0, 1, 2, 7, 64, 1000, 1 << 20, 1 << 40, -(1 << 40)], len(at))
        try:
            read = _native.ScalarProgram.read(bad, numbers)
            executable = _native.ScalarExecutable(read, _native.Session([(64, 1, 4, False)]))
            executable.run([], [], None, 0, 0, 3, np.ones((1, 3)), [np.zeros(64), np.zeros(64, bool)], 1)
        except (ValueError, RuntimeError, MemoryError):
            refused += 1
    assert refused > 500
    for cut in (words[:-1], np.append(words, 0), words[:0]):
        with pytest.raises(ValueError, match="malformed plan"):
            _native.ScalarProgram.read(cut, numbers)
    read = _native.ScalarProgram.read(words, numbers)
    with pytest.raises(ValueError, match="a slot has another size"):
        _native.ScalarExecutable(read, _native.Session([(64, 1, 3, False)]))
