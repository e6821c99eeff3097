"""A branch that is not chosen adds nothing to a gradient, whatever its own derivative."""

import numpy as np
import pytest

import hagang as hg

X = np.array([-1.0, 0.0, 4.0])


def quiet(f):
    def call(x):
        with np.errstate(all="ignore"):
            return f(x)

    return call


CASES = [
    (lambda x: np.where(x > 0, np.sqrt(x), x), [1, 1, 0.25], [0, 0, -1 / 32]),
    (lambda x: np.where(x > 0, x * np.log(x), 0.0), [0, 0, np.log(4) + 1], [0, 0, 0.25]),
    (lambda x: np.where(x == 0, 1.0, np.sin(x) / x), None, None),
    (lambda x: np.where(x > 0, 1 / x, x**2), [-2, 0, -1 / 16], [2, 2, 2 / 64]),
    (lambda x: np.where(x > 0, np.log(np.sum(x, keepdims=True) * x), 2 * x), None, None),
    (lambda x: np.where(x > 0, np.where(x > 1, np.sqrt(x - 1), x), np.exp(x)), None, None),
    (lambda x: np.where(x < 5, x**2, np.exp(1000 * x) * x), None, None),
    (lambda x: np.where(x > 0, np.arccosh(x), 0 * x), None, None),
    (lambda x: np.where(x > 0, np.power(x, 0.3), 3 * x), None, None),
    (lambda x: np.where(x[:, None] > 0, np.sqrt(x)[:, None] * np.ones(2), x[:, None]), None, None),
    (lambda x: np.where(np.array([True, True, True]), np.abs(x), np.log(-np.abs(x))), None, None),
    (lambda x: np.select([x > 1, x > -0.5], [np.log(x), x**3], 0.0), [0, 0, 0.25], [0, 0, -1 / 16]),
]


@pytest.mark.parametrize("runtime", ["native", "reference"])
@pytest.mark.parametrize(("f", "first", "second"), CASES)
def test_gradients_are_finite_and_right_to_second_order(f, first, second, runtime, monkeypatch):
    monkeypatch.setattr("hagang.runtime.DEFAULT", runtime)
    total = quiet(lambda x: np.sum(f(x)))
    slope = quiet(hg.grad(total))(X)
    curve = np.diag(quiet(hg.hessian(total))(X))
    assert np.all(np.isfinite(slope))
    assert np.all(np.isfinite(curve))
    if first is not None:
        np.testing.assert_allclose(slope, first, rtol=1e-12)
        np.testing.assert_allclose(curve, second, rtol=1e-12)


def test_a_branch_that_is_chosen_keeps_its_infinite_slope():
    assert quiet(hg.grad(lambda x: np.sum(np.where(x >= 0, np.sqrt(x), x))))(X)[1] == np.inf


def test_a_value_used_outside_of_the_branch_too_is_not_masked():
    g = quiet(hg.grad(lambda x: np.sum(np.where(x > 0, np.exp(x), 0.0) + np.exp(x))))(X)
    np.testing.assert_allclose(g, np.exp(X) * np.array([1, 1, 2]))


def test_a_scalar_spread_over_a_mask_that_is_nowhere_true():
    g = quiet(hg.grad(lambda s: np.sum(np.where(X > 9, np.sqrt(s), 1.0) * s)))(0.0)
    assert g == 3.0


@pytest.mark.parametrize("runtime", ["native", "reference"])
def test_minimize_crosses_where_a_branch_is_undefined(runtime):
    def f(x):
        return np.sum(np.where(x > 0, x - np.log(x), 10 - x))

    result = hg.minimize(f, [2.0, -1.0], method="sgd", lr=0.1, steps=200, options={"runtime": runtime})
    np.testing.assert_allclose(result.x, [1, 1], atol=1e-3)


# --- what is right at a point where the formula is not defined ---------------------------------------------


@pytest.mark.parametrize("size", [1, 2, 3, 5, 6])
def test_the_determinants_gradient_is_the_adjugate_where_it_is_singular(size):
    v = np.random.default_rng(size).standard_normal(size)
    for a in (np.outer(v, v), np.zeros((size, size)), np.diag(np.r_[0.0, np.ones(size - 1)])):
        np.testing.assert_allclose(
            hg.grad(np.linalg.det)(a), hg.numerical_gradient(np.linalg.det, a, method="richardson"), atol=1e-12
        )


@pytest.mark.parametrize(
    ("f", "gradient", "hessian"),
    [
        (lambda x: np.linalg.norm(x) ** 2, [0, 0], [[2, 0], [0, 2]]),
        (lambda x: np.sqrt(np.sum(x**2)) ** 2, [0, 0], [[2, 0], [0, 2]]),
        (lambda x: np.square(np.sqrt(x[0] ** 2 + x[1] ** 4)), [0, 0], [[2, 0], [0, 0]]),
        (lambda x: np.sum(np.sqrt(x) ** 2), [1, 1], [[0, 0], [0, 0]]),
        (lambda x: np.std(x) ** 2, [0, 0], [[0.5, -0.5], [-0.5, 0.5]]),
        (lambda x: np.sum(np.sinc(x)), [0, 0], [[-(np.pi**2) / 3, 0], [0, -(np.pi**2) / 3]]),
    ],
)
def test_roots_inside_squares_at_zero(f, gradient, hessian):
    np.testing.assert_allclose(hg.grad(f)(np.zeros(2)), gradient, atol=1e-12)
    np.testing.assert_allclose(hg.hessian(f)(np.zeros(2)), hessian, atol=1e-12)
