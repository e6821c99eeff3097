"""Fifty steps of each optimiser beside PyTorch's and Optax's: stored numbers, and the peers where installed."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest

from hagang.optim import (
    LAMB,
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
    Lion,
    Momentum,
    NAdam,
    PolyakAverage,
    RAdam,
    RMSProp,
    Rprop,
    WeightDecay,
)


def _load(name):
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


peers = _load("make_trajectories")

OURS = {
    "sgd": (SGD(), 1e-3),
    "momentum": (Momentum(), 1e-3),
    "dampened": (Momentum(0.8, dampening=0.3), 1e-3),
    "nesterov": (Momentum(nesterov=True), 1e-3),
    "adagrad": (AdaGrad(), 0.1),
    "adagrad started": (AdaGrad(initial_accumulator=0.5), 0.1),
    "rmsprop": (RMSProp(), 0.01),
    "rmsprop centered": (RMSProp(0.9, centered=True), 0.01),
    "rmsprop momentum": (RMSProp(momentum=0.8, centered=True), 0.002),
    "adadelta": (AdaDelta(), 1.0),
    "adam": (Adam(), 0.05),
    "amsgrad": (Adam(0.8, 0.9, amsgrad=True), 0.05),
    "adamw": (AdamW(weight_decay=0.1), 0.05),
    "adamax": (AdaMax(), 0.05),
    "nadam": (NAdam(), 0.05),
    "radam": (RAdam(), 1e-3),
    "radam of short memory": (RAdam(0.8, 0.9), 1e-3),
    "rprop": (Rprop(), 0.01),
    "lion": (Lion(), 0.01),
    "lion with decay": (DecoupledWeightDecay(Lion(), 0.1), 0.01),
    "lamb": (LAMB(), 0.02),
    "lamb with decay": (LAMB(weight_decay=0.1), 0.02),
    "coupled decay": (WeightDecay(Adam(), 0.1), 0.05),
    "clipped by norm": (ClipByNorm(Momentum(), 1.0), 0.01),
    "clipped by value": (ClipByValue(SGD(), 0.5), 0.01),
    "polyak": (PolyakAverage(SGD()), 1e-3),
    "exponential": (ExponentialAverage(Adam(), 0.9), 0.05),
}
CASES = [(name, problem) for name in OURS for problem in peers.PROBLEMS]


def path(name, problem, nudge=False):
    """Our fifty steps, from the start or from one changed in its last digit."""
    (rule, lr), (slope, w) = OURS[name], peers.PROBLEMS[problem]
    w = np.nextafter(w, np.inf) if nudge else w
    state, told = rule.init(w), []
    for t in range(1, peers.STEPS + 1):
        w, state = rule.update(w, slope(w), state, lr, t)
        told.append(rule.evaluation_weights(w, state))
    return np.array(told)


def allowed(name, problem):
    """1e-10, or thirty times what a last-digit change of the start does to the path."""
    return max(1e-10, 30 * np.abs(path(name, problem) - path(name, problem, nudge=True)).max())


def test_every_peer_has_its_counterpart():
    assert OURS.keys() == peers.PEERS.keys()


@pytest.mark.parametrize(("name", "problem"), CASES)
def test_fifty_steps_equal_the_stored_numbers(name, problem):
    stored, ours = json.loads(peers.STORED.read_text())[name][problem], path(name, problem)
    tolerance = allowed(name, problem)
    np.testing.assert_allclose(peers.digest(ours)[:2], stored[:2], rtol=0, atol=tolerance)
    np.testing.assert_allclose(peers.digest(ours)[2], stored[2], rtol=0, atol=tolerance * peers.STEPS)


@pytest.mark.parametrize(("name", "problem"), CASES)
def test_fifty_steps_equal_the_peers(name, problem):
    pytest.importorskip("torch", exc_type=ImportError)
    pytest.importorskip("optax", exc_type=ImportError)
    np.testing.assert_allclose(path(name, problem), peers.PEERS[name](problem), rtol=0, atol=allowed(name, problem))
