"""Gradient descent with the textbook's arguments."""

import math

import numpy as np
import pytest

import hagang as hg
from hagang.errors import ArgumentError
from hagang.minimizing.differences import differences_into


def bowl(x):
    return (x[0] - 2) ** 2 + 4 * (x[1] - 3) ** 2


@pytest.mark.parametrize("gradient", ["numerical", "graph"])
def test_the_textbooks_example(gradient):
    found = hg.gradient_descent(bowl, np.array([100.0, -10.0]), lr=0.01, step_num=1000, gradient=gradient)
    np.testing.assert_array_equal(found.round(8), [2.00000016, 3.0])
    assert str(found) == "[2.00000016 3.        ]"


@pytest.mark.parametrize("gradient", ["numerical", "graph"])
def test_it_ends_where_minimize_with_fixed_steps_does(gradient):
    start = np.array([[1.0, 2.0], [3.0, 4.0]])

    def f(x):
        return np.sum(np.cosh(x))

    found = hg.gradient_descent(f, start, lr=0.05, step_num=30, gradient=gradient)
    other = hg.minimize(f, start, method="sgd", lr=0.05, steps=30, gradient=gradient)
    np.testing.assert_allclose(found, other.x, rtol=1e-13)
    np.testing.assert_array_equal(start, [[1, 2], [3, 4]])


def test_too_large_and_too_small_rates_of_the_book():
    def f(x):
        return x[0] ** 2 + x[1] ** 2

    assert np.abs(hg.gradient_descent(f, [-3.0, 4.0], lr=10.0, step_num=100)).max() > 1e10
    np.testing.assert_allclose(hg.gradient_descent(f, [-3.0, 4.0], lr=1e-10, step_num=100), [-3, 4], rtol=1e-7)


def test_a_number_is_a_start_too():
    assert hg.gradient_descent(lambda x: (x - 1) ** 2, 0.0, lr=0.5, step_num=1) == 1


def test_no_steps_stay_at_the_start():
    for gradient in ("numerical", "graph"):
        np.testing.assert_array_equal(hg.gradient_descent(bowl, [5.0, 6.0], step_num=0, gradient=gradient), [5, 6])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"lr": 0}, "lr: expected a finite learning rate above 0, received 0"),
        ({"step_num": -1}, "step_num: expected a whole number of at least 0, received -1"),
        ({"gradient": "exact"}, "gradient: expected 'numerical' or 'graph', received 'exact'"),
    ],
)
def test_bad_arguments_are_refused(arguments, said):
    with pytest.raises(ArgumentError, match=said):
        hg.gradient_descent(bowl, [1.0, 2.0], **arguments)


def test_central_differences_of_small_and_large_numbers():
    for value in (0.0, 1e-3, 1.0, -300.0, 1e6):
        x, slope = np.array([1.0, value]), np.empty(2)
        differences_into(lambda x: x[0] * math.atan(x[1]), x, slope)
        np.testing.assert_allclose(slope, [math.atan(value), 1 / (1 + value**2)], rtol=1e-8, atol=1e-16)
        np.testing.assert_array_equal(x, [1.0, value])


def test_differences_stay_where_the_function_is_finite():
    x, slope = np.array([1e-7]), np.empty(1)
    differences_into(lambda x: math.sqrt(x[0]) if x[0] >= 0 else math.nan, x, slope)
    np.testing.assert_allclose(slope, 0.5 / math.sqrt(1e-7), rtol=1e-2)
