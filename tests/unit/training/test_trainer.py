"""The Trainer: steps wherever they are cut, state out and in, branches that leave the trunk alone."""

import numpy as np
import pytest

from hagang.nn import BatchNorm, CrossEntropy, Dense, Dropout, Network
from hagang.optim import Adam, ExponentialAverage
from hagang.schedules import Cosine, Plateau
from hagang.stopping import rule
from hagang.training.config import Config
from hagang.training.inputs import TrainingData
from hagang.training.rows import Rows
from hagang.training.trainer import Trainer

ROWS = 50


def data(weighted=False, shift=0.0):
    generator = np.random.default_rng(0)
    y = np.arange(ROWS) % 3
    x = generator.normal(size=(ROWS, 4)).astype(np.float32) + np.float32(shift)
    weight = generator.uniform(0.5, 2, ROWS).astype(np.float32) if weighted else None
    return TrainingData(Rows(x, y, weight), None, "classification")


def config(schedule=None, optimizer=None, stop=None):
    network = Network([Dense(8), BatchNorm(), "relu", Dropout(0.3), Dense(3)])
    schedule = (schedule or Cosine()).bind(40, 7)
    return Config(network, CrossEntropy(), optimizer or Adam(), schedule, rule(stop), 0.01, 5, 8, 3, "float32")


def same(one, other):
    left, right = one.state(), other.state()
    assert set(left.slots) == set(right.slots)
    for name, value in left.slots.items():
        np.testing.assert_array_equal(value, right.slots[name], err_msg=name)
    assert (left.epoch, left.steps, left.progress.steps) == (right.epoch, right.steps, right.progress.steps)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("cuts", [(20,), (1,) * 20, (6, 1, 8, 5), (7, 7, 6)])
def test_steps_are_the_same_however_they_are_cut(cuts, weighted):
    whole, cut = (Trainer.open(config(), data(weighted)) for _ in range(2))
    expected = whole.train_steps(20)
    np.testing.assert_array_equal(np.concatenate([cut.train_steps(steps) for steps in cuts]), expected)
    same(whole, cut)
    assert (whole.epoch, whole.progress.steps) == (2, 6)


@pytest.mark.parametrize("at", [3, 7, 10, 14])
@pytest.mark.parametrize("optimizer", [Adam(), ExponentialAverage(Adam(), 0.9)])
def test_a_state_goes_on_at_any_step(at, optimizer):
    whole = Trainer.open(config(optimizer=optimizer), data(True))
    expected = whole.train_steps(20)
    first = Trainer.open(config(optimizer=optimizer), data(True))
    np.testing.assert_array_equal(first.train_steps(at), expected[:at])
    second = Trainer.open(config(optimizer=optimizer), data(True), state=first.state(), threads=2)
    np.testing.assert_array_equal(second.train_steps(20 - at), expected[at:])
    same(whole, second)
    assert second.finish_epoch() == whole.finish_epoch()


def test_a_branch_leaves_the_trunk_alone():
    trunk, alone = (Trainer.open(config(), data()) for _ in range(2))
    trunk.train_steps(10)
    branch = trunk.branch(lr=0.1)
    branch.train_steps(10)
    same(trunk, _after(alone, 10))
    untouched = trunk.branch()
    untouched.train_steps(10)
    same(untouched, _after(alone, 10))
    assert not np.array_equal(branch.weights()["layers.0.weights"], untouched.weights()["layers.0.weights"])


def _after(trainer, steps):
    trainer.train_steps(steps)
    return trainer


def test_steps_end_where_a_rule_fires_or_the_loss_is_not_finite():
    trainer = Trainer.open(config(stop="steps 9"), data())
    assert len(trainer.train_steps(20)) == 9
    wild = Trainer.open(config(), data(shift=np.inf))
    assert len(wild.train_steps(20)) == 1


def test_other_rows_are_taken_in_the_same_session_where_its_programs_serve():
    trainer = Trainer.open(config(), data())
    session = trainer.session
    trainer.train_steps(7)
    assert trainer.rebind(config(), data(shift=1.0))
    trainer.train_steps(7)
    assert trainer.session is session
    assert trainer.steps == 14
    assert not trainer.rebind(config(), data(weighted=True))
    assert not trainer.rebind(config(optimizer=ExponentialAverage(Adam(), 0.9)), data())


def test_an_adaptive_schedule_goes_on_as_it_has_heard():
    trainer = Trainer.open(config(Plateau(gamma=0.5, patience=0)), data())
    trainer.schedule = trainer.schedule.observe(1.0).observe(2.0)
    assert trainer.schedule(np.arange(1))[0] == 0.5
    assert trainer.branch().schedule(np.arange(1))[0] == 0.5


def test_evaluation_is_by_hand():
    trainer = Trainer.open(config(), data(True))
    rows = data(True).train
    probabilities = trainer.network().predict_proba(rows.x)
    losses = -np.log(probabilities[np.arange(ROWS), rows.y])
    seen = trainer.evaluate(rows)
    assert seen.loss == pytest.approx(np.average(losses, weights=rows.weight), rel=1e-5)
    assert seen.metrics["accuracy"] == pytest.approx(np.average(probabilities.argmax(1) == rows.y, weights=rows.weight))
