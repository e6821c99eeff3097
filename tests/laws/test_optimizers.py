"""Every optimiser × every law. A new optimiser joins by one row."""

import json
from dataclasses import FrozenInstanceError, fields, is_dataclass, replace

import numpy as np
import pytest

from hagang.errors import ArgumentError
from hagang.graph import evaluate
from hagang.ops.leaf import input_node
from hagang.optim import (
    LAMB,
    OPTIMIZERS,
    SGD,
    AdaDelta,
    AdaGrad,
    Adam,
    AdaMax,
    AdamW,
    ClipByNorm,
    ClipByValue,
    DecoupledWeightDecay,
    ExponentialAverage,
    GradientAccumulation,
    L1Penalty,
    Lion,
    MaxNorm,
    Momentum,
    NAdam,
    ParamGroup,
    ParamGroups,
    PolyakAverage,
    RAdam,
    RMSProp,
    Rprop,
    WeightDecay,
    optimizer,
)
from hagang.program import Program, optimise, verify
from hagang.runtime import Chunk, open_session
from hagang.saved import KINDS, from_record, to_record
from hagang.trace import Traced, flatten, map_leaves, paths, rebuild, spec, stand_ins, trace_outputs

# A rule, a learning rate at which 300 steps bring down the quadratic below, and one for Rosenbrock's valley.
TABLE = [
    (SGD(), 0.1, 1e-3),
    (Momentum(), 0.02, 5e-4),
    (Momentum(0.9, dampening=0.5), 0.02, 1e-3),
    (Momentum(0.9, nesterov=True), 0.02, 5e-4),
    (AdaGrad(), 0.5, 0.5),
    (AdaGrad(initial_accumulator=0.1), 0.5, 0.5),
    (RMSProp(), 0.02, 0.02),
    (RMSProp(0.9, centered=True), 0.01, 0.01),
    (RMSProp(momentum=0.9), 0.002, 0.002),
    (RMSProp(momentum=0.5, centered=True), 0.01, 0.005),
    (AdaDelta(epsilon=1e-3), 0.5, 0.5),
    (Adam(), 0.1, 0.05),
    (Adam(beta1=0.5, beta2=0.9, epsilon=1e-6), 0.1, 0.05),
    (Adam(beta1=0.0), 0.1, 0.05),
    (Adam(amsgrad=True), 0.1, 0.05),
    (AdamW(), 0.1, 0.05),
    (AdaMax(), 0.1, 0.05),
    (NAdam(), 0.1, 0.05),
    (RAdam(), 0.2, 5e-4),
    (RAdam(0.8, 0.9), 0.05, 5e-4),
    (Rprop(), 0.1, 0.01),
    (Lion(beta2=0.9), 0.02, 0.01),
    (LAMB(epsilon=1e-3), 0.02, 0.005),
    (LAMB(weight_decay=0.01), 0.02, 0.005),
    (ClipByNorm(SGD(), 5.0), 0.1, 1e-3),
    (ClipByValue(Momentum(), 10.0), 0.02, 5e-4),
    (WeightDecay(Adam(), 1e-3), 0.1, 0.05),
    (L1Penalty(Adam(), 1e-3), 0.1, 0.05),
    (MaxNorm(Momentum(), 3.5, only="layers.0"), 0.02, 5e-4),
    (DecoupledWeightDecay(Momentum(), 1e-3, exempt=()), 0.02, 5e-4),
    (PolyakAverage(SGD(), start=40), 0.1, 1e-3),
    (ExponentialAverage(Adam(), 0.9), 0.1, 0.05),
    (GradientAccumulation(Adam(), 3), 0.2, 0.1),
    (GradientAccumulation(Momentum(0.5, dampening=0.5), 2), 0.1, 2e-3),
    (ParamGroups(SGD(), ParamGroup("*bias*", rate=0.5, optimizer=Adam())), 0.1, 1e-3),
    (ClipByNorm(WeightDecay(ParamGroups(Adam(), ParamGroup("*", rate=2.0)), 1e-3)), 0.05, 0.05),
]
RULES = [pytest.param(rule, id=str(rule)) for rule, _, _ in TABLE]
PARAMS = {"bias": np.array([0.5, -1.5]), "layers": [np.array([[3.0, -2.0, 1.0]]), np.array(4.0)]}
CURVATURE = {"bias": np.array([1.0, 4.0]), "layers": [np.array([[0.5, 1.0, 2.0]]), np.array(1.0)]}


def gradient(params):
    """The gradient of Σ ½ c w², whose minimum is 0 at 0."""
    return map_leaves(lambda w, c: w * c.astype(w.dtype), params, CURVATURE)


def leaves(nest):
    return flatten(nest)[0]


def after(rule, lr, steps, params=PARAMS, slope=gradient):
    state = rule.init(params)
    for t in range(1, steps + 1):
        params, state = rule.update(params, slope(params), state, lr, t)
    return params, state


@pytest.mark.parametrize(("rule", "lr"), [pytest.param(rule, lr, id=str(rule)) for rule, lr, _ in TABLE])
def test_it_descends(rule, lr):
    params, state = after(rule, lr, 300)
    for weights in (params, rule.evaluation_weights(params, state)):
        assert max(np.abs(w).max() for w in leaves(weights)) < 0.1


@pytest.mark.parametrize(("rule", "lr"), [pytest.param(rule, lr, id=str(rule)) for rule, _, lr in TABLE])
def test_it_goes_down_rosenbrocks_valley(rule, lr):
    def slope(w):
        (x, y) = w["bias"]
        return {"bias": np.array([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)])}

    params, _ = after(rule, lr, 500, {"bias": np.array([-1.2, 1.0])}, slope)
    x, y = params["bias"]
    assert (1 - x) ** 2 + 100 * (y - x * x) ** 2 < 0.2 * 24.2


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
        np.testing.assert_allclose(value, wanted, rtol=1e-12, atol=1e-15)


def program_of(rule, precision):
    """A Program that descends the quadratic, and its slots."""
    params, _ = stand_ins(PARAMS, "w", precision)
    state, _ = stand_ins(rule.init(PARAMS), "state", precision)
    scalars = [input_node(name, (), kind, "scalar") for name, kind in (("lr", precision), ("t", np.int64))]
    new, kept = rule.update(params, gradient(params), state, *(Traced(node, precision) for node in scalars))
    names = [*paths(PARAMS, "w"), *paths(kept, "state")]
    updates = dict(zip(names, trace_outputs([new, kept], precision)[0], strict=True))
    old = [*paths(PARAMS, "w"), *paths(rule.init(PARAMS), "state")]
    values = [np.asarray(leaf, precision) for leaf in leaves([PARAMS, rule.init(PARAMS)])]
    return optimise(verify(Program(updates))), dict(zip(old, values, strict=True))


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float32, 2e-4), (np.float64, 1e-10)])
def test_fifty_steps_of_a_session_are_those_of_a_plain_loop(rule, dtype, tolerance):
    program, slots = program_of(rule, np.dtype(dtype))
    rates = 0.02 / (1 + 0.01 * np.arange(50))
    session = open_session(slots, runtime="reference")
    session.run(program, Chunk(steps=30, scalars={"lr": rates[:30]}))
    session.run(program, Chunk(steps=20, first_step=31, scalars={"lr": rates[30:]}))
    params, state = map_leaves(lambda w: w.astype(dtype), PARAMS), None
    state = rule.init(params)
    for t, lr in enumerate(rates, start=1):
        params, state = rule.update(params, gradient(params), state, lr, t)
    for value, wanted in zip(session.read().values(), leaves([params, state]), strict=True):
        np.testing.assert_allclose(value, wanted, rtol=tolerance, atol=tolerance)


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
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_plain_numpy_keeps_them_too(rule, dtype):
    params = map_leaves(lambda w: w.astype(dtype), PARAMS)
    state = rule.init(params)
    new = rule.update(params, gradient(params), state, np.float64(0.1), np.int64(2))
    assert flatten(list(new))[1] == flatten([params, state])[1]
    for leaf, old in zip(leaves(new), leaves([params, state]), strict=True):
        assert (leaf.shape, leaf.dtype) == (old.shape, np.dtype(dtype))
    assert flatten(rule.evaluation_weights(*new))[1] == flatten(params)[1]


@pytest.mark.parametrize("rule", RULES)
def test_arguments_are_left_as_they_were(rule):
    params, state = after(rule, 0.1, 2)
    slopes = gradient(params)
    before = [leaf.copy() for leaf in leaves([params, slopes, state])]
    rule.update(params, slopes, state, 0.1, 3)
    for old, now in zip(before, leaves([params, slopes, state]), strict=True):
        np.testing.assert_array_equal(old, now)


@pytest.mark.parametrize("rule", [row for row in RULES if "ClipByNorm" not in row.id])
def test_arrays_do_not_know_of_each_other(rule):
    together, _ = after(rule, 0.05, 5)
    alone, _ = after(rule, 0.05, 5, {"bias": PARAMS["bias"]}, lambda w: {"bias": w["bias"] * CURVATURE["bias"]})
    np.testing.assert_array_equal(alone["bias"], together["bias"])


def decays(rule):
    return max(getattr(rule, "weight_decay", 0), getattr(rule, "strength", 0)) > 0 or (
        hasattr(rule, "inner") and decays(rule.inner)
    )


@pytest.mark.parametrize("rule", [row for row in RULES if not decays(row.values[0])])
def test_a_zero_gradient_at_the_first_step_moves_nothing(rule):
    zero = map_leaves(np.zeros_like, PARAMS)
    new, _ = rule.update(PARAMS, zero, rule.init(PARAMS), 0.1, 1)
    for w, start in zip(leaves(new), leaves(PARAMS), strict=True):
        np.testing.assert_array_equal(w, start)


@pytest.mark.parametrize("rule", RULES)
def test_it_is_a_frozen_record(rule):
    assert is_dataclass(rule)
    again = type(rule)(**{field.name: getattr(rule, field.name) for field in fields(rule)})
    assert rule == again
    assert hash(rule) == hash(again)
    assert optimizer(repr(rule)) == rule
    assert rule.default_lr > 0
    with pytest.raises(FrozenInstanceError):
        rule.default_lr = 1.0


@pytest.mark.parametrize("rule", RULES)
def test_it_comes_back_from_its_record(rule):
    record = json.loads(json.dumps(to_record(rule, KINDS)))
    assert from_record(record, KINDS) == rule


@pytest.mark.parametrize("rule", RULES)
def test_every_number_has_a_range(rule):
    for field in fields(rule):
        value = getattr(rule, field.name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            for wrong in (-1.0, np.inf, np.nan):
                with pytest.raises(ArgumentError, match=f"expected {field.name} to be .* {field.name}={wrong}"):
                    replace(rule, **{field.name: wrong})


# As PyTorch has them, but for SGD's rate; Lion's and LAMB's are those of their papers.
DEFAULTS = {
    "sgd": ("SGD()", 0.1),
    "momentum": ("Momentum(momentum=0.9, dampening=0.0, nesterov=False)", 0.01),
    "adagrad": ("AdaGrad(initial_accumulator=0.0, epsilon=1e-10)", 0.01),
    "rmsprop": ("RMSProp(alpha=0.99, epsilon=1e-08, momentum=0.0, centered=False)", 0.01),
    "adadelta": ("AdaDelta(rho=0.9, epsilon=1e-06)", 1.0),
    "adam": ("Adam(beta1=0.9, beta2=0.999, epsilon=1e-08, amsgrad=False)", 0.001),
    "adamw": ("AdamW(beta1=0.9, beta2=0.999, epsilon=1e-08, weight_decay=0.01, amsgrad=False, exempt=('bias', "
              "'*.bias', 'scale', '*.scale', 'slope', '*.slope'))", 0.001),
    "adamax": ("AdaMax(beta1=0.9, beta2=0.999, epsilon=1e-08)", 0.002),
    "nadam": ("NAdam(beta1=0.9, beta2=0.999, epsilon=1e-08, momentum_decay=0.004)", 0.002),
    "radam": ("RAdam(beta1=0.9, beta2=0.999, epsilon=1e-08)", 0.001),
    "rprop": ("Rprop(eta_minus=0.5, eta_plus=1.2, min_step=1e-06, max_step=50.0)", 0.01),
    "lion": ("Lion(beta1=0.9, beta2=0.99)", 0.0001),
    "lamb": ("LAMB(beta1=0.9, beta2=0.999, epsilon=1e-06, weight_decay=0.0)", 0.001),
}  # fmt: skip


def test_defaults_are_the_published_ones():
    assert {name: (repr(kind()), kind.default_lr) for name, kind in OPTIMIZERS.items()} == DEFAULTS


@pytest.mark.parametrize("name", sorted(OPTIMIZERS))
def test_every_named_optimiser_is_in_the_table(name):
    assert type(optimizer(name)) in {type(rule) for rule, _, _ in TABLE}
