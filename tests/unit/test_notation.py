"""Rules written as text are read as data: what is built, and what is refused."""

import pytest

from hagang.errors import ArgumentError
from hagang.notation import read

KNOWN = {"one-half": lambda: 0.5, "Pair": lambda first, second=2: (first, second), "Zero": lambda: 0}


@pytest.mark.parametrize(
    ("text", "built"),
    [
        ("one-half", 0.5),
        ("  ONE-HALF ", 0.5),
        ("zero", 0),
        ("Zero()", 0),
        ("pair(1)", (1, 2)),
        ("Pair(first=-1.5e-3, second='a b')", (-0.0015, "a b")),
        ("Pair((1, [2, None]), True)", ((1, (2, None)), True)),
        ("Pair(Pair(Zero), second=Zero())", ((0, 2), 0)),
    ],
)
def test_it_builds_what_the_text_says(text, built):
    assert read(text, KNOWN, "thing") == built


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "thing: expected a name or a call at character 1 of ''; known: one-half, Pair, Zero"),
        ("pear(1)", "thing: expected a known name at character 1 of 'pear.1.'; did you mean 'Pair'. known: one-half"),
        ("Pair(__import__('os'))", "expected a known name at character 6 of "),
        ("Pair(Zero.real)", "expected a name or a call at character 6 of "),
        ("Pair(1)(2)", "expected a name or a call at character 1 of "),
        ("Pair(1 + 1)", "expected a name or a call at character 6 of "),
        ("Pair(-'a')", "expected a name or a call at character 6 of "),
        ("Pair(1j)", "expected a name or a call at character 6 of "),
        ("Pair(lambda: 1)", "expected a name or a call at character 6 of "),
        ("1", "expected a name or a call at character 1 of '1'"),
        ("Pair(1", "expected a name or a call at character 5 of 'Pair.1'"),
        ("Pair()", r"thing 'Pair\(\)': Pair: missing a required argument: 'first'; expected Pair\(first, second=2\)"),
        ("Pair(1, third=2)", "got an unexpected keyword argument 'third'"),
        ("Pair(**(1, 2))", "unexpected keyword argument|missing a required argument"),
    ],
)
def test_it_refuses_anything_else(text, error):
    with pytest.raises(ArgumentError, match=error):
        read(text, KNOWN, "thing")
