"""Derivatives through the front door, against hand-worked numbers."""

import numpy as np
import pytest

from hagang.derivatives import grad, hessian, hessian_vector_product, jacobian, value_and_grad
from hagang.errors import ArgumentError, GradientError, ShapeError
from hagang.trace import custom_gradient, stop_gradient


def bowl(x):
    return (x[0] - 2) ** 2 + 4 * (x[1] - 3) ** 2


def test_gradient_of_the_textbook_bowl():
    # 2 (100 - 2) = 196, 8 (-10 - 3) = -104
    np.testing.assert_array_equal(grad(bowl)(np.array([100.0, -10.0])), [196.0, -104.0])


def test_apples_and_oranges():
    # (2·100 + 3·150)·1.1 = 715; the gradient with respect to each price and number
    def total(basket):
        return (basket["apples"] * basket["a"] + basket["oranges"] * basket["o"]) * basket["tax"]

    at = {"apples": 2.0, "a": 100.0, "oranges": 3.0, "o": 150.0, "tax": 1.1}
    value, slope = value_and_grad(total)(at)
    assert value == pytest.approx(715.0)
    assert slope == pytest.approx({"a": 2.2, "apples": 110.0, "o": 3.3, "oranges": 165.0, "tax": 650.0})


def test_several_arguments_keep_their_structure():
    by_both = grad(lambda x, w: np.sum(x @ w), argnums=(0, 1))
    of_x, of_w = by_both(np.ones((2, 3)), np.full((3, 4), 0.5))
    np.testing.assert_array_equal(of_x, np.full((2, 3), 2.0))
    np.testing.assert_array_equal(of_w, np.full((3, 4), 2.0))


def test_arguments_that_are_not_differentiated_stay_python_values():
    def power(x, exponent, double=False):
        return x**exponent * (2 if double else 1)

    assert grad(power)(3.0, 2, double=True) == 12.0


def test_aux_is_returned_beside():
    slope, aux = grad(lambda x: (x**2, {"half": x / 2}), has_aux=True)(4.0)
    assert (slope, aux["half"]) == (8.0, 2.0)


def test_float32_stays_float32():
    assert grad(lambda x: np.sum(np.exp(x)))(np.ones(3, np.float32)).dtype == np.float32


def test_a_constant_function_has_gradient_zero():
    np.testing.assert_array_equal(grad(lambda x: 3.0)(np.ones(2)), [0.0, 0.0])


def test_gradients_nest():
    third = grad(grad(grad(lambda x: x**4)))
    assert third(2.0) == 48.0


def test_an_inner_gradient_holds_outer_values_constant():
    # d/dy [d/dx (x² y) at x = 3] = d/dy 6 y = 6, though x = y / y hides y in x
    assert grad(lambda y: grad(lambda x: x * x * y)(3.0))(2.0) == 6.0
    assert grad(lambda y: grad(lambda x: x * y)(y))(2.0) == 1.0


def test_hessian_of_a_quadratic_is_its_matrix():
    a = np.array([[2.0, 1.0, 0.0], [1.0, 5.0, -1.0], [0.0, -1.0, 3.0]])
    found = hessian(lambda x: 0.5 * x @ a @ x)(np.array([0.3, -1.0, 2.0]))
    np.testing.assert_allclose(found, a, rtol=1e-15)


def test_hessian_vector_product_agrees_with_the_hessian():
    def rosenbrock(x):
        return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)

    x, v = np.array([-1.2, 1.0, 0.7]), np.array([1.0, -2.0, 0.5])
    np.testing.assert_allclose(hessian_vector_product(rosenbrock, x, v), hessian(rosenbrock)(x) @ v, rtol=1e-13)


def test_jacobian_shapes_and_values():
    found = jacobian(lambda x: np.outer(x, x))(np.array([1.0, 2.0]))
    assert found.shape == (2, 2, 2)
    np.testing.assert_array_equal(found[1], [[2.0, 1.0], [0.0, 4.0]])
    assert jacobian(lambda x: x[:0])(np.ones(3)).shape == (0, 3)


def test_stop_gradient_holds_constant():
    assert grad(lambda x: x * stop_gradient(x))(3.0) == 3.0


def test_custom_gradient_replaces_the_derivative():
    @custom_gradient
    def clipped(x):
        return np.sqrt(x), lambda g: np.clip(g, -1.0, 1.0)

    assert grad(lambda x: 5 * clipped(x))(0.0) == 1.0
    assert clipped(4.0) == 2.0


def test_custom_gradient_wants_one_gradient_an_argument():
    wrong = custom_gradient(lambda a, b: (a * b, lambda g: g))
    with pytest.raises(GradientError, match="expected 2 gradients, one an argument, received 1"):
        grad(lambda x: wrong(x, x))(1.0)


def test_errors_say_what_is_wanted():
    with pytest.raises(
        GradientError, match=r"one real number, received shape \(2,\); sum it, or ask for hagang.jacobian"
    ):
        grad(lambda x: x)(np.ones(2))
    with pytest.raises(GradientError, match="returns \\(value, aux\\)"):
        grad(lambda x: (x, x))(1.0)
    with pytest.raises(ArgumentError, match="positions of the 1 arguments"):
        grad(bowl, argnums=1)(np.ones(2))
    with pytest.raises(ArgumentError, match="real numbers to differentiate"):
        grad(lambda x: x)("text")
    with pytest.raises(ShapeError, match="with the shapes of x"):
        hessian_vector_product(bowl, np.ones(2), np.ones(3))
