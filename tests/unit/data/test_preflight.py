"""What would train badly, and what was understood, said before training."""

import numpy as np
import pytest

from hagang.data import Pixels, prepare


@pytest.fixture
def rng():
    return np.random.default_rng(5)


def findings(kind, *arguments, **options):
    return [str(finding) for finding in prepare(*arguments, **options).findings if finding.kind == kind]


def test_a_column_that_names_the_class_is_a_leak(rng):
    y = rng.integers(0, 3, 300)
    data = {"x": rng.normal(size=300), "code": np.array(["p", "q", "r"])[y], "y": y}
    (said,) = findings("leak", data, "y")
    assert said.startswith("'code' tells the target in every row: perhaps it is only known afterwards")
    assert said.endswith("leave it out (drop=code)")


def test_a_number_that_parts_two_classes_and_one_that_is_the_quantity_are_leaks(rng):
    y = np.arange(1000) % 2
    said = findings("leak", {"x": y + rng.uniform(0, 0.9, 1000), "z": rng.normal(size=1000), "y": y}, "y")
    assert [text.split(":")[0] for text in said] == ["'x' parts the classes without a single error"]
    price = rng.normal(size=100)
    said = findings("leak", {"cents": 100 * price + 3, "z": price + rng.normal(size=100), "y": price}, "y")
    assert [text.split(":")[0] for text in said] == ["'cents' equals the target, but for unit and zero"]


def test_what_merely_helps_is_no_leak():
    for name in ("iris", "wine", "diabetes", "breast_cancer"):
        assert findings("leak", name) == []


def test_rows_of_the_training_part_in_another_part(rng):
    x = np.repeat(rng.normal(size=100), 2)
    (said,) = findings("repeated", {"x": x, "y": (x > 0).astype(int)}, "y")
    assert said.startswith("rows that are in the training part too: ")
    assert "of 30 in the validation part, " in said
    assert said.endswith("of 30 in the test part; scores may flatter")
    assert findings("repeated", "iris", test=0.0, validation=0.0) == []


def test_contradicting_labels_bound_what_can_be_right(rng):
    x = np.repeat(np.arange(50), 4).astype(float) ** 2
    y = np.tile([0, 0, 0, 1], 50)  # one row in four contradicts the others
    (said,) = findings("conflict", {"x": x, "y": y}, "y", validation=0.0, test=0.0)
    assert said == (
        "50 rows of 200 contradict rows with the same inputs: no model of these columns is right in more than 75.0% "
        "of the training rows"
    )


def test_rare_classes_are_said(rng):
    y = np.array(["no"] * 390 + ["yes"] * 9 + ["once"])
    said = findings("imbalance", {"x": rng.normal(size=400), "y": y}, "y")
    assert said[0] == "1 class has one training row only: 'once'"
    assert said[1].startswith("the class 'once' is 0.0036 of the training rows, 'no' is 0.97: look at balanced")
    assert findings("imbalance", "iris") == []


def test_features_left_as_large_as_they_are(rng):
    data = {"x": rng.normal(size=100) * 1e6, "y": rng.integers(0, 2, 100)}
    (said,) = findings("scale", data, "y", scale="none")
    assert said.startswith("features are as large as ")
    assert said.endswith("descent goes badly. Scale them (scale=standard)")
    assert findings("scale", data, "y") == []


def test_a_line_for_every_column():
    data = {
        "size": [1.5, None, 3.0] * 10,
        "n": range(0, 60, 2),
        "when": [f"2020-01-{k:02}" for k in range(1, 31)],
        "on": [True, False, True] * 10,
        "what": ["a long name that goes on and on", "b", "c"] * 10,
        "same": [1] * 30,
        "none": [None] * 30,
        "w": [1, 2, 3] * 10,
        "y": [0.5, 1.5, 2.25] * 10,
    }
    lines = {line.column: line for line in prepare(data, "y", weight="w").understood}
    told = {name: (line.kind, line.missing, line.range) for name, line in lines.items()}
    assert told == {
        "size": ("number", 10, "1.5 to 3"),
        "n": ("whole number", 0, "0 to 58"),
        "when": ("dates", 0, "2020-01-01 to 2020-01-30"),
        "on": ("boolean", 0, "0 to 1"),
        "what": ("text", 0, "3 values: 'a long name that go…', 'b', 'c'"),
        "same": ("whole number", 0, "1 to 1"),
        "none": ("nothing", 30, "no values"),
        "w": ("whole number", 0, "1 to 3"),
        "y": ("number", 0, "0.5 to 2.25"),
    }
    assert lines["size"].treatment.endswith("missing as 3 and marked") or "missing as 1.5" in lines["size"].treatment
    assert lines["when"].treatment == "place in time, standardised, cycle of the year, cycle of the week"
    assert lines["same"].treatment == "left out: has one value only (1)"
    assert lines["w"].treatment == "the weight"
    assert lines["y"].treatment == "the target, standardised"


def test_images_are_one_line(rng):
    images = rng.integers(0, 256, (20, 3, 4), dtype=np.uint8)
    line, _ = prepare(images, [0, 1] * 10).understood
    assert (line.kind, line.range) == ("images, 3 × 4", f"{images.min()} to {images.max()}")
    assert isinstance(Pixels(images.reshape(20, 12), (3, 4)), Pixels)
