"""Which column is the target, what it means, and what is left out."""

import numpy as np
import pytest

from hagang.data import Numbers, Table, Text, decide_task, load
from hagang.errors import ArgumentError, DataError

FRAME = {"a": [1.0, 2.0, 4.0], "b": ["x", "y", "x"], "c": [0, 1, 1]}


@pytest.mark.parametrize(
    ("target", "name"), [("b", "b"), ("last", "c"), (1, "a"), (-1, "c"), ("2", "b"), ("-3", "a"), (np.int64(2), "b")]
)
def test_the_target_by_name_position_or_last(target, name):
    data = load(FRAME, target)
    assert data.target.name == name
    assert name not in data.inputs
    assert len(data.inputs.columns) == 2


def test_a_name_goes_before_a_position_and_before_last():
    assert load({"2": [1, 2], "x": [3, 4], "last": [5, 6], "y": [7, 8]}, "2").target.name == "2"
    assert load({"2": [1, 2], "last": [5, 6], "y": [7, 8]}, "last").target.name == "last"


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ("bb", r"no column 'bb' to be the target; the columns are 'a', 'b', 'c'.*Did you mean 'b'\?"),
        ("income", "Give a name, a position"),
        (0, r"positions count from 1 to 3 \(-1 is the last\)"),
        (4, "there is no column 4"),
        ("9", "there is no column 9"),
        (-4, "there is no column -4"),
    ],
)
def test_no_such_target(target, text):
    with pytest.raises(DataError, match=text):
        load(FRAME, target)


def test_target_values_may_stand_beside_the_inputs():
    data = load({"a": [1.0, 2.0]}, [0.5, 1.5])
    assert (data.target.name, data.target.values.tolist()) == ("target", [0.5, 1.5])
    with pytest.raises(DataError, match="target has 3 values for 2 rows"):
        load({"a": [1.0, 2.0]}, [1, 2, 3])


def test_sources_with_a_target_of_their_own_keep_it():
    assert load("iris").target.name == load("iris", "target").target.name == "target"
    with pytest.raises(DataError, match="has its own target, 'target'"):
        load("iris", "species")
    with pytest.raises(DataError, match="images have no columns"):
        load(np.zeros((2, 3, 3), np.uint8), "label")


def test_rows_without_target_are_left_out_and_counted():
    data = load({"x": [1, 2, 3], "y": ["a", None, "b"]}, "y")
    assert data.inputs["x"].values.tolist() == [1, 3]
    assert "1 row left out, the target 'y' being missing" in map(str, data.findings)
    with pytest.raises(DataError, match="missing in every row"):
        load({"x": [1, 2], "y": [None, None]}, "y")


def test_columns_can_be_dropped():
    data = load(FRAME, "c", drop=["a"])
    assert data.inputs.names == ("b",)
    assert "left out as asked: 'a'" in map(str, data.findings)
    with pytest.raises(DataError, match=r"no column 'A'.*Did you mean 'a'\?"):
        load(FRAME, "c", drop=["A"])
    with pytest.raises(ArgumentError, match="drop must be a list"):
        load(FRAME, "c", drop="a")


def test_without_target_there_is_nothing_to_decide():
    data = load(FRAME)
    assert (data.target, data.task, data.inputs.names) == (None, None, ("a", "b", "c"))
    with pytest.raises(ArgumentError, match="need a target"):
        load(FRAME, task="regression")


def test_another_source_may_be_the_test_part():
    data = load(FRAME, "c", test={"c": [1, None], "a": [3.0, 4.0], "b": ["x", "z"]}, drop=["b"])
    assert data.test.inputs.names == ("a",)
    assert data.test.target.values.tolist() == [1]
    with pytest.raises(DataError, match="no column 'c' to be the target"):
        load(FRAME, "c", test={"a": [3.0]})


def test_full_stops_after_test_labels_are_taken_away_and_said():
    data = load({"x": [1, 2], "y": ["<=50K", ">50K"]}, "y", test={"x": [3], "y": [">50K."]})
    assert data.test.target.values == (">50K",)
    assert "the test part's labels '>50K.' are taken as '>50K'" in map(str, data.findings)
    kept = load({"x": [1, 2], "y": ["a", "b"]}, "y", test={"x": [3], "y": ["c."]})
    assert kept.test.target.values == ("c.",)


def test_repeated_rows_are_reported():
    data = load({"x": [1.0, 1.0, 2.0, -0.0, 0.0], "s": ["a", "a", "a", None, None], "y": [1, 1, 1, 2, 2]}, "y")
    assert any(str(finding).startswith("2 rows of 5 repeat another row") for finding in data.findings)
    assert not any(f.kind == "repeated" for f in load({"x": [1, 1, 2], "y": [1, 2, 3]}, "y").findings)


def numbers(values, **options):
    return Numbers("y", np.array(values, dtype=float), **options)


@pytest.mark.parametrize(
    ("target", "task"),
    [
        (Text("y", np.array([0, 1, 0], np.int32), ("no", "yes")), "classification"),
        (numbers([1, 0, 1], boolean=True), "classification"),
        (numbers([0, 1] * 5), "classification"),
        (numbers([1, 2] * 5), "classification"),
        (numbers([-1, 1] * 5), "classification"),
        (numbers([2, 4] * 5), "classification"),
        (numbers([0.0, 4.5] * 5), "classification"),
        (numbers(list(range(10)) * 5), "classification"),
        (numbers([1, 2, 3] * 5), "classification"),
        (numbers([-1, 0, 1] * 5), "classification"),
        (numbers([0, 1, np.nan, 2] * 5), "classification"),
        (numbers(list(range(20)) * 5), "classification"),
        (numbers(list(range(21)) * 5), "regression"),
        (numbers([3, 4, 5, 6, 7, 8] * 5), "regression"),
        (numbers([0, 1, 3] * 5), "regression"),
        (numbers([0, 0.5, 1] * 5), "regression"),
        (numbers([1, 2, 3, 4]), "regression"),
        (numbers([1.5, 2.5, 3.5]), "regression"),
    ],
)
def test_what_the_values_say_about_the_task(target, task):
    decided, finding = decide_task(target)
    assert decided == task
    assert str(finding).startswith("the target 'y' is ")


def test_the_task_can_be_said():
    assert decide_task(numbers([0, 1] * 5), "regression")[0] == "regression"
    assert decide_task(numbers([3, 4, 5]), "classification")[0] == "classification"
    with pytest.raises(ArgumentError, match="Received 'clustering'"):
        decide_task(numbers([0, 1]), "clustering")
    with pytest.raises(ArgumentError, match=r"needs numbers, but the target 'y' is text \('no', 'yes'\)"):
        decide_task(Text("y", np.array([0, 1], np.int32), ("no", "yes")), "regression")


def test_tables_give_columns_by_name():
    table = Table((numbers([1, 2, 3]),), 3)
    assert table.take(slice(1)).rows == 1
    assert table.take(np.array([2, 0]))["y"].values.tolist() == [3, 1]
    assert table.without(["y"]).names == ()
    with pytest.raises(DataError, match=r"no column 'Y'.*Did you mean 'y'\?"):
        table["Y"]
