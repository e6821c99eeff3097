"""Optimisers worked by hand, their digits in float32, and their errors."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from hagang import optim as ho
from hagang.errors import ArgumentError
from hagang.graph import evaluate
from hagang.ops.leaf import input_node
from hagang.optim.base import one_minus_power
from hagang.optim.radam import average_length
from hagang.trace import Traced


def walk(rule, gradients, lr, w=1.0):
    """The weight after each of these gradients."""
    w, told = np.array([w]), []
    state = rule.init(w)
    for t, g in enumerate(gradients, start=1):
        w, state = rule.update(w, np.array([float(g)]), state, lr, t)
        told.append(float(w[0]))
    return told


@pytest.mark.parametrize(
    ("rule", "lr", "expected"),
    [
        # v: 2, then 0.5·2 + 0.75·4 = 4
        (ho.Momentum(0.5, dampening=0.25), 0.1, [0.8, 0.4]),
        # v: 2, then 0.5·2 + 4 = 5; steps 2 + 0.5·2 = 3, then 4 + 0.5·5 = 6.5
        (ho.Momentum(0.5, nesterov=True), 0.1, [0.7, 0.05]),
        # s: 4, then 20; steps 2/2, then 4/√20
        (ho.AdaGrad(), 0.1, [0.9, 0.9 - 0.4 / np.sqrt(20)]),
        # v: 0.5·4 = 2, then 1 + 0.5·16 = 9; steps 2/√2, then 4/3
        (ho.RMSProp(0.5), 0.1, [1 - 0.2 / np.sqrt(2), 1 - 0.2 / np.sqrt(2) - 0.4 / 3]),
        # v: 2, 9; mean: 1, 2.5; variance: 1, 2.75
        (ho.RMSProp(0.5, centered=True), 0.1, [0.8, 0.8 - 0.4 / np.sqrt(2.75)]),
        # u: 2, then max(0.5·2, 4) = 4; m/(1−0.5ᵗ): 2, then (0.5 + 2)/0.75
        (ho.AdaMax(0.5, 0.5), 0.1, [0.9, 0.9 - 0.1 * 2.5 / 0.75 / 4]),
        # 0.9·0 + 0.1·2 > 0, then 0.9·0.02 + 0.1·4 > 0
        (ho.Lion(), 0.1, [0.9, 0.8]),
        # 1·(1 − 0.1·0.5) − 0.1·sign
        (ho.DecoupledWeightDecay(ho.Lion(), 0.5), 0.1, [0.85, 0.85 * 0.95 - 0.1]),
        # (2 + 0.5·1)·0.1, then (4 + 0.5·0.75)·0.1
        (ho.WeightDecay(ho.SGD(), 0.5), 0.1, [0.75, 0.75 - 0.4375]),
        # (2 + 0.5)·0.1, then (4 + 0.5)·0.1
        (ho.L1Penalty(ho.SGD(), 0.5), 0.1, [0.75, 0.3]),
    ],
    ids=str,
)
def test_two_steps_by_hand(rule, lr, expected):
    np.testing.assert_allclose(walk(rule, [2, 4], lr), expected, rtol=1e-7)


def test_amsgrad_divides_by_the_largest_so_far():
    # v: 0.5·4 = 2, then 1 + 0.5·0 = 1, but 2 stays; m: 1, then 0.5; corrections 1/2, then 3/4
    step = 0.5 / 0.75 / np.sqrt(2 / 0.75)
    np.testing.assert_allclose(walk(ho.Adam(0.5, 0.5, amsgrad=True), [2, 0], 0.1), [0.9, 0.9 - 0.1 * step])


def test_rprop_grows_turns_and_rests():
    # 0.1; same sign 0.12; a turn halves the step and is not taken; the step after it keeps its size
    np.testing.assert_allclose(walk(ho.Rprop(), [1, 1, -1, -1], 0.1), [0.9, 0.78, 0.78, 0.84])


def test_rprop_keeps_within_its_bounds():
    np.testing.assert_allclose(walk(ho.Rprop(max_step=0.1), [1, 1, 1], 0.1), [0.9, 0.8, 0.7])
    # 0.1; a turn, 0.05, not taken; its own sign again, 0.05; a turn, held at 0.05, not taken; 0.05
    np.testing.assert_allclose(walk(ho.Rprop(min_step=0.05), [1, -1, 1, -1, 1], 0.1), [0.9, 0.9, 0.85, 0.85, 0.8])


# --- digits --------------------------------------------------------------------------------------------


def in_float32(function, t):
    node = input_node("t", (), np.int64, "scalar")
    traced = function(Traced(node, np.dtype(np.float32)))
    return float(evaluate([traced.node], {node: np.asarray(t)})[0])


@pytest.mark.parametrize("t", [1, 2, 5, 100, 10_000])
@pytest.mark.parametrize("beta", [0.9, 0.999, 0.99999])
def test_bias_corrections_keep_their_digits_in_float32(beta, t):
    exact = -np.expm1(np.longdouble(t) * np.log1p(np.longdouble(beta) - 1))
    got = in_float32(lambda step: one_minus_power(beta, step, step.astype(np.float32)), t)
    assert got == pytest.approx(float(exact), rel=4e-7)


@pytest.mark.parametrize("t", [1, 2, 5, 6, 20, 249, 251, 1000, 5000, 10_000_000])
@pytest.mark.parametrize("beta", [0.9, 0.999])
def test_the_average_length_keeps_its_digits(beta, t):
    exact_beta, step = np.longdouble(beta), np.longdouble(t)
    power = exact_beta**step
    exact = 2 / (1 - exact_beta) - 1 - 2 * step * power / (1 - power)
    assert float(average_length(beta, t)) == pytest.approx(float(exact), rel=1e-9)
    assert in_float32(lambda s: average_length(beta, s), t) == pytest.approx(float(exact), rel=4e-6)


def test_a_mean_of_equal_weights_stays_equal_in_float32():
    rule, w = ho.ExponentialAverage(ho.SGD(), 0.999), np.array([0.1, 3.3], np.float32)
    state = rule.init(w)
    for t in range(1, 2000):
        w, state = rule.update(w, np.zeros_like(w), state, 0.1, t)
    np.testing.assert_array_equal(rule.evaluation_weights(w, state), w)


def test_centred_rmsprop_of_an_equal_gradient_stays_finite():
    rule, w = ho.RMSProp(0.9, centered=True), np.array([1.0], np.float32)
    state = rule.init(w)
    for t in range(1, 400):
        w, state = rule.update(w, np.array([0.1], np.float32), state, 1e-6, t)
        assert np.isfinite(w).all()


# --- links ---------------------------------------------------------------------------------------------


PARAMS = {"layers": [{"weights": np.array([[1.0, 2.0]]), "bias": np.array([3.0])}, {"weights": np.array([4.0])}]}
ONES = {"layers": [{"weights": np.ones((1, 2)), "bias": np.ones(1)}, {"weights": np.ones(1)}]}


def moved(rule, lr=1.0):
    new, _ = rule.update(PARAMS, ONES, rule.init(PARAMS), lr, 1)
    return [
        new["layers"][0]["weights"].tolist(),
        new["layers"][0]["bias"].tolist(),
        new["layers"][1]["weights"].tolist(),
    ]


def test_the_norm_is_that_of_all_arrays():
    np.testing.assert_allclose(moved(ho.ClipByNorm(ho.SGD(), 1.0))[2], [3.5], rtol=1e-6)
    assert moved(ho.ClipByNorm(ho.SGD(), 2.1)) == moved(ho.SGD())


def test_the_weights_that_lead_to_a_unit_are_shortened_after_the_step():
    rule = ho.MaxNorm(ho.SGD(), max_norm=1.0)
    w = {"weights": np.array([[4.0, 0.5], [4.0, 0.0]]), "bias": np.array([9.0, 9.0])}
    slope = {"weights": np.array([[1.0, 0.0], [0.0, 0.0]]), "bias": np.zeros(2)}
    new, _ = rule.update(w, slope, rule.init(w), lr=1.0, t=1)
    # the first column steps to (3, 4), whose length is 5; the second is short enough
    np.testing.assert_allclose(new["weights"], [[0.6, 0.5], [0.8, 0.0]], rtol=1e-15)
    np.testing.assert_array_equal(new["bias"], [9.0, 9.0])


def test_a_scale_is_neither_decayed_nor_penalised():
    w = {"scale": np.array([2.0]), "weights": np.array([2.0])}
    zero = {name: np.zeros(1) for name in w}
    for rule in (ho.WeightDecay(ho.SGD(), 0.1), ho.DecoupledWeightDecay(ho.SGD(), 0.1), ho.L1Penalty(ho.SGD(), 0.1)):
        new, _ = rule.update(w, zero, rule.init(w), lr=1.0, t=1)
        assert new["scale"] == 2.0
        assert new["weights"] < 2.0


@pytest.mark.parametrize(
    ("exempt", "bias", "last"),
    [
        (("*.bias",), 2.0, 3.0 - 0.4),
        ("layers.1.*", 2.0 - 0.3, 3.0),
        ((), 2.0 - 0.3, 3.0 - 0.4),
        (lambda path, w: w.ndim == 1, 2.0, 3.0),
    ],
)
def test_what_does_not_decay(exempt, bias, last):
    for rule in (ho.WeightDecay(ho.SGD(), 0.1, exempt), ho.DecoupledWeightDecay(ho.SGD(), 0.1, exempt)):
        _, got_bias, got_last = moved(rule)
        np.testing.assert_allclose([got_bias[0], got_last[0]], [bias, last])


def test_groups_have_rates_optimisers_and_rest():
    groups = (
        ho.ParamGroup("*.bias", frozen=True),
        ho.ParamGroup("layers.0.*", rate=0.5),
        ho.ParamGroup("*", optimizer=ho.Lion()),
    )
    assert moved(ho.ParamGroups(ho.SGD(), groups), 0.5) == [[[0.75, 1.75]], [3.0], [3.5]]


def test_frozen_arrays_have_no_state():
    rule = ho.ParamGroups(ho.Adam(), ho.ParamGroup("layers.0.*", frozen=True))
    assert list(rule.init(PARAMS)) == ["rest"]
    assert list(rule.init(PARAMS)["rest"]) == ["layers.1.weights"]


def test_groups_keep_averages_of_their_own():
    rule = ho.ParamGroups(ho.SGD(), ho.ParamGroup("*.bias", optimizer=ho.PolyakAverage(ho.SGD())))
    params, state = PARAMS, rule.init(PARAMS)
    for t in (1, 2):
        params, state = rule.update(params, ONES, state, 1.0, t)
    read = rule.evaluation_weights(params, state)
    assert read["layers"][0]["bias"] == [1.5]
    assert read["layers"][1]["weights"] == [2.0]


def test_accumulated_gradients_are_one_large_batch():
    gradients = [1.0, 3.0, -2.0, 4.0, 5.0, 0.0]
    pairs = [sum(gradients[k : k + 2]) / 2 for k in (0, 2, 4)]
    few = walk(ho.Adam(), pairs, 0.1)
    assert walk(ho.GradientAccumulation(ho.Adam(), 2), gradients, 0.1) == [1.0, few[0], few[0], few[1], few[1], few[2]]


def test_averages_are_read_through_links():
    rule = ho.ClipByNorm(ho.GradientAccumulation(ho.PolyakAverage(ho.SGD()), 1), 100.0)
    w, state = np.array([0.0]), rule.init(np.array([0.0]))
    for t in (1, 2):
        w, state = rule.update(w, np.array([-1.0]), state, 1.0, t)
    assert (w, rule.evaluation_weights(w, state)) == (2.0, 1.5)
    assert ho.SGD().evaluation_weights(w, {}) is w


def test_a_link_has_the_rate_of_what_it_holds():
    assert ho.ClipByNorm(ho.WeightDecay(ho.Lion())).default_lr == ho.Lion.default_lr


# --- a user's own --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Forgetful(ho.PerArray):
    default_lr: ClassVar[float] = 0.1

    def init_one(self, w):
        return {"mean": np.zeros_like(w)}

    def update_one(self, w, g, state, lr, t):
        return w - lr * g, {"average": g}


@dataclass(frozen=True)
class Reordering(ho.PerArray):
    default_lr: ClassVar[float] = 0.1

    def init_one(self, w):
        return {"first": np.zeros_like(w), "second": np.ones_like(w)}

    def update_one(self, w, g, state, lr, t):
        return w - state["second"], {"second": state["second"], "first": state["first"] + 1}


def test_the_state_is_held_by_name_not_by_order():
    assert walk(Reordering(), [0, 0, 0], 0.1, 5.0) == [4.0, 3.0, 2.0]


# --- errors --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (
            lambda: ho.optimizer("adm"),
            "expected a known name at character 1 of 'adm'; did you mean 'adam'. known: sgd, ",
        ),
        (lambda: ho.optimizer(3), "expected one of sgd, .*, lamb or an Optimizer, received 3"),
        (lambda: ho.optimizer("ParamGroup('*')"), 'or an Optimizer, received "ParamGroup'),
        (
            lambda: ho.Momentum(1.0),
            "Momentum: expected momentum to be a finite number at least 0 and below 1, received",
        ),
        (lambda: ho.Momentum(0.9, 0.1, nesterov=True), "above 0 and no dampening with nesterov=True, received"),
        (
            lambda: ho.Adam(beta1=1),
            "Adam: expected beta1 to be a finite number at least 0 and below 1, received beta1=1",
        ),
        (lambda: ho.Adam(beta2=0), "Adam: expected beta2 to be a finite number above 0 and below 1, received beta2=0"),
        (
            lambda: ho.Adam(epsilon="small"),
            "Adam: expected epsilon to be a finite number above 0, received epsilon='sma",
        ),
        (lambda: ho.AdamW(weight_decay=-1), "AdamW: expected weight_decay to be a finite number at least 0, received"),
        (lambda: ho.AdamW(beta1=2), "AdamW: expected beta1"),
        (lambda: ho.NAdam(momentum_decay=-1), "NAdam: expected momentum_decay to be a finite number at least 0"),
        (lambda: ho.RMSProp(alpha=1), "RMSProp: expected alpha to be a finite number at least 0 and below 1"),
        (
            lambda: ho.AdaGrad(initial_accumulator=-1),
            "AdaGrad: expected initial_accumulator to be a finite number at le",
        ),
        (lambda: ho.AdaDelta(rho=1), "AdaDelta: expected rho to be a finite number at least 0 and below 1"),
        (lambda: ho.Rprop(eta_plus=1), "Rprop: expected eta_plus to be a finite number above 1, received eta_plus=1"),
        (
            lambda: ho.Rprop(min_step=9, max_step=1),
            "expected min_step to be at most max_step, received min_step=9, max_",
        ),
        (lambda: ho.Lion(beta2=1), "Lion: expected beta2"),
        (lambda: ho.LAMB(weight_decay=-1), "LAMB: expected weight_decay"),
        (
            lambda: ho.ClipByNorm("adam"),
            "ClipByNorm: expected an Optimizer to wrap, received 'adam'; hagang.optim.optimi",
        ),
        (lambda: ho.ClipByNorm(ho.SGD(), 0), "ClipByNorm: expected max_norm to be a finite number above 0, received"),
        (
            lambda: ho.ClipByValue(ho.SGD(), 0),
            "ClipByValue: expected max_value to be a finite number above 0, received",
        ),
        (
            lambda: ho.WeightDecay(ho.SGD(), exempt=3),
            r"expected exempt to be patterns such as \('\*.bias',\) or a function",
        ),
        (lambda: ho.PolyakAverage(ho.SGD(), 0), "PolyakAverage: expected start to be an integer at least 1, received"),
        (
            lambda: ho.ExponentialAverage(ho.SGD(), 1),
            "ExponentialAverage: expected decay to be a finite number above 0",
        ),
        (
            lambda: ho.GradientAccumulation(ho.SGD(), 0),
            "GradientAccumulation: expected steps to be an integer at least 1, received steps=0",
        ),
        (
            lambda: ho.ParamGroup("*", rate=-1),
            "ParamGroup: expected rate to be a finite number at least 0, received rate=-1",
        ),
        (lambda: ho.ParamGroup(3), "ParamGroup: expected pattern to be text such as 'layers.0.*', received pattern=3"),
        (
            lambda: ho.ParamGroups(ho.SGD(), ("*",)),
            r"ParamGroups: expected groups to be a tuple of ParamGroup, received \('\*',\)",
        ),
        (
            lambda: ho.ParamGroups(ho.SGD(), (ho.ParamGroup("layer.*"),)).init(PARAMS),
            "expected pattern 'layer.*' to match a parameter that no earlier group takes; the parameters are layers.0.",
        ),
        (
            lambda: walk(Forgetful(), [1], 0.1),
            r"update_one to return the state \['mean'\] of init_one, received \['averag",
        ),
    ],
)
def test_errors_say_what_was_expected(make, text):
    with pytest.raises(ArgumentError, match=text):
        make()
