"""`minimize` beside SciPy's, and beside loops written out."""

import numpy as np
import pytest
import scipy.optimize
from scipy.optimize import rosen, rosen_der, rosen_hess_prod

import hagang as hg

SCIPY = {"lbfgs": "L-BFGS-B", "cg": "CG", "newton-cg": "Newton-CG"}


def valley(x):
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def beale(x):
    a, b = x[0], x[1]
    return (1.5 - a + a * b) ** 2 + (2.25 - a + a * b**2) ** 2 + (2.625 - a + a * b**3) ** 2


def beale_slope(x):
    a, b = x
    r = np.array([1.5 - a + a * b, 2.25 - a + a * b**2, 2.625 - a + a * b**3])
    return np.array([2 * r @ [b - 1, b**2 - 1, b**3 - 1], 2 * r @ [a, 2 * a * b, 3 * a * b**2]])


FUNCTIONS = {
    "rosenbrock 2": (valley, rosen, rosen_der, rosen_hess_prod, np.array([-1.2, 1.0])),
    "rosenbrock 5": (valley, rosen, rosen_der, rosen_hess_prod, np.array([1.3, 0.7, 0.8, 1.9, 1.2])),
    "beale": (beale, beale, beale_slope, None, np.array([1.0, 1.0])),
}


@pytest.mark.parametrize("method", SCIPY)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_scipys_methods_take_scipys_steps(name, method):
    traced, plain, slope, product, start = FUNCTIONS[name]
    more = {"hessp": product} if method == "newton-cg" and product else {}
    points = []
    peer = scipy.optimize.minimize(plain, start, jac=slope, method=SCIPY[method], callback=points.append, **more)
    ours = hg.minimize(traced, start, method=method)
    # Newton-CG's own products are differences where none are given, and the last digits drift apart.
    if not more and method == "newton-cg":
        np.testing.assert_allclose(ours.x, peer.x, atol=1e-5)
        return
    assert (ours.nit, ours.njev, ours.success) == (peer.nit, peer.njev, peer.success)
    np.testing.assert_allclose(ours.path[1:], points, rtol=1e-4, atol=1e-7)
    np.testing.assert_allclose(ours.x, peer.x, rtol=1e-6, atol=1e-8)
    assert str(peer.message).rstrip(".") in ours.message


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({"tol": 1e-10}, {"tol": 1e-10}),
        ({"options": {"gtol": 1e-9, "ftol": 1e-15, "maxcor": 3}},) * 2,
        ({"options": {"maxiter": 4}},) * 2,
        ({"bounds": [(-2, 0.5), (None, 2)]},) * 2,
        ({"bounds": scipy.optimize.Bounds([0.2, 0.1], [0.6, np.inf])},) * 2,
    ],
)
def test_arguments_mean_what_they_mean_in_scipy(ours, theirs):
    start = np.array([0.3, 1.0])
    peer = scipy.optimize.minimize(rosen, start, jac=rosen_der, method="L-BFGS-B", **theirs)
    found = hg.minimize(valley, start, **ours)
    assert (found.nit, found.nfev, found.success) == (peer.nit, peer.nfev, peer.success)
    np.testing.assert_allclose(found.x, peer.x, rtol=1e-6)
    np.testing.assert_allclose(found.fun, peer.fun, rtol=1e-5, atol=1e-12)
    np.testing.assert_allclose(found.jac, peer.jac, rtol=1e-3, atol=1e-6)


def test_callbacks_are_called_as_scipy_calls_them():
    for signature in ("intermediate_result", "xk"):
        calls = {"ours": [], "theirs": []}

        def record(where, kind=signature, calls=calls):
            def by_result(intermediate_result):
                calls[where].append((intermediate_result.fun, *intermediate_result.x))

            def by_point(xk):
                calls[where].append(tuple(xk))

            return by_result if kind == "intermediate_result" else by_point

        scipy.optimize.minimize(rosen, [0.0, 0.0], jac=rosen_der, method="L-BFGS-B", callback=record("theirs"))
        hg.minimize(valley, [0.0, 0.0], callback=record("ours"))
        np.testing.assert_allclose(calls["ours"], calls["theirs"], rtol=1e-5, atol=1e-9)


def test_stop_iteration_ends_as_in_scipy():
    def stop(xk):
        raise StopIteration

    peer = scipy.optimize.minimize(rosen, [0.0, 0.0], jac=rosen_der, method="L-BFGS-B", callback=stop)
    ours = hg.minimize(valley, [0.0, 0.0], callback=stop)
    assert (ours.status, ours.success, ours.nit) == (peer.status, peer.success, peer.nit) == (99, False, 1)
    np.testing.assert_allclose(ours.x, peer.x)


def test_logistic_regression_agrees_with_scikit_learn():
    from sklearn.datasets import load_breast_cancer
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import scale

    X, y = load_breast_cancer(return_X_y=True)
    X = scale(X)

    def loss(p, X, y):
        margin = X @ p["w"] + p["b"]
        return np.sum(np.logaddexp(0, margin) - y * margin) + 0.5 * np.sum(p["w"] ** 2)

    ours = hg.minimize(loss, {"w": np.zeros(30), "b": 0.0}, args=(X, y), method="newton-cg", stop="gradient<1e-8")
    peer = LogisticRegression(tol=1e-10, max_iter=10_000).fit(X, y)
    np.testing.assert_allclose(ours.x["w"], peer.coef_[0], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(ours.x["b"], peer.intercept_[0], rtol=1e-4)


def test_momentum_written_out():
    x, v, path = np.array([-1.2, 1.0]), np.zeros(2), []
    for _ in range(50):
        path.append(x)
        v = 0.9 * v + rosen_der(x)
        x = x - 1e-4 * v
    ours = hg.minimize(valley, [-1.2, 1.0], method="momentum", lr=1e-4, steps=50)
    np.testing.assert_allclose(ours.path[:-1], path, rtol=1e-12)
    np.testing.assert_allclose(ours.x, x, rtol=1e-12)
    np.testing.assert_allclose(ours.losses[:-1], [rosen(x) for x in path], rtol=1e-10)
    np.testing.assert_allclose(ours.gradient_norms[-1], np.linalg.norm(rosen_der(x)), rtol=1e-10)


def test_projected_descent_written_out():
    low, high = np.array([-2.0, 0.2]), np.array([0.5, 0.9])
    x = np.array([0.0, 0.5])
    for _ in range(200):
        x = np.clip(x - 1e-3 * rosen_der(x), low, high)
    ours = hg.minimize(valley, [0.0, 0.5], method="sgd", lr=1e-3, steps=200, bounds=[*zip(low, high)])
    np.testing.assert_allclose(ours.x, x, rtol=1e-12)
    left = x - np.clip(x - rosen_der(x), low, high)
    np.testing.assert_allclose(ours.gradient_norms[-1], np.linalg.norm(left), rtol=1e-9, atol=1e-12)


def test_the_exact_step_on_a_quadratic_written_out():
    H, b = np.array([[3.0, 1.0], [1.0, 2.0]]), np.array([1.0, -1.0])
    x, path = np.array([4.0, -3.0]), []
    for _ in range(6):
        path.append(x)
        g = H @ x - b
        x = x - (g @ g) / (g @ H @ g) * g
    ours = hg.minimize(lambda x: 0.5 * x @ (H @ x) - b @ x, [4.0, -3.0], method="steepest", steps=6)
    np.testing.assert_allclose(ours.path, [*path, x], rtol=1e-12)


def test_backtracking_written_out():
    x, path, sizes = np.array([-1.2, 1.0]), [], []
    size = 0.5 / np.linalg.norm(rosen_der(x))
    for _ in range(20):
        path.append(x)
        g = rosen_der(x)
        size *= 2
        while rosen(x - size * g) > rosen(x) - 1e-4 * size * g @ g:
            size /= 2
        sizes.append(size)
        x = x - size * g
    ours = hg.minimize(valley, [-1.2, 1.0], method="gd", steps=20)
    np.testing.assert_allclose(ours.path, [*path, x], rtol=1e-9)
    np.testing.assert_allclose(ours.learning_rates, sizes, rtol=1e-15)
