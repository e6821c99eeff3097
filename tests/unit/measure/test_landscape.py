"""The loss over a plane through a result: right at its places, with the path where it belongs."""

import numpy as np
import pytest
from tests.unit.small import diagonal

from hagang.errors import ArgumentError
from hagang.measure import FinalLandscape, Watch, landscape, surroundings, watched
from hagang.nn import BatchNorm, Dense, Network
from hagang.runs import fit, open_run
from hagang.view import plot_landscape
from hagang.view.marks import HeightMap, Line, Points
from hagang.view.report import report


def mean_loss(run, data):
    x, y = data
    return -np.mean(np.log(run.network.predict_proba(x)[np.arange(len(y)), y]))


@pytest.fixture(scope="module")
def run():
    how = {"lr": 0.03, "epochs": 12, "precision": "float64", "listeners": [Watch()]}
    return fit(Network([Dense(5, "tanh"), BatchNorm(), Dense(3)]), diagonal(), **how)


def test_the_middle_is_the_result_and_the_path_leads_there(run):
    told = landscape(run, diagonal(), size=5)
    assert told.directions == "path"
    assert told.path.shape == (13, 2)
    np.testing.assert_allclose(told.path[-1], 0.0, atol=1e-9)
    assert 0.5 < told.share <= 1.0
    for places, axis in ((told.path[:, 0], told.across), (told.path[:, 1], told.up)):
        assert axis[0] < places.min() <= places.max() < axis[-1]
    centre = landscape(run, diagonal(), directions="random", size=3)
    assert centre.losses[1, 1] == pytest.approx(mean_loss(run, diagonal()))
    assert centre.losses.min() >= 0


def test_the_path_is_orthogonal_to_what_is_left_of_it(run):
    told = landscape(run, diagonal(), size=3)
    weights = watched(run).weights
    away = weights - weights[-1]
    np.testing.assert_allclose(np.sum(away**2) * told.share, np.sum(told.path**2), rtol=1e-9)
    singular = np.linalg.svd(away, compute_uv=False)
    assert told.share == pytest.approx(np.sum(singular[:2] ** 2) / np.sum(singular**2))


def test_losses_along_a_random_direction_by_hand():
    x, y = diagonal()
    run = fit(Network([Dense(3)]), (x, y), epochs=2, precision="float64")
    told = landscape(run, (x, y), size=3, seed=4)
    assert (told.directions, told.path) == ("random", None)
    weights, bias = run.network.weights["layers.0.weights"], run.network.weights["layers.0.bias"]
    drawn = np.random.Generator(np.random.Philox(key=[4, 0])).normal(size=(2, 3))
    direction = drawn * np.linalg.norm(weights, axis=0) / np.linalg.norm(drawn, axis=0)
    z = x @ (weights + direction) + bias
    by_hand = np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(60), y])
    assert told.losses[1, 2] == pytest.approx(by_hand)
    np.testing.assert_allclose(told.across, [-1, 0, 1])


def test_the_picture_has_path_start_and_result(run):
    (panel,) = plot_landscape(run, diagonal(), size=9).panels
    assert [type(mark) for mark in panel.marks] == [HeightMap, Line, Points, Points]
    assert [mark.label for mark in panel.marks] == ["loss", "path", "start", "final"]
    assert panel.x.label == "first main direction of the path"
    assert "this plane holds" in plot_landscape(run, diagonal(), size=5).title


def test_other_directions_are_refused(run):
    with pytest.raises(ArgumentError, match="expected 'path' of a run with a Watch, or 'random', received 'up'"):
        landscape(run, diagonal(), directions="up")
    with pytest.raises(ArgumentError, match="received 'path'"):
        landscape(fit(Network([Dense(3)]), diagonal(), epochs=1), diagonal(), directions="path")


def test_it_is_kept_with_a_run_and_shown_in_its_report(tmp_path):
    watch, data = Watch(), diagonal()
    how = {"lr": 0.03, "epochs": 12, "validation": 0.2, "listeners": [watch, FinalLandscape(watch, size=5)]}
    run = fit(Network([Dense(5, "tanh"), BatchNorm(), Dense(3)]), data, folder=tmp_path / "first", **how)
    kept = surroundings(open_run(tmp_path / "first"))
    again = landscape(run, data, size=5)
    np.testing.assert_allclose(kept.path, again.path, atol=1e-5)
    np.testing.assert_allclose(kept.across, again.across, rtol=1e-4)
    assert kept.share == pytest.approx(again.share, rel=1e-4)
    assert kept.directions == "path"
    assert plot_landscape(run).title == plot_landscape(kept).title
    assert "over a plane through the final weights" in report(open_run(tmp_path / "first"))


def test_what_is_kept_are_the_losses_of_rows_trained_on():
    x, y = diagonal()
    run = fit(Network([Dense(3)]), (x, y), epochs=2, precision="float64", listeners=[FinalLandscape(size=3)])
    kept, measured = surroundings(run), landscape(run, (x, y), size=3)
    assert (kept.directions, kept.path) == ("random", None)
    np.testing.assert_allclose(kept.losses, measured.losses, rtol=1e-12)


def test_large_networks_and_other_runs_have_none(tmp_path):
    wide = Network([Dense(20_000, "tanh"), Dense(3)])
    large = fit(wide, diagonal(), epochs=1, folder=tmp_path / "first", listeners=[FinalLandscape()])
    assert surroundings(large) is surroundings(open_run(tmp_path / "first")) is None
    with pytest.raises(ArgumentError, match="data: expected what run 'first' was trained on, received None"):
        plot_landscape(large)
    assert surroundings(fit(Network([Dense(3)]), diagonal(), epochs=1)) is None
