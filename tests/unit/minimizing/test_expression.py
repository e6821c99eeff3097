"""Functions read from text: what is understood, and that nothing else is."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hagang as hg
from hagang.errors import ArgumentError
from hagang.minimizing.expression import read_expression
from hagang.minimizing.grammar import FUNCTIONS

X = np.array([0.3, -1.5, 2.0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(x[0]-2)**2 + 4*(x[1]-3)**2", (0.3 - 2) ** 2 + 4 * (-1.5 - 3) ** 2),
        (
            "sum(100*(x[1:] - x[:-1]**2)**2 + (1 - x[:-1])**2)",
            np.sum(100 * (X[1:] - X[:-1] ** 2) ** 2 + (1 - X[:-1]) ** 2),
        ),
        ("np.exp(x[-1]) + numpy.pi*e", np.exp(2.0) + math.pi * math.e),
        ("10*len(x) + sum(x**2 - 10*cos(2*pi*x))", 30 + np.sum(X**2 - 10 * np.cos(2 * np.pi * X))),
        ("where(x[0] > 0 and not x[1] > 0, x[2], -1)", 2.0),
        ("1 < x[2] <= 2 or x[0] == 0", True),
        ("max(x) - min(x[0], x[1])", 3.5),
        ("sum([1, 2, 3]*x) + sum(arange(3)*x) + sum(linspace(0, 1, 3)*x)", 0.3 - 3 + 6 - 1.5 + 4 - 0.75 + 2),
        ("norm(x) - np.linalg.norm(x)", 0.0),
        ("np.array([x[0], x[1]]) @ [1, 2]", 0.3 - 3),
        ("-x[1] % 1 // 0.5 / 2", 0.5),
        ("sum([[x[0], 1], [2, x[2]]], axis=1)[1]", 4.0),
        ("x[0]**-2 - pow(x[0], -2)", 0.0),
        ("2**3**2", 512.0),
        ("1 - 2 - 3", -4.0),
        ("7 // 2 * 3", 9.0),
        ("+x[...][2]\n  * 2", 4.0),
        ("clip(x[1], -1, 1) + arctan2(x[0], 1)", -1 + math.atan2(0.3, 1)),
    ],
)
def test_what_is_written_is_what_numpy_says(text, expected):
    assert read_expression(text)({"x": X}) == pytest.approx(expected)


@given(
    st.recursive(
        st.sampled_from(["x[0]", "x[1]", "x[2]", "2", "0.5"]),
        lambda part: st.builds("({} {} {})".format, part, st.sampled_from("+-*"), part),
        max_leaves=30,
    )
)
def test_arithmetic_agrees_with_pythons(text):
    assert read_expression(text)({"x": X}) == pytest.approx(eval(text, {"x": X.tolist()}), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(
    "text",
    [
        "sum(100*(x[1:] - x[:-1]**2)**2 + (1 - x[:-1])**2)",
        "sum([x[0], 1, x[2]*2]) + norm(x) + len(x) + max(x[0], x[2])*where(x[1] > 0 or x[0] > 0, x[0], 3)",
    ],
)
def test_what_is_read_can_be_traced(text):
    part = read_expression(text)
    np.testing.assert_allclose(
        hg.grad(lambda x: part({"x": x}))(X), hg.numerical_gradient(lambda x: part({"x": x}), X), rtol=1e-8
    )


def test_variables_are_told_in_their_order():
    read = read_expression("(apples*a + oranges*o)*tax")
    assert read.names == ("apples", "a", "oranges", "o", "tax")
    assert read({"apples": 2, "a": 100, "oranges": 3, "o": 150, "tax": 1.1}) == pytest.approx(715)


def test_a_variable_may_have_the_name_of_a_constant():
    assert read_expression("e*pi", ["e"])({"e": 2.0}) == pytest.approx(2 * math.pi)


def test_how_many_numbers_are_needed_is_known():
    assert read_expression("x[0] + x[3]*x[-2]").needs == {"x": (4, 7)}
    assert read_expression("sum(x)").needs == {}
    assert read_expression("y[-3] + x[1:]").needs == {"y": (3, 0), "x": (1, 8)}


def test_every_function_takes_what_the_table_says():
    for name, (_, counts) in FUNCTIONS.items():
        for count in counts:
            read_expression(f"{name}({', '.join(['x'] * count)})" if "." not in name else f"np.{name}(x)")
        with pytest.raises(ArgumentError, match=r"expected .* value"):
            read_expression(f"np.{name}({', '.join(['x'] * (max(counts) + 1))})")


REFUSED = [
    ("__import__('os').system('ls')", "'__import__' is not among the functions that may stand here", 0),
    ("x + __import__('os').getpid()", "'__import__' is not among the functions", 4),
    ("x.__class__.__base__", "'.__class__' may not stand here", 1),
    ("2*x.sum()", r"'.sum' may not stand here; write sum\(x\), not x.sum\(\)", 3),
    ("os.system(x)", "'.system' may not stand here", 2),
    ("np.load(x)", "'load' is not among the functions that may stand here", 0),
    ("getattr(x, 'a')", "'getattr' is not among", 0),
    ("eval('1')", "'eval' is not among", 0),
    ("open(x)", "'open' is not among", 0),
    ("lambda: 1", "a function of one's own may not stand here", 0),
    ("[i for i in x]", r"a loop may not stand here; write it with whole arrays, as in sum\(x\*\*2\)", 0),
    ("sum(i for i in x)", "a loop may not stand here", 3),
    ("x if x else 1", r"an if may not stand here; write where\(condition, a, b\)", 0),
    ("(x := 3)", "an assignment may not stand here", 1),
    ("f'{x}'", "text may not stand here", 0),
    ("x + 'a'", "expected a number, received 'a'", 4),
    ("{1: 2}", "a dict may not stand here", 0),
    ("x^2", r"'\^' may not stand here; write \*\* for a power", 1),
    ("x & 1", "'&' may not stand here", 2),
    ("~x", "'~' may not stand here; write not", 0),
    ("x**10000", "expected a power of at most 1000", 3),
    ("9**9**9**9", "expected a power of at most 1000", 6),
    ("x**(2**20)", "expected a power of at most 1000", 4),
    ("1e999*x", "expected a number below 1e308", 0),
    ("snh(x[0])", "'snh' is not among the functions that may stand here; did you mean 'sinh'", 0),
    ("2*sin + 1", r"'sin' is a function; write sin\(...\)", 2),
    ("np.sin", r"'sin' is a function; write np.sin\(...\)", 0),
    ("np", r"expected a function after 'np.', as in np.sin\(x\[0\]\)", 0),
    ("sin(x, x)", r"expected 1 value in sin\(...\), received 2", 0),
    ("clip(x)", r"expected 3 values in clip\(...\), received 1", 0),
    ("sum(x, out=x)", "expected axis=number or keepdims=True", 7),
    ("sum(x, axis=x)", "expected a whole number", 12),
    ("sum(*x)", r"'\*' may not stand here", 4),
    ("x[y]", r"expected a whole number, as in x\[0\] or x\[1:\]", 2),
    ("x[1.5]", "expected a whole number", 2),
    ("x[10**10]", "expected a whole number", 2),
    ("arange(10**9)*x", r"expected from 1 to 1000000 numbers from arange\(...\)", 0),
    ("linspace(0, 1, x)", r"expected numbers in linspace\(...\)", 0),
    ("3(x + 1)", r"expected a function; write \* to multiply", 0),
    ("[]", "expected at least one number in the list", 0),
    ("x is x", "expected <, <=, >, >=, == or !=", 0),
    ("x[0", r"it cannot be read \('\[' was never closed\)", 1),
    ("2x", "it cannot be read", 0),
    ("x = 3", "it cannot be read", 2),
    ("", "it cannot be read", 0),
    ("x; y", "it cannot be read", 1),
    ("import os", "it cannot be read", 0),
    ("1j*x", "expected a number, received 1j", 0),
    ("None", "expected a number, received None", 0),
    ("__x__ + 1", "'__x__' may not stand here", 0),
    ("x\0", "it cannot be read", 0),
    ("9" * 5000, "it cannot be read", 0),
]


@pytest.mark.parametrize(("text", "said", "at"), REFUSED, ids=[row[0][:30] for row in REFUSED])
def test_anything_else_is_refused_at_its_character(text, said, at):
    with pytest.raises(ArgumentError, match=said) as caught:
        read_expression(text)
    _, shown, caret = str(caught.value).rsplit("\n", 2)
    assert caret == " " * (2 + at) + "^"
    assert shown[2:].startswith(text[:20].replace("\0", "�"))


def test_the_caret_stands_under_wide_letters_too():
    with pytest.raises(ArgumentError) as caught:
        read_expression("가격 + 금지(x)")
    assert str(caught.value).splitlines()[1:] == ["  가격 + 금지(x)", "         ^"]


def test_long_text_is_shown_about_the_character():
    with pytest.raises(ArgumentError) as caught:
        read_expression("x[0] + " * 100 + "foo(x)")
    _, shown, caret = str(caught.value).splitlines()
    assert len(shown) < 130
    assert shown[caret.index("^") :].startswith("foo(x)")


def test_an_unknown_variable_is_told_with_the_nearest():
    with pytest.raises(ArgumentError, match="'aples' has no value; did you mean 'apples'"):
        read_expression("aples*2 + b", ["apples", "b"])


def test_long_sums_are_no_deep_nests():
    assert read_expression(" + ".join(["x[0]"] * 1000))({"x": X}) == pytest.approx(300)


@pytest.mark.parametrize(
    "text",
    ["(" * 300 + "x" + ")" * 300, "abs(" * 100 + "x" + ")" * 100, "-" * 5000 + "x", "x" * 20_000, "+".join("x" * 9000)],
)
def test_monstrous_text_is_refused(text):
    with pytest.raises(ArgumentError, match="expression: "):
        read_expression(text)


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text):
    try:
        read_expression(text)
        told = "expression: read"
    except ArgumentError as error:
        told = str(error)
    assert told.startswith("expression: ")
