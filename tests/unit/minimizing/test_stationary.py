"""The end of a minimisation, judged once: by the gradient and the curvature there."""

import math

import numpy as np
import pytest

import hagang as hg


@pytest.mark.parametrize("gradient", ["graph", "numerical"])
@pytest.mark.parametrize(
    ("f", "x0", "kind", "success"),
    [
        (lambda x: (x[0] - 2) ** 2 + 4 * (x[1] - 3) ** 2, (100.0, -10.0), "minimum", True),
        (lambda x: x[0] ** 2 - x[1] ** 2 + x[1] ** 4 / 4, (1.0, 0.0), "saddle", False),
        (lambda x: np.cos(x[0]) + np.cos(x[1]), (0.0, 0.0), "maximum", False),
        (lambda x: 1 - np.exp(-np.sum(x**2)), (5.0, 5.0), "plateau", True),
        (lambda x: x[0] ** 2 + 0 * x[1], (1.0, 7.0), "plateau", True),
        (lambda x: np.exp(-x[0]) + x[1] ** 2, (1.0, 1.0), "plateau", True),  # the minimum lies at infinity
        (lambda x: 1e-8 * np.sum((x - 3) ** 2), (100.0, 100.0), "plateau", True),
        (lambda x: 1e8 * np.sum((x - 3) ** 2), (100.0, 100.0), "minimum", True),
        (lambda x: np.abs(x[0] - 0.3) + (x[1] - 0.1) ** 2, (1.0, 1.0), "minimum", True),  # a kink
    ],
    ids=["bowl", "saddle", "hilltop", "far flank", "no effect", "endless", "faint", "steep", "kink"],
)
def test_kinds(f, x0, kind, success, gradient):
    method = "nelder-mead" if kind == "minimum" and "abs" in f.__code__.co_names else "lbfgs"
    options = {"xatol": 1e-9, "fatol": 1e-9} if method == "nelder-mead" else {}
    result = hg.minimize(f, x0, gradient=gradient, method=method, options=options)
    assert (result.kind, result.success) == (kind, success), result.message
    assert f"a {kind}" in result.message
    assert result.verdict in result.message


@pytest.mark.parametrize("rule", ["no-change 5 within 1e-9", "time>60s or no-change 5 within 1e-9"])
def test_a_criterion_that_fires_on_a_slope_is_no_success(rule):
    result = hg.minimize(lambda x: np.sum(x**2), [3.0, 4.0], method="sgd", lr=1e-13, stop=rule, steps=50)
    assert (result.kind, result.success, result.status) == ("slope", False, 4)
    assert "f still falls along the gradient" in result.message


def test_a_target_of_the_callers_own_is_success():
    result = hg.minimize(lambda x: np.sum(x**2), [3.0, 4.0], method="sgd", lr=0.1, stop="value<1")
    assert (result.kind, result.success) == ("slope", True)


def test_the_tolerance_is_the_callers():
    loose = hg.minimize(lambda x: np.sum(x**2), [3.0, 4.0], method="sgd", lr=0.1, stop="gradient<0.1")
    assert (loose.kind, loose.success) == ("minimum", True)


def test_a_saddles_remedy_works():
    f = lambda x: x[0] ** 2 - x[1] ** 2 + x[1] ** 4 / 4  # noqa: E731
    assert "start beside it, or starts=20 tries many" in hg.minimize(f, [1.0, 0.0]).message
    beside = hg.minimize(f, [1.0, 0.01])
    many = hg.minimize(f, [1.0, 0.0], starts=20)
    for result in (beside, many):
        assert (result.kind, result.success) == ("minimum", True)
        assert abs(result.x[1]) == pytest.approx(math.sqrt(2), abs=1e-4)


@pytest.mark.parametrize("size", [1, 2, 6, 7, 30, 200])
@pytest.mark.parametrize("gradient", ["numerical", "given"])
def test_the_judgement_costs_at_most_fifty_evaluations_within_the_bounds(size, gradient):
    calls = []

    def f(x):
        calls.append(x.copy())
        return float(np.sum(np.arange(1, size + 1) * (x - 0.5) ** 2))

    def slope(x):
        calls.append(x.copy())
        return 2 * np.arange(1, size + 1) * (x - 0.5)

    result = hg.minimize(
        f, np.full(size, 0.9), bounds=[(0, 0.5)] * size, gradient=slope if gradient == "given" else "numerical"
    )
    extra = len(calls) - result.nfev - (result.njev if gradient == "given" else 0)
    assert 0 <= extra <= 50
    assert np.max(calls) <= 0.5
    assert np.min(calls) >= 0
    assert result.success


def test_many_variables_and_a_saddle():
    scale = np.linspace(1, 50, 60)
    scale[17] = -3.0
    result = hg.minimize(lambda x: np.sum(scale * x**2), np.where(scale > 0, 1.0, 0.0))
    assert (result.kind, result.success) == ("saddle", False)
    np.testing.assert_allclose(result.curvature, [-6, 100], rtol=1e-3)


@pytest.mark.parametrize("method", ["lbfgs", "bfgs", "cg"])
@pytest.mark.parametrize("start", [1.5, 5.0, 50.0, 1e4])
@pytest.mark.parametrize("outside", [math.inf, math.nan])
def test_a_line_search_that_left_the_domain_comes_back(method, start, outside):
    f = lambda x: outside if x[0] <= 0 else float(x[0] - math.log(x[0]))  # noqa: E731
    for function in (f, lambda x: x[0] - np.log(x[0])):
        result = hg.minimize(function, [start], method=method)
        assert result.success, result.message
        assert result.x[0] == pytest.approx(1, abs=1e-3)


def test_a_run_that_cannot_go_on_says_what_kind_of_place_it_is():
    result = hg.minimize(lambda x: np.sum(np.sqrt(x)), [1.0, 4.0])
    assert not result.success
    assert result.kind == "slope"
    assert "bounds keep x where it is" in result.message
