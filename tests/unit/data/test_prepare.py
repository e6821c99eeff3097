"""The whole way, on data made here and on scikit-learn's."""

import json

import numpy as np
import pytest

from hagang.data import features_from_json, load, prepare, target_from_json
from hagang.errors import ArgumentError, DataError


@pytest.mark.parametrize("name", ["digits", "iris", "wine", "breast_cancer", "diabetes"])
def test_built_in_sets_are_prepared_and_described_without_loss(name):
    ready = prepare(name)
    parts = (ready.train, ready.validation, ready.test)
    assert sorted(np.concatenate([part.rows for part in parts]).tolist()) == list(range(sum(map(len, parts))))
    assert ready.train.X.dtype == np.float32
    assert features_from_json(json.loads(json.dumps(ready.features.to_json()))) == ready.features
    assert target_from_json(json.loads(json.dumps(ready.target.to_json()))) == ready.target


def test_training_part_is_standardised_and_quantities_come_back():
    ready = prepare("diabetes")
    np.testing.assert_allclose(ready.train.X[:, 0].mean(), 0, atol=1e-6)
    np.testing.assert_allclose(ready.train.X[:, 0].std(), 1, atol=1e-6)
    assert ready.train.y.shape == (len(ready.train), 1)
    np.testing.assert_allclose(ready.train.y.std(), 1, atol=1e-6)


def test_features_and_target_are_fitted_to_the_training_part_alone():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=200), rng.normal(size=200)
    ready = prepare({"x": x, "y": y}, "y")
    rows = ready.train.rows
    encoder = ready.features.encoders[0]
    assert (encoder.shift, encoder.scale) == pytest.approx((x[rows].mean(), x[rows].std()))
    assert (ready.target.mean, ready.target.scale) == pytest.approx((y[rows].mean(), y[rows].std()))
    np.testing.assert_allclose(ready.target.decode(ready.test.y), y[ready.test.rows], rtol=1e-5, atol=1e-6)


def test_the_same_seed_gives_the_same_parts():
    one, two, other = prepare("wine", seed=5), prepare("wine", seed=5), prepare("wine", seed=6)
    np.testing.assert_array_equal(one.test.X, two.test.X)
    assert one.test.rows.tolist() != other.test.rows.tolist()


def test_a_test_part_of_its_own_is_kept_apart():
    data = {"x": np.arange(20) * 1.5, "y": [0, 1] * 10}
    ready = prepare(data, "y", test={"x": [100.0], "y": [1], "z": [2]})
    assert (len(ready.train), len(ready.validation), len(ready.test)) == (17, 3, 1)
    assert ready.test.rows.tolist() == [0]
    assert "columns not there at training are ignored: 'z'" in map(str, ready.findings)


def test_parts_may_be_empty():
    ready = prepare("diabetes", validation=0, test=0)
    assert (ready.validation.X.shape, ready.test.y.shape) == ((0, 10), (0, 1))
    assert len(prepare("iris", validation=0, test=0).train) == 150


def test_a_dataset_is_prepared_as_it_was_read():
    data = load("iris")
    ready = prepare(data)
    assert ready.findings == data.findings
    with pytest.raises(ArgumentError, match="read already: 'target', 'drop' must be given to load"):
        prepare(data, "x", drop=["y"])


@pytest.mark.parametrize(
    ("source", "options", "error", "text"),
    [
        ({"x": [1.0] * 20}, {}, ArgumentError, r"which column is the target\?.*The columns are 'x'\."),
        ({"x": range(20), "y": [3.7] * 20}, {"target": "y"}, DataError, "'y' is 3.7 in every row: there is nothing"),
        ({"x": range(20), "y": ["a"] * 20}, {"target": "y"}, DataError, "'y' has one class only, 'a'"),
        ({"x": [1, 2], "y": ["a", "b"]}, {"target": "y"}, DataError, "at least 10 rows.*found 2"),
        ({"y": [0, 1] * 10}, {"target": "y"}, DataError, "there are no columns"),
        ("iris", {"scale": "cubic"}, ArgumentError, "Received 'cubic'"),
    ],
)
def test_what_cannot_be_trained_on(source, options, error, text):
    with pytest.raises(error, match=text):
        prepare(source, **options)


def test_the_rows_to_watch_may_be_another_source():
    rows = {"x": [float(k) for k in range(60)], "y": [k % 2 for k in range(60)]}
    watched = {"x": [1.0, 2.0, 3.0, None], "y": [0, 1, 1, 0]}
    ready = prepare(rows, "y", validation=watched, test=0.2)
    assert (len(ready.train), len(ready.validation), len(ready.test)) == (48, 4, 12)
    np.testing.assert_array_equal(ready.validation.y, [0, 1, 1, 0])
