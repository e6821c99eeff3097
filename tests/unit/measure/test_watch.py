"""A record from inside a run: right, and without a trace in the result."""

import numpy as np
import pytest
from tests.unit.small import diagonal, tiny

from hagang.errors import ArgumentError
from hagang.measure import Watch, gradient_flow, watched
from hagang.measure.probe import LEVELS, Probe, quantiles
from hagang.nn import BatchNorm, Dense, Dropout, Network
from hagang.optim import SGD, Adam
from hagang.runs import fit, open_run
from hagang.view import plot_distributions, plot_watch
from hagang.view.marks import Band, Line, ReferenceLine


@pytest.mark.parametrize(
    "layers", [[Dense(5, "tanh"), Dense(3)], [Dense(5), BatchNorm(), "relu", Dropout(0.3), Dense(3)]]
)
@pytest.mark.parametrize("runtime", [None, "reference"])
def test_it_changes_no_bit(layers, runtime):
    how = {"epochs": 6, "validation": 0.2, "optimizer": Adam(), "runtime": runtime}
    alone = fit(Network(layers), diagonal(), **how)
    seen = fit(Network(layers), diagonal(), listeners=[Watch()], **how)
    np.testing.assert_array_equal(alone.history.step_losses, seen.history.step_losses)
    for name, weights in alone.network.weights.items():
        np.testing.assert_array_equal(weights, seen.network.weights[name])


def test_gradients_are_those_of_the_graph():
    x, y = diagonal()
    told = watched(fit(tiny(), (x, y), epochs=3, precision="float64", listeners=[Watch()]))
    flow = gradient_flow(tiny(), (x, y))
    np.testing.assert_allclose(told.norms[0], [layer.weight_gradient for layer in flow.layers], rtol=1e-9)
    assert told.layers == ("0: 5 tanh", "1: 3")
    assert np.all(np.diff(told.activations, axis=2) >= 0)
    assert np.abs(told.activations[:, 0]).max() <= 1.0


def test_updates_of_plain_descent_are_the_rate_times_the_gradient():
    x, y = diagonal()
    how = {"optimizer": SGD(), "lr": 0.1, "batch_size": "full", "validation": (x, y), "precision": "float64"}
    told = watched(fit(tiny(), (x, y), epochs=2, listeners=[Watch()], **how))
    start = tiny().init((2,), 0)["layers"]
    norms = [np.sqrt(sum(np.sum(np.square(a)) for a in layer.values())) for layer in start]
    np.testing.assert_allclose(told.updates[0], 0.1 * told.norms[0] / norms, rtol=1e-9)


def test_weights_are_recorded_on_their_way():
    run = fit(tiny(), diagonal(), epochs=4, listeners=[Watch()])
    told = watched(run)
    start = tiny().init((2,), 0)["layers"]
    first = np.concatenate([np.ravel(layer[name]) for layer in start for name in ("weights", "bias")])
    np.testing.assert_allclose(told.weights[0], first, rtol=1e-6)
    kept = run.network.weights
    last = [np.ravel(kept[f"layers.{k}.{name}"]) for k in (0, 1) for name in ("weights", "bias")]
    np.testing.assert_array_equal(told.weights[-1], np.concatenate(last))
    assert watched(fit(tiny(), diagonal(), epochs=1, listeners=[Watch(weights=False)])).weights is None


def test_long_runs_are_thinned():
    told = watched(fit(tiny(), diagonal(), epochs=150, listeners=[Watch(rows=10)]))
    assert told.epochs.tolist() == [0, *range(4, 149, 4)]


def test_what_is_kept_is_bounded():
    wide = Network([Dense(20_000, "tanh"), Dense(3)])
    watch = Watch(rows=10)
    fit(wide, diagonal(), epochs=40, listeners=[watch])
    arrays, _ = watch.measured()
    parameters = 20_000 * 3 + 20_001 * 3
    assert arrays["weights"].shape == (6, parameters)
    assert len(arrays["epochs"]) == 41


def test_looks_grow_with_the_logarithm_of_the_epochs(monkeypatch):
    looks = []
    read = Probe.read
    monkeypatch.setattr(Probe, "read", lambda probe: looks.append(None) or read(probe))
    fit(tiny(), diagonal(), epochs=1000, batch_size="full", validation=0.2, listeners=[Watch(rows=10)])
    assert 64 < len(looks) <= 64 + 33 * 4


@pytest.mark.parametrize("n", [1, 5, 4095, 50_000])
def test_quantiles_of_some_are_near_those_of_all(n):
    values = np.random.default_rng(0).normal(size=n).astype(np.float32)
    values[n // 2] = np.nan
    told = quantiles(np.append(values, 0.25))
    wanted = np.nanquantile(np.append(values, 0.25), LEVELS)
    np.testing.assert_allclose(told, wanted, atol=1e-6 if n < 4096 else 0.1)


def test_quantiles_see_every_unit():
    told = quantiles(np.tile(np.arange(128.0), (4096, 1)))
    np.testing.assert_allclose(told, np.quantile(np.arange(128.0), LEVELS), atol=1)


def test_quantiles_of_nothing_finite_are_not_numbers():
    assert np.isnan(quantiles(np.array([np.nan, np.inf]))).all()


def test_epochs_in_one_call_are_looked_at_where_the_weights_are():
    x, y = diagonal()
    run = fit(tiny(), (x, y), epochs=30, batch_size="full", listeners=[Watch()])
    told = watched(run)
    assert told.epochs[-1] == 30
    assert len(told.epochs) <= 31
    assert set(told.steps) <= {0, *(epoch.step for epoch in run.history.epochs)}


def test_it_is_kept_with_the_run(tmp_path):
    run = fit(tiny(), diagonal(), epochs=2, folder=tmp_path / "first", listeners=[Watch()])
    np.testing.assert_array_equal(watched(open_run(tmp_path / "first")).norms, watched(run).norms)
    assert watched(open_run(tmp_path / "first")).layers == watched(run).layers


def test_without_it_there_is_nothing_to_see():
    with pytest.raises(ArgumentError, match=r"has none; train with listeners=\[Watch\(\)\]"):
        watched(fit(tiny(), diagonal(), epochs=1))
    with pytest.raises(ArgumentError, match="expected rows to be at least 1, received rows=0"):
        Watch(rows=0)


def test_pictures_have_a_line_a_layer():
    run = fit(tiny(), diagonal(), epochs=3, listeners=[Watch()])
    left, right = plot_watch(run).panels
    assert [mark.label for mark in left.marks] == ["0: 5 tanh", "1: 3"]
    assert [type(mark) for mark in right.marks] == [Line, Line, ReferenceLine]
    np.testing.assert_array_equal(left.marks[1].y, watched(run).norms[:, 1])
    panels = plot_distributions(run).panels
    assert [(panel.title, panel.y.label) for panel in panels] == [
        ("0: 5 tanh", "activation"),
        ("0: 5 tanh", "gradient magnitude"),
        ("1: 3", "activation"),
        ("1: 3", "gradient magnitude"),
    ]
    assert [type(mark) for mark in panels[0].marks] == [Band, Band, Band, Line]
