"""Every stopping rule × the laws of stopping rules."""

from dataclasses import FrozenInstanceError, fields, replace

import numpy as np
import pytest

from hagang.errors import ArgumentError
from hagang.ops.leaf import input_node
from hagang.program import Program, optimise
from hagang.runtime import Chunk, open_session
from hagang.stopping import (
    AllOf,
    AnyOf,
    Divergence,
    Epochs,
    GradientBelow,
    Interrupt,
    NoChange,
    Patience,
    Record,
    Steps,
    Time,
    ValueBelow,
    rule,
    split,
)
from hagang.trace import Traced, flatten, paths, stand_ins, trace_outputs

AT_STEP = [
    GradientBelow(1e-3),
    ValueBelow(0.01),
    NoChange(5, 1e-4),
    NoChange(3, 1e-3, "weights"),
    NoChange(5),
    Steps(17),
    Divergence(10.0),
    ValueBelow(1e-4) | Steps(12),
    Steps(5) & ValueBelow(1.0),
    (ValueBelow(0.5) | Steps(3)) & (GradientBelow(0.1) | NoChange(40)) | Divergence(),
]
AT_BOUNDARY = [
    Epochs(4),
    Time(0.5),
    Time(90),
    Patience(2),
    Patience(1, 0.125, 3, restore_best=False, of="value"),
    Patience(2, 0.25, of="score"),
    Interrupt(),
    ValueBelow(0.0) & Time(30),
    Interrupt() | Epochs(2),
]
ALL = [*AT_STEP, *AT_BOUNDARY]


def descent(lr, dtype, steps=60):
    """Records of gradient descent on Σ c w², and what a Program of it needs."""
    w, c = np.array([3.0, -2.0], dtype), np.array([0.5, 2.0], dtype)
    for step in range(1, steps + 1):
        value, gradient = np.sum(c * w * w), 2 * c * w
        move = lr * gradient
        norm, change = np.sqrt(np.sum(gradient * gradient)), np.sqrt(np.sum(move * move))
        w = (w - move).astype(dtype)
        yield Record(step, step // 5 + 1, value, norm, change, value, 0.1 * step)


def eager(one, lr, dtype):
    """The step at which the rule stops a plain loop, with its state and verdict."""
    state = one.start()
    for record in descent(lr, dtype):
        state, verdict = one.check(state, record)
        if verdict is not None:
            return record.step, state, verdict
    return 60, state, None


def in_program(one, lr, dtype):
    """The same run as one chunk of a Program whose `stop` is the rule."""
    precision = np.dtype(dtype)
    w, t = (
        Traced(input_node(name, dims, kind, role), precision)
        for name, dims, kind, role in (("w", (2,), dtype, "slot"), ("t", (), np.int64, "scalar"))
    )
    c = np.array([0.5, 2.0])
    gradient = 2 * c * w
    move = lr * gradient
    norm, change = np.sqrt(np.sum(gradient * gradient)), np.sqrt(np.sum(move * move))
    state, _ = stand_ins(one.start(), "stop", precision)
    stop, new_state = one.step(state, Record(t, None, np.sum(c * w * w), norm, change))
    names, nodes = paths(new_state, "stop"), trace_outputs(new_state, precision)[0]
    outputs = trace_outputs({"stopped": stop}, precision)[0]
    program = optimise(Program({"w": (w - move).node, **dict(zip(names, nodes))}, {"stopped": outputs[0]}, "stopped"))
    start = {name: np.asarray(leaf) for name, leaf in zip(paths(one.start(), "stop"), flatten(one.start())[0])}
    start = {name: leaf.astype(dtype) if leaf.dtype.kind == "f" else leaf for name, leaf in start.items()}
    session = open_session({"w": np.array([3.0, -2.0], dtype), **start}, runtime="reference")
    result = session.run(program, Chunk(steps=60))
    return result.steps, {name: leaf for name, leaf in session.read().items() if name != "w"}


@pytest.mark.parametrize("one", AT_STEP, ids=str)
@pytest.mark.parametrize("lr", [0.2, 0.5, 0.6])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_program_ends_at_the_very_step_at_which_a_loop_ends(one, lr, dtype):
    step, state, _ = eager(one, lr, dtype)
    steps, slots = in_program(one, lr, dtype)
    assert steps == step
    tolerance = 1e-5 if dtype == np.float32 else 1e-13
    for value, wanted in zip(slots.values(), flatten(state)[0], strict=True):
        np.testing.assert_allclose(value, wanted, rtol=tolerance)


@pytest.mark.parametrize("one", AT_STEP, ids=str)
def test_it_fires_in_some_descent(one):
    fired = [eager(one, lr, np.float64) for lr in (0.2, 0.5, 0.6)]
    assert any(verdict is not None for _, _, verdict in fired)


@pytest.mark.parametrize("one", ALL, ids=str)
def test_the_verdict_has_the_numbers_in_words(one):
    for lr in (0.2, 0.6):
        step, _, verdict = eager(one, lr, np.float64)
        if verdict is not None:
            assert str(verdict) == verdict.message
            assert verdict.numbers
            assert verdict.numbers.get("step", step) == step
            assert all(isinstance(number, (int, float)) for number in verdict.numbers.values())


@pytest.mark.parametrize("one", ALL, ids=str)
def test_the_state_keeps_its_structure_and_is_left_alone(one):
    state = one.start()
    before = flatten(state)
    for record in descent(0.2, np.float64, 3):
        new = one.advance(state, record)
        assert flatten(new)[1] == before[1]
    assert flatten(state)[0] == before[0]


@pytest.mark.parametrize("one", ALL, ids=str)
def test_its_text_reads_back(one):
    assert rule(str(one)) == one


@pytest.mark.parametrize("one", ALL, ids=str)
def test_it_is_a_frozen_record(one):
    again = type(one)(**{field.name: getattr(one, field.name) for field in fields(one)})
    assert again == one
    assert hash(again) == hash(one)
    with pytest.raises(FrozenInstanceError):
        setattr(one, fields(one)[0].name, 1)


@pytest.mark.parametrize("one", ALL, ids=str)
def test_every_number_has_a_range(one):
    below = () if isinstance(one, ValueBelow) else (-1.0,)
    for field in fields(one):
        value = getattr(one, field.name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            for wrong in (*below, np.inf, np.nan):
                with pytest.raises(ArgumentError, match=f"expected {field.name} to be .* {field.name}={wrong}"):
                    replace(one, **{field.name: wrong})


def test_defaults():
    assert NoChange() == NoChange(20, 0.0, "value")
    assert Divergence() == Divergence(1000.0)
    assert Patience() == Patience(10, 0.0, 0, restore_best=True, of="validation")


@pytest.mark.parametrize("one", ALL, ids=str)
def test_it_reads_what_it_says_it_reads(one):
    full = Record(1, 1, 1.0, 1.0, 1.0, 1.0, 1.0)
    blank = replace(Record(), **{name: getattr(full, name) for name in one.reads})
    one.check(one.start(), blank)


@pytest.mark.parametrize("one", [*AT_STEP, Epochs(2), Time(1)], ids=str)
def test_a_record_without_what_it_reads_is_an_error(one):
    with pytest.raises(ArgumentError, match=r"expected a record with .*, which this run does not measure"):
        one.check(one.start(), Record())


@pytest.mark.parametrize("one", AT_STEP, ids=str)
def test_it_goes_into_the_program_whole(one):
    assert split(one) == (one, None)


@pytest.mark.parametrize("one", AT_BOUNDARY, ids=str)
def test_it_waits_for_a_boundary(one):
    assert split(one) == (None, one)


def test_any_is_split_and_all_is_not():
    assert split(Steps(3) | Time(1) | (ValueBelow(1) & Interrupt())) == (
        Steps(3),
        Time(1) | (ValueBelow(1) & Interrupt()),
    )
    assert split(rule(None)) == (None, None)


def test_any_and_all_are_flat():
    assert Steps(1) | Steps(2) | Steps(3) == AnyOf((Steps(1), Steps(2), Steps(3)))
    assert Steps(1) & (Steps(2) & Steps(3)) == AllOf((Steps(1), Steps(2), Steps(3)))
