"""Splits that a column decides, folds, and weights."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hagang.data import folds, load, prepare, split_by
from hagang.errors import ArgumentError, DataError


def roles(**columns):
    (role,) = columns
    return {role: load(columns).inputs[role]}


def test_words_name_the_parts():
    words = ["train"] * 8 + ["Valid", "TEST"]
    parts = split_by(roles(part=words), 10)
    assert (parts.validation.tolist(), parts.test.tolist()) == ([8], [9])


def test_later_rows_are_tested_and_equal_times_stay_together():
    day = np.repeat(np.arange(10.0), 3)
    parts = split_by(roles(time=day), 30, validation=0.2, test=0.25)
    assert day[parts.train].max() < day[parts.validation].min() <= day[parts.validation].max() < day[parts.test].min()
    assert (len(parts.validation), len(parts.test)) == (6, 9)  # round(0.75 * 30) is row 22, of day 7


@given(sizes=st.lists(st.integers(1, 30), min_size=5, max_size=40), seed=st.integers(0, 9))
def test_groups_stay_whole_and_the_shares_are_near(sizes, seed):
    group = np.repeat(np.arange(len(sizes)) * 10.0, sizes)
    if len(group) < 10:
        return
    parts = split_by(roles(group=group), len(group), validation=0.2, test=0.2, seed=seed)
    seen = [set(group[part]) for part in (parts.train, parts.validation, parts.test)]
    assert sum(map(len, seen)) == len(set.union(*seen))
    assert sum(map(len, (parts.train, parts.validation, parts.test))) == len(group)
    assert abs(len(parts.test) - 0.2 * len(group)) <= max(sizes)


def test_folds_cover_the_rows_once_and_every_class_is_spread():
    classes = np.repeat([0, 1], [40, 20])
    parts = folds(60, 5, classes=classes, seed=1)
    assert sorted(np.concatenate([part.test for part in parts]).tolist()) == list(range(60))
    assert [np.bincount(classes[part.test]).tolist() for part in parts] == [[8, 4]] * 5
    grouped = folds(60, 4, groups=np.arange(60) // 5)
    assert all(not set(part.train // 5) & set(part.test // 5) for part in grouped)


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ({"part": ["train"] * 9 + ["later"]}, "'part' holds 'later'; expected 'train', 'validation' or 'test'"),
        ({"part": ["train"] * 9 + [None]}, "'part' holds no value in 1 row; expected"),
        ({"part": ["test"] * 10}, "leaves no row to train on"),
        ({"part": range(10)}, "'part' holds numbers"),
        ({"time": ["soon"] * 5 + ["late"] * 5}, r"'time' is text \('late', 'soon'\); expected dates or numbers"),
        ({"time": [1.0] * 9 + [None]}, "'time' is missing in 1 row; fill it"),
        ({"time": [1.0] * 10}, "'time' is 1 in most rows; expected times that part the rows"),
        ({"group": ["a"] * 5 + ["b"] * 5}, "'group' has 2 different values; expected 3 or more"),
    ],
)
def test_columns_that_cannot_decide(column, text):
    with pytest.raises(DataError, match=text):
        split_by(roles(**column), 10)


def test_what_cannot_be_folded():
    with pytest.raises(ArgumentError, match="from 2 to the 10 rows, received 11"):
        folds(10, 11)
    with pytest.raises(ArgumentError, match="part and group both decide"):
        split_by(roles(part=["train"] * 10) | roles(group=range(10)), 10)


def test_a_column_of_weights_is_no_input_and_goes_with_its_rows():
    data = {"x": np.arange(20.0) ** 2, "w": np.arange(20) / 2, "y": [0, 1] * 10}
    ready = prepare(data, "y", weight="w")
    assert ready.features.inputs == ("x",)
    np.testing.assert_array_equal(ready.train.weight, ready.train.rows / 2)
    assert ready.train.weight.dtype == np.float32
    beside = prepare({"x": data["x"], "y": data["y"]}, "y", weight=data["w"])
    np.testing.assert_array_equal(beside.test.weight, beside.test.rows / 2)
    assert prepare("iris").train.weight is None


@pytest.mark.parametrize(
    ("weight", "text"),
    [
        ([1.0] * 19 + [-2], r"the weight 'w' is -2 in row 20 \(1 such row\); expected a number from 0"),
        ([None] * 2 + [1.0] * 18, r"the weight 'w' is missing in row 1 \(2 such rows\)"),
        ([0] * 20, "every weight in 'w' is zero"),
        (["much"] * 20, "weights 'w' is not numbers"),
    ],
)
def test_weights_that_cannot_be(weight, text):
    with pytest.raises(DataError, match=text):
        prepare({"x": range(20), "w": weight, "y": [0, 1] * 10}, "y", weight="w", drop=[])


def test_roles_need_a_column():
    with pytest.raises(DataError, match="there is no column 'v' to be the weight; the columns are 'x', 'w'"):
        load({"x": range(20), "w": range(20), "y": [0, 1] * 10}, "y", weight="v")
    with pytest.raises(DataError, match="group has 3 values for 20 rows"):
        load({"x": range(20), "y": [0, 1] * 10}, "y", group=[1, 2, 3])


def test_groups_and_times_part_a_table():
    data = {"x": np.arange(40.0) ** 2, "who": np.arange(40) // 4, "y": [0, 1] * 20}
    ready = prepare(data, "y", group="who")
    assert ready.features.inputs == ("x",)
    assert not set(ready.train.rows // 4) & set(ready.test.rows // 4)
    late = prepare(data, "y", time="who")
    assert late.features.inputs == ("x", "who")
    assert late.test.rows.min() > late.train.rows.max()
