"""`minimize`: what it takes, what it returns, what it refuses."""

import math
from collections import namedtuple
from functools import partial
from importlib import import_module

import numpy as np
import pytest
from scipy.optimize import Bounds, OptimizeResult

import hagang as hg
from hagang.errors import ArgumentError, GradientError, TraceError
from hagang.minimizing import Normal, Uniform
from hagang.minimizing.trajectory import Trajectory
from hagang.schedules import schedule


def bowl(x):
    """Lowest at (2, 3), curvatures 2 and 8."""
    return (x[0] - 2) ** 2 + 4 * (x[1] - 3) ** 2


START = (100.0, -10.0)
START_VALUE = 98.0**2 + 4 * 13.0**2


def test_the_textbook_example():
    result = hg.minimize(bowl, START, method="sgd", lr=0.01, steps=1000)
    # Each step multiplies the distances by 1 - 0.01·2 and 1 - 0.01·8.
    np.testing.assert_allclose(result.x, [2 + 98 * 0.98**1000, 3 - 13 * 0.92**1000], rtol=1e-12)
    np.testing.assert_array_equal(result.x.round(8), [2.00000016, 3.0])


def test_the_result_is_scipys_and_more():
    result = hg.minimize(bowl, START)
    assert isinstance(result, OptimizeResult)
    assert {"x", "fun", "jac", "nit", "nfev", "njev", "success", "status", "message"} <= result.keys()
    assert {"path", "losses", "gradient_norms", "learning_rates", "stopped_by", "steps"} <= result.keys()
    assert (result.method, result.gradient, result.notes) == ("lbfgs", "graph", ())


def test_l_bfgs_unless_a_method_is_named():
    assert hg.minimize(bowl, START).method == "lbfgs"
    assert hg.minimize(bowl, START, method="L-BFGS-B").method == "lbfgs"


def test_two_steps_worked_by_hand():
    result = hg.minimize(bowl, START, method="sgd", lr=0.1, steps=2)
    # (100, -10) → (100 - 0.1·196, -10 + 0.1·104) = (80.4, 0.4) → (80.4 - 0.1·156.8, 0.4 + 0.1·20.8) = (64.72, 2.48)
    np.testing.assert_allclose(result.path, [[100, -10], [80.4, 0.4], [64.72, 2.48]], rtol=1e-14)
    np.testing.assert_allclose(result.losses, [START_VALUE, 78.4**2 + 4 * 2.6**2, 62.72**2 + 4 * 0.52**2], rtol=1e-14)
    np.testing.assert_allclose(result.gradient_norms[0], math.hypot(196, 104), rtol=1e-14)
    np.testing.assert_array_equal(result.learning_rates, [0.1, 0.1])
    assert (result.nit, result.nfev, result.njev) == (2, 3, 3)


def test_no_steps_tell_the_value_and_the_gradient_at_the_start():
    for method in ("lbfgs", "sgd", "gd"):
        result = hg.minimize(bowl, START, method=method, steps=0)
        assert (result.fun, result.nit, result.status) == (START_VALUE, 0, 1)
        np.testing.assert_array_equal(result.jac, [196, -104])
        assert result.stopped_by == "step limit: 0 of 0 steps done"


def test_a_function_of_one_number_gives_numbers():
    result = hg.minimize(lambda x: (x - 3) ** 2 + 1, 0.0)
    assert isinstance(result.x, float)
    assert result.path.ndim == 1
    assert abs(result.x - 3) < 1e-6
    assert result.fun == pytest.approx(1)


def test_numbers_in_lists_and_tuples_are_vectors_and_matrices():
    assert hg.minimize(bowl, [100, -10], steps=1).x.dtype == np.float64
    assert hg.minimize(lambda x: np.sum(x**2), [[1, 2], [3, 4]]).x.shape == (2, 2)


Line = namedtuple("Line", "slope intercept")


@pytest.mark.parametrize("method", ["lbfgs", "adam", "gd"])
def test_nests_come_back_as_nests(method):
    start = {"w": np.zeros((2, 3)), "line": Line(np.array([1.0, 2.0]), 4.0)}

    def f(p):
        return np.sum((p["w"] - 1) ** 2) + np.sum(p["line"].slope ** 2) + (p["line"].intercept - 5) ** 2

    result = hg.minimize(f, start, method=method, steps=3)
    for nest in (result.x, result.jac, result.path):
        assert isinstance(nest["line"], Line)
    rows = len(result.losses)
    assert result.path["w"].shape == (rows, 2, 3)
    assert result.path["line"].slope.shape == (rows, 2)
    assert result.path["line"].intercept.shape == (rows,)
    assert result.jac["w"].shape == (2, 3)
    np.testing.assert_array_equal(result.path["line"].slope[0], [1, 2])
    assert start["w"].sum() == 0


def test_further_arguments_are_data():
    X, y = np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]]), np.array([1.0, 3.0, 5.0])
    result = hg.minimize(lambda w, X, y: np.mean((X @ w - y) ** 2), [0.0, 0.0], args=(X, y), tol=1e-12)
    np.testing.assert_allclose(result.x, [1, 2], atol=1e-6)
    assert hg.minimize(lambda x, a: (x - a) ** 2, 0.0, args=2.0).x == pytest.approx(2)


# --- gradients -------------------------------------------------------------------------------------------


def test_a_black_box_is_told():
    result = hg.minimize(lambda x: math.exp(x[0]) - x[0], [1.0])
    assert result.gradient == "numerical"
    assert abs(result.x[0]) < 1e-5
    assert "could not be traced: a traced value cannot become a Python number" in result.notes[0]
    assert "use np.exp" in result.notes[0]
    assert result.notes[0] in result.message


def test_the_graph_may_be_insisted_on():
    with pytest.raises(TraceError, match=r"use np\.exp"):
        hg.minimize(lambda x: math.exp(x[0]), [1.0], gradient="graph")


def test_a_function_that_draws_numbers_is_not_traced():
    random = np.random.default_rng(0)

    def noisy(x):
        return np.sum(x**2) + 0.1 * random.standard_normal()

    assert "draw random numbers" in hg.minimize(noisy, [1.0, 1.0], steps=1).notes[0]
    with pytest.raises(TraceError, match=r"its trace says .* at the start, f itself"):
        hg.minimize(noisy, [1.0, 1.0], gradient="graph")


def test_a_given_gradient_is_used():
    calls = []

    def gradient(x):
        calls.append(x.copy())
        return np.array([2 * (x[0] - 2), 8 * (x[1] - 3)])

    result = hg.minimize(bowl, START, gradient=gradient)
    assert result.gradient == "given"
    assert result.njev <= len(calls) <= result.njev + 50  # the end is judged with a few more
    np.testing.assert_allclose(result.x, [2, 3], atol=1e-5)


def test_a_given_gradient_has_the_shape_of_x():
    with pytest.raises(ArgumentError, match=r"gradient: expected the structure and shapes of x, \(\(2,\),\), received"):
        hg.minimize(bowl, START, gradient=lambda x: np.zeros(3))


@pytest.mark.parametrize("method", ["sgd", "lbfgs", "gd"])
def test_evaluations_of_a_black_box_are_counted_to_the_last(method):
    calls = []

    def counted(x):
        calls.append(1)
        return bowl(x)

    result = hg.minimize(counted, START, method=method, steps=5, gradient="numerical")
    assert result.nfev == len(calls)


def test_a_traced_function_is_called_twice():
    calls = []

    def counted(x):
        calls.append(type(x).__name__)
        return bowl(x)

    hg.minimize(counted, START, method="sgd", steps=50)
    hg.minimize(counted, START, method="newton-cg", steps=50)
    assert calls == ["ndarray", "Traced"] * 2


def test_the_start_is_left_as_it_was():
    start = np.array(START)
    hg.minimize(bowl, start, gradient="numerical", method="sgd")
    np.testing.assert_array_equal(start, START)


def test_overflow_of_pythons_math_is_divergence():
    result = hg.minimize(lambda x: math.exp(x[0]) + x[0] ** 2, [1.0], method="sgd", lr=5.0, steps=50)
    assert result.status == 2
    assert result.stopped_by.startswith("divergence: the value became nan at step 4")
    assert result.x[0] == 1.0


# --- what is kept ----------------------------------------------------------------------------------------


def test_every_so_many_points_and_the_last_are_kept():
    whole = hg.minimize(bowl, START, method="sgd", lr=0.01, steps=25)
    some = hg.minimize(bowl, START, method="sgd", lr=0.01, steps=25, record=10)
    np.testing.assert_array_equal(some.steps, [0, 10, 20, 25])
    for name in ("path", "losses", "gradient_norms"):
        np.testing.assert_array_equal(some[name], whole[name][[0, 10, 20, 25]])
    assert len(some.learning_rates) == 3


@pytest.mark.parametrize("method", ["sgd", "lbfgs"])
def test_nothing_is_kept_but_the_end(method):
    whole = hg.minimize(bowl, START, method=method, steps=25)
    none = hg.minimize(bowl, START, method=method, steps=25, record=None)
    assert (none.path, none.losses, none.gradient_norms, none.learning_rates) == (None, None, None, None)
    np.testing.assert_array_equal(none.x, whole.x)
    assert (none.fun, none.nit, none.message) == (whole.fun, whole.nit, whole.message)


@pytest.mark.parametrize(
    ("lr", "stop"),
    [
        (0.02, "gradient<1e-3"),
        (0.02, "no-change 3 within 1e-6 of weights"),
        (0.02, "value<1 and steps 5"),
        (0.02, "no-change 1 or time>100s"),
        (0.3, None),
        (0.3, "divergence"),
    ],
)
def test_a_point_that_was_not_kept_is_found_again(lr, stop):
    how = {"method": "momentum", "lr": lr, "steps": 3000, "schedule": "cosine", "stop": stop}
    whole, none = (hg.minimize(uneven, (9.0, -1.0), record=record, **how) for record in ("all", None))
    np.testing.assert_array_equal(none.x, whole.x)
    assert (none.fun, none.nit, none.stopped_by, none.nfev) == (whole.fun, whole.nit, whole.stopped_by, whole.nfev)
    assert none.message == whole.message


def uneven(x):
    return bowl(x) + 0.01 * np.sum(x**4)


def test_a_schedule_sets_the_rates():
    result = hg.minimize(bowl, START, method="sgd", lr=0.1, steps=4, schedule="linear")
    np.testing.assert_allclose(result.learning_rates, 0.1 * hg_schedule("linear", 4), rtol=1e-15)
    moves = np.diff(result.path[:, 0])
    np.testing.assert_allclose(moves, -result.learning_rates * 2 * (result.path[:-1, 0] - 2), rtol=1e-12)


def hg_schedule(name, steps):
    return schedule(name).bind(steps)(np.arange(steps))


def test_a_schedule_that_listens_hears_every_value():
    # Oscillating at 2 / curvature, the value never falls, so that the rate does, once patience is over.
    result = hg.minimize(
        lambda x: np.sum(x**2), [1.0], method="sgd", lr=1.0, steps=6, schedule="Plateau(0.5, patience=1)"
    )
    np.testing.assert_array_equal(result.learning_rates, [1, 1, 1, 0.5, 0.5, 0.5])
    assert result.x[0] == 0


# --- how it ends -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("gradient", ["graph", "numerical"])
@pytest.mark.parametrize(
    ("stop", "said", "status"),
    [
        ("gradient<1e-3", "the gradient norm 0.000", 0),
        ("value<1", "the value 0.", 0),
        ("no-change 3 within 1e-9", "the value stayed within 1e-09", 0),
        ("no-change 3 within 1e-6 of weights", "the weights moved at most 1e-06 per step for 3 steps", 0),
        ("steps 7", "step limit: 7 of 7 steps done", 1),
        ("patience 5 of value", "patience: the loss has not improved on its best", 3),
        (lambda record: record.step == 9 and "enough", "interrupted (enough) at step 9", 3),
    ],
)
def test_stopping_rules_end_the_run_and_say_so(stop, said, status, gradient):
    result = hg.minimize(bowl, START, method="momentum", lr=0.02, stop=stop, gradient=gradient)
    assert result.stopped_by.startswith(said)
    assert result.status == status
    assert result.success == (status == 0)
    assert result.nit == len(result.path) - 1 < 1000


@pytest.mark.parametrize("method", ["lbfgs", "cg", "newton-cg", "gd", "steepest", "sgd"])
def test_a_rule_may_hold_at_the_start(method):
    result = hg.minimize(bowl, [2.0, 3.0], method=method, stop="gradient<1e-6")
    assert (result.nit, result.status) == (0, 0)
    assert result.stopped_by == "the gradient norm 0 fell below 1e-06 at step 0"


def test_a_rule_of_ones_own_takes_the_place_of_scipys():
    loose = hg.minimize(rosenbrock, np.zeros(4))
    tight = hg.minimize(rosenbrock, np.zeros(4), stop="gradient<1e-10")
    assert np.linalg.norm(loose.jac) > 1e-8
    assert np.linalg.norm(tight.jac) < 1e-10
    assert tight.stopped_by.startswith("the gradient norm")


def rosenbrock(x):
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def test_the_best_point_is_kept_when_a_run_diverges():
    # Along x, 1 - 0.3·2 = 0.4; along y, 1 - 0.3·8 = -1.4: first the sum falls, then it grows without end.
    result = hg.minimize(bowl, (100.0, 3.001), method="sgd", lr=0.3, steps=2000)
    assert (result.success, result.status) == (False, 2)
    assert result.fun == min(v for v in result.losses if np.isfinite(v))
    assert result.fun < 1e-2
    assert f"x is the best point, that of step {int(np.nanargmin(result.losses))}" in result.message


def test_a_run_that_grew_without_an_end_is_told_too():
    result = hg.minimize(bowl, (100.0, 3.001), method="sgd", lr=0.3, steps=60)
    assert result.stopped_by.startswith("divergence: the value")
    assert "is far above the best" in result.stopped_by
    assert result.status == 2
    assert result.fun == result.losses.min()


def test_steps_used_up_are_success_only_at_a_flat_place():
    assert not hg.minimize(bowl, START, method="sgd", lr=0.01, steps=10).success
    assert hg.minimize(bowl, START, method="sgd", lr=0.1, steps=200).success


def test_time_ends_a_run():
    result = hg.minimize(bowl, START, method="sgd", lr=1e-9, steps=10**9, record=None, stop="time>200ms")
    assert result.stopped_by.startswith("time limit: ")
    assert result.nit < 10**9
    assert result.status == 3


def test_a_path_that_would_fill_the_memory_is_thinned(monkeypatch):
    monkeypatch.setattr(import_module("hagang.minimizing.solve"), "Trajectory", partial(Trajectory, memory=4096))
    result = hg.minimize(bowl, START, method="sgd", lr=0.01, steps=1000)
    assert len(result.path) * 8 * 6 <= 4096 + 8 * 6
    stride = int(result.steps[1])
    np.testing.assert_array_equal(np.diff(result.steps[:-1]), stride)
    assert result.steps[-1] == 1000
    assert any(f"the path keeps every {stride} steps" in note for note in result.notes)
    np.testing.assert_array_equal(result.path[-1], result.x)


# --- bounds ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["lbfgs", "sgd", "adam", "gd", "steepest"])
@pytest.mark.parametrize("gradient", ["graph", "numerical"])
def test_bounds_are_kept_to(method, gradient):
    lr = {"sgd": 0.1, "adam": 0.1}.get(method)
    result = hg.minimize(
        bowl, (4.0, 2.0), method=method, lr=lr, steps=500, bounds=[(None, 5), (-1, 2.5)], gradient=gradient
    )
    np.testing.assert_allclose(result.x, [2, 2.5], atol=1e-5)
    assert np.all(result.path[:, 1] <= 2.5)
    assert result.success
    assert result.gradient_norms[-1] < 1e-4 < np.linalg.norm(result.jac)


def test_bounds_come_as_scipys_or_by_name():
    for bounds in (Bounds([-np.inf, -1], [5, 2.5]), [(-np.inf, 5), (-1, 2.5)]):
        np.testing.assert_allclose(hg.minimize(bowl, (4.0, 2.0), bounds=bounds).x, [2, 2.5], atol=1e-5)
    named = hg.minimize(
        lambda p: (p["a"] - 1) ** 2 + np.sum(p["b"] ** 2), {"a": 0.0, "b": np.ones(2)}, bounds={"b": (0.5, None)}
    )
    assert named.x["a"] == pytest.approx(1)
    np.testing.assert_allclose(named.x["b"], [0.5, 0.5])


# --- starts ----------------------------------------------------------------------------------------------


def test_a_start_is_drawn_from_the_seed():
    one, same, other = (hg.minimize(bowl, "normal(2)", seed=seed, steps=0).x for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)
    assert hg.minimize(lambda x: np.sum(x**2), "normal((2, 3), scale=10)", steps=0).x.shape == (2, 3)
    assert hg.minimize(lambda x: np.sum(x**2), Normal((4,)), steps=0).x.shape == (4,)
    drawn = hg.minimize(lambda x: np.sum(x**2), Uniform(50, low=2, high=3), steps=0).x
    assert drawn.min() >= 2
    assert drawn.max() <= 3


def test_bounds_say_how_many_numbers_to_draw():
    result = hg.minimize(bowl, "normal", bounds=[(5, 6), (None, None)], steps=0)
    assert result.x.shape == (2,)
    assert 5 <= result.x[0] <= 6


def himmelblau(x):
    return (x[0] ** 2 + x[1] - 11) ** 2 + (x[0] + x[1] ** 2 - 7) ** 2


MINIMA = [(3.0, 2.0), (-2.805118, 3.131312), (-3.779310, -3.283186), (3.584428, -1.848126)]


def test_fifty_starts_find_the_four_minima_of_himmelblaus_function():
    result = hg.minimize(himmelblau, "normal(2)", starts=50)
    assert {tuple(point.x.round(4)) for point in result.minima} == {tuple(np.round(x, 4)) for x in MINIMA}
    assert sum(point.count for point in result.minima) == 50
    assert {point.kind for point in result.minima} == {"minimum"}
    assert result.fun == result.minima[0].fun == min(point.fun for point in result.minima)
    table = str(result.minima).splitlines()
    assert len(table) == 5
    assert "minimum" in table[1]


def test_fifty_starts_find_the_lowest_of_rastrigins_many_minima():
    result = hg.minimize(lambda x: 10 * len(x) + np.sum(x**2 - 10 * np.cos(2 * np.pi * x)), "normal(2)", starts=50)
    np.testing.assert_allclose(result.x, [0, 0], atol=1e-6)
    assert result.fun == pytest.approx(0, abs=1e-10)
    assert len(result.minima) > 4


def test_the_curvatures_at_a_minimum_are_the_hessians():
    point = hg.minimize(himmelblau, (3.1, 2.1), starts=1).minima[0]
    # H = [[12x² + 4y - 42, 4x + 4y], [4x + 4y, 4x + 12y² - 26]] = [[74, 20], [20, 34]] at (3, 2)
    np.testing.assert_allclose(
        [point.lowest_curvature, point.highest_curvature], np.linalg.eigvalsh([[74, 20], [20, 34]]), rtol=1e-4
    )


@pytest.mark.parametrize(
    ("f", "x0", "kind"),
    [
        (lambda x: x[0] ** 2 - x[1] ** 2, (1.0, 0.0), "saddle"),
        (lambda x: x[0] ** 2 + 0 * x[1], (1.0, 0.0), "plateau"),
        (lambda x: -np.sum(x**2), (0.0, 0.0), "maximum"),
        (lambda x: np.sum(x**2), (1.0, 2.0), "minimum"),
    ],
)
def test_the_kind_of_a_point_is_told(f, x0, kind):
    for gradient in ("graph", "numerical"):
        assert hg.minimize(f, x0, method="gd", starts=1, gradient=gradient).minima[0].kind == kind


def test_a_run_that_has_not_arrived_is_on_a_slope():
    assert hg.minimize(bowl, START, method="sgd", lr=1e-3, steps=5, starts=1).minima[0].kind == "slope"


def test_extreme_curvatures_of_many_variables_are_found_without_the_matrix():
    scale = np.linspace(1, 50, 60)
    point = hg.minimize(lambda x: np.sum(scale * x**2), np.ones(60), starts=1).minima[0]
    assert point.lowest_curvature == pytest.approx(2, rel=1e-3)
    assert point.highest_curvature == pytest.approx(100, rel=1e-3)


def test_the_first_start_is_the_one_given_and_others_lie_within_finite_bounds():
    result = hg.minimize(himmelblau, (3.0, 2.0), starts=20, bounds=[(-5, 5)] * 2)
    assert len(result.minima) >= 4
    assert sum(point.count for point in result.minima) == 20


def test_starts_without_a_value_are_told():
    result = hg.minimize(lambda x: x[0] - np.log(x[0]), "normal(1)", starts=10, seed=3)
    assert result.x[0] == pytest.approx(1, abs=1e-4)
    assert "of 10 starts led to no finite value" in result.message


def test_a_minimum_on_the_bounds():
    point = hg.minimize(lambda x: np.sum(x), (0.5, 0.5), bounds=[(0, 1)] * 2, starts=3).minima[0]
    assert (point.kind, point.count, point.gradient_norm) == ("minimum", 3, 0)
    np.testing.assert_array_equal(point.x, [0, 0])


# --- SciPy's callback ------------------------------------------------------------------------------------

METHODS = ["lbfgs", "cg", "newton-cg", "gd", "steepest", "sgd"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("gradient", ["graph", "numerical"])
def test_a_callback_sees_every_step(method, gradient):
    points, results = [], []

    def by_point(xk):
        points.append(xk)

    def by_result(intermediate_result):
        results.append(intermediate_result)

    options = {"steps": 5, "method": method, "gradient": gradient}
    run = hg.minimize(rosenbrock, (-1.0, 2.0), callback=by_point, **options)
    hg.minimize(rosenbrock, (-1.0, 2.0), callback=by_result, **options)
    np.testing.assert_array_equal(points, run.path[1:])
    np.testing.assert_array_equal([r.x for r in results], run.path[1:])
    np.testing.assert_array_equal([r.fun for r in results], run.losses[1:])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("gradient", ["graph", "numerical"])
def test_a_callback_ends_the_run_by_stop_iteration(method, gradient):
    calls = []

    def until_third(x):
        calls.append(x)
        if len(calls) == 3:
            raise StopIteration

    result = hg.minimize(
        rosenbrock, (-1.0, 2.0), callback=until_third, method=method, lr=LR.get(method), gradient=gradient
    )
    assert (result.nit, result.status, result.success) == (3, 99, False)
    assert len(result.path) == 4
    assert result.stopped_by == "`callback` raised `StopIteration` at step 3"
    assert result.fun == result.losses.min()


LR = {"sgd": 1e-4}


def test_an_error_in_a_callback_comes_through():
    def fails(x):
        raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        hg.minimize(bowl, START, callback=fails)


@pytest.mark.parametrize("method", METHODS)
def test_ctrl_c_gives_back_the_best_point(method):
    calls = []

    def interrupted(x):
        calls.append(1)
        if len(calls) == 40:
            raise KeyboardInterrupt
        return rosenbrock(x)

    result = hg.minimize(interrupted, (-1.0, 2.0), method=method, lr=LR.get(method), gradient="numerical")
    assert result.stopped_by == "interrupted (Ctrl-C)"
    assert result.status == 3
    assert result.fun <= rosenbrock(np.array([-1.0, 2.0]))


# --- SciPy's tol and options -----------------------------------------------------------------------------


def test_maxiter_is_the_number_of_steps():
    assert hg.minimize(rosenbrock, np.zeros(3), options={"maxiter": 2}).nit == 2
    assert hg.minimize(rosenbrock, np.zeros(3), method="gd", options={"maxiter": 2}).nit == 2


def test_disp_prints_the_message(capsys):
    result = hg.minimize(bowl, START, options={"disp": True})
    assert capsys.readouterr().out == f"{result.message}\n"


def test_tolerances_are_those_of_the_method():
    assert np.linalg.norm(hg.minimize(bowl, START, method="gd", tol=1e-9).jac) < 1e-9
    assert np.max(np.abs(hg.minimize(rosenbrock, np.zeros(3), method="cg", options={"gtol": 1e-9}).jac)) < 1e-9
    moves = np.diff(hg.minimize(bowl, START, method="sgd", lr=0.05, options={"xtol": 1e-6}).path, axis=0)
    assert np.linalg.norm(moves[-1]) <= 1e-6 < np.linalg.norm(moves[-2])


def test_the_runtime_may_be_named():
    one, other = (
        hg.minimize(rosenbrock, np.zeros(3), method="adam", lr=0.1, steps=20, options={"runtime": runtime})
        for runtime in ("reference", None)
    )
    np.testing.assert_allclose(one.path, other.path, rtol=1e-12, atol=1e-14)


# --- bad input -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"f": 3}, "f: expected a function, received 3"),
        (
            {"f": lambda x: x**2},
            r"f: expected a function that returns one real number, received an array of shape \(2,\); sum",
        ),
        ({"f": lambda x: "high"}, "f: expected a function that returns one real number, received str: 'high'"),
        ({"f": lambda x: None}, "received None; a return is missing"),
        ({"f": lambda x: x[2]}, "f could not be called on x0=.*IndexError.*check that x0 has as many numbers"),
        ({"f": lambda x: np.ones((2, 3)) @ x}, "f could not be called on x0=.*ValueError.*matmul"),
        ({"f": lambda x: np.log(-x[0])}, "f: expected a finite value at the start, received nan at x0="),
        ({"x0": [1.0, np.nan]}, r"x0: expected finite numbers to start from, received nan at \[1\]"),
        ({"x0": "gaussian(2)"}, "x0: expected a known name at character 1 of 'gaussian.2.'; .*known: normal, uniform"),
        ({"x0": "normal"}, "x0: expected how many numbers to draw, as in 'normal.2.', received 'normal'"),
        (
            {"x0": "normal(2, spread=1)"},
            r"got an unexpected keyword argument 'spread'; expected normal\(shape, scale=1.0",
        ),
        ({"x0": "normal(0)"}, "Normal: expected shape to be a whole number above 0"),
        ({"x0": []}, "x0: expected at least one number"),
        ({"x0": [1j, 2]}, "x0: expected real numbers to start from"),
        ({"x0": {"a": "b"}}, r"x0\['a'\]: expected real numbers to start from, received str"),
        ({"method": "adamm"}, "method: expected one of lbfgs, .*received 'adamm'; did you mean 'adam'"),
        ({"method": 3}, "method: expected one of .*, or an Optimizer, received 3"),
        ({"lr": 0.1}, "lr: method 'lbfgs' finds the length of its steps by itself; leave lr out, or name a method"),
        ({"schedule": "cosine"}, "schedule: method 'lbfgs' finds the length"),
        ({"method": "steepest", "lr": 1.0}, "lr: method 'steepest' finds the length"),
        ({"method": "gd", "schedule": "cosine"}, "schedule: method 'gd' looks for the length of its steps unless lr"),
        ({"method": "sgd", "lr": -0.1}, "lr: expected a finite learning rate above 0, received -0.1"),
        ({"method": "sgd", "lr": np.inf}, "lr: expected a finite learning rate above 0, received inf"),
        ({"method": "sgd", "schedule": "cosin"}, "did you mean '[Cc]osine'"),
        ({"steps": -1}, "steps: expected a whole number of at least 0, received -1"),
        ({"steps": 10.5}, "steps: expected a whole number of at least 0, received 10.5"),
        ({"steps": 10, "options": {"maxiter": 20}}, r"steps=10 and options\['maxiter'\]=20 say different things"),
        (
            {"options": {"maxitr": 20}},
            "options: method 'lbfgs' knows maxiter, .*received 'maxitr'; did you mean 'maxiter'",
        ),
        ({"options": {"gtol": -1}}, r"options\['gtol'\]: expected a tolerance of at least 0, received -1"),
        ({"tol": "small"}, "tol: expected a tolerance of at least 0, received 'small'"),
        ({"stop": "gradent<1"}, "stop: expected a rule at character 1"),
        ({"stop": "patience 3"}, "minimize does not measure validation; 'patience 10 of value'"),
        ({"record": "some"}, "record: expected 'all', a number of steps, or None, received 'some'"),
        ({"record": 0}, "record: expected a whole number of at least 1, received 0"),
        ({"starts": 0}, "starts: expected a whole number of at least 1, received 0"),
        ({"seed": -1, "starts": 2}, "seed: expected a whole number of at least 0, received -1"),
        ({"callback": 3}, "callback: expected a function of xk or of intermediate_result, received 3"),
        (
            {"gradient": "symbolic"},
            "gradient: expected 'auto', 'graph', 'numerical' or a function, received 'symbolic'",
        ),
        ({"bounds": [(0, 1)]}, r"bounds: expected 2 pairs \(low, high\), one for each number in x0, received 1"),
        ({"bounds": [(0, 200), (5, -20)]}, r"bounds: expected low <= high for x\[1\], received \(5, -20\)"),
        (
            {"bounds": Bounds([0, 0, 0], [200, 200, 200])},
            "bounds: expected lb and ub with one number, or one for each of the 2 in x0, received 3 and 3",
        ),
        ({"jac": True}, "jac=True: expected f to return the value and the gradient, received float64"),
        ({"jac": "4-point"}, "jac: expected True, a function or one of 2-point, 3-point, cs, received '4-point'"),
        ({"jac": bowl, "gradient": "graph"}, "jac=.* and gradient='graph' say the same thing; give one of them"),
        (
            {"method": "nelder-mead", "stop": "gradient<1e-3"},
            "stop 'gradient<0.001': method 'nelder-mead' knows no gradient; 'no-change 20' watches the function",
        ),
        ({"bounds": [(0, 200)] * 2, "method": "cg"}, "bounds: method 'cg' keeps to none; use 'lbfgs'"),
        ({"bounds": {"a": (0, 1)}}, "bounds: expected a dict of x0's names"),
    ],
)
def test_bad_arguments_are_refused_in_words(arguments, said):
    with pytest.raises(ArgumentError, match=said):
        hg.minimize(**({"f": bowl, "x0": START} | arguments))


def test_an_op_without_derivative_falls_back_or_is_told():
    @hg.custom_gradient
    def odd(x):
        return np.abs(x), lambda g: (g, g)

    with pytest.raises(GradientError, match="custom_gradient: expected 1 gradients"):
        hg.minimize(lambda x: odd(x[0]) ** 2, [1.0], gradient="graph")


def test_an_error_of_the_functions_own_comes_through():
    def fails(x):
        raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine"):
        hg.minimize(fails, START)
