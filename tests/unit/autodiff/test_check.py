"""The check of derivatives: what it accepts, what it catches, and how it prints."""

import numpy as np
import pytest

from hagang.autodiff import check_grad
from hagang.errors import ArgumentError, GradientError, TraceError
from hagang.trace import custom_gradient, stop_gradient

X = np.array([1.0, 2.0, 3.0])


def test_right_derivatives_pass_to_the_order_asked():
    found = check_grad(lambda x: np.sum(np.sin(x) * np.exp(x)), X, order=3)
    assert found.ok
    assert [each.order for each in found.orders] == [1, 2, 3]
    assert all(each.difference < 1e-9 for each in found.orders)


def test_a_wrong_first_derivative_is_caught():
    tripled = custom_gradient(lambda x: (x**2, lambda g: 3 * g * x))
    found = check_grad(tripled, X)
    assert not found
    assert not found.orders[0].ok
    # 3x in place of 2x, so 1½ times as much: a relative difference of a third of the larger
    assert found.orders[0].difference == pytest.approx(1 / 3)


def test_a_wrong_second_derivative_is_caught():
    square = custom_gradient(lambda x: (x**2, lambda g: 2 * g * stop_gradient(x)))
    first, second = check_grad(lambda x: np.sum(square(x)), X).orders
    assert first.ok
    assert second.analytic is None
    assert not second.ok


def test_one_wrong_element_in_many_is_caught():
    def pullback(x):
        return lambda g: g * np.where(np.arange(1000) == 617, 2.001, 2.0) * x

    nearly = custom_gradient(lambda x: (x**2, pullback(x)))
    assert not check_grad(nearly, np.linspace(1, 2, 1000), order=1)


def test_what_does_not_depend_on_x_is_called_constant():
    found = check_grad(lambda x: 3.0, X)
    assert found
    assert [each.analytic for each in found.orders] == [None, None]
    assert [each.difference for each in found.orders] == [0.0, 0.0]
    assert "constant" in str(found)


def test_a_gradient_of_zero_is_not_called_constant():
    found = check_grad(np.floor, X + 0.5, order=1)
    assert found
    assert found.orders[0].analytic == 0.0
    assert found.orders[0].difference == 0.0


def test_nests_and_several_results():
    def layer(p):
        return {"out": np.tanh(p["x"] @ p["w"] + p["b"]), "size": np.sum(p["w"] ** 2), "count": 3}

    assert check_grad(layer, {"x": np.ones((2, 3)), "w": np.full((3, 2), 0.3), "b": np.zeros(2)})


def test_float32_is_checked_in_float64():
    assert check_grad(lambda x: np.sum(np.exp(x)), X.astype(np.float32)).orders[0].difference < 1e-10


def test_a_number_and_an_empty_array():
    assert check_grad(lambda x: x**3, 2.0)
    assert check_grad(np.sum, np.zeros((0, 2)))


def test_directions_follow_from_the_seed():
    def along(seed):
        return check_grad(lambda x: np.sum(x**3), X, seed=seed).orders[0].analytic

    assert along(1) == along(1) != along(2)


def test_rounding_of_large_terms_that_cancel_is_not_an_error():
    assert check_grad(lambda x: np.sum(1e8 * x) - np.sum(1e8 * x) + np.sum(x**2), X)


def test_it_prints_analytic_beside_numeric(capsys):
    found = check_grad(lambda x: x**2, 3.0, verbose=True)
    head, first, second = capsys.readouterr().out.splitlines()
    assert head.split() == ["order", "analytic", "numeric", "difference"]
    assert first.split()[0] == "1"
    assert float(first.split()[1]) == pytest.approx(found.orders[0].analytic)
    assert float(second.split()[2]) == pytest.approx(found.orders[1].numeric)
    assert repr(found) == str(found) == "\n".join([head, first, second])


def test_disagreement_is_marked():
    wrong = custom_gradient(lambda x: (x**2, lambda g: g))
    first, second = str(check_grad(wrong, X)).splitlines()[1:]
    assert first.endswith("differs")
    assert not second.endswith("differs")


def test_errors():
    with pytest.raises(ArgumentError, match="order: expected a whole number from 1, received 0"):
        check_grad(np.sin, 1.0, order=0)
    with pytest.raises(GradientError, match="expected a function that returns real numbers"):
        check_grad(np.argmax, X)
    with pytest.raises(TraceError, match="no truth value"):
        check_grad(lambda x: x if x > 0 else -x, 1.0)
