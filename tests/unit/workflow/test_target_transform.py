"""Skewed targets are learned as logarithms where that errs less."""

import json

import numpy as np
import pytest

import hagang as hg
from hagang.data import Quantity, load, prepare, target_from_json
from hagang.data.skewed import in_logarithms
from hagang.errors import DataError
from hagang.workflow.target_transform import transform_target


@pytest.fixture
def rng():
    return np.random.default_rng(2)


def network():
    return hg.Network([hg.Dense(16, "tanh"), hg.Dense(1)])


def test_logarithms_by_hand():
    price = Quantity("price", 3.0, 1.0, log=(np.log(10), 2.0))
    column = load({"price": [9.0, 0.0]}).inputs["price"]
    np.testing.assert_allclose(price.encode(column)[:, 0], [0, -np.log(10) / 2], rtol=1e-6)
    np.testing.assert_allclose(price.decode([[0.0], [1.0]]), [9, 10 * np.e**2 - 1], rtol=1e-6)
    assert np.isfinite(price.decode([1e9]))
    assert target_from_json(json.loads(json.dumps(price.to_json()))) == price
    with pytest.raises(DataError, match="the target 'price' is -1; expected values from 0 up, as at training"):
        price.encode(load({"price": [-1.0]}).inputs["price"])


def test_only_skewed_targets_from_0_up(rng):
    x = rng.normal(size=200)
    assert in_logarithms(prepare({"x": x, "y": rng.normal(10, 1, 200)}, "y")) is None
    assert in_logarithms(prepare({"x": x, "y": np.exp(2 * x) - 5}, "y")) is None
    assert in_logarithms(prepare("iris")) is None
    logs = in_logarithms(prepare({"x": x, "y": np.exp(2 * x)}, "y"))
    np.testing.assert_allclose(logs.train.y.mean(), 0, atol=1e-5)
    np.testing.assert_allclose(logs.train.y.std(), 1, atol=1e-5)


def test_what_grows_by_factors_is_trained_on_in_logarithms(rng, tmp_path):
    x = rng.uniform(-2, 2, 400)
    data = transform_target(network(), prepare({"x": x, "y": np.exp(3 * x)}, "y"), lr=0.02)
    assert data.target.log is not None
    assert str(data.findings[-1]).startswith("'y' is skewed, and trained on as log(1 + y): in a trial the RMSE on the")
    run = hg.fit(network(), data, epochs=60, lr=0.02)
    assert run.network.evaluate(data)["r2"] > 0.95
    run.network.save(tmp_path / "m.safetensors")
    predicted = hg.load(tmp_path / "m.safetensors").predict({"x": [0.0, 1.0]})
    np.testing.assert_allclose(predicted, [1, np.exp(3)], rtol=0.3)


def test_what_does_not_is_left_as_it_is(rng):
    x = rng.uniform(0, 1, 400) ** 4  # skewed, and the target is the input
    data = prepare({"x": 1000 * x, "y": 1000 * x + rng.normal(size=400) ** 2}, "y")
    tried = transform_target(hg.Network([hg.Dense(1)]), data, lr=0.1)
    assert tried.target.log is None
    assert "not trained on as log(1 + y)" in str(tried.findings[-1])
