"""200 steps of each schedule beside PyTorch's: stored numbers, and PyTorch itself where it can be imported."""

import importlib.util
import json
from functools import reduce
from pathlib import Path

import numpy as np
import pytest

from hagang.schedules import (
    ConstantRate,
    Cosine,
    CosineRestarts,
    Cyclical,
    Exponential,
    InverseTime,
    Joined,
    Linear,
    MultiStepDecay,
    OneCycle,
    Plateau,
    Polynomial,
    StepDecay,
    Warmup,
)


def _load(name):
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


peers = _load("make_schedules")

OURS = {
    "constant": ConstantRate(),
    "joined constants": Joined((ConstantRate(0.25), ConstantRate()), (30,)),
    "linear": Linear(0.2, 0.9, total=150),
    "step": StepDecay(30, 0.3),
    "multi-step": MultiStepDecay((20, 90, 91), 0.2),
    "exponential": Exponential(0.97),
    "polynomial": Polynomial(2.5, total=160),
    "inverse time": InverseTime(0.05),
    "cosine": Cosine(0.01).bind(200),
    "cosine restarts": CosineRestarts(10, end=0.05),
    "longer restarts": CosineRestarts(7, 2),
    "one-cycle cosine": OneCycle().bind(200),
    "one-cycle linear": OneCycle(0.42, "linear", division=10, final_division=100).bind(200),
    "one-cycle three phases": OneCycle(0.33, three_phase=True).bind(200),
    "triangular": Cyclical(15, 25),
    "triangular2": Cyclical(11, mode="triangular2", low=0.2),
    "exp_range": Cyclical(20, mode="exp_range", gamma=0.99),
    "plateau": Plateau(0.5, patience=3, cooldown=2, minimum=0.01),
    "plateau of scores": Plateau(0.3, patience=5, threshold=0.01, threshold_mode="abs", mode="max"),
    "warm-up": Warmup(Cosine(), 20, 0.1).bind(200),
    "product": Exponential(0.99) * StepDecay(50, 0.5),
}


def told(schedule):
    if not schedule.is_adaptive:
        return schedule.preview(peers.STEPS)
    heard = [reduce(Plateau.observe, peers.LOSSES[:k], schedule) for k in range(peers.STEPS)]
    return np.array([after(0) for after in heard])


def test_every_peer_has_its_counterpart():
    assert OURS.keys() == peers.PEERS.keys()


@pytest.mark.parametrize("name", OURS)
def test_200_steps_equal_the_stored_numbers(name):
    stored, ours = json.loads(peers.STORED.read_text())[name], peers.digest(list(told(OURS[name])))
    for kind, numbers in stored.items():
        np.testing.assert_allclose(ours[kind], numbers, rtol=1e-11, atol=1e-13, err_msg=kind)


@pytest.mark.parametrize("name", OURS)
def test_200_steps_equal_pytorch(name):
    pytest.importorskip("torch", exc_type=ImportError)
    np.testing.assert_allclose(told(OURS[name]), peers.sequence(name), rtol=1e-11, atol=1e-13)
