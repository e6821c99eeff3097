"""Columns by position, when the target's is no longer there."""

import numpy as np
import pytest

from hagang.data import Numbers, Table, align_positions, prepare


def table(*names):
    return Table(tuple(Numbers(name, np.full(3, k)) for k, name in enumerate(names)), 3)


@pytest.mark.parametrize(
    ("target", "expected"), [("c1", ("c2", "c3", "c4")), ("c2", ("c1", "c3", "c4")), ("c4", ("c1", "c2", "c3"))]
)
def test_columns_behind_the_target_move_up(target, expected):
    known = {"c1", "c2", "c3", "c4"} - {target}
    aligned = align_positions(table("c1", "c2", "c3"), known, target)
    assert aligned.names == expected
    assert [column.values[0] for column in aligned.columns] == [0, 1, 2]


@pytest.mark.parametrize(
    ("names", "known", "target"),
    [
        (("c1", "c2", "c3", "c4"), ("c1", "c3", "c4"), "c2"),
        (("c1", "c2"), ("c1", "c3", "c4"), "c2"),
        (("c1", "c3", "c4"), ("c1", "c3", "c4"), "c2"),
        (("c1", "c2"), ("c1", "weight"), "c2"),
        (("c1", "c2"), ("c1", "c3"), "price"),
    ],
    ids=["all there", "two fewer", "named", "not all by position", "target by name"],
)
def test_other_tables_stay_as_they_are(names, known, target):
    given = table(*names)
    assert align_positions(given, known, target) is given


def test_columns_left_out_as_asked_are_known():
    source = {"a": np.arange(30.0) % 7, "b": np.arange(30.0) % 5, "y": np.arange(30) % 2}
    ready = prepare(source, "y", drop=("b",))
    assert ready.features.known == ("a", "b")
    assert [str(finding) for finding in ready.findings if finding.kind == "dropped"] == ["left out as asked: 'b'"]
