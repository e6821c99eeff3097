"""Text tables on disk, whole and broken."""

import gzip
import os

import numpy as np
import pytest

from hagang.data import Numbers, Text, load
from hagang.errors import DataError, FileFormatError

CUT_SHORT = gzip.compress(b"a,b\n" + b"1,2\n" * 9999)[:60]


@pytest.fixture
def table(tmp_path):
    """Write a text (or bytes) and read it as a table."""

    def read(content, name="t.csv", **options):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return load(path, **options)

    return read


def columns(data):
    """The columns as lists, missing values as None."""
    found = {}
    for column in data.inputs.columns:
        if isinstance(column, Numbers):
            found[column.name] = [None if np.isnan(value) else value for value in column.values.tolist()]
        else:
            found[column.name] = [None if code < 0 else column.values[code] for code in column.codes.tolist()]
    return found


def test_texts_are_trimmed_and_question_marks_are_missing(table):
    data = table("39, State-gov, 77516, <=50K\n50, ?, 83311, >50K\n,Private  , NA,<=50K\n")
    assert columns(data) == {
        "c1": [39, 50, None],
        "c2": ["State-gov", None, "Private"],
        "c3": [77516, 83311, None],
        "c4": ["<=50K", ">50K", "<=50K"],
    }


@pytest.mark.parametrize("word", ["", "?", "NA", "N/A", "nan", "NULL", "  NA  ", " ?", "\tNA"])
def test_words_for_no_value(table, word):
    assert columns(table(f"x,y\n1,a\n{word},{word}\n3,b\n")) == {"x": [1, None, 3], "y": ["a", None, "b"]}


def test_none_is_missing_among_numbers_and_a_value_among_words(table):
    data = table("x,y\n1,Stone\nNone,None\n3,Brick\n")
    assert columns(data) == {"x": [1, None, 3], "y": ["Stone", "None", "Brick"]}
    assert data.inputs["x"].strays == {"None": 2}


def test_slips_among_numbers_are_missing_and_remembered(table):
    rows = "\n".join(f"{i}.5" for i in range(40))
    data = table(f"x\n{rows}\noops\n")
    assert data.inputs["x"].missing.sum() == 1
    assert data.inputs["x"].strays == {"oops": 41}


def test_digits_with_leading_zeros_stay_text(table):
    assert columns(table("zip,n\n00501,1\n10001,2\n00501,3\n"))["zip"] == ["00501", "10001", "00501"]


def test_truth_is_boolean(table):
    column = table("x,b\n1,True\n2,false\n3,\n").inputs["b"]
    assert column.boolean
    np.testing.assert_array_equal(column.values, [1, 0, np.nan])


def test_numbers_as_people_write_them(table):
    data = table('x;y;z\n1,5;"1,234";$5\n2,25;"99";$1,200\n')
    assert columns(data) == {"x": [1.5, 2.25], "y": [1234, 99], "z": [5, 1200]}
    assert data.inputs["x"].spelling == "1234,5"


def test_gzip_is_told_by_the_content(table):
    content = gzip.compress(b"a\tb\n1\tx\n2\ty\n")
    assert columns(table(content, "t.tsv.gz")) == columns(table(content, "t.csv")) == {"a": [1, 2], "b": ["x", "y"]}
    assert columns(table("a,b\n1,2\n", "plain.csv.gz")) == {"a": [1], "b": [2]}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("\ufeffa,b\n1,2\n", {"a": [1], "b": [2]}),
        ("a,b\r\n1,2\r\n3,4\r\n", {"a": [1, 3], "b": [2, 4]}),
        ("a,b\r\n1,2\n3,4\r\n", {"a": [1, 3], "b": [2, 4]}),
        ("a,b\n1,2\n\n3,4\n\n\n", {"a": [1, 3], "b": [2, 4]}),
        ("a,b\n1,2\n3,4", {"a": [1, 3], "b": [2, 4]}),
        ('a,b\n"x, ""y""",1\n"two\nlines",2\n', {"a": ['x, "y"', "two\nlines"], "b": [1, 2]}),
        ('size,v\n5" pipe,1\n6" pipe,2\n', {"size": ['5" pipe', '6" pipe'], "v": [1, 2]}),
        ("Report\n\na,b\n1,2\n3,4\n", {"a": [1, 3], "b": [2, 4]}),
        ("# x y\n1.0 2.0\n3.0 4.0\n", {"x": [1, 3], "y": [2, 4]}),
        ("  1.0   2.0\n 13.0     ?\n", {"c1": [1, 13], "c2": [2, None]}),
        (",x\n0,2.5\n1,3.5\n", {"c1": [0, 1], "x": [2.5, 3.5]}),
        ("a,a,a\n1,2,3\n", {"a": [1], "a_2": [2], "a_3": [3]}),
        ("v\n1\n2\n", {"v": [1, 2]}),
        ("1\n2\n", {"c1": [1, 2]}),
    ],
)
def test_layouts_as_users_meet_them(table, content, expected):
    assert columns(table(content)) == expected


def test_a_quote_that_first_occurs_late_is_a_quote(table):
    data = table("a,b\n" + "x,1\n" * 30000 + '"p,q",2\n')
    assert data.inputs["a"].values == ("p,q", "x")


def test_header_and_separator_can_be_given(table):
    assert columns(table("1,2\n3,4\n", header=True)) == {"1": [3], "2": [4]}
    assert columns(table("a,b\n1,2\n", header=False)) == {"c1": ["a", "1"], "c2": ["b", "2"]}
    assert columns(table("a:b\n1:2\n", separator=":")) == {"a": [1], "b": [2]}


def test_findings_say_how_the_file_was_read(table):
    findings = list(map(str, table("# made by me\na;b\n1;2\n").findings))
    assert findings == ["t.csv: 1 row, 2 columns, separated by ';', a header", "t.csv: 1 line above the table skipped"]
    assert "no header (the columns are c1, c2, …)" in str(table("1\t2\n").findings[0])


@pytest.mark.parametrize(
    ("content", "error", "text"),
    [
        ("", FileFormatError, "t.csv is empty"),
        ("\n \n\n", FileFormatError, "t.csv is empty"),
        ("a,b,c\n", DataError, "holds a header and no rows"),
        ("a,b,c\n1,2,x\n3,4,y,9\n5,6,z\n", FileFormatError, r"line 3: expected 3 cells separated by ',', found 4"),
        ("a,b,c\n1,2,x\n3,4\n5,6,z\n", FileFormatError, r"line 3: expected 3 cells separated by ',', found 2"),
        ("  1.0   2.0\n 13.0\n  1.0  2.0\n", FileFormatError, "row 2: expected 2 cells separated by blanks, found 1"),
        ('a,b\n"x,1\ny,2\n', FileFormatError, "line 2: a quote is opened and never closed"),
        (b"a,b\n\x00\x01\x02,1\n", FileFormatError, "is a binary file, not a table of text"),
        (b"PK\x03\x04rest", FileFormatError, "is a damaged zip archive"),
        pytest.param(CUT_SHORT, FileFormatError, "damaged gzip file", id="gzip cut short"),
        ("a,b\n1,2\ninf,3\n", DataError, "column 'a' is infinite in row 2"),
    ],
)
def test_errors_name_file_line_and_remedy(table, content, error, text):
    with pytest.raises(error, match=text):
        table(content)


def test_a_long_ragged_file_names_its_line(table):
    with pytest.raises(FileFormatError, match=r"line 30002: expected 2 cells separated by ',', found 3"):
        table("a,b\n" + "1,2\n" * 30000 + "1,2,3\n" + "1,2\n" * 10)


@pytest.mark.parametrize("name", ["a[1].csv", "it's.csv", "a*b.csv", "what?.csv", "a [b] c.csv", "ü.csv"])
def test_file_names_are_no_patterns(table, name):
    if os.name == "nt" and set(name) & set("*?"):
        pytest.skip("needs a file system with such names")
    table("x\n9\n", "a1.csv")
    assert columns(table("x\n1\n2\n", name)) == {"x": [1, 2]}


def test_a_missing_file_suggests_its_neighbour(tmp_path):
    (tmp_path / "income.csv").write_text("a\n1\n")
    with pytest.raises(FileFormatError, match=r"Did you mean '.*income.csv'"):
        load(tmp_path / "incme.csv")
    with pytest.raises(FileFormatError, match="looked in"):
        load(tmp_path / "nowhere" / "x.csv")


def test_text_columns_share_their_values_sorted(table):
    column = table("k,v\nb,1\na,2\nb,3\n").inputs["k"]
    assert isinstance(column, Text)
    assert column.values == ("a", "b")
    assert column.codes.tolist() == [1, 0, 1]
    assert column.counts.tolist() == [1, 2]


def test_rows_between_blanks_keep_their_order(tmp_path):
    path = tmp_path / "t.txt"
    path.write_text("".join(f"{k} NA w{k % 7}\n" for k in range(300_000)))
    table = load(path).inputs
    np.testing.assert_array_equal(table["c1"].values, np.arange(300_000))
