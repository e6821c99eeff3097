"""How one cell and a column of cells are understood."""

import math

import pytest

from hagang.data.cell_parsing import fold, is_code, is_missing_number, to_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1.0),
        ("-1.5e3", -1500.0),
        (".5", 0.5),
        ("1.", 1.0),
        ("+3", 3.0),
        ("inf", math.inf),
        ("-Infinity", -math.inf),
    ],
)
def test_numbers_are_read(text, value):
    assert to_number(text) == value


@pytest.mark.parametrize("text", ["", "x", "1_000", "1,5", "12 m", "0x1F", "nan", "1e", "--1", "１２", "1.2.3", "e5"])
def test_what_is_no_number_is_nan(text):
    assert math.isnan(to_number(text))


@pytest.mark.parametrize(("text", "code"), [("020", True), ("00", True), ("0", False), ("0.5", False), ("12", False)])
def test_a_leading_zero_makes_a_code(text, code):
    assert is_code(text) is code


@pytest.mark.parametrize(
    "word", ["-", "None", "n.a.", "N.A.", "없음", "미상", "#DIV/0!", "\\N", "null.", "k.A.", "TBD", "…"]
)
def test_words_for_no_value_among_numbers(word):
    assert is_missing_number(word)


@pytest.mark.parametrize("word", ["soon", "X", "0", "none of these", ""])
def test_other_words_are_no_such_words(word):
    assert not is_missing_number(word)


def test_unicode_digits_signs_and_blanks_become_ascii():
    assert fold("１,２３４\u202f％") == "1,234 %"
    assert fold("\u22125") == "-5"
    assert fold("33㎡") == "33m2"
