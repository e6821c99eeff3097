"""Rows a step by trial."""

import numpy as np
import pytest

import hagang as hg
from hagang.errors import ArgumentError
from hagang.runs import batch_size

X = np.random.default_rng(0).normal(size=(300, 3))


def test_sizes_are_tried_from_the_same_start_and_the_best_is_left():
    found = hg.choose_batch_size(hg.Network([hg.Dense(1)]), (X, X[:, 0]), seconds=0.01, lr=0.01)
    assert {one.batch_size for one in found.tried} == {16, 32, 64, 128, 256, 300}
    assert found.tried[0].batch_size == found.chosen
    assert all(one.rows_per_second > 0 for one in found.tried)
    assert f"{found.chosen}: " in str(found.tried[0])


def test_the_better_half_is_tried_for_twice_the_time(monkeypatch):
    trials = []

    def trial(trainer, seconds):
        size = trainer.batch_size
        trials.append((size, seconds))
        return batch_size.Tried(size, 1.0, loss=abs(size - 64), seconds=seconds)

    monkeypatch.setattr(batch_size, "_try", trial)
    found = hg.choose_batch_size(hg.Network([hg.Dense(1)]), (X, X[:, 0]), seconds=10.0)
    sizes = (16, 32, 64, 128, 256, 300)
    assert trials == [(16, 1.0), *((size, 10.0) for size in sizes), *((size, 20.0) for size in (64, 32, 16))]
    assert [one.batch_size for one in found.tried] == [64, 32, 16, 128, 256, 300]
    assert (found.chosen, found.tried[0].seconds, found.tried[-1].seconds) == (64, 20.0, 10.0)


def test_never_more_than_the_rows():
    assert hg.choose_batch_size(hg.Network([hg.Dense(1)]), (X[:9], X[:9, 0]), seconds=0.01).chosen == 9


def test_time_above_zero():
    with pytest.raises(ArgumentError, match="seconds: expected a number above 0, received 0"):
        hg.choose_batch_size(hg.Network([hg.Dense(1)]), (X, X[:, 0]), seconds=0)


def test_a_trial_takes_the_steps_of_fit(monkeypatch):
    clock = iter(np.arange(0.0, 1000.0, 0.5))
    monkeypatch.setattr(batch_size.time, "perf_counter", lambda: next(clock))
    network, options = hg.Network([hg.Dense(1)]), {"lr": 0.01, "seed": 3}
    sizes = hg.choose_batch_size(network, (X, X[:, 0]), seconds=3.0, **options)
    first = next(one for one in sizes.tried if one.batch_size == 300)
    run = hg.fit(
        network, (X, X[:, 0]), batch_size=300, epochs=round(first.rows_per_second * first.seconds / 300), **options
    )
    assert run.history.step_losses[-1] == pytest.approx(first.loss, rel=0.2)


def test_an_argument_that_fit_lacks_is_refused():
    with pytest.raises(TypeError, match="unexpected keyword argument 'epoch'"):
        hg.choose_batch_size(hg.Network([hg.Dense(1)]), (X, X[:, 0]), seconds=0.01, epoch=3)
