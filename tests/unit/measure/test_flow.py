"""The flow through a network: beside backpropagation written out, and what it says of deep nets."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest

import hagang as hg
from hagang.measure import gradient_flow, subject, trace_pass
from hagang.nn import Dropout, Residual, Sequential


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 6))
    return X, (X[:, 0] > 0).astype(int)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def test_beside_backpropagation_written_out(rows):
    X, codes = rows
    y = codes[:, None].astype(float)
    net = hg.Network([hg.Dense(5, "sigmoid"), hg.Dense(1)])
    params = net.init((6,), seed=3)["layers"]
    z = X @ params[0]["weights"] + params[0]["bias"]
    h = sigmoid(z)
    out = h @ params[1]["weights"] + params[1]["bias"]
    back = 2 * (out - y) / len(X)
    before = (back @ params[1]["weights"].T) * h * (1 - h)
    flow = gradient_flow(net, (X, y), seed=3)
    first, last = flow.layers
    assert flow.loss == pytest.approx(np.mean((out - y) ** 2))
    assert (first.path, first.label, first.dims, first.parameters) == ("layers.0", "5 sigmoid", (5,), 35)
    assert first.pre_activation == pytest.approx(np.std(z))
    assert first.activation == pytest.approx(np.std(h))
    assert first.gradient == pytest.approx(np.sqrt(np.mean(before**2)))
    assert first.weight_gradient == pytest.approx(np.sqrt(np.sum((X.T @ before) ** 2) + np.sum(before.sum(0) ** 2)))
    assert first.saturated == pytest.approx(np.mean(h * (1 - h) < 0.01))
    assert last.gradient == pytest.approx(np.sqrt(np.mean(back**2)))
    assert math.isnan(last.saturated)
    assert flow.ratio == pytest.approx(first.gradient / last.gradient)


def deep(activation, initialiser=None):
    return hg.Network([hg.Dense(32, activation, initialiser=initialiser) for _ in range(9)] + [hg.Dense(2)])


def test_ten_sigmoid_layers_lose_the_gradient_tanh_less_and_relu_keeps_it(rows):
    ratios = {name: gradient_flow(deep(name), rows).ratio for name in ("sigmoid", "tanh", "relu")}
    assert ratios["sigmoid"] < 1e-5 < ratios["tanh"]
    assert ratios["tanh"] < ratios["relu"]
    assert ratios["relu"] > 0.1
    small = gradient_flow(deep("sigmoid", "gaussian"), rows)
    assert small.ratio < 1e-14


def test_each_sigmoid_layer_passes_on_at_most_a_quarter_of_what_its_weights_do(rows):
    network = deep("sigmoid")
    flow = gradient_flow(network, rows)
    weights = [own["weights"] for own in network.init((6,), seed=0)["layers"]]
    for k, (layer, after) in enumerate(zip(flow.layers[:-1], flow.layers[1:], strict=True)):
        widths = np.sqrt(after.dims[0] / layer.dims[0])
        most = 0.25 * np.linalg.norm(weights[k + 1], 2) * after.gradient * widths
        assert layer.gradient <= most * (1 + 1e-12)


def test_saturated_and_dead_units(rows):
    X, _y = rows
    network = hg.fit(hg.Network([hg.Dense(4, "relu"), hg.Dense(2)]), rows, epochs=1).network
    weights = {name: value.copy() for name, value in network.weights.items()}
    weights["layers.0.bias"][:] = [-1000, 1000, 0, 0]  # one never works, one always
    first = gradient_flow(replace(network, weights=weights), rows).layers[0]
    assert first.dead == 0.25
    z = X.astype(np.float64) @ weights["layers.0.weights"].astype(np.float64) + weights["layers.0.bias"]
    assert first.saturated == pytest.approx(np.mean(z < 0))


def test_layers_in_blocks_stand_for_themselves(rows):
    block = Residual([hg.Dense(6, "tanh"), Sequential([Dropout(0.5), "relu"])])
    flow = gradient_flow(hg.Network([block, hg.Dense(2)]), rows)
    assert [layer.path for layer in flow.layers] == [
        "layers.0.layers.0",
        "layers.0.layers.1.layers.0",
        "layers.0.layers.1.layers.1",
        "layers.1",
    ]
    still = gradient_flow(hg.Network([block, hg.Dense(2)]), rows, training=False)
    assert still.layers[1].activation == pytest.approx(still.layers[0].activation)
    assert flow.layers[1].activation > 1.2 * flow.layers[0].activation  # what remains is doubled


def test_activations_that_mix_units_have_no_flat_places(rows):
    flow = gradient_flow(hg.Network([hg.Dense(4, "softmax"), hg.Dense(2)]), rows)
    assert math.isnan(flow.layers[0].saturated)
    own = gradient_flow(hg.Network([hg.Dense(4, lambda z: z * np.tanh(z / 2)), hg.Dense(2)]), rows)
    assert own.layers[0].saturated < 0.1
    assert own.layers[0].pre_activation > own.layers[0].activation


def test_a_trained_network_is_measured_with_its_weights_and_loss(rows):
    run = hg.fit(hg.Network([hg.Dense(8, "tanh"), hg.Dense(2)]), rows, epochs=3, loss="cross_entropy")
    by_run, by_network = gradient_flow(run, rows), gradient_flow(run.network, rows)
    assert repr(by_run) == repr(by_network)
    assert by_run.loss == pytest.approx(run.network.evaluate(rows)["log_loss"], rel=1e-5)


def test_a_pass_is_the_networks_own(rows):
    net = hg.Network([hg.Dense(5, "relu"), hg.Dense(2)])
    passed = trace_pass(subject(net, rows))
    assert [layer.path for layer in passed.layers] == ["layers.0", "layers.1"]
    assert set(passed.weights) == {f"layers.{k}.{name}" for k in (0, 1) for name in ("weights", "bias")}
    assert passed.layers[-1].gave is passed.output


def test_it_prints_as_a_table(rows):
    text = str(gradient_flow(hg.Network([hg.Dense(5, "sigmoid"), hg.Dense(2)]), rows))
    assert text.splitlines()[0].split() == ["layer", "output", "pre-act.", "act.", "gradient", "sat.", "dead"]
    assert re.search(r"gradient of the first layer / last layer: 0\.\d+", text)


def test_what_is_no_network_is_told(rows):
    with pytest.raises(hg.ArgumentError, match=r"network: expected a Network, a TrainedNetwork .* received list"):
        gradient_flow([1, 2], rows)
