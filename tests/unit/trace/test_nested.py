"""Nests of parameters: flattened, named and put together again."""

from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hagang.errors import ArgumentError
from hagang.trace import flatten, map_leaves, paths, rebuild


class Layer(NamedTuple):
    weights: Any
    bias: Any


NESTS = st.recursive(
    st.integers() | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text("ab", max_size=2), inner, max_size=3)
        | st.builds(Layer, inner, inner)
    ),
    max_leaves=8,
)


@given(NESTS)
def test_a_nest_comes_back_as_it_was(nest):
    leaves, structure = flatten(nest)
    again = rebuild(structure, leaves)
    assert again == nest
    assert type(again) is type(nest)
    assert len(paths(nest)) == len(leaves)


def test_leaves_are_named_by_their_path():
    nest = {"layers": [Layer(1, 2), (3,)], "none": None, "scale": 4}
    assert paths(nest) == ["layers.0.0", "layers.0.1", "layers.1.0", "scale"]
    assert paths(nest, "p")[0] == "p.layers.0.0"
    assert paths(5, "x") == ["x"]
    assert flatten(nest)[0] == [1, 2, 3, 4]


def test_mapping_keeps_the_structure():
    assert map_leaves(lambda a, b: a + b, {"a": [1, 2], "b": (3,)}, {"a": [10, 20], "b": (30,)}) == {
        "a": [11, 22],
        "b": (33,),
    }


def test_structures_that_differ_are_an_error():
    with pytest.raises(ArgumentError, match="nests of one structure"):
        map_leaves(lambda a, b: a, [1, 2], [1])
    with pytest.raises(ArgumentError, match="as many leaves as the structure holds, received 3"):
        rebuild(flatten([1, 2])[1], [1, 2, 3])
