"""Calling a function on stand-ins: dtypes, results, and where formulas would overflow or divide by zero."""

import numpy as np
import pytest
from scipy import special

import hagang
from hagang.errors import ArgumentError, TraceError
from hagang.graph import evaluate
from hagang.trace import call, default_precision, logsumexp, spec, stand_ins, trace_outputs

FLOAT = np.dtype(np.float64)
SINGLE = np.ones(2, np.float32)


@pytest.mark.parametrize(
    ("leaves", "dtype"),
    [
        ([SINGLE], np.float32),
        ([SINGLE, 0.5, 3], np.float32),
        ([SINGLE, np.arange(3)], np.float32),
        ([SINGLE, np.ones(2)], np.float64),
        ([SINGLE, np.float64(0.5)], np.float64),
        ([np.ones(2, np.float16)], np.float64),
        ([0.5, 3], np.float64),
        ([], np.float64),
    ],
)
def test_a_trace_is_single_where_every_floating_array_is(leaves, dtype):
    assert default_precision(leaves) == dtype


def test_arguments_become_inputs_named_by_their_path():
    arguments, inputs = stand_ins({"w": np.ones((2, 3)), "on": np.array(True), "k": [4]}, "p", FLOAT)
    assert [(x.attrs["name"], x.dims, x.dtype.name) for x in inputs] == [
        ("p.w", (2, 3), "float64"),
        ("p.on", (), "bool"),
        ("p.k.0", (), "int64"),
    ]
    assert arguments["w"].shape == (2, 3)


def test_only_numbers_and_booleans_are_arguments():
    with pytest.raises(ArgumentError, match="expected numbers or booleans, received an array of dtype <U4: 'text'"):
        spec("text", FLOAT)


def test_results_may_be_nests_and_constants():
    arguments, inputs = stand_ins((2.0,), "x", FLOAT)
    outputs, structure = call(lambda x: {"double": 2 * x, "three": 3, "list": [x, True]}, arguments, FLOAT)
    assert structure.keys == ("double", "three", "list")
    assert [v.item() for v in evaluate(outputs, {inputs[0]: 5.0})] == [10.0, 3, 5.0, True]


def test_a_function_must_return_arrays():
    with pytest.raises(TraceError, match="expected real numbers or booleans, received dtype"):
        trace_outputs("text", FLOAT)


# --- where formulas would overflow or divide by zero ----------------------------------------------------


def value_and_slope(f, x):
    value, slope = hagang.value_and_grad(f)(np.asarray(x, float))
    return float(value), slope.tolist()


def test_norms_and_deviations_are_flat_at_zero():
    assert value_and_slope(np.linalg.norm, [0.0, 0.0]) == (0.0, [0.0, 0.0])
    assert value_and_slope(lambda x: np.linalg.norm(x, 3), [0.0, 0.0]) == (0.0, [0.0, 0.0])
    assert value_and_slope(np.std, [2.0, 2.0]) == (0.0, [0.0, 0.0])
    assert value_and_slope(lambda x: np.hypot(x[0], x[1]), [0.0, 0.0]) == (0.0, [0.0, 0.0])


@pytest.mark.parametrize("scale", [1e-200, 1.0, 1e200])
def test_hypot_neither_overflows_nor_vanishes(scale):
    value, slope = value_and_slope(lambda x: np.hypot(x[0], x[1]), [3 * scale, 4 * scale])
    assert value == pytest.approx(5 * scale, rel=1e-15)
    assert slope == pytest.approx([0.6, 0.8])


@pytest.mark.parametrize("shift", [-1e4, 0.0, 1e4])
def test_logsumexp_is_stable(shift):
    x = np.array([1.0, 2.0, 4.0]) + shift
    value, slope = value_and_slope(logsumexp, x)
    assert value == pytest.approx(special.logsumexp(x), rel=1e-15)
    assert slope == pytest.approx(special.softmax(x).tolist(), rel=1e-12)


def test_logsumexp_of_nothing_and_of_infinities():
    assert hagang.jacobian(logsumexp)(np.zeros(0)).shape == (0,)
    assert value_and_slope(logsumexp, [-np.inf, 3.0]) == (3.0, [0.0, 1.0])
    arguments, inputs = stand_ins((np.zeros(2), np.zeros(0)), "x", FLOAT)
    outputs, _ = call(lambda x, none: (logsumexp(x), logsumexp(none)), arguments, FLOAT)
    assert evaluate(outputs, dict(zip(inputs, ([-np.inf, -np.inf], []), strict=True))) == [-np.inf, -np.inf]


def test_products_have_right_slopes_where_elements_are_zero():
    assert value_and_slope(np.prod, [2.0, 0.0, 3.0]) == (0.0, [0.0, 6.0, 0.0])
    assert value_and_slope(np.prod, [2.0, 0.0, 0.0]) == (0.0, [0.0, 0.0, 0.0])


def test_whole_powers_of_whole_numbers_are_exact():
    arguments, inputs = stand_ins((np.array([3, -7]),), "k", np.dtype(np.float32))
    (output,), _ = call(lambda k: k**20, arguments, np.dtype(np.float32))
    assert evaluate([output], {inputs[0]: [3, -7]})[0].tolist() == [3**20, 7**20]
