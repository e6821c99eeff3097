"""f is a guest: what it does to its argument, where it is called, what it returns."""

import math
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from scipy import optimize

import hagang as hg
from hagang.errors import ArgumentError

METHODS = ("lbfgs", "bfgs", "cg", "newton-cg", "nelder-mead", "gd", "steepest", "sgd", "adam")


def bowl(x):
    return float((x[0] - 2) ** 2 + 4 * (x[1] - 3) ** 2)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("start", [[0.5, 0.5], {"a": 0.5, "b": 0.5}], ids=["vector", "dict"])
def test_f_may_write_into_its_argument(method, start):
    def plain(x):
        x = np.array(list(x.values())) if isinstance(x, dict) else x.copy()
        return bowl(x)

    def writing(x):
        value = plain(x)
        if isinstance(x, dict):
            x["a"] = 99.0
        else:
            x[:] = 99.0
        return value

    options = {"method": method, "steps": 30, "gradient": "numerical"}
    clean, dirty = hg.minimize(plain, start, **options), hg.minimize(writing, start, **options)
    assert (clean.fun, clean.nit) == (dirty.fun, dirty.nit)


def test_the_textbooks_descent_lends_copies_too():
    def writing(x):
        value = bowl(x)
        x[:] = 0
        return value

    np.testing.assert_allclose(hg.gradient_descent(writing, [10.0, -10.0], 0.1, 200), [2, 3], atol=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_points_that_f_keeps_stay_what_they_were(method):
    kept, copies = [], []

    def keeping(x):
        kept.append(x)
        copies.append(x.copy())
        return bowl(x)

    hg.minimize(keeping, [0.5, 0.5], method=method, steps=20, gradient="numerical")
    np.testing.assert_array_equal(kept, copies)


@pytest.mark.parametrize("method", [m for m in METHODS if m not in ("bfgs", "cg", "newton-cg")])
@pytest.mark.parametrize("start", [(0.0, 0.5), (0.5, 0.5), (1.0, 1.0)])
def test_a_black_box_is_called_within_the_bounds_only(method, start):
    calls = []

    def f(x):
        calls.append(x.copy())
        return math.sqrt(x[0]) + math.asin(x[1]) ** 2  # math raises below 0 and above 1

    result = hg.minimize(f, start, bounds=[(0, 1), (-1, 1)], method=method, steps=50, gradient="numerical")
    low, high = np.min(calls, axis=0), np.max(calls, axis=0)
    assert np.all(low >= [0, -1])
    assert np.all(high <= [1, 1])
    assert result.fun <= f(np.array(start))


def test_differences_at_a_bound_are_of_second_order():
    result = hg.minimize(
        lambda x: math.exp(x[0]) + x[1] ** 3, [0.0, 1.0], bounds=[(0, 5), (-5, 1)], steps=0, gradient="numerical"
    )
    np.testing.assert_allclose(result.jac, [1, 3], rtol=1e-8)


def test_fixed_variables_have_no_room():
    result = hg.minimize(bowl, [1.0, 0.0], bounds=[(1, 1), (None, None)], gradient="numerical")
    np.testing.assert_allclose(result.x, [1, 3], atol=1e-6)
    assert (result.kind, result.success) == ("minimum", True)


@pytest.mark.parametrize(
    ("value", "what"),
    [
        (None, "received None; a return is missing"),
        (True, "received a truth value, True; return a number, as in np.where"),
        (np.array([1.0]), r"received an array of shape \(1,\); return its only element, as in value\[0\]"),
        (np.ones((2, 2)), r"received an array of shape \(2, 2\); sum it, or take its mean"),
        (1j, "received complex"),
        ("3", "received str: '3'"),
        ([1.0, 2.0], "received list"),
    ],
)
@pytest.mark.parametrize("later", [False, True], ids=["at once", "later"])
def test_what_f_returns_wrongly_is_named(value, what, later):
    calls = []

    def f(x):
        calls.append(x)
        return bowl(x) if later and len(calls) < 8 else value

    with pytest.raises(ArgumentError, match=f"f: expected a function that returns one real number, {what}"):
        hg.minimize(f, [1.0, 2.0], gradient="numerical")


@pytest.mark.parametrize("kind", [int, Decimal, Fraction, np.float32, np.asarray])
def test_any_real_number_will_do(kind):
    result = hg.minimize(lambda x: kind(round(x[0])) if kind is int else kind(bowl(x)), [1.0, 2.0], steps=2)
    assert isinstance(result.fun, float)


def test_overflow_is_infinite_not_an_error():
    result = hg.minimize(lambda x: math.exp(x[0] ** 2), [20.0], method="nelder-mead")
    assert result.x[0] == pytest.approx(0, abs=1e-3)


# --- SciPy's spelling ------------------------------------------------------------------------------------


def test_scipys_order_of_arguments():
    def f(x, shift):
        return np.sum((x - shift) ** 2)

    np.testing.assert_allclose(hg.minimize(f, [0.0, 0.0], (3.0,), "BFGS").x, [3, 3], atol=1e-5)
    result = hg.minimize(f, [0.0, 0.0], (3.0,), "Nelder-Mead", lambda x, shift: 2 * (x - shift))
    np.testing.assert_allclose(result.x, [3, 3], atol=1e-3)


def test_jac_true_calls_f_once_for_both():
    points = []

    def both(x):
        points.append(tuple(x))
        return bowl(x), np.array([2 * (x[0] - 2), 8 * (x[1] - 3)])

    result = hg.minimize(both, [0.0, 0.0], jac=True)
    np.testing.assert_allclose(result.x, [2, 3], atol=1e-5)
    assert result.gradient == "given"
    assert all(a != b for a, b in pairwise(points))


@pytest.mark.parametrize("jac", ["2-point", "3-point", "cs"])
def test_scipys_differences_are_differences(jac):
    assert hg.minimize(bowl, [0.0, 0.0], jac=jac).gradient == "numerical"


def test_a_start_outside_the_bounds_is_clipped_with_a_note():
    result = hg.minimize(bowl, [100.0, -10.0], bounds=[(0, 1), (None, 5)])
    assert result.notes[-1] == "x0 lay outside the bounds and was clipped: x[0] from 100 to 1"
    np.testing.assert_allclose(result.x, [1, 3], atol=1e-5)


@pytest.mark.parametrize(
    ("method", "options"), [("BFGS", {}), ("Nelder-Mead", {}), ("Nelder-Mead", {"xatol": 1e-8, "fatol": 1e-8})]
)
def test_bfgs_and_nelder_mead_are_scipys(method, options):
    peer = optimize.minimize(
        bowl,
        [0.0, 0.0],
        jac=None if method == "Nelder-Mead" else lambda x: np.array([2 * (x[0] - 2), 8 * (x[1] - 3)]),
        method=method,
        options=options,
    )
    ours = hg.minimize(lambda x: (x[0] - 2) ** 2 + 4 * (x[1] - 3) ** 2, [0.0, 0.0], method=method, options=options)
    assert ours.success
    assert ours.nit == peer.nit - (method == "Nelder-Mead")  # where SciPy counts its first simplex
    np.testing.assert_allclose(ours.x, peer.x, rtol=1e-9)


def test_nelder_mead_takes_bounds():
    result = hg.minimize(bowl, [0.5, 0.5], method="nelder-mead", bounds=[(0, 1), (0, 1)])
    np.testing.assert_allclose(result.x, [1, 1], atol=1e-3)


def test_our_methods_in_scipys_minimize():
    seen = []
    result = optimize.minimize(
        lambda x, shift: (x[0] - shift) ** 2 + x[1] ** 2,
        [10.0, -10.0],
        args=(2.0,),
        method=hg.scipy_method("sgd", lr=0.1),
        callback=lambda xk: seen.append(xk),
        options={"maxiter": 150},
    )
    assert (result.nit, len(seen)) == (150, 150)
    np.testing.assert_allclose(result.x, [2, 0], atol=1e-6)
    with pytest.raises(ArgumentError, match="constraints: no method of hagang keeps any but bounds; use SciPy's"):
        optimize.minimize(bowl, [0.0, 0.0], method=hg.scipy_method(), constraints={"type": "eq", "fun": bowl})
