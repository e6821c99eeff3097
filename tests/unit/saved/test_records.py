"""Records: frozen dataclasses as JSON and back, and nothing else is ever built."""

import json
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hagang.errors import ArgumentError, FileFormatError
from hagang.nn import Activation, Dense, Gaussian, Network
from hagang.nn.activations import relu
from hagang.optim import SGD, Adam, Momentum
from hagang.saved import KINDS, from_record, is_known, to_record
from hagang.schedules import Cosine, Warmup
from hagang.stopping import AnyOf, Patience, Steps


@dataclass(frozen=True)
class Box:
    """Holds anything."""

    content: Any = None
    limit: float = 1.0


@dataclass(frozen=True)
class Narrow:
    """Refuses what is not positive."""

    width: float

    def __post_init__(self):
        if not self.width > 0:
            msg = f"expected width above 0, received width={self.width}"
            raise ArgumentError(msg)


@dataclass(frozen=True)
class Adam2(Adam):
    """A user's own, of which hagang knows nothing."""


KNOWN = {"Box": Box, "Narrow": Narrow, "relu": relu}


def through_json(value, known):
    return from_record(json.loads(json.dumps(to_record(value, known))), known)


# --- what comes back ---


@pytest.mark.parametrize(
    "value",
    [
        SGD(),
        Momentum(0.5, nesterov=True),
        Adam(beta1=0.8),
        Dense(10, "relu", bias=False, initialiser=Gaussian(0.1)),
        Dense(3, relu, initialiser="he"),
        Activation("softplus"),
        Network([Dense(4, "tanh"), "relu", Dense(1)]),
        Warmup(Cosine(), 5),
        AnyOf((Patience(3), Steps(100))),
    ],
    ids=lambda value: type(value).__name__,
)
def test_hagangs_own_come_back_equal(value):
    record = to_record(value, KINDS)
    assert is_known(record)
    assert through_json(value, KINDS) == value


@pytest.mark.parametrize("name", sorted(KINDS))
def test_no_field_is_called_kind(name):
    assert not is_dataclass(KINDS[name]) or "kind" not in {field.name for field in fields(KINDS[name])}


LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5) | st.just(relu)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(Box, inner)
        | st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.integers() | st.text(max_size=3) | st.tuples(st.integers()), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(VALUES)
def test_nested_values_come_back_equal_and_of_their_type(value):
    back = through_json(value, KNOWN)
    assert back == value
    assert repr(back) == repr(value)


def test_not_a_number_and_infinities_come_back():
    assert from_record(to_record(Box(limit=float("inf")), KNOWN), KNOWN).limit == np.inf
    assert np.isnan(from_record(to_record(Box(limit=float("nan")), KNOWN), KNOWN).limit)


def test_numpys_numbers_become_pythons():
    assert to_record(Box(np.int64(3), np.float32(0.5)), KNOWN) == {"kind": "Box", "content": 3, "limit": 0.5}


def test_a_field_that_is_not_in_the_record_takes_its_default():
    """A file from before the field existed."""
    assert from_record({"kind": "Box", "content": 2}, KNOWN) == Box(2, 1.0)


# --- the user's own ---


def wave(z):
    return np.sin(z)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (Adam2(), "Adam2"),
        (wave, "wave"),
        (np.tanh, "tanh"),
        (object(), "object"),
        (np.zeros(3), "ndarray"),
        (Box, "type"),
    ],
)
def test_what_is_not_known_is_described_by_name(value, name):
    record = to_record(value, KINDS)
    assert record == {"kind": "unknown", "name": name}
    with pytest.raises(
        FileFormatError, match=f"'{name}' is a user-defined object that was saved by name only; predict from"
    ):
        from_record(record, KINDS)


def test_one_unknown_part_makes_the_whole_unknown():
    record = to_record(Network([Dense(3, wave), Dense(1)]), KINDS)
    assert record["layers"][0]["activation"] == {"kind": "unknown", "name": "wave"}
    assert record["layers"][1]["units"] == 1
    assert not is_known(record)


# --- what is refused ---


@pytest.mark.parametrize(
    ("record", "text"),
    [
        ({"kind": "Bax"}, "expected one of Box, Narrow, relu, received 'Bax'; install a newer hagang"),
        ({"kind": "os.system", "command": "true"}, "expected one of .* received 'os.system'"),
        ({}, "received None"),
        ({"kind": ["Box"]}, r"received \['Box'\]"),
        (
            {"kind": "Box", "colour": 1},
            "Box has no field 'colour'; its fields are content, limit; the file may come from a",
        ),
        ({"kind": "Narrow", "width": -1}, "Narrow cannot be built: expected width above 0, received width=-1; restore"),
        ({"kind": "Narrow"}, "Narrow cannot be built: .*missing 1 required positional argument: 'width'"),
        ({"kind": "Narrow", "width": "wide"}, "Narrow cannot be built: '>' not supported"),
        ({"kind": "Box", "content": {"kind": "Bax"}}, "received 'Bax'"),
        ({"kind": "list"}, "damaged list"),
        ({"kind": "dict", "items": [[1]]}, "damaged dict"),
        ({"kind": "dict", "items": [[{"kind": "list", "items": []}, 1]]}, "damaged dict: unhashable type"),
    ],
)
def test_a_record_that_cannot_be_built(record, text):
    with pytest.raises(FileFormatError, match=text):
        from_record(record, KNOWN)
