"""Nests and the flat vectors that stand for them."""

import numpy as np
import pytest

from hagang.errors import ArgumentError, ShapeError
from hagang.minimizing.variables import Variables, read_nest

NEST = {"w": np.arange(6.0).reshape(2, 3), "rest": (np.array([6.0, 7.0]), 8.0)}


def test_a_nest_becomes_a_vector_and_a_nest_again():
    variables = Variables.of(NEST)
    flat = variables.flat(NEST)
    np.testing.assert_array_equal(flat, np.arange(9))
    back = variables.nest(flat)
    np.testing.assert_array_equal(back["w"], NEST["w"])
    np.testing.assert_array_equal(back["rest"][0], [6, 7])
    assert back["rest"][1] == 8.0
    assert variables.size == 9


def test_stacked_vectors_become_a_nest_of_stacked_arrays():
    variables = Variables.of(NEST)
    stacked = variables.nest(np.stack([np.arange(9.0)] * 4))
    assert stacked["w"].shape == (4, 2, 3)
    assert stacked["rest"][1].shape == (4,)


def test_every_number_has_a_name():
    assert Variables.of(NEST).labels[:2] == ("w[0, 0]", "w[0, 1]")
    assert Variables.of(NEST).labels[-1] == "rest.1"
    assert Variables.of(np.zeros(2)).labels == ("x[0]", "x[1]")
    assert Variables.of(1.0).labels == ("x",)
    assert Variables.of({"apples": 1.0}).labels == ("apples",)


def test_another_structure_is_refused():
    with pytest.raises(
        ShapeError, match=r"gradient: expected the structure and shapes of x, \(\(2,\),\), received \(\(3,\),\)"
    ):
        Variables.of(np.zeros(2)).check(np.zeros(3), "gradient")


@pytest.mark.parametrize(
    ("given", "shapes"),
    [
        (3, [()]),
        ([1, 2], [(2,)]),
        ((1.0, 2.0), [(2,)]),
        ([[1, 2], [3, 4]], [(2, 2)]),
        ([[1, 2], [3]], [(2,), (1,)]),
        ([[1, 2], 3], [(2,), ()]),
        ((np.zeros(2), np.zeros(3)), [(2,), (3,)]),
        ({"a": 1, "b": [1, 2]}, [(), (2,)]),
        ([{"a": 1}, {"a": 2}], [(), ()]),
        (np.zeros((2, 1)), [(2, 1)]),
        ([np.float64(1), np.float64(2)], [(2,)]),
    ],
)
def test_numbers_are_arrays_and_arrays_are_nested(given, shapes):
    nest = read_nest(given)
    assert list(Variables.of(nest).shapes) == shapes


def test_what_is_read_is_a_copy_in_double_precision():
    start = np.ones(2, np.float32)
    read = read_nest(start)
    read[0] = 5
    assert read.dtype == np.float64
    assert start[0] == 1


@pytest.mark.parametrize("start", ["text", None, [None], [True, False], [[1], ["a"]], object()])
def test_what_is_no_number_is_refused(start):
    with pytest.raises(ArgumentError, match=r"x0.*: expected"):
        read_nest(start)
