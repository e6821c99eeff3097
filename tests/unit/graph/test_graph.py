"""Dims, nodes, walking, evaluating and printing."""

import copy
import pickle

import numpy as np
import pytest

from hagang.errors import ProgramError, ShapeError
from hagang.graph import R, RowsDim, bind, count, depends_on, evaluate, known_count, order, show, show_dims, substitute
from hagang.ops import arithmetic as ar
from hagang.ops import functions as fn
from hagang.ops.broadcast import broadcast_to, sum_
from hagang.ops.contract import contract
from hagang.ops.leaf import constant, input_node, row_count

X = input_node("x", (R, 2), np.float64, "batch")
W = input_node("w", (2,), np.float64)


# --- dims ----------------------------------------------------------------------------------------------


def test_there_is_one_number_of_rows():
    assert RowsDim() is R is pickle.loads(pickle.dumps(R)) is copy.deepcopy(R)
    assert repr(R) == "R"


def test_dims_are_counted_and_bound():
    assert known_count((R, 2, 3)) == 6
    assert count((R, 2, 3), rows=5) == 30
    assert bind(((R, 2), 7, "text"), 5) == ((5, 2), 7, "text")
    assert [show_dims(dims) for dims in ((), (3,), (R, 10))] == ["()", "(3,)", "(R, 10)"]
    with pytest.raises(ShapeError, match="expected the number of rows of the mini-batch, received none"):
        count((R, 2))


def test_a_value_has_rows_along_one_axis_at_most():
    with pytest.raises(ProgramError, match=r"contract: expected at most one axis of rows .* received \(R, R\)"):
        contract(X, X, (0, 2), (1, 2), (0, 1))


# --- walking -------------------------------------------------------------------------------------------


def test_order_puts_inputs_first_and_each_node_once():
    a = fn.exp(W)
    b = ar.multiply(a, a)
    assert order([b, a]) == [W, a, b]


def test_order_is_not_limited_by_depth():
    node = W
    for _ in range(20_000):
        node = ar.negative(node)
    assert len(order([node])) == 20_001


def test_substitute_shares_what_does_not_change():
    kept, v = fn.exp(W), input_node("v", (2,), np.float64)
    node = ar.add(kept, ar.multiply(W, v))
    (new,) = substitute([node], {v: constant([1.0, 2.0])})
    assert new.inputs[0] is kept
    assert evaluate([new], {W: [0.0, 1.0]})[0].tolist() == pytest.approx([1.0, np.e + 2.0])
    assert substitute([node], {}) == [node]


def test_depends_on_is_what_a_source_reaches():
    a, b = fn.exp(W), sum_(X, (0,))
    c = ar.add(a, b)
    assert depends_on(order([c]), [W]) == {W, a, c}


# --- evaluating ----------------------------------------------------------------------------------------


def test_rows_are_taken_from_what_is_fed():
    mean = ar.divide(sum_(X, (0,)), row_count(np.float64))
    assert evaluate([mean], {X: [[1.0, 2.0], [3.0, 6.0]]})[0].tolist() == [2.0, 4.0]
    assert evaluate([broadcast_to(constant(1.0), (R,))], {}, rows=3)[0].tolist() == [1.0, 1.0, 1.0]


def test_fed_values_take_the_inputs_dtype():
    assert evaluate([W], {W: [1, 2]})[0].dtype == np.float64


def test_a_root_may_be_asked_twice_and_be_an_input():
    assert [v.tolist() for v in evaluate([W, W, ar.negative(W)], {W: [1.0, 2.0]})] == [[1, 2], [1, 2], [-1, -2]]


def test_wrong_feeds_are_named():
    with pytest.raises(ProgramError, match="expected a value for input 'w', received none"):
        evaluate([fn.exp(W)], {})
    with pytest.raises(ShapeError, match=r"input 'w': expected shape \(2,\), received \(3,\)"):
        evaluate([W], {W: np.ones(3)})
    other = input_node("y", (R,), np.float64, "batch")
    with pytest.raises(ShapeError, match="expected every batch input to have 2 rows, received 3 in 'y'"):
        evaluate([X, other], {X: np.ones((2, 2)), other: np.ones(3)})


# --- printing ------------------------------------------------------------------------------------------


def test_a_graph_prints_a_line_a_node():
    text = show({"loss": sum_(ar.multiply(ar.multiply(W, W), 0.5), (0,))})
    assert [line.split() for line in text.splitlines()] == [
        ["%w", "=", "input(role=slot)", "float64(2,)"],
        ["%0", "=", "multiply(%w,", "%w)", "float64(2,)"],
        ["%1", "=", "multiply(%0,", "0.5)", "float64(2,)"],
        ["%2", "=", "sum(%1,", "axes=(0,))", "float64()"],
        ["loss", "=", "%2"],
    ]


def test_constants_are_shown_in_brief():
    assert "constant(value=[1.0, 2.0])" in show({"y": constant([1.0, 2.0])})
    assert "constant(value=[0, 1, 2, …])" in show({"y": constant(np.arange(9.0))})
    assert repr(W) == "Node(input float64(2,))"
