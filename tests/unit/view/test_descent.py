"""Pictures of descents: which kind, which axes, and what stands on them."""

import numpy as np
import pytest

import hagang as hg
from hagang.view import plot_descent


def bowl(x):
    return (x[0] - 2) ** 2 + 4 * (x[1] - 3) ** 2


def drawn(axes):
    """The points of every line in a plot."""
    return [np.array(line.get_xydata()) for line in axes.lines]


def test_two_variables_are_a_map_with_the_path():
    result = hg.minimize(bowl, [100.0, -10.0], method="sgd", lr=0.05, steps=20)
    axes, bar = plot_descent(bowl, result).axes
    assert (axes.get_xlabel(), axes.get_ylabel(), bar.get_ylabel()) == ("x[0]", "x[1]", "value")
    np.testing.assert_array_equal(drawn(axes)[0], result.path)
    low, high = axes.get_xlim()
    assert low < result.path[:, 0].min()
    assert high > result.path[:, 0].max()
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["start", "end"]


def test_the_minima_of_many_starts_are_marked():
    def himmelblau(x):
        return (x[0] ** 2 + x[1] - 11) ** 2 + (x[0] + x[1] ** 2 - 7) ** 2

    axes = plot_descent(himmelblau, hg.minimize(himmelblau, "normal(2)", starts=20)).axes[0]
    assert "minima found" in [text.get_text() for text in axes.get_legend().get_texts()]
    marks = next(marks for marks in axes.collections if marks.get_label() == "minima found")
    assert len(marks.get_offsets()) == 4
    assert axes.get_xlim()[0] < -3.8
    assert axes.get_xlim()[1] > 3.6


def test_one_variable_is_a_curve_with_the_steps():
    result = hg.minimize(np.cosh, 2.0, method="sgd", lr=0.1, steps=15)
    (axes,) = plot_descent(np.cosh, result).axes
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("x", "value")
    curve, steps = drawn(axes)
    np.testing.assert_allclose(curve[:, 1], np.cosh(curve[:, 0]))
    np.testing.assert_array_equal(steps[:, 0], result.path)


def test_more_variables_are_value_and_gradient_by_step():
    result = hg.minimize(lambda x: np.sum(x**4), np.ones(5), method="sgd", lr=0.05, steps=50)
    upper, lower = plot_descent(lambda x: np.sum(x**4), result).axes
    assert (upper.get_ylabel(), lower.get_ylabel(), lower.get_xlabel()) == ("value", "gradient norm", "step")
    np.testing.assert_array_equal(drawn(upper)[0], np.stack([result.steps, result.losses], axis=1))
    np.testing.assert_array_equal(drawn(lower)[0][:, 1], result.gradient_norms)
    assert upper.get_yscale() == "log"


def test_named_variables_name_the_axes():
    def f(p):
        return p["price"] ** 2 + (p["cost"] - 1) ** 2

    axes = plot_descent(f, hg.minimize(f, {"price": 1.0, "cost": 3.0})).axes[0]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("price", "cost")


def test_a_run_away_shows_what_is_near():
    result = hg.minimize(bowl, [100.0, -10.0], method="sgd", lr=0.26, steps=100)
    figure = plot_descent(bowl, result)
    axes = figure.axes[0]
    assert abs(axes.get_ylim()[1]) < np.abs(result.path[:, 1]).max()
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["start", "lowest"]
    assert "lowest value" in figure.get_suptitle()


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
    plot_descent(f, hg.minimize(f, x0, method="gd", steps=5)).savefig(file)
    assert file.stat().st_size > 5000


def test_a_title_may_be_given():
    result = hg.minimize(bowl, [1.0, 1.0])
    assert plot_descent(bowl, result, title="down").get_suptitle() == "down"
    assert plot_descent(bowl, result).get_suptitle().startswith("lbfgs: value ")


def test_a_path_is_needed():
    with pytest.raises(hg.ArgumentError, match="expected a result with its path, received one of record=None"):
        plot_descent(bowl, hg.minimize(bowl, [1.0, 1.0], record=None))
