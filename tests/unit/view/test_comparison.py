"""Several descents, their progress, schedules and batch sizes: which panels, axes and series."""

import re

import numpy as np
import pytest

import hagang as hg
from hagang.measure import step_bytes, subject
from hagang.view import compare_batch_sizes, compare_descents, plot_progress, plot_schedules
from hagang.view.marks import HeightMap, Line, Points, ReferenceLine


def valley(x):
    return x[0] ** 2 / 20 + x[1] ** 2


def ways(*names, **how):
    return {name: hg.minimize(valley, [-7.0, 2.0], method=name, lr=0.1, steps=20, **how) for name in names}


def paths(panel):
    return {mark.label: np.stack([mark.x, mark.y], axis=1) for mark in panel.marks if isinstance(mark, Line)}


def test_a_few_ways_share_a_panel():
    found = ways("sgd", "momentum")
    (panel,) = compare_descents(valley, found).panels
    told = paths(panel)
    assert list(told) == ["sgd", "momentum"]
    np.testing.assert_array_equal(told["momentum"], found["momentum"].path)
    assert [mark.label for mark in panel.marks if isinstance(mark, HeightMap)] == ["value"]
    assert sum(isinstance(mark, Points) for mark in panel.marks) == 1


def test_many_ways_have_a_panel_each_over_the_same_ground():
    picture = compare_descents(valley, ways("sgd", "momentum", "adam", "rmsprop"))
    assert len(picture.panels) == 4
    assert picture.columns == 3
    assert len({panel.x.limits for panel in picture.panels}) == 1
    assert [panel.title.partition(":")[0] for panel in picture.panels] == ["sgd", "momentum", "adam", "rmsprop"]


def test_ways_down_a_curve_are_apart_and_one_that_runs_away_is_told():
    found = {rate: hg.minimize(lambda x: x**2, 3.0, method="sgd", lr=float(rate), steps=12) for rate in ("0.1", "1.05")}
    calm, wild = compare_descents(lambda x: x**2, found).panels
    assert calm.title == "0.1: 0.043 after 12"
    assert wild.title == "1.05: diverges"
    jumps = paths(wild)["1.05"][:, 0]
    assert len(jumps) > 4
    np.testing.assert_allclose(jumps[1:] / jumps[:-1], -1.1)


def test_what_cannot_be_compared_is_told():
    with pytest.raises(hg.ArgumentError, match="compare_descents: expected at least one result, received none"):
        compare_descents(valley, {})
    with pytest.raises(hg.ArgumentError, match="compare_descents: expected a result with its path"):
        compare_descents(valley, ways("sgd", record=None))
    many = {"sgd": hg.minimize(lambda x: np.sum(x**2), np.ones(3), method="sgd", steps=2)}
    with pytest.raises(hg.ArgumentError, match="expected a function of one or two variables, received one of 3"):
        compare_descents(lambda x: np.sum(x**2), many)


# --- progress ------------------------------------------------------------------------------------------


def levels(panel):
    return {mark.label: mark.at for mark in panel.marks if isinstance(mark, ReferenceLine)}


def test_the_rules_thresholds_are_drawn():
    rule = "gradient<1e-3 or (value<1e-7 and steps 500)"
    found = {name: hg.minimize(valley, [-7.0, 2.0], method=name, lr=0.1, stop=rule) for name in ("sgd", "momentum")}
    value, gradient = plot_progress(found, stop=rule).panels
    assert levels(value) == {"stop below 1e-07": 1e-7}
    assert levels(gradient) == {"stop below 0.001": 1e-3}
    assert (value.y.label, gradient.y.label, gradient.y.scale) == ("value", "gradient norm", "log")
    assert list(paths(gradient)) == ["sgd", "momentum"]


def test_one_run_needs_no_name():
    result = hg.minimize(valley, [-7.0, 2.0], method="sgd", lr=0.1, steps=30)
    value, _ = plot_progress(result).panels
    np.testing.assert_array_equal(paths(value)[""][:, 1], result.losses)


def test_progress_needs_the_steps():
    with pytest.raises(hg.ArgumentError, match="results: expected at least one result with its steps"):
        plot_progress(ways("sgd", record=None))


# --- schedules -----------------------------------------------------------------------------------------


def test_schedules_by_name_and_as_objects():
    from hagang.schedules import StepDecay

    (panel,) = plot_schedules(["cosine", StepDecay(5)], steps=10, lr=0.1).panels
    told = paths(panel)
    assert list(told) == ["cosine", "StepDecay(step_size=5, gamma=0.1)"]
    np.testing.assert_allclose(told["StepDecay(step_size=5, gamma=0.1)"][:, 1], [0.1] * 5 + [0.01] * 5)
    assert (panel.x.label, panel.y.label) == ("step", "learning rate")


def test_schedules_that_count_in_epochs():
    from hagang.schedules import schedule

    (panel,) = plot_schedules({"mine": schedule("Step(1)", unit="epoch")}, steps=6, steps_per_epoch=3).panels
    np.testing.assert_allclose(paths(panel)["mine"][:, 1], [1, 1, 1, 0.1, 0.1, 0.1])


# --- batch sizes ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def runs():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(64, 3))
    data = (X, X @ [1.0, 2.0, 3.0])
    net = hg.Network([hg.Dense(4, "tanh"), hg.Dense(1)])
    found = {str(size): hg.fit(net, data, batch_size=size, epochs=3) for size in (1, 16)}
    return found, subject(net, data)


def test_loss_by_steps_and_seconds_beside_memory(runs):
    found, measured = runs
    picture = compare_batch_sizes(found, {name: step_bytes(measured, int(name)) for name in found})
    steps, seconds, memory = picture.panels
    assert [panel.x.label for panel in picture.panels] == ["steps", "time (s)", "batch (rows)"]
    assert list(paths(steps)) == list(paths(seconds)) == ["1", "16"]
    told = paths(steps)["16"]
    np.testing.assert_array_equal(told[:, 0], np.arange(1, 13))
    np.testing.assert_allclose(told[:, 1], found["16"].history.step_losses)
    assert paths(seconds)["1"][-1, 0] == pytest.approx(found["1"].history.epochs[-1].seconds)
    assert memory.marks[0].values[1] == 16 * memory.marks[0].values[0]


def test_memory_grows_with_rows_and_precision(runs):
    _, measured = runs
    assert step_bytes(measured, 10) == 10 * step_bytes(measured, 1)
    # At least, for each row: inputs (3), before and after tanh (4 + 4), output (1), back through each (1 + 4).
    assert step_bytes(measured, 1) >= 17 * 4
    assert step_bytes(measured, 1, "float64") > 1.9 * step_bytes(measured, 1)


def test_each_run_needs_its_memory(runs):
    with pytest.raises(hg.ArgumentError, match=re.escape("expected runs and the memory of each, received 1, 16 and 1")):
        compare_batch_sizes(runs[0], {"1": 3.0})
