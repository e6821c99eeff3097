"""Every schedule × the laws of schedules."""

import math
from dataclasses import fields, is_dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hagang.errors import ArgumentError
from hagang.schedules import (
    SCHEDULES,
    ConstantRate,
    Cosine,
    CosineRestarts,
    Cyclical,
    Exponential,
    Function,
    InverseTime,
    Joined,
    Linear,
    MultiStepDecay,
    OneCycle,
    PerEpoch,
    Plateau,
    Polynomial,
    StepDecay,
    Warmup,
    schedule,
)


def halves(step):
    return 0.5 ** (step // 10)


ALL = {
    "constant": ConstantRate(0.5),
    "linear": Linear(end=0.1),
    "step": StepDecay(30),
    "multi-step": MultiStepDecay((20, 50)),
    "exponential": Exponential(0.99),
    "polynomial": Polynomial(2.0),
    "inverse-time": InverseTime(1.0, 0.5),
    "cosine": Cosine(0.01),
    "cosine-restarts": CosineRestarts(10, 2),
    "one-cycle": OneCycle(),
    "one-cycle linear": OneCycle(anneal="linear", three_phase=True),
    "cyclical": Cyclical(15, 5),
    "triangular2": Cyclical(15, mode="triangular2"),
    "exp_range": Cyclical(15, mode="exp_range", gamma=0.99),
    "plateau": Plateau().observe(1.0),
    "function": Function(halves),
    "product": Cosine() * StepDecay(10, 0.5) * 0.5,
    "joined": Joined((Linear(0.1, 1.0), Cosine(), Exponential(0.9)), (20, 80)),
    "warm-up": Warmup(Polynomial(), 10),
    "warm-up of open length": Warmup(OneCycle()),
    "per epoch": PerEpoch(Warmup(Cosine(), 2)),
}


@pytest.fixture(params=ALL)
def bound(request):
    return ALL[request.param].bind(100, 10)


def test_gives_float64_of_the_shape_of_the_steps(bound):
    for steps in (np.arange(6).reshape(2, 3), np.zeros((0,)), np.array([99, 3, 3])):
        factors = bound(steps)
        assert factors.dtype == np.float64
        assert factors.shape == steps.shape
    assert np.ndim(bound(7)) == 0


def test_every_step_has_one_factor_whatever_is_asked_beside_it(bound):
    together = bound(np.arange(130))
    assert list(together) == [float(bound(k)) for k in range(130)]
    assert list(bound(np.arange(130)[::-1])) == list(together[::-1])


def test_factors_are_finite_and_never_below_zero(bound):
    factors = bound(np.arange(1000))
    assert np.all(np.isfinite(factors))
    assert np.all(factors >= 0)
    assert factors.max() <= 1 + 1e-12


def test_preview_is_the_rates_of_a_run(bound):
    np.testing.assert_array_equal(bound.preview(100, lr=0.25), 0.25 * bound(np.arange(100)))


def test_is_bound_once(bound):
    assert bound.bind(1000, 7) == bound


def test_refuses_steps_before_the_first(bound):
    with pytest.raises(ArgumentError, match="expected steps counted from 0, received -1"):
        bound(-1)


def test_adapts_or_stays_as_it_is(bound):
    assert (bound.observe(0.5) != bound) == bound.is_adaptive


def _rebuilt(value):
    if is_dataclass(value):
        return type(value)(**{field.name: _rebuilt(getattr(value, field.name)) for field in fields(value)})
    return tuple(map(_rebuilt, value)) if isinstance(value, tuple) else value


def test_is_its_plain_fields(bound):
    assert _rebuilt(bound) == bound
    assert hash(_rebuilt(bound)) == hash(bound)
    with pytest.raises(AttributeError):
        bound.total = 3


@pytest.mark.parametrize("name", [name for name in ALL if name != "function"])
def test_its_printed_form_reads_back(name):
    for one in (ALL[name], ALL[name].bind(100, 10)):
        assert schedule(repr(one)) == one


@pytest.mark.parametrize("name", SCHEDULES)
def test_every_name_is_in_the_table(name):
    assert any(type(one) is SCHEDULES[name] for one in ALL.values())


OPEN = [name for name, one in ALL.items() if one.bind(100, 10) != one]


@pytest.mark.parametrize("name", OPEN)
def test_an_open_length_is_an_error_that_says_how_to_close_it(name):
    with pytest.raises(ArgumentError, match=r"not known.*bind\(total_steps"):
        ALL[name](np.arange(100))


@given(st.integers(1, 400), st.sampled_from(["linear", "polynomial", "cosine"]))
def test_a_schedule_of_the_whole_run_ends_where_it_says(total, name):
    factors = schedule(f"{name}(end=0.25)").bind(total)(np.arange(total + 3))
    assert factors[0] == 1
    assert np.all(np.diff(factors) <= 0)
    np.testing.assert_allclose(factors[total:], 0.25, rtol=1e-15)


@given(st.integers(1, 50), st.integers(1, 50), st.sampled_from(["triangular", "triangular2", "exp_range"]))
def test_a_cycle_comes_back_to_its_low(up, down, mode):
    cycles = Cyclical(up, down, mode, low=0.2, gamma=0.999)
    assert math.isclose(cycles(0), 0.2)
    assert math.isclose(cycles(3 * (up + down)), 0.2)
    assert math.isclose(cycles(up), 0.2 + 0.8 * (0.999**up if mode == "exp_range" else 1))


@given(st.integers(2, 500), st.floats(0.01, 0.5), st.booleans(), st.sampled_from(["linear", "cosine"]))
def test_one_cycle_begins_and_ends_where_it_says(total, warmup, three_phase, anneal):
    factors = OneCycle(warmup, anneal, three_phase, division=10, final_division=100).bind(total)(np.arange(total))
    assert np.all((factors >= 1e-3 - 1e-12) & (factors <= 1 + 1e-12))
    assert math.isclose(factors[-1], 1e-3)
    assert math.isclose(factors[0], 0.1) or warmup * total < 1.5
