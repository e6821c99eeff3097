"""What a column is: one convention, decided from all its cells."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hagang.data import Numbers, Text, load
from hagang.data.numerals import SEPARATORS, Numerals, parse_numeral
from hagang.errors import ArgumentError, DataError

MANY = range(100)


def column(words, **hints):
    return load({"x": list(words)}, **hints).inputs["x"]


@pytest.mark.parametrize(
    ("words", "values", "spelling"),
    [
        (["1,234", "56", "1,234,567.5"], [1234, 56, 1234567.5], "1,234.5"),
        (["1,5", "2", "-0,25"], [1.5, 2, -0.25], "1234,5"),
        (["1.234,56", "12", "1.200"], [1234.56, 12, 1200], "1.234,5"),
        (["1 234,5", "1\u202f000", "7"], [1234.5, 1000, 7], "1 234,5"),
        (["1'234.50", "7"], [1234.5, 7], "1'234.5"),
        (["12,34,567", "1,000"], [1234567, 1000], "1,234.5"),
        (["$1,200", "$5", "-$7", "$-8", "($9)"], [1200, 5, -7, -8, -9], "1,234.5 $"),
        (["12 %", "3.5%"], [12, 3.5], "1234.5 %"),
        (["€ 5", "7 EUR", "-€7"], [5, 7, -7], "1234.5 €"),
        (["1.234,56 €", "0,99 €"], [1234.56, 0.99], "1.234,5 €"),
        (["1,234,000원", "500원", "₩700"], [1234000, 500, 700], "1,234.5 원"),
        (["100만원", "1억 2,000만원", "3억5천만원"], [1e6, 1.2e8, 3.5e8], "1,234.5 원"),
        (["1.5k", "900", "2M"], [1500, 900, 2e6], ""),
        (["(1,200)", "5", "7-"], [-1200, 5, -7], "1,234.5"),
        (["\u22125", "１２", "+3"], [-5, 12, 3], ""),
        (["1e3", "-2.5E-1"], [1000, -0.25], ""),
    ],
)
def test_people_write_numbers_in_their_ways(words, values, spelling):
    read = column(words)
    np.testing.assert_allclose(read.values, values, rtol=1e-15)
    assert read.spelling == spelling


@pytest.mark.parametrize("form", ["{} m2", "{}kg", "USD {}", "{} widgets", "{:,}원", "{} km/h", "{}℃"])
def test_one_unit_in_a_column_makes_numbers(form):
    np.testing.assert_array_equal(column(form.format(37 * k) for k in MANY).values, [37.0 * k for k in MANY])


@pytest.mark.parametrize(
    "words",
    [["1,2,3", "1"], ["a"], ["$"], ["192.168.0.1"], ["5 - 10"], ["12A", "14B", "3"], ["1st", "2nd"], ["10대-20대"]],
)
def test_what_only_looks_like_numbers_is_text(words):
    assert isinstance(column(words), Text)


@pytest.mark.parametrize(
    ("words", "what", "answer"),
    [
        (["1,5", "1,234.5"], "numbers in two conventions", "--type x=decimal-point or --type x=decimal-comma"),
        ([f"${k}" if k % 2 else f"€{k}" for k in MANY], r"numbers in several units: '\$', '€'", "--type x=text"),
        ([f"{k} kg" if k % 2 else f"{k} g" for k in MANY], "numbers in several units", "--type x=text"),
        ([f"{k}%" if k % 2 else f"{k}" for k in MANY], "numbers with and without %", "--type x=number"),
        ([f"{k}만원" if k % 2 else f"{k}" for k in MANY], "만 or 억 and numbers without a unit", "--type x=number"),
        (
            [f"{k}" if k % 3 else f"see note {'abcdefg'[k % 7]}" for k in MANY],
            "numbers but for 34 rows: 'see",
            "x=number",
        ),
        (
            [f"25/{1 + k % 12}/2020" if k % 2 else f"{1 + k % 12}/25/2020" for k in MANY],
            "with the day first",
            "day-first",
        ),
        (["2024-02-29", "2023-02-29", "2023-01-01"], "'2023-02-29' in row 2, which is no date", "--type x=date"),
    ],
)
def test_what_nobody_can_tell_is_asked(words, what, answer):
    with pytest.raises(DataError, match=f"column 'x' holds .*{what}.*{answer}"):
        column(words)


def test_few_cells_that_do_not_fit_count_as_missing_and_are_kept_to_be_told():
    read = column([f"{k},5" if k != 40 else "about 3" for k in MANY])
    assert (read.missing.sum(), dict(read.strays)) == (1, {"about 3": 41})


@pytest.mark.parametrize("word", ["n.a.", "없음", "#DIV/0!", "\\N", "미상", "null.", "later", "sold out"])
def test_one_repeated_word_among_many_numbers_means_no_value(word):
    read = column(word if k % 9 == 0 else str(k) for k in MANY)
    assert (read.missing.sum(), read.strays[word]) == (12, 1)


def test_points_before_three_digits_each_mark_thousands_where_many_numbers_show_it(tmp_path):
    words = [f"{37 * k:,}".replace(",", ".") for k in range(300)]
    read = column(words)
    assert read.values.tolist() == [37.0 * k for k in range(300)]
    assert "--type x=decimal-point" in read.notes[0]
    (tmp_path / "t.csv").write_text("x;y\n" + "".join(f"{word};{k}\n" for k, word in enumerate(words)))
    assert load(tmp_path / "t.csv").inputs["x"].values.tolist() == read.values.tolist()
    assert column(words, types={"x": "decimal-point"}).values[28] == 1.036
    assert column([*words, "1.25"]).values[28] == 1.036
    assert column(f"{k / 1000:.3f}" for k in range(900, 1400)).values[0] == 0.9


@pytest.mark.parametrize("form", ["~{}", "{}-{}", "{}+"])
def test_a_target_of_hundreds_of_labels_like_numbers_is_asked(form):
    table = {"x": list(range(300)), "y": [form.format(1000 + k, k) for k in range(300)]}
    with pytest.raises(DataError, match=r"the target 'y' would be 300 classes, .* say task='classification'"):
        load(table, "y")
    assert load(table, "y", task="classification").task == "classification"


def test_few_different_numbers_may_be_labels():
    assert isinstance(column(["1", "2", "3", "X"] * 10), Text)
    assert isinstance(column(["02116", "10001"]), Text)
    assert isinstance(column([*map(str, range(1000)), "007"]), Numbers)  # one slip among many quantities


def test_a_word_alone_in_the_first_row_is_a_unit():
    assert column(["kg", *map(str, range(11))]).strays == {"kg": 1}


def test_a_person_says_what_a_column_is():
    assert column(["1", "2"], types={"x": "text"}).values == ("1", "2")
    assert column([1, 2], types={"x": "text"}).values == ("1", "2")
    assert column(["a", "NA"]).values == ("a",)
    assert column(["a", "NA"], types={"x": "words"}).values == ("NA", "a")
    assert column(["1,234", "5"], types={"x": "decimal-comma"}).values.tolist() == [1.234, 5]
    assert column(["a", "5", "b"], types={"x": "number"}).strays == {"a": 1, "b": 3}
    assert column(["1", "soon"], missing=["soon"]).missing.tolist() == [False, True]
    assert column([1.0, -999.0], missing=["-999"]).missing.tolist() == [False, True]
    days = [column(["01/02/2024"], types={"x": first}).values[0] for first in ("day-first", "month-first")]
    assert days[0] - days[1] == 30 * 86400
    with pytest.raises(ArgumentError, match=r"types must give each column one of 'text', .* Received 'zip'"):
        column(["1"], types={"x": "zip"})
    with pytest.raises(ArgumentError, match="types names a column 'y', but the columns are 'x'"):
        column(["1"], types={"y": "text"})
    with pytest.raises(ArgumentError, match="missing must be a list of words"):
        column(["1"], missing="soon")


def test_an_order_of_day_and_month_that_nothing_shows_is_told():
    findings = [str(f) for f in load({"d": ["01/02/2024", "03/04/2024"], "y": [1, 2]}, "y").findings]
    assert any("shows whether day or month is first: it is read with the month first" in text for text in findings)


def test_composed_and_decomposed_letters_are_one_name_and_one_word():
    table = load({"\u1100\u1161": ["\uac00", "\u1100\u1161"], "y": [1, 2]}, "y").inputs
    assert (table.names, table.columns[0].values) == (("\uac00",), ("\uac00",))


def test_a_test_part_is_read_as_the_training_part():
    train = {"a": [f"{k},5" for k in MANY], "y": [k % 2 for k in MANY]}
    test = {"a": ["1.234", "7"], "y": [0, 1]}
    assert load(train, "y", test=test).test.inputs["a"].values.tolist() == [1234, 7]


@given(
    st.lists(st.integers(-(10**9), 10**9).map(lambda n: n / 100), min_size=1, max_size=30),
    st.sampled_from([s for s in SEPARATORS if s[0]]),
    st.sampled_from(["", "€", "원", "kg"]),
)
def test_what_a_convention_writes_it_reads(values, separators, unit):
    thousands, decimal = separators
    convention = Numerals(thousands, decimal, unit)
    words = [f"{v:,.2f}".replace(",", "T").replace(".", decimal).replace("T", thousands) + unit for v in values]
    np.testing.assert_allclose([convention.value(word) for word in words], values, rtol=1e-12)
    assert Numerals.named(str(convention)) == convention
    # Two decimals settle what the separators are, wherever there are thousands.
    np.testing.assert_allclose(column(words).values, values, rtol=1e-12)


@given(st.text(max_size=60))
def test_any_text_is_taken_apart_or_refused(text):
    numeral = parse_numeral(text)
    assert numeral is None or numeral.fits
