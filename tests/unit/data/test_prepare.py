"""The whole way, on data made here and on scikit-learn's."""

import json

import numpy as np
import pytest

from hagang.data import features_from_json, prepare, target_from_json


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
