"""Graphs in files: they come back as they were, and a description that does not hold together is refused."""

import copy
import json
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hagang.errors import FileFormatError, HagangError, ProgramError
from hagang.graph import R, RowsDim, evaluate, make, order
from hagang.ops import OPS
from hagang.ops import arithmetic as ar
from hagang.ops.broadcast import broadcast, reshape, sum_, transpose
from hagang.ops.contract import contract
from hagang.ops.custom import with_gradient
from hagang.ops.index import scatter_add, take
from hagang.ops.layout import concatenate, flip, pad, slice_
from hagang.ops.leaf import constant, input_node, row_count
from hagang.ops.linalg import det, solve
from hagang.ops.random import random_uniform
from hagang.ops.reduce import argmax, cumsum, max_
from hagang.saved import graph_from_json, graph_to_json, read, write

X = input_node("x", (R, 3), np.float64, "batch")
W = input_node("w", (3, 2), np.float64)
SQUARE = input_node("a", (2, 2), np.float64)
STEP = input_node("t", (), np.int64, "scalar")
PICK = constant(np.array([2, 0], np.int64))
LARGE = constant(np.linspace(0, 1, 40).reshape(20, 2))

NOT_SAVED = {"alias", "stop_gradient", "custom_gradient"}
POSITIVE = ar.less(0.0, X)


def elementwise():
    """One of every op that takes one or two arrays of floats and nothing else; a new one joins by itself."""
    roots = {}
    for name in sorted(set(OPS) - NOT_SAVED):
        for inputs in ((X,), (X, ar.add(X, 1.0))):
            with suppress(HagangError, LookupError, TypeError, ValueError):
                roots[name] = make(OPS[name], *inputs)
    return roots


def many_ops():
    """A graph of many ops, with attributes of every kind; `tests/laws` goes through all ops."""
    roots = elementwise()
    roots |= {
        "both": make(OPS["logical_and"], POSITIVE, make(OPS["logical_not"], POSITIVE)),
        "either": make(OPS["logical_or"], POSITIVE, POSITIVE),
        "where": ar.where(POSITIVE, X, 0.0),
        "cast": ar.cast(POSITIVE, np.float64),
        "polygamma": make(OPS["polygamma"], X, order=2),
        "rows": row_count(np.float64),
        "reshape": reshape(X, (R, 3, 1)),
        "transpose": transpose(X, (1, 0)),
        "broadcast": broadcast(X, (2, R, 3), (1, 2)),
        "sum": sum_(X, (0,)),
        "contract": contract(X, W, (0, 1), (1, 2), (0, 2)),
        "max": max_(X, (1,)),
        "argmax": argmax(X, 1),
        "cumsum": cumsum(X, 1, reverse=True),
        "concatenate": concatenate([X, X], 1),
        "slice": slice_(X, (0, 0), (R, 3), (1, 2)),
        "pad": pad(W, (1, 0), (0, 2), (1, 0)),
        "flip": flip(W, (0, 1)),
        "take": take(W, PICK, 0),
        "scatter_add": scatter_add(W, constant(np.array([0, 2, 2], np.int64)), 0, 4),
        "solve": solve(SQUARE, SQUARE),
        "det": det(SQUARE),
        "random": random_uniform(STEP, STEP, (R, 2), np.float32, stream=7),
        "large": ar.multiply(LARGE, 2.0),
        "input": W,
    }
    return roots


ROOTS = many_ops()
DESCRIPTION, TENSORS = graph_to_json(ROOTS)


def key(value):
    """An attribute with all that tells it from another, types and bits included."""
    if isinstance(value, tuple):
        return tuple(map(key, value))
    if isinstance(value, np.ndarray):
        return value.shape, value.dtype, value.tobytes()
    return value if isinstance(value, RowsDim) else (type(value), repr(value))


def contents(roots):
    """All that a graph holds, in an order of its own."""
    nodes = order(roots.values())
    position = {node: k for k, node in enumerate(nodes)}
    each = [
        (
            node.op,
            [position[parent] for parent in node.inputs],
            {name: key(value) for name, value in node.attrs.items()},
            node.dims,
            node.dtype,
        )
        for node in nodes
    ]
    return each, [(name, position[node]) for name, node in roots.items()]


def through_json(roots):
    description, tensors = graph_to_json(roots)
    return graph_from_json(json.loads(json.dumps(description)), tensors)


# --- what comes back ---


def test_a_graph_of_many_ops_comes_back_as_it_was():
    assert contents(through_json(ROOTS)) == contents(ROOTS)


def test_a_graph_goes_through_a_file(tmp_path):
    write(tmp_path / "f", TENSORS, {"graph": DESCRIPTION})
    tensors, document = read(tmp_path / "f")
    assert contents(graph_from_json(document["graph"], tensors)) == contents(ROOTS)


def test_it_computes_the_same_bits():
    names = ["contract", "take", "cumsum", "logaddexp", "large", "random", "slice"]
    roots = {name: ROOTS[name] for name in names}
    feeds = {"x": np.random.default_rng(0).normal(size=(4, 3)), "w": np.arange(6.0).reshape(3, 2), "t": 3}
    told = []
    for graph in (roots, through_json(roots)):
        fed = {node: feeds[node.attrs["name"]] for node in order(graph.values()) if node.op.name == "input"}
        told.append([value.tobytes() for value in evaluate(list(graph.values()), fed)])
    assert told[0] == told[1]


@given(
    st.sampled_from(["float32", "float64", "int64", "bool", "uint8"]),
    st.integers(0, 20),
    st.binary(min_size=160, max_size=160),
)
def test_constants_keep_their_bits(dtype, size, raw):
    """NaNs with a payload, infinities, negative zeros and subnormal numbers among them."""
    array = np.frombuffer(raw, np.uint8).astype(bool)[:size] if dtype == "bool" else np.frombuffer(raw, dtype)[:size]
    roots = {"c": constant(array), "also": constant(array.reshape(-1, 1))}
    assert contents(through_json(roots)) == contents(roots)


@given(
    st.recursive(st.integers() | st.just(R) | st.text(max_size=3) | st.floats(allow_nan=False), st.tuples, max_leaves=4)
)
def test_attributes_keep_their_type(value):
    node = make(OPS["input"], name="n", role="slot", dims=(), dtype=np.dtype("float32"), more=value)
    assert contents(through_json({"n": node})) == contents({"n": node})


def test_small_constants_lie_in_the_description_and_large_ones_beside_it():
    assert [array.shape for array in TENSORS.values()] == [(20, 2)]
    assert list(TENSORS) == ["constants.0"]
    assert list(graph_to_json(ROOTS, "predict")[1]) == ["predict.0"]


def test_results_keep_their_order_and_may_share_a_node():
    roots = {"z": X, "a": ar.negative(X), "m": X}
    back = through_json(roots)
    assert list(back) == ["z", "a", "m"]
    assert back["z"] is back["m"]


def test_a_deep_graph_is_no_trouble():
    node = X
    for _ in range(5000):
        node = ar.add(node, X)
    assert contents(through_json({"deep": node})) == contents({"deep": node})


def test_constants_cannot_be_written_to():
    back = through_json({"large": LARGE, "small": PICK})
    assert not any(node.attrs["value"].flags.writeable for node in back.values())


# --- what is refused ---


@pytest.mark.parametrize(
    "node", [ar.alias(X), ar.stop_gradient(X), with_gradient(X, [W], lambda g: [g])], ids=lambda node: node.op.name
)
def test_what_only_a_derivative_needs_is_not_saved(node):
    with pytest.raises(ProgramError, match=f"received '{node.op.name}'; call hagang.program.optimise first"):
        graph_to_json({"y": node})


def test_an_attribute_that_is_no_data_is_not_saved():
    node = make(OPS["input"], name="n", role="slot", dims=(), dtype=np.dtype("float32"), f=print)
    with pytest.raises(ProgramError, match="expected an attribute that can be saved, received builtin_function"):
        graph_to_json({"n": node})


def small():
    description, tensors = graph_to_json({"y": ar.multiply(X, 2.0), "c": LARGE})
    return copy.deepcopy(description), tensors


def change(path, value):
    description, tensors = small()
    place = description
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return description, tensors


@pytest.mark.parametrize(
    ("path", "value", "text"),
    [
        (["ops", "wave"], 1, "op 'wave' is unknown to this hagang; install a newer one"),
        (["ops", "custom_gradient"], 1, "op 'custom_gradient' is unknown"),
        (["ops", "multiply"], 2, "op 'multiply' is of version 2, this hagang knows version 1; install a newer one"),
        (["ops", "multiply"], 0, "op 'multiply' is of version 0, .*; train again, or use the hagang that saved"),
        (["nodes", 0, "op"], "wave", "description is damaged .KeyError: 'wave'"),
        (
            ["nodes", 0, "dims"],
            ["R", 4],
            r"node 0 \(input\) is float64\(R, 4\) in the file, its op gives float64\(R, 3\)",
        ),
        (["nodes", 0, "dims"], "R", r"node 0 \(input\) is float64\(R,\) in the file"),
        (["nodes", 3, "dtype"], "float32", r"node 3 \(multiply\) is float32.* its op gives float64"),
        (["nodes", 3, "dtype"], "quaternion", "damaged .TypeError"),
        (["nodes", 3, "inputs"], [0, 3], "expected the position of a node before 3, received 3"),
        (["nodes", 3, "inputs"], [0, -1], "expected the position of a node before 3, received -1"),
        (["nodes", 3, "inputs"], [0, 0.0], "expected the position of a node before 3, received 0.0"),
        (["nodes", 3, "inputs"], [0, 1], r"node 3 \(multiply\): expected operands of equal dims"),
        (["nodes", 3, "inputs"], [], r"node 3 \(multiply\): tuple index out of range"),
        (["nodes", 4, "attrs"], {"value": {"$tensor": "none"}}, "damaged .KeyError: 'none'"),
        (["nodes", 1, "attrs"], {}, r"node 1 \(constant\): 'value'"),
        (["nodes", 1, "attrs"], {"value": 2.0}, r"node 1 \(constant\): 'float' object has no attribute 'shape'"),
        (["roots"], [["y", 9]], "expected the position of a node before 5, received 9"),
        (["roots"], 5, "damaged .TypeError"),
        (["nodes"], None, "damaged .TypeError"),
        (["ops"], [], "damaged .AttributeError"),
    ],
)
def test_a_description_that_does_not_hold_together(path, value, text):
    with pytest.raises(FileFormatError, match=text):
        graph_from_json(*change(path, value))


def test_two_inputs_of_one_name():
    description, tensors = graph_to_json({"sum": ar.add(sum_(X, (0, 1)), sum_(W, (0, 1)))})
    for node in description["nodes"]:
        if node["op"] == "input":
            node["attrs"]["name"] = "x"
    with pytest.raises(FileFormatError, match="two inputs share a name: x, x"):
        graph_from_json(description, tensors)


def places(value, path=()):
    """Every place within a description."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in items:
        yield from places(item, (*path, step))


PLACES = [path for path in places(json.loads(json.dumps(DESCRIPTION))) if path]
JUNK = st.sampled_from(
    [None, True, -1, 3, 10**30, 0.5, float("nan"), "", "R", "float64", [], [0], {}, {"$rows": 1}, {"$dtype": 3}]
)


@given(st.sampled_from(PLACES), JUNK)
def test_whatever_stands_in_a_description_the_answer_is_a_graph_or_one_kind_of_error(path, junk):
    description = json.loads(json.dumps(DESCRIPTION))
    place = description
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = junk
    try:
        back = graph_from_json(description, TENSORS)
    except FileFormatError:
        return
    assert all(node.op.name in OPS for node in order(back.values()))
