"""Explaining a network: layer by layer, and single numbers from one weight to the loss."""

import re
from dataclasses import replace

import numpy as np
import pytest

import hagang as hg
from hagang.nn import Residual


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(20, 4))
    return X, X[:, :1] * X[:, 1:2]


NET = hg.Network([hg.Dense(6, "tanh"), hg.Dense(5, "relu"), hg.Dense(1)])


@pytest.fixture(scope="module")
def trained(rows):
    return hg.fit(NET, rows, epochs=2, precision="float64").network


def by_name(explanation):
    return {node.name: node for node in explanation.graph.nodes}


def test_every_array_has_its_gradient(trained, rows):
    explanation = hg.explain(trained, rows)
    x, y = rows

    def loss(params):
        return np.mean((NET.apply(params, x) - y) ** 2)

    params = {"layers": [{n: trained.weights[f"layers.{k}.{n}"] for n in ("weights", "bias")} for k in range(3)]}
    exact = hg.grad(loss)(params)
    assert explanation.value == pytest.approx(loss(params))
    for k in range(3):
        np.testing.assert_allclose(explanation.gradients[f"layers.{k}.weights"], exact["layers"][k]["weights"])
    text = str(explanation)
    assert text.startswith("mean_squared of 20 rows: 6 tanh → 5 relu → 1\n\nlayer ")
    assert re.search(r"layers.0.before +v1 \+ layers.0.bias +20×6 ~", text)


def test_one_weight_by_hand(rows):
    """y = w₂·tanh(w₁·x): dL/dw₁ = 2(y − t)·w₂·(1 − tanh²)·x."""
    net = hg.Network([hg.Dense(1, "tanh", bias=False), hg.Dense(1, bias=False)])
    run = hg.fit(net, (np.ones((1, 1)), np.zeros((1, 1))), epochs=1, precision="float64")
    weights = {"layers.0.weights": np.array([[0.5]]), "layers.1.weights": np.array([[3.0]])}
    network = replace(run.network, weights=weights)
    explanation = hg.explain(network, (np.array([[2.0]]), np.array([[1.0]])), weight="layers.0.weights[0, 0]")
    h = np.tanh(1.0)
    wanted = 2 * (3 * h - 1) * 3 * (1 - h**2) * 2
    assert explanation.gradients["layers.0.weights[0, 0]"] == pytest.approx(wanted)
    assert explanation.numerical["layers.0.weights[0, 0]"] == pytest.approx(wanted, rel=1e-8)
    found = {
        (explanation.graph.nodes[e.source].name, explanation.graph.nodes[e.target].name): float(e.local)
        for e in explanation.graph.edges
    }
    assert found["layers.0.weights[0, 0]", "layers.0.before[0, 0]"] == 2
    assert found["layers.0.before[0, 0]", "layers.0[0, 0]"] == pytest.approx(1 - h**2)
    assert found["layers.0[0, 0]", "layers.1[0, 0]"] == 3


@pytest.mark.parametrize("weight", ["layers.0.weights[3, 2]", "layers.0.bias[-1]", "layers.1.weights[5,0]"])
def test_at_each_stage_what_comes_back_sums_to_the_gradient(trained, rows, weight):
    graph = hg.explain(trained, rows, weight=weight).graph
    followed = {edge.source for edge in graph.edges}
    assert len(followed) > 4
    for k in followed:
        shares = [float(edge.contribution) for edge in graph.edges if edge.source == k]
        assert sum(shares) == pytest.approx(float(graph.nodes[k].gradient), rel=1e-9, abs=1e-15)


def test_many_uses_are_told_together_and_the_strongest_is_followed(trained, rows):
    explanation = hg.explain(trained, rows, weight="layers.0.weights[3, 2]")
    graph = explanation.graph
    first = [edge for edge in graph.edges if edge.source == 0]
    assert graph.nodes[first[-1].target].name == "16 more"  # of 20 rows
    shares = [abs(float(edge.contribution)) for edge in first[:-1]]
    assert shares == sorted(shares, reverse=True)
    assert "+ " in str(explanation)
    assert "16 more" in explanation.svg()


def test_where_nothing_comes_back_it_is_told(trained, rows):
    weights = {name: value.copy() for name, value in trained.weights.items()}
    weights["layers.1.bias"][2] = -1000.0
    dead = hg.explain(replace(trained, weights=weights), (rows[0][:1], rows[1][:1]), weight="layers.1.weights[0,2]")
    assert dead.gradients["layers.1.weights[0, 2]"] == 0
    assert "× 0 from layers.1[0, 2]" in str(dead)
    assert dead.value > 0


def test_ways_round_a_block_join(rows):
    net = hg.Network([hg.Dense(3), Residual([hg.Dense(3, "tanh")]), hg.Dense(1)])
    explanation = hg.explain(net, (rows[0][:1], rows[1][:1]), weight="layers.0.weights[0, 0]")
    joins = [edge for edge in explanation.graph.edges if explanation.graph.nodes[edge.source].name == "layers.0[0, 0]"]
    targets = [explanation.graph.nodes[edge.target].name for edge in joins]
    assert "layers.1[0, 0]" in targets  # past the block
    assert len(targets) == 4  # and through each of its three units


def test_what_cannot_be_explained_is_told(trained, rows):
    with pytest.raises(hg.ArgumentError, match=re.escape("weight: expected one as layers.0.weights[3, 2] of layers.0")):
        hg.explain(trained, rows, weight="layers.7.weights[0, 0]")
    for place in ("[9, 0]", "[0]", ""):
        with pytest.raises(hg.ArgumentError, match=re.escape("an index into layers.0.weights, which has shape (4, 6)")):
            hg.explain(trained, rows, weight=f"layers.0.weights{place}")
    with pytest.raises(hg.ArgumentError, match=r"a network and its rows, .* received 2 arguments after it"):
        hg.explain(trained, *rows)
    with pytest.raises(hg.ArgumentError, match="weight, loss: expected a network to explain, received a function"):
        hg.explain(np.sum, np.ones(2), weight="x[0]")


def test_it_is_written_like_any_other(trained, rows, tmp_path):
    explanation = hg.explain(trained, rows)
    explanation.save(tmp_path / "net.html")
    page = (tmp_path / "net.html").read_text(encoding="utf-8")
    assert "Layer by layer" in page
    assert "layers.1.before" in page
