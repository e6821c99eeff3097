"""What Python's csv module writes is read back as it was, whatever separates it and whatever is in the cells."""

import csv
import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hagang.data import Numbers, Text, load

WORDS = [
    "a,b",
    "x;y",
    'say "hi"',
    "two words",
    "é",
    "it's",
    "#1",
    "a|b",
    "-x",
    "tab\there",
    "two\nlines",
    "'q'",
    "a\\b",
]


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("round") / "t.csv"


@settings(max_examples=settings().max_examples // 4)  # each reads a file
@given(
    rows=st.lists(
        st.tuples(st.floats(-1e6, 1e6), st.sampled_from(WORDS), st.none() | st.integers(-50, 50)),
        min_size=6,
        max_size=40,
    ),
    separator=st.sampled_from([",", ";", "\t", "|"]),
    newline=st.sampled_from(["\n", "\r\n"]),
)
def test_what_is_written_is_read(path, rows, separator, newline):
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, lineterminator=newline)
    writer.writerow(["size", "word", "level"])
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode())
    table = load(path).inputs
    size, word, level = table.columns
    assert table.names == ("size", "word", "level")
    np.testing.assert_array_equal(size.values, [row[0] for row in rows])
    assert isinstance(word, Text)
    assert [word.values[code] for code in word.codes] == [row[1] for row in rows]
    assert isinstance(level, Numbers)
    np.testing.assert_array_equal(level.values, np.array([row[2] for row in rows], dtype=float))
