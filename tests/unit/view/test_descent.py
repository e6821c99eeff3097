"""Pictures of descents: which kind, which axes, and what stands on them."""

import numpy as np
import pytest

import hagang as hg
from hagang.view import plot_descent
from hagang.view.marks import HeightMap, Line, Points


def bowl(x):
    return (x[0] - 2) ** 2 + 4 * (x[1] - 3) ** 2


def drawn(panel, kind=Line):
    """The points of every mark of a kind."""
    return [np.stack([mark.x, mark.y], axis=1) for mark in panel.marks if isinstance(mark, kind)]


def labels(panel):
    return [mark.label for mark in panel.marks if isinstance(mark, Points)]


def test_two_variables_are_a_map_with_the_path():
    result = hg.minimize(bowl, [100.0, -10.0], method="sgd", lr=0.05, steps=20)
    (panel,) = plot_descent(bowl, result).panels
    (heights,) = [mark for mark in panel.marks if isinstance(mark, HeightMap)]
    assert (panel.x.label, panel.y.label, heights.label) == ("x[0]", "x[1]", "value")
    assert heights.z[7][11] == bowl([heights.x[11], heights.y[7]])
    np.testing.assert_array_equal(drawn(panel)[0], result.path)
    low, high = panel.x.limits
    assert low < result.path[:, 0].min()
    assert high > result.path[:, 0].max()
    assert labels(panel) == ["start", "end"]


def test_a_surface_has_the_path_on_it():
    result = hg.minimize(bowl, [100.0, -10.0], method="sgd", lr=0.05, steps=20)
    (panel,) = plot_descent(bowl, result, surface=True).panels
    assert (panel.x.label, panel.y.label, panel.z.label) == ("x[0]", "x[1]", "value")
    (path,) = [mark for mark in panel.marks if isinstance(mark, Line)]
    np.testing.assert_array_equal(path.z, result.losses)


def test_a_surface_is_of_two_numbers():
    with pytest.raises(hg.ArgumentError, match="surface: expected a function of two variables, received one of 1"):
        plot_descent(np.cosh, hg.minimize(np.cosh, 2.0), surface=True)


def test_the_minima_of_many_starts_are_marked():
    def himmelblau(x):
        return (x[0] ** 2 + x[1] - 11) ** 2 + (x[0] + x[1] ** 2 - 7) ** 2

    (panel,) = plot_descent(himmelblau, hg.minimize(himmelblau, "normal(2)", starts=20)).panels
    (found,) = [mark for mark in panel.marks if isinstance(mark, Points) and mark.label == "minima found"]
    assert len(found.x) == 4
    assert panel.x.limits[0] < -3.8
    assert panel.x.limits[1] > 3.6


def test_one_variable_is_a_curve_with_the_steps():
    result = hg.minimize(np.cosh, 2.0, method="sgd", lr=0.1, steps=15)
    (panel,) = plot_descent(np.cosh, result).panels
    assert (panel.x.label, panel.y.label) == ("x", "value")
    curve, steps = drawn(panel)
    np.testing.assert_allclose(curve[:, 1], np.cosh(curve[:, 0]))
    np.testing.assert_array_equal(steps[:, 0], result.path)


def test_more_variables_are_value_and_gradient_by_step():
    result = hg.minimize(lambda x: np.sum(x**4), np.ones(5), method="sgd", lr=0.05, steps=50)
    upper, lower = plot_descent(lambda x: np.sum(x**4), result).panels
    assert (upper.y.label, lower.y.label, lower.x.label) == ("value", "gradient norm", "step")
    np.testing.assert_array_equal(drawn(upper)[0], np.stack([result.steps, result.losses], axis=1))
    np.testing.assert_array_equal(drawn(lower)[0][:, 1], result.gradient_norms)
    assert upper.y.scale == "log"


def test_named_variables_name_the_axes():
    def f(p):
        return p["price"] ** 2 + (p["cost"] - 1) ** 2

    (panel,) = plot_descent(f, hg.minimize(f, {"price": 1.0, "cost": 3.0})).panels
    assert (panel.x.label, panel.y.label) == ("price", "cost")


def test_a_run_away_shows_what_is_near():
    result = hg.minimize(bowl, [100.0, -10.0], method="sgd", lr=0.26, steps=100)
    picture = plot_descent(bowl, result)
    (panel,) = picture.panels
    assert abs(panel.y.limits[1]) < np.abs(result.path[:, 1]).max()
    assert labels(panel) == ["start", "lowest"]
    assert "lowest value" in picture.title


@pytest.mark.parametrize(
    ("f", "x0"),
    [
        (lambda x: 0 * x[0] + 0 * x[1], [1.0, 2.0]),
        (lambda x: x[0] - np.log(x[0]) + x[1] ** 2, [0.01, 1.0]),
        (bowl, [2.0, 3.0]),
        (lambda x: 0 * x, 1.0),
        (lambda x: np.sum(x**2) - 5, [1.0, 1.0, 1.0]),
    ],
)
def test_odd_functions_are_drawn_too(f, x0, tmp_path):
    file = tmp_path / "path.png"
    plot_descent(f, hg.minimize(f, x0, method="gd", steps=5)).save(file)
    assert file.stat().st_size > 5000


def test_a_title_may_be_given():
    result = hg.minimize(bowl, [1.0, 1.0])
    assert plot_descent(bowl, result, title="down").title == "down"
    assert plot_descent(bowl, result).title.startswith("lbfgs: value ")


def test_a_path_is_needed():
    with pytest.raises(hg.ArgumentError, match="expected a result with its path, received one of record=None"):
        plot_descent(bowl, hg.minimize(bowl, [1.0, 1.0], record=None))
