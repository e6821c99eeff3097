"""What learning rates do, in one word, and in agreement with the curvature."""

import numpy as np
import pytest

import hagang as hg
from hagang.errors import ArgumentError
from hagang.minimizing.sweep import verdict_of


def quadratic(eigenvalues, seed):
    """A quadratic with these curvatures along directions of its own."""
    random = np.random.default_rng(seed)
    axes, _ = np.linalg.qr(random.standard_normal((len(eigenvalues),) * 2))
    matrix = axes @ np.diag(eigenvalues) @ axes.T
    return (lambda x: 0.5 * np.dot(x, matrix @ x)), axes @ np.ones(len(eigenvalues))


@pytest.mark.parametrize("eigenvalues", [(1.0, 4.0), (0.5, 1.0, 8.0), (3.0, 3.0), (0.01, 100.0)])
@pytest.mark.parametrize("seed", range(3))
def test_on_a_quadratic_the_verdict_agrees_with_the_highest_curvature(eigenvalues, seed):
    f, start = quadratic(eigenvalues, seed)
    limit = 2 / max(eigenvalues)
    best = 2 / (max(eigenvalues) + min(eigenvalues))
    shares = [0.01, 0.1, 0.3, 0.45, 0.9, 0.97, 1.03, 1.1, 1.5, 3, 10]
    sweep = hg.sweep_learning_rates(f, start, [share * limit for share in shares], steps=200)
    assert sweep.limit == pytest.approx(limit, rel=1e-6)
    for tried in sweep:
        assert (tried.verdict == "diverges") == (tried.lr > limit), tried.lr / limit
        if best < tried.lr < limit:
            assert tried.verdict in ("oscillates", "converges")
            arrived = tried.result.gradient_norms[-1] <= 1e-3 * tried.result.gradient_norms[0]
            assert (tried.verdict == "converges") == arrived
        if tried.lr < 1 / max(eigenvalues):
            assert tried.verdict in ("crawls", "converges")


def test_in_one_dimension_each_verdict_has_its_place():
    # x is multiplied by 1 - lr at each step.
    sweep = hg.sweep_learning_rates(lambda x: 0.5 * x**2, 1.0, [1e-4, 0.5, 1.9, 1.99, 2.1], steps=100)
    assert [tried.verdict for tried in sweep] == ["crawls", "converges", "converges", "oscillates", "diverges"]
    assert sweep.limit == pytest.approx(2)
    assert sweep.best.lr == 0.5
    np.testing.assert_allclose(sweep[1].result.path, 0.5 ** np.arange(101), rtol=1e-12)


def test_steps_thrown_above_the_start_overshoot():
    # A narrow pit beside a plain: the first step leaps out of it, and the plain leads nowhere.
    sweep = hg.sweep_learning_rates(lambda x: -np.exp(-50 * x**2), 0.1, [1.0], steps=50)
    assert sweep[0].verdict == "overshoots"


def test_to_and_fro_without_gain_overshoots():
    # |x| has slope ±1 everywhere: fixed steps end in a two-cycle.
    assert hg.sweep_learning_rates(np.abs, 0.7, [1.0], steps=50)[0].verdict == "overshoots"


def test_a_printed_sweep_is_a_table():
    table = str(hg.sweep_learning_rates(lambda x: np.sum(x**2), [1.0, 2.0], [0.01, 0.1])).splitlines()
    assert table[0].split() == ["rate", "steps", "value", "gradient", "verdict"]
    assert table[1].split()[-1] == "crawls"
    assert table[2].endswith("converges (lowest)")
    assert table[3] == "2 / the highest curvature at the lowest point: 1"


def test_named_ranges():
    decades = [tried.lr for tried in hg.sweep_learning_rates(lambda x: x**2, 1.0, steps=3)]
    thirds = [tried.lr for tried in hg.sweep_learning_rates(lambda x: x**2, 1.0, "thirds", steps=3)]
    np.testing.assert_allclose(decades, [1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10])
    np.testing.assert_allclose(thirds, [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3])


def test_other_methods_and_black_boxes_are_swept_alike():
    for gradient in ("graph", "numerical"):
        sweep = hg.sweep_learning_rates(
            lambda x: np.sum(x**2), [1.0, 1.0], [1e-4, 0.03], method="momentum", steps=400, gradient=gradient
        )
        assert [tried.verdict for tried in sweep] == ["crawls", "converges"]


def test_nests_are_swept():
    sweep = hg.sweep_learning_rates(lambda p: p["a"] ** 2 + np.sum(p["b"] ** 2), {"a": 1.0, "b": np.ones(2)}, [0.1])
    assert sweep[0].verdict == "converges"


def test_a_downward_curve_has_no_limit():
    sweep = hg.sweep_learning_rates(lambda x: -(x**2), 1.0, [0.01], steps=5)
    assert sweep.limit is None


def test_values_that_are_not_finite_diverge():
    x = np.array([1.0, 2.0, np.inf])
    assert verdict_of(x[:, np.newaxis], x**2, x) == "diverges"


@pytest.mark.parametrize(
    ("rates", "said"),
    [
        ("tens", "rates: expected 'decades', 'thirds' or a list of rates, received 'tens'"),
        ([], "rates: expected at least one learning rate"),
        ([0.1, -1], "rates: expected a finite learning rate above 0, received -1"),
        ([0.1, "a"], "rates: expected a finite learning rate above 0, received 'a'"),
    ],
)
def test_bad_rates_are_refused(rates, said):
    with pytest.raises(ArgumentError, match=said):
        hg.sweep_learning_rates(lambda x: x**2, 1.0, rates)


def test_a_method_without_a_rate_is_refused():
    with pytest.raises(ArgumentError, match="lr: method 'lbfgs' finds the length of its steps by itself"):
        hg.sweep_learning_rates(lambda x: x**2, 1.0, [0.1], method="lbfgs")
