"""Six networks beside PyTorch's: stored numbers, and PyTorch where installed; in both runtimes."""

import functools
import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest

from hagang.nn import (
    BatchNorm,
    BinaryCrossEntropy,
    CrossEntropy,
    Dense,
    Embedding,
    Huber,
    LayerNorm,
    MeanSquared,
    Network,
    PReLU,
    Residual,
    RMSNorm,
    Scale,
    SmoothL1,
)
from hagang.optim import SGD, Adam
from hagang.runtime import Chunk, open_session
from hagang.stopping import AnyOf
from hagang.trace import flatten, paths, rebuild
from hagang.training.inputs import Rows
from hagang.training.step import Model, slots_of, training_step


def _load(name):
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


peers = _load("make_networks")

BLOCK = Residual([LayerNorm(), "gelu", Dense(6)])
OURS = {
    "linear regression": (Network([Dense(2)]), MeanSquared()),
    "tanh classifier": (Network([Dense(6, "tanh"), Dense(3)]), CrossEntropy()),
    "batch normalisation": (
        Network([Dense(6), BatchNorm(), "relu", Dense(5), BatchNorm(), "relu", Dense(3)]),
        CrossEntropy(label_smoothing=0.1),
    ),
    "residual blocks": (Network([Dense(6), BLOCK, BLOCK, Dense(2)]), Huber(delta=0.5)),
    "embedded categories": (
        Network([Embedding([4, 3], 2), Dense(6), RMSNorm(), "silu", Dense(2)]),
        SmoothL1(beta=0.5),
    ),
    "learned slopes": (
        Network([Dense(5, "elu"), Scale(), Dense(4), PReLU(per_feature=True), Dense(1)]),
        BinaryCrossEntropy(),
    ),
}
RULES = {"SGD": SGD(), "Adam": Adam()}
CASES = [(name, rule, runtime) for name in OURS for rule in RULES for runtime in ("reference", "native")]


def filled(nest, values):
    """The nest with its arrays replaced by those of the same path."""
    return rebuild(flatten(nest)[1], [values[path] for path in paths(nest)])


def model_of(name, start):
    network, loss = OURS[name]
    case, dims = peers.CASES[name], peers.CASES[name].x.shape[1:]
    params, buffers = filled(network.init(dims), start), filled(network.buffers(dims), case.kept())
    return Model(network, loss, params, buffers, (1.0, 0.0), np.dtype(np.float64))


def gradients(name, rule, runtime, start):
    """The first step's gradients: what a step of gradient descent at rate one takes away."""
    ended = run(name, SGD(), runtime, start, steps=1, rate=1.0)[1]
    return {path: start[path] - ended[path] for path in start}


def run(name, rule, runtime, start, steps=peers.STEPS, rate=None):
    case, model = peers.CASES[name], model_of(name, start)
    rows = Rows(case.x, case.y)
    session = open_session(slots_of(model, rule, AnyOf(())), runtime=runtime)
    program = training_step(model, rule, rows, AnyOf(()))
    losses = []
    for step in range(steps):
        order = peers.rows_of(step).astype(np.int64)
        chunk = Chunk({"x": rows.x, "y": rows.y}, order, first_step=step + 1, scalars={"lr": np.array([rate])})
        losses.append(session.run(program, chunk).outputs["loss"][0])
    return np.array(losses), session.read()


@functools.cache
def walk(name, rule, runtime, nudge=False):
    start = peers.CASES[name].start()
    if nudge:
        start = {path: np.nextafter(value, np.inf) for path, value in start.items()}
    losses, slots = run(name, RULES[rule], runtime, start, rate=peers.RATES[rule])
    ended = {path: slots[path] for path in [*start, *peers.CASES[name].kept()]}
    return {"losses": losses, "gradients": gradients(name, rule, runtime, start), "ended": ended}


def furthest(a, b):
    parts = [np.abs(a[kind][path] - b[kind][path]).max() for kind in ("gradients", "ended") for path in a[kind]]
    return max(np.abs(a["losses"] - b["losses"]).max(), *parts)


def allowed(name, rule):
    """1e-10, or thirty times what a last-digit change of the start does."""
    return max(1e-10, 30 * furthest(walk(name, rule, "reference"), walk(name, rule, "reference", nudge=True)))


def test_every_network_has_its_counterpart():
    assert OURS.keys() == peers.CASES.keys()
    for name, (network, _) in OURS.items():
        assert {
            path: np.shape(leaf)
            for nest in (network.init(peers.CASES[name].x.shape[1:]),)
            for path, leaf in zip(paths(nest), flatten(nest)[0], strict=True)
        } == peers.CASES[name].shapes


@pytest.mark.parametrize(("name", "rule", "runtime"), CASES)
def test_losses_gradients_and_ten_steps_equal_the_stored_numbers(name, rule, runtime):
    stored, ours = json.loads(peers.STORED.read_text())[name][rule], peers.digest(walk(name, rule, runtime))
    tolerance = allowed(name, rule)
    np.testing.assert_allclose(ours["losses"], stored["losses"], rtol=0, atol=tolerance)
    for kind in ("gradients", "ended"):
        assert ours[kind].keys() == stored[kind].keys()
        for path, sums in ours[kind].items():
            np.testing.assert_allclose(sums, stored[kind][path], rtol=0, atol=10 * tolerance, err_msg=path)


@pytest.mark.parametrize(("name", "rule", "runtime"), CASES)
def test_losses_gradients_and_ten_steps_equal_pytorchs(name, rule, runtime):
    pytest.importorskip("torch", exc_type=ImportError)
    assert furthest(walk(name, rule, runtime), peers.walk(name, rule)) < allowed(name, rule)
