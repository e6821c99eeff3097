"""Numerical gradients: four methods against closed forms, and whatever a black box may be or do."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hagang.autodiff import numerical_gradient
from hagang.errors import ArgumentError

METHODS = ["forward", "central", "richardson", "complex"]
RELATIVE = {"forward": 1e-6, "central": 1e-9, "richardson": 1e-11, "complex": 1e-15}
RELATIVE_32 = {"forward": 1e-2, "central": 1e-3, "richardson": 2e-5, "complex": 1e-6}
POINT = np.array([0.3, -1.2, 2.5])


def wave(x):
    return np.sum(np.sin(x) * np.exp(x))


def wave_slope(x):
    return np.exp(x) * (np.sin(x) + np.cos(x))


@pytest.mark.parametrize("method", METHODS)
def test_methods_are_as_accurate_as_they_say(method):
    found = numerical_gradient(wave, POINT, method)
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, wave_slope(POINT), rtol=RELATIVE[method])


@pytest.mark.parametrize("method", METHODS)
def test_float32_takes_steps_of_its_own(method):
    found = numerical_gradient(wave, POINT.astype(np.float32), method)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, wave_slope(POINT), rtol=RELATIVE_32[method])


def test_float32_inside_the_function_counts_too():
    found = numerical_gradient(lambda x: wave(x.astype(np.float32)), POINT)
    np.testing.assert_allclose(found, wave_slope(POINT), rtol=1e-3)


@pytest.mark.parametrize(("x", "slope"), [((3.0, 4.0), (6.0, 8.0)), ((0.0, 2.0), (0.0, 4.0)), ((3.0, 0.0), (6.0, 0.0))])
def test_the_sum_of_squares(x, slope):
    np.testing.assert_allclose(numerical_gradient(lambda x: x[0] ** 2 + x[1] ** 2, np.array(x)), slope, atol=1e-10)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@given(x=st.floats(-1e6, 1e6, width=32))
def test_differences_are_exact(method, dtype, x):
    """Of the function that returns its argument, every method finds one: the width divided by is the width made."""
    assert numerical_gradient(lambda v: v, dtype(x), method) == 1.0


# --- cost ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "fewest", "most"), [("forward", 4, 4), ("central", 7, 7), ("complex", 4, 4), ("richardson", 30, 90)]
)
def test_cost_is_what_the_docstring_says(method, fewest, most):
    calls = []
    numerical_gradient(lambda x: calls.append(1) or wave(x), POINT, method)
    assert fewest <= len(calls) <= most


# --- shapes and nests ----------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_an_array_valued_function_gives_the_jacobian(method):
    x = np.array([2.0, 3.0])
    found = numerical_gradient(lambda x: np.array([x[0] * x[1], x[0] ** 2, np.exp(x[1])]), x, method)
    np.testing.assert_allclose(found, [[3.0, 2.0], [4.0, 0.0], [0.0, np.exp(3.0)]], rtol=1e-5, atol=1e-6)


def test_shapes_are_the_results_and_then_the_arguments():
    assert numerical_gradient(lambda x: np.outer(x, x), np.ones(2)).shape == (2, 2, 2)
    assert numerical_gradient(lambda x: x.sum(0), np.ones((2, 3))).shape == (3, 2, 3)
    assert numerical_gradient(lambda x: x, np.zeros((0, 2))).shape == (0, 2, 0, 2)
    assert numerical_gradient(lambda x: 3.0, np.zeros((0, 2))).shape == (0, 2)


def test_a_number_gives_a_number():
    found = numerical_gradient(math.exp, 1)
    assert isinstance(found, np.float64)
    assert found == pytest.approx(math.e, rel=1e-9)


def test_nests_keep_their_structure():
    def cost(basket):
        return basket["prices"] @ basket["numbers"] * basket["tax"][0]

    at = {"prices": np.array([100.0, 150.0]), "numbers": np.array([2, 3]), "tax": (1.1, None)}
    found = numerical_gradient(cost, at, "complex")
    np.testing.assert_allclose(found["prices"], [2.2, 3.3])
    np.testing.assert_allclose(found["numbers"], [110.0, 165.0])
    assert found["tax"] == (pytest.approx(650.0), None)


# --- black boxes ---------------------------------------------------------------------------------------


def test_the_function_may_branch_loop_and_call_math():
    def collatz(x):
        value = float(x)
        for _ in range(3):
            value = value / 2 if value > 4 else 3 * value + math.sin(value)
        return value

    # 5 → 2.5 → 7.5 + sin 2.5 → half of it: slope ½ (3 + cos 2.5) ½
    assert numerical_gradient(collatz, 5.0) == pytest.approx((3 + math.cos(2.5)) / 4, rel=1e-9)


def test_the_function_may_write_into_its_argument():
    def careless(x):
        x *= 2
        return np.sum(x**2)

    mine = np.array([1.0, 2.0])
    np.testing.assert_allclose(numerical_gradient(careless, mine), [8.0, 16.0])
    assert mine.tolist() == [1.0, 2.0]


def test_the_function_may_return_lists_and_whole_numbers():
    np.testing.assert_allclose(numerical_gradient(lambda x: [x, 2 * x, 7], 1.0), [1.0, 2.0, 0.0])
    assert numerical_gradient(lambda x: 7, 1.0) == 0.0


@pytest.mark.parametrize("method", ["central", "richardson"])
def test_steps_stay_where_the_function_is_finite(method):
    with np.errstate(invalid="ignore"):
        assert numerical_gradient(np.log, 1e-8, method) == pytest.approx(1e8, rel=1e-7)
        assert numerical_gradient(np.arcsin, 1 - 1e-9, method) == pytest.approx(1 / math.sqrt(2e-9), rel=1e-5)


def test_at_an_edge_there_is_no_central_difference():
    with np.errstate(invalid="ignore"):
        assert math.isnan(numerical_gradient(np.sqrt, 0.0))


def test_extrapolation_finds_the_scale_by_itself():
    assert numerical_gradient(np.sin, 1e6, "richardson") == pytest.approx(math.cos(1e6), rel=1e-8)
    assert numerical_gradient(abs, 1e-3, "richardson") == 1.0
    assert numerical_gradient(lambda x: math.floor(20 * x + 0.5), 0.76, "richardson") == 0.0


# --- errors --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("f", "x", "method", "said"),
    [
        (np.sin, 1.0, "backward", "method: expected one of central, forward, richardson, complex, received 'backward'"),
        (np.sin, "text", "central", "x: expected real numbers to differentiate with respect to, received 'text'"),
        (np.sin, 1j, "central", "x: expected real numbers to differentiate with respect to, received 1j"),
        (np.sin, True, "central", "x: expected real numbers to differentiate with respect to, received True"),
        (lambda p: p["a"], {"a": 1.0, "b": "z"}, "central", r"x\.b: expected real numbers .* received 'z'"),
        (lambda x: None, 1.0, "central", "f: expected a function that returns numbers, received NoneType: None"),
        (lambda x: "text", 1.0, "central", "f: expected a function that returns numbers, received str: 'text'"),
        (lambda x: [[1.0], [1.0, 2.0]], 1.0, "central", "f: expected a function that returns numbers, received list"),
        (lambda x: x * 1j, 1.0, "central", "f: expected a function that returns real numbers, received complex ones"),
        (math.exp, 1.0, "complex", "expected a function that takes complex numbers; it says: .*; use 'richardson'"),
        (abs, 1.0, "complex", "expected complex numbers from a function given complex ones, received real ones"),
        (
            lambda x: np.ones(1 + (x > 1)),
            1.0,
            "central",
            r"f: expected results of one shape, received \(1,\) and then \(2,\)",
        ),
    ],
)
def test_errors(f, x, method, said):
    with pytest.raises(ArgumentError, match=said):
        numerical_gradient(f, x, method)


def test_forward_differences_look_forward_and_central_ones_both_ways():
    slopes = {method: float(numerical_gradient(np.abs, 0.0, method)) for method in ("forward", "central")}
    assert slopes == {"forward": 1.0, "central": 0.0}
