"""The distributions: SciPy's values, and derivatives to second order in what is traced."""

import numpy as np
import pytest
from scipy import stats as peers

import hagang as hg
from hagang import stats

X = np.array([-1.5, -0.2, 0.0, 0.3, 0.9, 1.0, 2.5, 7.0])
K = np.array([-1.0, 0.0, 1.0, 2.0, 2.5, 5.0, 9.0])

# The name, its own parameters, and where the derivatives are checked.
CONTINUOUS = [
    ("norm", (), np.array([-1.5, 0.3, 2.5, 40.0])),
    ("t", (3.5,), np.array([-1.5, 0.3, 2.5])),
    ("gamma", (2.3,), np.array([0.3, 2.5])),
    ("gamma", (1.0,), np.array([0.3, 2.5])),
    ("beta", (2.5, 1.7), np.array([0.2, 0.8])),
    ("expon", (), np.array([0.3, 2.5])),
    ("lognorm", (0.7,), np.array([0.3, 2.5])),
]
DISCRETE = [("poisson", (2.3,)), ("binom", (5.0, 0.3))]


@pytest.mark.parametrize("function", ["logpdf", "pdf", "logcdf", "cdf"])
@pytest.mark.parametrize(("name", "shapes", "_"), CONTINUOUS)
def test_values_are_scipys(name, shapes, _, function):
    ours, theirs = (getattr(getattr(home, name), function) for home in (stats, peers))
    with np.errstate(all="ignore"):
        for more in ((), (0.2,), (0.2, 1.3)):
            np.testing.assert_allclose(ours(X, *shapes, *more), theirs(X, *shapes, *more), rtol=1e-11, atol=1e-300)
        named = {"loc": -0.1, "scale": np.array([2.0] * len(X))}
        np.testing.assert_allclose(ours(X, *shapes, **named), theirs(X, *shapes, **named), rtol=1e-11, atol=1e-300)


@pytest.mark.parametrize("function", ["logpmf", "pmf", "logcdf", "cdf"])
@pytest.mark.parametrize(("name", "parameters"), DISCRETE)
def test_discrete_values_are_scipys(name, parameters, function):
    ours, theirs = (getattr(getattr(home, name), function) for home in (stats, peers))
    with np.errstate(all="ignore"):
        for more in ((), (1,)):
            np.testing.assert_allclose(ours(K, *parameters, *more), theirs(K, *parameters, *more), rtol=1e-11)


@pytest.mark.parametrize("function", ["logpdf", "logcdf"])
@pytest.mark.parametrize(("name", "shapes", "x"), CONTINUOUS)
def test_derivatives_agree_with_differences(name, shapes, x, function):
    f = getattr(getattr(stats, name), function)
    point = {"x": x, "loc": np.array(-0.05), "scale": np.array(1.2)}
    check = hg.check_grad(lambda p: f(p["x"], *shapes, loc=p["loc"], scale=p["scale"]), point)
    assert check, check
    if shapes:
        check = hg.check_grad(lambda a: f(x, *[a[k] for k in range(len(shapes))]), np.array(shapes))
        assert check, check


@pytest.mark.parametrize("function", ["logpmf", "logcdf"])
@pytest.mark.parametrize(("name", "parameters"), DISCRETE)
def test_discrete_derivatives_agree_with_differences(name, parameters, function):
    f = getattr(getattr(stats, name), function)
    k = np.array([0.0, 2.0, 4.0])
    check = hg.check_grad(lambda p: f(k, *parameters[:-1], p), np.array(parameters[-1]))
    assert check, check


def test_what_lies_outside_adds_nothing_to_a_gradient():
    x = np.array([-1.0, 0.5])
    total = lambda a: np.sum(np.where(x > 0, stats.gamma.logpdf(x, a), 0.0))  # noqa: E731
    assert np.isfinite(hg.grad(total)(2.0))


def test_a_likelihood_is_maximised():
    data = np.random.default_rng(0).gamma(2.5, 1.5, 400)
    result = hg.minimize(lambda p: -np.sum(stats.gamma.logpdf(data, np.exp(p[0]), scale=np.exp(p[1]))), [0.0, 0.0])
    assert result.success
    assert result.gradient == "graph"
    shape, _, scale = peers.gamma.fit(data, floc=0)
    np.testing.assert_allclose(np.exp(result.x), [shape, scale], rtol=1e-3)


def test_a_function_that_the_engine_lacks_is_evaluated_by_the_reference_and_said_so():
    result = hg.minimize(lambda p: -stats.t.logcdf(p[0], 3.0) + p[0] ** 2, [0.0])
    assert "evaluated by the reference runtime, since the engine has no betainc" in result.notes
    assert result.success


@pytest.mark.parametrize(("call", "remedy"), [
    (lambda x: peers.norm.logpdf(x, 1.0), r"use hagang\.stats\.norm\.logpdf\(x, 1\.0\)"),
    (lambda x: peers.poisson.logpmf(2, x), r"use hagang\.stats\.poisson\.logpmf\(2, x\)"),
    (lambda x: peers.cauchy.logpdf(x), "hagang.stats has norm, t, gamma, beta, expon, lognorm, poisson, binom"),
])  # fmt: skip
def test_scipys_own_are_refused_with_ours_as_the_remedy(call, remedy):
    with pytest.raises(hg.HagangError, match=remedy):
        hg.grad(lambda x: np.sum(call(x)))(np.ones(2))


def test_wrong_numbers_of_parameters():
    with pytest.raises(TypeError, match="StudentT: expected 1 parameters, then loc and scale, received 0"):
        stats.t.logpdf(1.0)
    with pytest.raises(TypeError, match="expected 2 parameters, then loc, received 1"):
        stats.binom.logpmf(1.0, 3)
