"""The way of the data, once through, in a few seconds: what fails here makes every other failure uninteresting."""

import math

import numpy as np

import hagang
from hagang.autodiff import backward
from hagang.graph import R, evaluate
from hagang.ops.leaf import input_node
from hagang.program import Program, optimise
from hagang.runtime.reference import open_session
from hagang.runtime.session import Chunk
from hagang.trace import Traced, call


def line(x, w):
    """The mean squared error of the line y = 2 w x against y = x; its gradient is 4 (2 w - 1) mean(x²)."""
    return np.mean((2 * w * x - x) ** 2)


def traced_line():
    x, w = input_node("x", (R,), np.float64, "batch"), input_node("w", (), np.float64)
    precision = np.dtype(np.float64)
    (loss,), _ = call(line, [Traced(x, precision), Traced(w, precision)], precision)
    return loss, x, w


def test_a_numpy_function_is_traced_and_evaluated():
    loss, x, w = traced_line()
    assert evaluate([loss], {x: [1.0, 3.0], w: 2.0})[0] == 9 * (1 + 9) / 2


def test_its_gradient_is_the_one_worked_by_hand():
    loss, x, w = traced_line()
    (gradient,) = backward(loss, [w])
    assert evaluate([gradient], {x: [1.0, 3.0], w: 2.0})[0] == 4 * 3 * (1 + 9) / 2


def test_a_program_descends():
    loss, _, w = traced_line()
    (gradient,) = backward(loss, [w])
    new, _ = hagang.SGD().update(Traced(w, w.dtype), Traced(gradient, w.dtype), {}, lr=0.1, t=1)
    program = optimise(Program(updates={"w": new.node}, outputs={"loss": loss}))
    session = open_session({"w": np.array(0.0)})
    result = session.run(program, Chunk(data={"x": np.array([1.0, -1.0])}, steps=50))
    # 2 w - 1 shrinks by 1 - 8 · 0.1 at each step.
    assert math.isclose(session.read()["w"], 0.5 * (1 - 0.2**50))
    assert result.outputs["loss"][0] == 1.0
    assert result.outputs["loss"][-1] < 1e-30


def test_a_network_learns_and_comes_back_from_its_file(tmp_path):
    """The exclusive or, which no line separates."""
    inputs, classes = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0, 1, 1, 0])
    network = hagang.Network([hagang.Dense(8, "tanh"), hagang.Dense(2)])
    trained = hagang.fit(network, (inputs, classes), lr=0.05, epochs=200).network
    np.testing.assert_array_equal(trained.predict(inputs), classes)
    trained.save(tmp_path / "xor.safetensors")
    again = hagang.load(tmp_path / "xor.safetensors")
    np.testing.assert_array_equal(again.predict_proba(inputs), trained.predict_proba(inputs))
