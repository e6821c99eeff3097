"""No kernel knows a layer, a loss or an optimiser: formulas written here, under other names, get the same plan."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

import hagang as hg
from hagang.graph import R
from hagang.ops import arithmetic, functions
from hagang.ops.broadcast import broadcast, sum_
from hagang.ops.leaf import input_node
from hagang.optim.base import PerArray, one_minus_power
from hagang.program import Program, optimise
from hagang.stopping import AnyOf
from hagang.training.inputs import Rows
from hagang.training.step import Model, slots_of, training_step

pytest.importorskip("hagang._native")
from hagang.runtime.native.lower import lower, lowered


def gate(z):
    return np.where(z <= 0, 0.0, z)


class Surprise(type(hg.CrossEntropy()).__mro__[1]):
    def per_row(self, output, target):
        d = output - hg.stop_gradient(np.max(output, axis=1, keepdims=True))
        met = np.squeeze(np.take_along_axis(d, np.expand_dims(target, 1), axis=1), 1)
        return np.log(np.sum(np.exp(d), axis=1)) - met


@dataclass(frozen=True)
class Steady(PerArray):
    default_lr: ClassVar[float] = 1e-3

    def init_one(self, w):
        return {"first": np.zeros_like(w), "second": np.zeros_like(w)}

    def update_one(self, w, g, state, lr, t):
        first = 0.9 * state["first"] + (1 - 0.9) * g
        second = 0.999 * state["second"] + (1 - 0.999) * (g * g)
        size, spread = lr / one_minus_power(0.9, t, w), np.sqrt(one_minus_power(0.999, t, w))
        return w - size * first / (np.sqrt(second) / spread + 1e-8), {"first": first, "second": second}


def words(activation, loss, rule):
    rng = np.random.default_rng(0)
    network = hg.Network([hg.Dense(24, activation), hg.Dense(40, activation), hg.Dense(5)])
    rows = Rows(rng.normal(size=(50, 7)).astype(np.float32), rng.integers(0, 5, 50))
    params, buffers = network.init((7,)), network.buffers((7,))
    model = Model(network, loss, params, buffers, (1.0, 0.0), np.dtype(np.float32))
    program = training_step(model, rule, rows, AnyOf(()))
    plan = lowered(program, tuple(slots_of(model, rule, AnyOf(())))).plan
    return plan.words(), plan.all_numbers()


def test_the_same_formulas_under_other_names_get_the_same_plan():
    known = words("relu", hg.CrossEntropy(), hg.Adam())
    other = words(gate, Surprise(), Steady())
    np.testing.assert_array_equal(other[0], known[0])
    np.testing.assert_array_equal(other[1], known[1])


def test_other_formulas_get_another():
    smooth, bent = (words(name, hg.CrossEntropy(), hg.Adam())[0] for name in ("tanh", "relu"))
    assert not np.array_equal(smooth, bent)


def a_kernel_that_waits_for_many():
    """The second output joins the first one's kernel, and reads what five later kernels make."""
    x = input_node("x", (R, 5), np.float32, "batch")
    sums = [sum_(input_node(f"y{k}", (R, 7), np.float32, "batch"), (1,)) for k in range(5)]
    total = x
    for each in sums:
        total = arithmetic.add(total, broadcast(each, (R, 5), (0,)))
    return optimise(Program(outputs={"first": functions.tanh(x), "second": total}))


def test_a_program_is_lowered_to_the_same_plan_every_time():
    known = lower(a_kernel_that_waits_for_many(), {}).plan.words()
    for _ in range(5):
        np.testing.assert_array_equal(lower(a_kernel_that_waits_for_many(), {}).plan.words(), known)
