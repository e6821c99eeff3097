"""Where a function has no derivative, or where a formula would divide by zero: the conventions."""

import numpy as np
import pytest

from hagang.autodiff import backward
from hagang.graph import evaluate, make
from hagang.ops import OPS
from hagang.ops import arithmetic as ar
from hagang.ops.leaf import constant, input_node


def slope(build, *at):
    inputs = [input_node(f"x{k}", (), np.float64) for k in range(len(at))]
    return evaluate(backward(build(*inputs), inputs), dict(zip(inputs, at, strict=True)))


def test_ties_of_maximum_and_minimum_are_shared_by_halves():
    assert slope(ar.maximum, 2.0, 2.0) == [0.5, 0.5]
    assert slope(ar.minimum, 2.0, 2.0) == [0.5, 0.5]
    assert slope(lambda x: ar.maximum(x, 0.0), 0.0) == [0.5]


def test_ties_of_max_are_shared_equally():
    x = input_node("x", (4,), np.float64)
    (g,) = backward(make(OPS["max"], x, axes=(0,)), [x])
    assert evaluate([g], {x: [3.0, 1.0, 3.0, 3.0]})[0].tolist() == pytest.approx([1 / 3, 0, 1 / 3, 1 / 3])


def test_absolute_value_is_flat_at_zero():
    assert slope(ar.absolute, 0.0) == [0.0]


def test_steps_are_flat_everywhere():
    for step in (ar.sign, ar.floor, ar.ceil, ar.rint):
        assert slope(step, 2.0) == [0.0]


def test_where_passes_nothing_to_what_was_not_chosen():
    x = input_node("x", (), np.float64)
    (g,) = backward(ar.where(ar.less(0.0, x), make(OPS["sqrt"], x), 0.0), [x])
    assert evaluate([g], {x: 4.0})[0] == 0.25


def test_powers_and_products_with_logarithms_at_zero():
    power, xlogy = OPS["power"], OPS["xlogy"]
    assert slope(lambda x: make(power, x, constant(0.0)), 0.0) == [0.0]
    assert slope(lambda x: make(power, x, constant(3.0)), 0.0) == [0.0]
    assert slope(lambda y: make(power, constant(0.0), y), 2.0) == [0.0]
    assert slope(lambda y: make(xlogy, constant(0.0), y), 0.0) == [0.0]
