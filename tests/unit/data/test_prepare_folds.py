"""Every row is tested once."""

import numpy as np
import pytest

from hagang.data import load, prepare_folds
from hagang.errors import ArgumentError


def test_every_row_is_tested_once_and_classes_are_spread():
    data = load("iris")
    tested = []
    for ready in prepare_folds(data, 5, validation=0.1):
        assert (len(ready.train), len(ready.validation), len(ready.test)) == (108, 12, 30)
        assert np.bincount(ready.test.y).tolist() == [10, 10, 10]
        tested += ready.test.rows.tolist()
    assert sorted(tested) == list(range(150))


def test_groups_stay_whole_and_weights_come_along():
    rows = {"x": np.arange(60.0) ** 2, "who": np.arange(60) // 6, "w": np.arange(60) + 1, "y": np.arange(60) % 7}
    data = load(rows, "y", task="regression", group="who", weight="w")
    for ready in prepare_folds(data, 3):
        assert not set(ready.test.rows // 6) & set(np.concatenate([ready.train.rows, ready.validation.rows]) // 6)
        np.testing.assert_array_equal(ready.train.weight, ready.train.rows + 1)


def test_without_a_target_there_is_nothing_to_test():
    with pytest.raises(ArgumentError, match="prepare_folds: expected data with a target"):
        list(prepare_folds(load({"x": [1.0, 2.0]}), 2))
