"""How one cell and a column of cells are understood."""

import math

import pytest

from hagang.data.cell_parsing import Tally, is_code, to_number
from hagang.data.spelling import respell, spelling_of


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


def test_a_column_is_numbers_when_all_its_values_are():
    assert Tally(present=3, numbers=3, digits=3, codes=0, known=0).is_numbers
    assert not Tally(present=3, numbers=2, digits=2, codes=0, known=0, distinct=2).is_numbers
    assert not Tally(present=3, numbers=0, digits=0, codes=0, known=3).is_numbers


def test_marks_for_no_value_do_not_make_numbers_text():
    assert Tally(present=10, numbers=4, digits=4, codes=0, known=6).is_numbers


def test_few_slips_among_many_different_numbers_are_slips():
    slips = {"present": 100, "numbers": 96, "digits": 96, "codes": 0, "known": 0}
    assert Tally(**slips, distinct=50).is_numbers
    assert not Tally(**slips, distinct=20).is_numbers
    assert not Tally(present=100, numbers=94, digits=94, codes=0, known=0, distinct=94).is_numbers


def test_digits_with_leading_zeros_are_text():
    assert not Tally(present=100, numbers=100, digits=100, codes=1, known=0).is_numbers
    # One slip of that kind among a thousand quantities, or among decimals, changes nothing.
    assert Tally(present=1000, numbers=1000, digits=1000, codes=1, known=0).is_numbers
    assert Tally(present=10, numbers=10, digits=5, codes=3, known=0).is_numbers


@pytest.mark.parametrize(
    ("words", "spelling", "plain"),
    [
        (["1,234", "56", "1,234,567.5"], "thousands' commas", ["1234", "56", "1234567.5"]),
        (["1,5", "2", "-0,25"], "decimal commas", ["1.5", "2", "-0.25"]),
        (["$1,200", "$5"], "signs", ["1200", "5"]),
        (["12 %", "3.5%"], "signs", ["12", "3.5"]),
        (["€ 5", "-€7"], "signs", ["5", "-7"]),
    ],
)
def test_people_write_numbers_in_their_ways(words, spelling, plain):
    assert spelling_of(words) == spelling
    assert [respell(word, spelling) for word in words] == plain


@pytest.mark.parametrize("words", [["1,5", "1,234.5"], ["1,2,3"], ["a"], ["$"], ["5 km"], ["1,5", "$2"]])
def test_mixed_or_unknown_spellings_are_text(words):
    assert spelling_of(words) is None
