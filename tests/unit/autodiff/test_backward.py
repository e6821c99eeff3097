"""Reverse mode: what it answers, and its three kinds of nothing."""

from dataclasses import replace

import numpy as np
import pytest

from hagang.autodiff import backward
from hagang.errors import GradientError
from hagang.graph import R, evaluate, make
from hagang.ops import OPS
from hagang.ops import arithmetic as ar
from hagang.ops.broadcast import sum_
from hagang.ops.custom import with_gradient
from hagang.ops.leaf import constant, input_node


def scalar(name="x"):
    return input_node(name, (), np.float64)


# --- zero, constant, undefined -------------------------------------------------------------------------


def test_a_gradient_of_zero_is_a_value():
    x = scalar()
    (zero,) = backward(ar.floor(x), [x])
    assert evaluate([zero], {x: 1.5}) == [0.0]


def test_a_constant_has_no_gradient():
    x, y = scalar(), scalar("y")
    assert backward(ar.multiply(y, 2.0), [x]) == [None]
    assert backward(ar.stop_gradient(x), [x]) == [None]
    assert backward(ar.cast(ar.less(x, 0.0), np.float64), [x]) == [None]
    assert backward(ar.cast(ar.cast(x, np.int64), np.float64), [x]) == [None]
    assert backward(constant(3.0), [x]) == [None]


def test_an_op_without_a_rule_is_an_error():
    x, add = scalar(), OPS["add"]
    mystery = replace(add, name="mystery", gradient=None)
    with pytest.raises(GradientError, match=r"no gradient is defined for op 'mystery'; .* hagang\.custom_gradient"):
        backward(make(mystery, x, x), [x])


def test_an_op_without_a_rule_may_stand_where_nothing_is_asked_of_it():
    x, y, add = scalar(), scalar("y"), OPS["add"]
    mystery = replace(add, name="mystery", gradient=None)
    (g,) = backward(ar.multiply(make(mystery, y, y), x), [x])
    assert evaluate([g], {y: 4.0}) == [8.0]


# --- what flows ----------------------------------------------------------------------------------------


def test_paths_are_summed_where_they_meet():
    x = scalar()
    # d/dx (x·x + 3x) at 5 = 2·5 + 3
    (g,) = backward(ar.add(ar.multiply(x, x), ar.multiply(x, 3.0)), [x])
    assert evaluate([g], {x: 5.0}) == [13.0]


def test_a_gradient_may_be_asked_of_a_value_on_the_way():
    x = scalar()
    middle = ar.multiply(x, x)
    at_x, at_middle = backward(ar.multiply(middle, 3.0), [x, middle])
    assert evaluate([at_x, at_middle], {x: 5.0}) == [30.0, 3.0]


def test_alias_tells_one_use_from_another():
    x = scalar()
    here = ar.alias(x)
    (g,) = backward(ar.multiply(here, x), [here])
    assert evaluate([g], {x: 5.0}) == [5.0]


def test_nothing_flows_into_the_value_of_a_custom_gradient():
    # 0 times infinity would be NaN: the square root's own slope at 0 is infinite
    x = scalar()
    root = make(OPS["sqrt"], x)
    (g,) = backward(with_gradient(root, [x], lambda g: [ar.multiply(g, 7.0)]), [x])
    assert evaluate([g], {x: 0.0}) == [7.0]


def test_a_custom_gradient_may_declare_an_argument_constant():
    x, y = scalar(), scalar("y")
    product = with_gradient(ar.multiply(x, y), [x, y], lambda g: [None, ar.multiply(g, x)])
    assert backward(product, [x]) == [None]
    assert evaluate(backward(product, [y]), {x: 5.0}) == [5.0]


def test_a_custom_gradient_is_asked_once():
    x, y = scalar(), scalar("y")
    asked = []

    def pullback(g):
        asked.append(g)
        return [g, g]

    backward(with_gradient(ar.multiply(x, y), [x, y], pullback), [x, y])
    assert len(asked) == 1


def test_a_gradient_of_the_wrong_dims_is_named():
    x = input_node("x", (3,), np.float64)
    wrong = with_gradient(sum_(x, (0,)), [x], lambda g: [g])
    with pytest.raises(GradientError, match=r"gradient for input 1 to be float64\(3,\), .* received float64\(\)"):
        backward(wrong, [x])


def test_depth_is_no_limit():
    x = scalar()
    node = x
    for _ in range(5000):
        node = ar.add(node, 1.0)
    (g,) = backward(node, [x])
    assert evaluate([g], {x: 0.0}) == [1.0]


def test_rows_are_summed_into_a_weight():
    x, w = input_node("x", (R, 2), np.float64, "batch"), input_node("w", (2,), np.float64)
    (g,) = backward(sum_(ar.multiply(x, w), (0, 1)), [w])
    assert evaluate([g], {x: [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]})[0].tolist() == [9.0, 12.0]


def test_only_a_real_scalar_has_a_gradient_by_itself():
    x = input_node("x", (R, 2), np.float64, "batch")
    with pytest.raises(GradientError, match=r"shape \(\)\), received float64\(R, 2\); sum it, or ask for the jacobian"):
        backward(x, [x])
    with pytest.raises(GradientError, match=r"received bool\(\)"):
        backward(ar.less(scalar(), 0.0), [x])


def test_a_cotangent_stands_for_what_follows():
    x, g = input_node("x", (2,), np.float64), input_node("g", (2,), np.float64)
    (found,) = backward(ar.multiply(x, x), [x], g)
    assert evaluate([found], {x: [1.0, 2.0], g: [10.0, 100.0]})[0].tolist() == [20.0, 400.0]
