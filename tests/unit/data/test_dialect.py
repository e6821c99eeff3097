"""What separates the cells, where the table begins, whether it has a header."""

import pytest

from hagang.data.dialect import Dialect, find_dialect, has_header


@pytest.mark.parametrize(
    ("sample", "separator", "width", "skip"),
    [
        ("a,b\n1,2\n", ",", 2, 0),
        ("39, State-gov, 77516\n50, Private, 83311\n", ",", 3, 0),
        ("a;b\n1,5;2\n3,25;4\n", ";", 2, 0),
        ("a;b;c\n1,5;2,5;3,5\n4,5;5,5;6,5\n", ";", 3, 0),
        ("74\t85\t123\n73\t84\t122\n", "\t", 3, 0),
        ("a|b\n1|2\n", "|", 2, 0),
        ("1.0 2.0\n3.0 4.0\n", "", 2, 0),
        ("  1.0   2.0\n 13.0   4.0\n", "", 2, 0),
        ('1 "New York"\n2 "Rome"\n', " ", 2, 0),
        ("v\n1\n2\n", ",", 1, 0),
        ("the whole title\na,b\n1,2\n3,4\n", ",", 2, 1),
        ("Report\n\na,b\n1,2\n3,4\n", ",", 2, 2),
        ("# one\n# two\na,b\n1,2\n", ",", 2, 2),
        ("|1x3 Cross validator\n25, Private, 1\n38, Private, 2\n", ",", 3, 1),
        ("a,b,c\n1,2,x\n3,4,y,9\n5,6,z\n", ",", 3, 0),
        ("a,b\r\n1,2\r\n", ",", 2, 0),
        ("a,b\r1,2\r", ",", 2, 0),
        ('a,b\n"x, y",1\n"z;w;v",2\n', ",", 2, 0),
        ('"a";"b"\n1;"x,y"\n2;"z,w"\n', ";", 2, 0),
    ],
)
def test_layouts(sample, separator, width, skip):
    found = find_dialect(sample)
    assert (found.separator, found.width, found.skip) == (separator, width, skip)


def test_backslashes_escape_quotes_where_they_do():
    assert find_dialect('a,b\n"say \\"hi\\"",2\n').escape == "\\"
    assert find_dialect('a,b\n"say ""hi""",2\n').escape == '"'


@pytest.mark.parametrize("sample", ["# x y z\n1 2 3\n4 5 6\n", "#x y z\n1 2 3\n4 5 6\n"])
def test_a_comment_may_name_the_columns(sample):
    assert find_dialect(sample) == Dialect("", 3, skip=1, names=("x", "y", "z"))


def test_a_given_separator_is_kept():
    assert find_dialect("a,b;c\n1,2;3\n", ",").separator == ","


@pytest.mark.parametrize(
    ("rows", "header"),
    [
        ([["age", "job"], ["39", "clerk"], ["50", "cook"]], True),
        ([["39", "clerk"], ["50", "cook"], ["38", "clerk"]], False),
        ([["5.1", "setosa"], ["4.9", "setosa"]], False),
        ([["M", "0.4"], ["F", "0.5"], ["M", "0.3"]], False),
        ([["p", "x"], ["e", "x"], ["p", "b"], ["p", "x"]], False),
        ([["class", "cap"], ["e", "x"], ["p", "x"], ["e", "b"], ["p", "b"]], True),
        ([["name", "city"], ["anna", "rome"], ["bob", "oslo"]], True),
        ([["anna", "anna"], ["bob", "rome"]], False),
        ([["", "x"], ["0", "2.5"], ["1", "3.5"]], True),
        ([["?", "2"], ["1", "3"]], False),
        ([["n/a", "x"], ["1", "3"]], True),
        ([["0", "1", "2", "3"], ["5", "6", "7", "9"]], True),
        ([["1", "2", "3", "4"], ["5", "6", "7", "9"]], True),
        ([["0", "1"], ["5", "6"]], False),
        ([["a", "b"]], True),
        ([["1", "b"]], False),
    ],
)
def test_headers(rows, header):
    assert has_header(rows) is header


def test_one_slip_in_a_number_column_does_not_make_its_neighbours_a_header():
    rows = [["unknown", "3", "4"], *([str(i), str(i + 1), str(i + 2)] for i in range(10))]
    assert has_header(rows) is False
