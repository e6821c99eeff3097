"""Every optimiser × every law. A new optimiser joins by one row."""

from dataclasses import FrozenInstanceError, fields, is_dataclass

import numpy as np
import pytest

from hagang.graph import evaluate
from hagang.ops.leaf import input_node
from hagang.optim import OPTIMIZERS, SGD, Adam, Momentum, optimizer
from hagang.trace import Traced, flatten, map_leaves, rebuild, spec

# A rule, and a learning rate at which 200 steps bring down the quadratic below.
TABLE = [
    (SGD(), 0.1),
    (Momentum(), 0.02),
    (Momentum(0.9, dampening=0.5), 0.02),
    (Momentum(0.9, nesterov=True), 0.02),
    (Adam(), 0.1),
    (Adam(beta1=0.5, beta2=0.9, epsilon=1e-6), 0.1),
]
RULES = [pytest.param(rule, id=str(rule)) for rule, _ in TABLE]
PARAMS = {"bias": np.array([0.5, -1.5]), "layers": [np.array([[3.0, -2.0, 1.0]]), np.array(4.0)]}
CURVATURE = {"bias": np.array([1.0, 4.0]), "layers": [np.array([[0.5, 1.0, 2.0]]), np.array(1.0)]}


def gradient(params):
    """The gradient of Σ ½ c w², whose minimum is 0 at 0."""
    return map_leaves(np.multiply, params, CURVATURE)


def leaves(nest):
    return flatten(nest)[0]


def after(rule, lr, steps, params=PARAMS):
    state = rule.init(params)
    for t in range(1, steps + 1):
        params, state = rule.update(params, gradient(params), state, lr, t)
    return params, state


@pytest.mark.parametrize(("rule", "lr"), TABLE, ids=str)
def test_it_descends(rule, lr):
    params, _ = after(rule, lr, 200)
    assert max(np.abs(w).max() for w in leaves(params)) < 0.05


def trace(rule, arguments, precision):
    """The rule's new parameters and state as nodes, and what to feed for the arguments."""
    values, structure = flatten(arguments)
    nodes = [input_node(f"x{k}", *spec(value, precision)) for k, value in enumerate(values)]
    new = rule.update(*rebuild(structure, [Traced(node, precision) for node in nodes]))
    return new, dict(zip(nodes, values, strict=True))


@pytest.mark.parametrize("rule", RULES)
def test_traced_it_gives_what_numpy_gives(rule):
    params, state = after(rule, 0.1, 3)
    arguments = [params, gradient(params), state, 0.1, 4]
    new, feeds = trace(rule, arguments, np.dtype(np.float64))
    expected = leaves(rule.update(*arguments))
    got = evaluate([leaf.node for leaf in leaves(new)], feeds)
    for value, wanted in zip(got, expected, strict=True):
        np.testing.assert_allclose(value, wanted, rtol=1e-13)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_shapes_dtypes_and_structure_stay(rule, dtype):
    state = rule.init(PARAMS)
    new, _ = trace(rule, [PARAMS, gradient(PARAMS), state, 0.1, 1], np.dtype(dtype))
    old = [PARAMS, state]
    assert flatten(list(new))[1] == flatten(old)[1]
    assert [leaf.node.dims for leaf in leaves(new)] == [w.shape for w in leaves(old)]
    assert {leaf.node.dtype for leaf in leaves(new)} == {np.dtype(dtype)}


@pytest.mark.parametrize("rule", RULES)
def test_arguments_are_left_as_they_were(rule):
    params, state = after(rule, 0.1, 2)
    slopes = gradient(params)
    before = [leaf.copy() for leaf in leaves([params, slopes, state])]
    rule.update(params, slopes, state, 0.1, 3)
    for old, now in zip(before, leaves([params, slopes, state]), strict=True):
        np.testing.assert_array_equal(old, now)


@pytest.mark.parametrize("rule", RULES)
def test_arrays_do_not_know_of_each_other(rule):
    together, _ = after(rule, 0.05, 5)
    alone, state = PARAMS["bias"], rule.init(PARAMS["bias"])
    for t in range(1, 6):
        alone, state = rule.update(alone, alone * CURVATURE["bias"], state, 0.05, t)
    np.testing.assert_array_equal(alone, together["bias"])


@pytest.mark.parametrize("rule", RULES)
def test_a_zero_gradient_at_the_first_step_moves_nothing(rule):
    zero = map_leaves(np.zeros_like, PARAMS)
    new, _ = rule.update(PARAMS, zero, rule.init(PARAMS), 0.1, 1)
    for w, start in zip(leaves(new), leaves(PARAMS), strict=True):
        np.testing.assert_array_equal(w, start)


@pytest.mark.parametrize("rule", RULES)
def test_it_is_a_frozen_record(rule):
    assert is_dataclass(rule)
    assert rule == type(rule)(**{field.name: getattr(rule, field.name) for field in fields(rule)})
    with pytest.raises(FrozenInstanceError):
        rule.default_lr = 1.0


@pytest.mark.parametrize("name", sorted(OPTIMIZERS))
def test_every_named_optimiser_is_in_the_table(name):
    assert type(optimizer(name)) in {type(rule) for rule, _ in TABLE}
