"""Dates and times: read as they are written, and turned into places in time and cycles."""

import datetime as dt
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hagang.data import features_from_json, fit_features, load, prepare
from hagang.data.datetimes import parse_datetimes
from hagang.errors import DataError


def seconds(stamp):
    return (stamp - dt.datetime(1970, 1, 1)).total_seconds()


@given(st.lists(st.datetimes(dt.datetime(1, 1, 2), dt.datetime(9999, 12, 30)), min_size=1, max_size=9))
def test_what_python_writes_is_read(written):
    expected = [seconds(stamp) for stamp in written]
    for spelled in (str, dt.datetime.isoformat):
        found = parse_datetimes([spelled(stamp) for stamp in written])
        np.testing.assert_allclose(found[1], expected, rtol=0, atol=2e-4)
        assert found[2] == []


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("2024-02-29", dt.datetime(2024, 2, 29)),
        ("2024/2/9", dt.datetime(2024, 2, 9)),
        ("31.12.2023", dt.datetime(2023, 12, 31)),
        ("12/31/2023", dt.datetime(2023, 12, 31)),
        ("2023-12-31 11:59 PM", dt.datetime(2023, 12, 31, 23, 59)),
        ("2023-12-31T00:30:00+01:00", dt.datetime(2023, 12, 30, 23, 30)),
        ("2023-12-31 00:30:00.25 UTC", dt.datetime(2023, 12, 31, 0, 30, 0, 250_000)),
    ],
)
def test_ways_to_write_a_date(word, expected):
    assert parse_datetimes([word])[1].tolist() == [seconds(expected)]


@pytest.mark.parametrize(
    "words", [["soon"], ["2020-01-01", "later"], ["2020-01-01", "12:30"], ["1-2"], ["+0100"], ["-"]]
)
def test_what_is_no_date(words):
    assert parse_datetimes(words) is None


def test_a_date_that_does_not_exist_is_named_with_its_row():
    with pytest.raises(DataError, match=r"column 'd' holds '2023-02-29' in row 2, which is no date or time; expected"):
        load({"d": ["2024-02-29", "2023-02-29", "2023-01-01"]})
    with pytest.raises(DataError, match="'24:30' in row 1"):
        load({"d": ["24:30", "23:30"]})


def test_cycles_by_hand():
    # Thursday 1 January 1970 at 6 o'clock, and Sunday the 4th at 18 o'clock.
    table = load({"d": ["1970-01-01 06:00", "1970-01-04 18:00", None]}).inputs
    features = fit_features(table)
    assert features.names[:3] == ("d", "d sine of year", "d cosine of year")
    assert features.names[-3:] == ("d sine of day", "d cosine of day", "d missing")
    out = features.transform(table)
    week = 2 * np.pi * np.array([3.25, 6.75]) / 7
    np.testing.assert_allclose(out[:, 0], [-1, 1, 0], atol=1e-6)
    np.testing.assert_allclose(out[:2, 3], np.sin(week), atol=1e-6)
    np.testing.assert_allclose(out[:, 5], [1, -1, 0], atol=1e-6)
    np.testing.assert_array_equal(out[2], [0, 0, 0, 0, 0, 0, 0, 1])


def test_times_of_day_have_no_place_in_time_and_dates_no_time_of_day():
    features = fit_features(load({"t": ["06:00", "18:00"], "d": ["2020-01-01", "2021-06-01"]}).inputs)
    assert features.names[:2] == ("t sine of day", "t cosine of day")
    assert not [name for name in features.names if name.startswith("d") and "day" in name]
    assert features_from_json(json.loads(json.dumps(features.to_json()))) == features


def test_numpy_pandas_and_text_mean_the_same():
    pd = pytest.importorskip("pandas")
    words = ["2020-01-01", "2020-02-29", "2021-12-31"]
    sources = [words, np.array(words, "M8[D]"), pd.to_datetime(words), [dt.date.fromisoformat(word) for word in words]]
    columns = [load({"d": list(source) if source is words else source}).inputs["d"] for source in sources]
    assert len({tuple(column.values) for column in columns}) == 1
    assert {column.spelling for column in columns} == {"dates"}


def test_ambiguous_dates_are_read_as_at_training():
    features = fit_features(load({"d": ["25/12/2020", "01/02/2020"]}).inputs)
    told = features.transform(load({"d": ["01/02/2020"]}).inputs)  # alone it would be 2 January
    np.testing.assert_array_equal(told, features.transform(load({"d": ["2020-02-01"]}).inputs))


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["12:30"], "'d' holds times of day; expected dates"),
        (["x"], "'d' holds 'x'; expected dates"),
        ([3.5], "'d' holds numbers; expected dates"),
    ],
)
def test_other_things_than_at_training(words, text):
    features = fit_features(load({"d": ["2020-01-01", "2020-02-01"]}).inputs)
    with pytest.raises(DataError, match=text):
        features.transform(load({"d": words}).inputs)


def test_rows_are_split_by_their_dates():
    days = [str(dt.date(2020, 1, 1) + dt.timedelta(k)) for k in range(30)]
    ready = prepare(
        {"d": days[::-1], "x": np.arange(30) ** 2, "y": np.arange(30) % 7}, "y", time="d", task="regression"
    )
    assert ready.test.rows.max() < ready.train.rows.min()
