"""Laws of tables: whatever is in them, features come out finite, a row for each row, or an error says why."""

import datetime as dt
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hagang.data import Table, features_from_json, fit_features, load, prepare, target_from_json
from hagang.errors import ArgumentError, DataError

ROWS = st.integers(12, 60)
WORDS = st.sampled_from(
    ["", "a", "b", "?", "NA", "x y", "1", "07", "1,5", "1,000", "$3", "true", "2020-01-02", "12:30", "é"]
)
VALUES = {
    "floats": st.floats(-1e30, 1e30) | st.none(),
    "tiny": st.floats(0, 1e-300),
    "whole": st.integers(-(2**40), 2**40),
    "few": st.sampled_from([0, 1, 2]),
    "booleans": st.booleans() | st.none(),
    "words": WORDS | st.none(),
    "dates": st.dates(dt.date(1800, 1, 1), dt.date(2200, 1, 1)) | st.none(),
    "moments": st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2100, 1, 1)),
    "mixed": st.floats(allow_nan=True, allow_infinity=False, width=32) | st.integers(-9, 9) | WORDS | st.none(),
    "nothing": st.none(),
    "constant": st.just(7.5),
}
SCALES = st.sampled_from(["standard", "minmax", "robust", "none"])


@st.composite
def tables(draw, rows=ROWS):
    n = draw(rows)
    kinds = draw(st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=5))
    return {f"{kind}{k}": draw(st.lists(VALUES[kind], min_size=n, max_size=n)) for k, kind in enumerate(kinds)}


def unseen(columns, draw):
    """Rows of the same kinds that were not there."""
    return {name: draw(st.lists(VALUES[name.rstrip("0123456789")], min_size=3, max_size=3)) for name in columns}


def finite(features, table):
    out = features.transform(table)
    assert out.shape == (len(table), features.width)
    assert np.isfinite(out).all()
    return out


@given(columns=tables(), scale=SCALES, embed=st.sampled_from([None, 3]), data=st.data())
def test_features_are_finite_and_come_back_from_json(columns, scale, embed, data):
    try:
        table = load(columns).inputs
        assert isinstance(table, Table)
        features = fit_features(table, scale=scale, embed=embed)
    except DataError:
        return
    if scale == "none" and any(name.startswith(("floats", "whole", "mixed")) for name in columns):
        return  # left as they are, numbers may be as large as they like
    out = finite(features, table)
    again = features_from_json(json.loads(json.dumps(features.to_json())))
    assert again == features
    np.testing.assert_array_equal(again.transform(table), out)
    assert len(features.names) == len(set(features.names)) or len(columns) != len(set(columns))
    try:
        new = load(unseen(columns, data.draw)).inputs
        finite(features, new)
        features.notice(new)
    except DataError as error:
        assert "column" in str(error)  # noqa: PT017 (the text says which)


@given(columns=tables(), target=st.sampled_from(["few", "floats", "words", "booleans", "dates"]), data=st.data())
def test_preparing_keeps_every_row_or_says_why(columns, target, data):
    n = len(next(iter(columns.values())))
    columns = {**columns, "y": data.draw(st.lists(VALUES[target], min_size=n, max_size=n))}
    try:
        loaded = load(columns, "y")
        ready = prepare(loaded)
    except (DataError, ArgumentError) as error:
        assert len(str(error)) > 20  # noqa: PT017
        return
    parts = (ready.train, ready.validation, ready.test)
    assert sum(map(len, parts)) == len(loaded)
    assert len(loaded) == n - sum(value is None for value in columns["y"]) or target == "words"
    for part in parts:
        assert part.X.shape == (len(part), ready.features.width)
        assert np.isfinite(part.X).all()
        assert len(part.y) == len(part)
        assert np.isfinite(part.y).all()
    assert target_from_json(json.loads(json.dumps(ready.target.to_json()))) == ready.target
    assert [line.column for line in ready.understood][-1] == "y"


def test_the_laws_meet_tables_that_can_be_learned():
    """Else they would hold of nothing."""
    assert prepare({"x": range(20), "y": [0, 1] * 10}, "y").features.width == 1
    with pytest.raises(DataError):
        prepare({"x": [None] * 20, "y": [0, 1] * 10}, "y")
