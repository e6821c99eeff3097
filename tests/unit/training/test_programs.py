"""Runs that ask for the same share their Programs; epochs that nobody watches are taken in one call."""

import numpy as np
import pytest

from hagang.nn import CrossEntropy, Dense, HalfMeanSquared, Network
from hagang.optim import Adam
from hagang.runtime import open_session
from hagang.schedules import ConstantRate
from hagang.stopping import rule
from hagang.training.config import Config
from hagang.training.history import History
from hagang.training.loop import Loop, begin, run_loop
from hagang.training.programs import programs
from hagang.training.quasi_newton import descend
from hagang.training.rows import Rows
from hagang.training.step import Model, slots_of
from hagang.training.stops import step_rule


def rows(count=40):
    generator = np.random.default_rng(0)
    y = np.arange(count) % 3
    return Rows(generator.normal(size=(count, 2)) + 2 * np.eye(3)[y][:, :2], y)


def loop_of(data, network=None, stop=None, epochs=30, slope=False, lr=0.05, penalty=0.0, listeners=(), loss=None):
    network = network or Network([Dense(4, "tanh"), Dense(3)])
    loss = loss or CrossEntropy()
    config = Config(
        network, loss, Adam(), ConstantRate(), rule(stop), lr, epochs, len(data), 0, "float64", penalty=penalty
    )
    start = network.init((2,), 0)
    model = Model(network, config.loss, start, network.buffers((2,)), (1.0, 0.0), config.dtype, penalty=penalty)
    session = open_session(slots_of(model, config.optimizer, step_rule(config.stop)))
    return Loop(config, session, programs(model, config, data), data, None, listeners=listeners, gradient_norm=slope)


def test_equal_settings_share_and_others_do_not():
    data = rows()
    assert loop_of(data).programs is loop_of(data).programs
    assert loop_of(data).programs is loop_of(rows(7)).programs
    assert loop_of(data).programs is not loop_of(data, penalty=0.1).programs
    assert loop_of(data).programs is not loop_of(Rows(data.x, data.y, np.ones(40))).programs
    assert loop_of(data).programs is not loop_of(data, Network([Dense(4, "relu"), Dense(3)])).programs


def test_what_holds_a_users_function_is_traced_anew():
    network = Network([Dense(4, lambda z: np.tanh(z)), Dense(3)])
    assert loop_of(rows(), network).programs is not loop_of(rows(), network).programs


@pytest.mark.parametrize(
    ("stop", "lr"), [(None, 0.05), ("value<0.9", 0.05), ("no-change 4 within 1", 0.05), (None, 1e200)]
)
def test_epochs_in_one_call_are_the_epochs_one_by_one(stop, lr):
    told = []
    for slope in (False, True):
        history = History()
        loop = loop_of(rows(), stop=stop, slope=slope, lr=lr, listeners=[history])
        assert loop.fuses_epochs is not slope
        with np.errstate(all="ignore"):
            outcome = run_loop(loop, begin(loop))
        records = [(e.epoch, e.step, e.loss, e.rate, e.is_best) for e in history.epochs]
        told.append((records, outcome.stopped_by, outcome.epoch, outcome.steps, outcome.diverged, history.step_losses))
    assert told[0][1:5] == told[1][1:5]
    assert [(*r[:2], *r[3:]) for r in told[0][0]] == [(*r[:2], *r[3:]) for r in told[1][0]]
    np.testing.assert_allclose([r[2] for r in told[0][0]], [r[2] for r in told[1][0]], rtol=1e-14)
    np.testing.assert_array_equal(told[0][5], told[1][5])


def test_a_listener_who_acts_is_told_in_time():
    assert not loop_of(rows(), listeners=[print]).fuses_epochs
    heard = []
    loop = loop_of(rows(), listeners=[lambda record: heard.append(record.epoch)])
    run_loop(loop, begin(loop))
    assert heard == list(range(1, 31))


@pytest.mark.parametrize("weight", [None, np.linspace(0.5, 3, 40)])
def test_the_penalty_is_one_more_row(weight):
    data = rows()
    data = Rows(data.x, data.y, weight)
    mass = 40 if weight is None else weight.sum()
    history = [History(), History()]
    loops = [loop_of(data, epochs=1, penalty=alpha, listeners=[h]) for alpha, h in zip((0.0, 2.5), history)]
    weights = [loops[0].session.read()[f"layers.{k}.weights"] for k in (0, 1)]
    for loop in loops:
        run_loop(loop, begin(loop))
    squares = sum(float(np.sum(w**2)) for w in weights)
    assert history[1].losses[0] - history[0].losses[0] == pytest.approx(2.5 / 2 * squares / mass)


def test_quasi_newton_steps_end_where_the_closed_form_does():
    generator = np.random.default_rng(1)
    X = generator.normal(size=(30, 2))
    y = X @ [[2.0], [-1.0]] + 0.5 + generator.normal(size=(30, 1))
    network, data = Network([Dense(1)]), Rows(X, y)
    loop = loop_of(data, network, loss=HalfMeanSquared())
    found = descend(loop, tol=1e-10)
    exact = np.linalg.lstsq(np.column_stack([X, np.ones(30)]), y, rcond=None)[0].ravel()
    slots = loop.session.read()
    np.testing.assert_allclose([*slots["layers.0.weights"].ravel(), *slots["layers.0.bias"]], exact, rtol=1e-6)
    assert found.converged
    assert found.loss == pytest.approx(0.5 * np.mean((X @ exact[:2] + exact[2] - y[:, 0]) ** 2))
    assert not descend(loop_of(data, network, loss=HalfMeanSquared()), iterations=1).converged
