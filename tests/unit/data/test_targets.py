"""Targets to codes and units, and back."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hagang.data import Classes, Numbers, Quantity, Text, fit_target, target_from_json
from hagang.errors import DataError


def text(*values):
    kinds = sorted({value for value in values if value is not None})
    return Text("y", np.array([kinds.index(v) for v in values], np.int32), tuple(kinds))


def numbers(*values, boolean=False):
    return Numbers("y", np.array(values, dtype=float), boolean)


@pytest.mark.parametrize(
    ("target", "labels", "codes"),
    [
        (text("b", "a", "b"), ("a", "b"), [1, 0, 1]),
        (numbers(2, 1, 2), (1, 2), [1, 0, 1]),
        (numbers(0.5, -1, 0.5), (-1, 0.5), [1, 0, 1]),
        (numbers(1, 0, 1, boolean=True), (False, True), [1, 0, 1]),
    ],
)
def test_classes_are_sorted_and_keep_their_kind(target, labels, codes):
    classes = Classes.fit(target)
    assert classes.labels == labels
    assert [type(label) for label in classes.labels] == [type(label) for label in labels]
    assert classes.encode(target).tolist() == codes
    assert classes.encode(target).dtype == np.int64
    assert classes.decode(codes).tolist() == [labels[code] for code in codes]
    assert target_from_json(json.loads(json.dumps(classes.to_json()))) == classes


def test_unused_texts_are_no_classes():
    assert Classes.fit(Text("y", np.array([0, 2, 0], np.int32), ("a", "b", "c"))).labels == ("a", "c")


def test_numbers_and_their_spelling_are_one_class():
    classes = Classes("y", ("1", "2"))
    assert classes.encode(numbers(2, 1)).tolist() == [1, 0]
    assert Classes("y", (1, 2)).encode(text("2", "1")).tolist() == [1, 0]


def test_classes_may_be_absent_but_not_new():
    classes = Classes("y", ("a", "b", "c"))
    assert classes.encode(text("c", "a")).tolist() == [2, 0]
    with pytest.raises(DataError, match="classes not there at training: 'd'; expected 'a', 'b', 'c'"):
        classes.encode(text("a", "d"))


def test_one_class_is_nothing_to_learn():
    with pytest.raises(DataError, match="has one class only, 'a'; expected two"):
        Classes.fit(text("a", "a"))


def test_quantities_by_hand():
    # Mean 3, deviation sqrt((4 + 0 + 4) / 3).
    quantity = Quantity.fit(numbers(1, 3, 5))
    assert quantity == Quantity("y", 3.0, np.sqrt(8 / 3))
    encoded = quantity.encode(numbers(1, 3, 5))
    assert (encoded.shape, encoded.dtype) == ((3, 1), np.float32)
    np.testing.assert_allclose(encoded[:, 0], [-np.sqrt(1.5), 0, np.sqrt(1.5)], rtol=1e-6)


@given(st.lists(st.floats(-1e6, 1e6, width=32), min_size=2, max_size=30).filter(lambda v: max(v) - min(v) > 1e-3))
def test_quantities_come_back(values):
    target = numbers(*values)
    quantity = Quantity.fit(target)
    np.testing.assert_allclose(quantity.decode(quantity.encode(target)), values, atol=1e-5 * np.ptp(values))
    assert target_from_json(json.loads(json.dumps(quantity.to_json()))) == quantity


@pytest.mark.parametrize(
    ("target", "problem"),
    [(numbers(2, 2, 2), "is 2 in every row: there is nothing to predict"), (text("a", "b"), r"is text \('a', 'b'\)")],
)
def test_no_quantity(target, problem):
    with pytest.raises(DataError, match=problem):
        fit_target(target, "regression")
