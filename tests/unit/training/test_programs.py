"""Runs that ask for the same share their Programs; epochs that nobody watches are taken in one call."""

import numpy as np
import pytest

from hagang.nn import CrossEntropy, Dense, HalfMeanSquared, Network
from hagang.optim import Adam
from hagang.schedules import ConstantRate
from hagang.stopping import rule
from hagang.training.config import Config
from hagang.training.history import History
from hagang.training.inputs import TrainingData
from hagang.training.loop import Loop, RunState, run_loop
from hagang.training.quasi_newton import descend
from hagang.training.rows import Rows
from hagang.training.trainer import Trainer


def rows(count=40):
    generator = np.random.default_rng(0)
    y = np.arange(count) % 3
    return Rows(generator.normal(size=(count, 2)) + 2 * np.eye(3)[y][:, :2], y)


def loop_of(
    data, network=None, stop=None, epochs=30, gradient_norm=False, lr=0.05, penalty=0.0, listeners=(), loss=None
):
    network = network or Network([Dense(4, "tanh"), Dense(3)])
    loss = loss or CrossEntropy()
    config = Config(
        network, loss, Adam(), ConstantRate(), rule(stop), lr, epochs, len(data), 0, "float64", penalty=penalty
    )
    task = "classification" if isinstance(loss, CrossEntropy) else "regression"
    return Loop(Trainer.open(config, TrainingData(data, None, task)), listeners, gradient_norm=gradient_norm)


def programs_of(*arguments, **options):
    return loop_of(*arguments, **options).trainer.programs


def test_equal_settings_share_and_others_do_not():
    data = rows()
    assert programs_of(data) is programs_of(data)
    assert programs_of(data) is programs_of(rows(7))
    assert programs_of(data) is not programs_of(data, penalty=0.1)
    assert programs_of(data) is not programs_of(Rows(data.x, data.y, np.ones(40)))
    assert programs_of(data) is not programs_of(data, Network([Dense(4, "relu"), Dense(3)]))


def test_what_holds_a_users_function_is_traced_anew():
    network = Network([Dense(4, lambda z: np.tanh(z)), Dense(3)])
    assert programs_of(rows(), network) is not programs_of(rows(), network)


@pytest.mark.parametrize(
    ("stop", "lr"), [(None, 0.05), ("value<0.9", 0.05), ("no-change 4 within 1", 0.05), (None, 1e200)]
)
def test_epochs_in_one_call_are_the_epochs_one_by_one(stop, lr):
    told = []
    for gradient_norm in (False, True):
        history = History()
        loop = loop_of(rows(), stop=stop, gradient_norm=gradient_norm, lr=lr, listeners=[history])
        assert loop.fuses_epochs is not gradient_norm
        with np.errstate(all="ignore"):
            run = run_loop(loop, RunState.begin(loop))
        records = [(e.epoch, e.step, e.loss, e.rate, e.is_best) for e in history.epochs]
        trainer = loop.trainer
        told.append((records, run.stopped_by, trainer.epoch, trainer.steps, run.diverged, history.step_losses))
    assert told[0][1:5] == told[1][1:5]
    assert [(*r[:2], *r[3:]) for r in told[0][0]] == [(*r[:2], *r[3:]) for r in told[1][0]]
    np.testing.assert_allclose([r[2] for r in told[0][0]], [r[2] for r in told[1][0]], rtol=1e-14)
    np.testing.assert_array_equal(told[0][5], told[1][5])


def test_a_listener_who_acts_is_told_in_time():
    assert not loop_of(rows(), listeners=[print]).fuses_epochs
    heard = []
    loop = loop_of(rows(), listeners=[lambda record: heard.append(record.epoch)])
    run_loop(loop, RunState.begin(loop))
    assert heard == list(range(1, 31))


@pytest.mark.parametrize("weight", [None, np.linspace(0.5, 3, 40)])
def test_the_penalty_is_one_more_row(weight):
    data = rows()
    data = Rows(data.x, data.y, weight)
    mass = 40 if weight is None else weight.sum()
    history = [History(), History()]
    loops = [loop_of(data, epochs=1, penalty=alpha, listeners=[h]) for alpha, h in zip((0.0, 2.5), history)]
    weights = [loops[0].trainer.session.read()[f"layers.{k}.weights"] for k in (0, 1)]
    for loop in loops:
        run_loop(loop, RunState.begin(loop))
    squares = sum(float(np.sum(w**2)) for w in weights)
    assert history[1].losses[0] - history[0].losses[0] == pytest.approx(2.5 / 2 * squares / mass)


def test_quasi_newton_steps_end_where_the_closed_form_does():
    generator = np.random.default_rng(1)
    X = generator.normal(size=(30, 2))
    y = X @ [[2.0], [-1.0]] + 0.5 + generator.normal(size=(30, 1))
    network, data = Network([Dense(1)]), Rows(X, y)
    loop = loop_of(data, network, loss=HalfMeanSquared())
    found = descend(loop.trainer, tol=1e-10)
    exact = np.linalg.lstsq(np.column_stack([X, np.ones(30)]), y, rcond=None)[0].ravel()
    slots = loop.trainer.session.read()
    np.testing.assert_allclose([*slots["layers.0.weights"].ravel(), *slots["layers.0.bias"]], exact, rtol=1e-6)
    assert found.converged
    assert found.loss == pytest.approx(0.5 * np.mean((X @ exact[:2] + exact[2] - y[:, 0]) ** 2))
    assert not descend(loop_of(data, network, loss=HalfMeanSquared()).trainer, iterations=1).converged
