"""Every method of `minimize` × every law. A new method joins by one row."""

import numpy as np
import pytest

import hagang as hg
from hagang.minimizing.settings import method_names
from hagang.optim import OPTIMIZERS, Adam, ClipByNorm, ExponentialAverage, Momentum, Rprop

# A method, a learning rate with which it solves the quadratic below, and how many steps it needs.
TABLE = [
    ("lbfgs", None, 100),
    ("bfgs", None, 100),
    ("nelder-mead", None, 400),
    ("cg", None, 100),
    ("newton-cg", None, 100),
    ("gd", None, 500),
    ("steepest", None, 500),
    ("sgd", 0.1, 500),
    ("momentum", 0.03, 800),
    ("adagrad", 1.0, 2000),
    ("rmsprop", 0.01, 3000),
    ("adadelta", 10.0, 3000),
    ("adam", 0.1, 3000),
    ("adamw", 0.1, 3000),
    ("adamax", 0.1, 3000),
    ("nadam", 0.1, 3000),
    ("radam", 0.1, 3000),
    ("rprop", 0.1, 500),
    ("lion", 0.01, 3000),
    ("lamb", 0.01, 3000),
    (ClipByNorm(Momentum(0.5), max_norm=1.0), 0.05, 1000),
    (ExponentialAverage(Adam(), decay=0.5), 0.1, 3000),
    ("Momentum(0.5, nesterov=True)", 0.05, 1000),
]
IDS = [str(row[0]) for row in TABLE]
CURVATURES = np.array([1.0, 4.0, 10.0])
LOWEST = np.array([1.0, -2.0, 0.5])

methods = pytest.mark.parametrize(("method", "lr", "steps"), TABLE, ids=IDS)


def bowl(x):
    return 0.5 * np.sum(CURVATURES * (x - LOWEST) ** 2) + 7


def valley(x):
    """Rosenbrock's, in three numbers."""
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def valley_slope(x):
    slope = np.zeros_like(x)
    slope[:-1] = -400 * x[:-1] * (x[1:] - x[:-1] ** 2) - 2 * (1 - x[:-1])
    slope[1:] += 200 * (x[1:] - x[:-1] ** 2)
    return slope


def test_the_table_holds_every_method():
    assert set(method_names()) <= {row[0] for row in TABLE if isinstance(row[0], str)}
    assert set(OPTIMIZERS) <= set(method_names())


@methods
def test_a_quadratic_is_solved(method, lr, steps):
    result = hg.minimize(bowl, np.zeros(3), method=method, lr=lr, steps=steps)
    # Lion's and LAMB's steps do not shrink, and RMSProp's circle: they end within a step of the minimum; AdamW decays.
    loose = {"lion": 0.03, "lamb": 0.05, "rmsprop": 0.02, "adamw": 0.02, "adadelta": 1e-2}
    np.testing.assert_allclose(result.x, LOWEST, atol=loose.get(str(method), 1e-4))
    assert result.fun == pytest.approx(7, abs=1e-2)


@methods
def test_the_fields_agree_with_each_other(method, lr, steps):
    result = hg.minimize(bowl, np.ones(3), method=method, lr=lr, steps=10)
    rows = len(result.steps)
    assert result.nit <= 10
    assert result.path.shape == (rows, 3)
    assert result.losses.shape == result.gradient_norms.shape == (rows,)
    assert result.learning_rates.shape == (rows - 1,)
    np.testing.assert_array_equal(result.steps, np.arange(result.nit + 1))
    np.testing.assert_array_equal(result.path[0], np.ones(3))
    np.testing.assert_allclose(result.losses, [bowl(x) for x in result.path], rtol=1e-14)
    slopes = CURVATURES * (result.path - LOWEST)
    norms = np.full(rows, np.nan) if method == "nelder-mead" else np.linalg.norm(slopes, axis=1)  # it takes no gradient
    np.testing.assert_allclose(result.gradient_norms, norms, rtol=1e-12)
    assert result.fun == pytest.approx(bowl(result.x), rel=1e-14)
    np.testing.assert_allclose(result.jac, CURVATURES * (result.x - LOWEST), rtol=1e-12)
    assert result.success == (result.status == 0)
    assert result.stopped_by in result.message
    assert result.nfev >= result.nit
    assert result.njev >= 1
    if isinstance(method, str):
        assert result.method == method
    if not isinstance(method, ExponentialAverage):
        np.testing.assert_array_equal(result.path[-1], result.x)


@methods
def test_a_black_box_goes_the_traced_functions_way(method, lr, steps):
    lr = None if lr is None else lr / 100
    traced = hg.minimize(valley, np.array([-0.5, 0.5, 0.2]), method=method, lr=lr, steps=30)
    called = hg.minimize(valley, np.array([-0.5, 0.5, 0.2]), method=method, lr=lr, steps=30, gradient=valley_slope)
    assert (traced.gradient, called.gradient) == ("graph", "given")
    # Newton-CG's products are differences there, and line searches turn the last digit into another step.
    rows = min(len(traced.path), len(called.path), 8 if method in ("newton-cg", "steepest", "cg", "lbfgs") else 31)
    rtol = 1e-4 if method in ("newton-cg", "steepest") else 1e-7
    np.testing.assert_allclose(traced.path[:rows], called.path[:rows], rtol=rtol, atol=rtol)
    np.testing.assert_allclose(traced.losses[:rows], called.losses[:rows], rtol=rtol, atol=rtol)


@methods
def test_numerical_gradients_lead_to_the_same_place(method, lr, steps):
    traced, called = (
        hg.minimize(bowl, np.zeros(3), method=method, lr=lr, steps=25, gradient=gradient)
        for gradient in ("graph", "numerical")
    )
    assert called.gradient == "numerical"
    np.testing.assert_allclose(traced.x, called.x, atol=1e-5)


@pytest.mark.parametrize(("method", "lr", "steps"), [row for row in TABLE if row[0] != "lamb"])
def test_a_nest_goes_the_vectors_way(method, lr, steps):
    """All but LAMB, whose step depends on how the numbers are gathered into arrays."""
    whole = hg.minimize(bowl, np.ones(3), method=method, lr=lr, steps=6)
    parts = hg.minimize(
        lambda p: bowl(np.concatenate([np.reshape(p["a"], (1,)), p["b"]])),
        {"a": 1.0, "b": np.ones(2)},
        method=method,
        lr=lr,
        steps=6,
    )
    rows = min(len(whole.path), len(parts.losses))
    np.testing.assert_allclose(parts.path["b"][:rows], whole.path[:rows, 1:], rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(parts.jac["a"], parts.x["a"] - LOWEST[0], rtol=1e-6, atol=1e-8)


@methods
def test_the_callback_sees_what_is_kept(method, lr, steps):
    seen = []
    result = hg.minimize(
        bowl,
        np.ones(3),
        method=method,
        lr=lr,
        steps=5,
        callback=lambda intermediate_result: seen.append(intermediate_result),
    )
    last = -1 if isinstance(method, ExponentialAverage) else None
    np.testing.assert_array_equal([one.x for one in seen][:last], result.path[1:][:last])
    np.testing.assert_array_equal([one.fun for one in seen], result.losses[1:])


@methods
def test_stop_iteration_ends_a_run_where_it_is(method, lr, steps):
    def second(xk):
        seen.append(xk)
        if len(seen) == 2:
            raise StopIteration

    seen = []
    result = hg.minimize(
        valley, np.array([-0.5, 0.5, 0.2]), method=method, lr=None if lr is None else lr / 100, callback=second
    )
    assert (result.nit, result.status, result.success, len(seen)) == (2, 99, False, 2)
    assert result.fun == result.losses.min()


@methods
def test_bounds_hold_at_every_point(method, lr, steps):
    if method in ("bfgs", "cg", "newton-cg"):
        with pytest.raises(hg.ArgumentError, match="keeps to none"):
            hg.minimize(bowl, np.zeros(3), method=method, bounds=[(0, 1)] * 3)
        return
    low, high = np.array([-1.0, -1.0, 1.0]), np.array([0.5, 1.0, 2.0])
    result = hg.minimize(
        bowl, np.array([0.0, 0.0, 1.5]), method=method, lr=lr, steps=min(steps, 1000), bounds=[*zip(low, high)]
    )
    assert np.all((low <= result.path) & (result.path <= high))
    np.testing.assert_allclose(result.x, [0.5, -1.0, 1.0], atol=0.05 if method in ("lion", "lamb", "rmsprop") else 1e-3)


@methods
def test_the_same_call_gives_the_same_bits(method, lr, steps):
    one, two = (hg.minimize(valley, np.array([-0.5, 0.5, 0.2]), method=method, steps=20) for _ in range(2))
    np.testing.assert_array_equal(one.path, two.path)
    assert one.message == two.message


@methods
def test_the_way_does_not_depend_on_what_is_kept(method, lr, steps):
    whole, none = (hg.minimize(bowl, np.ones(3), method=method, steps=40, record=record) for record in ("all", None))
    np.testing.assert_array_equal(whole.x, none.x)
    assert whole.nfev == none.nfev


def test_a_rule_with_other_constants_is_another_method():
    one, other = (
        hg.minimize(bowl, np.ones(3), method=method, lr=0.1, steps=5).x for method in (Rprop(), Rprop(eta_plus=1.5))
    )
    assert not np.array_equal(one, other)
