"""A run that goes on from another is the run that never stopped."""

import numpy as np
import pytest
from tests.unit.small import blobs, tiny

from hagang.errors import ArgumentError
from hagang.nn import Dense, Network
from hagang.optim import SGD, Adam, ExponentialAverage, Momentum
from hagang.runs import fit

HELD = blobs()[0], np.roll(blobs()[1], 1)
"""Labels that a good fit gets wrong, so that an early epoch is the best."""


@pytest.mark.parametrize(
    "settings",
    [
        {"optimizer": Adam()},
        {"optimizer": Momentum(), "lr": 0.05},
        {"optimizer": ExponentialAverage(SGD(), decay=0.9), "lr": 0.2},
        {"lr": 0.1, "validation": HELD},
        {"lr": 0.1, "validation": HELD, "schedule": "Plateau(patience=2, gamma=0.5)"},
        {"lr": 0.1, "schedule": "Exponential(0.9)"},
    ],
)
def test_ten_epochs_and_ten_more_are_twenty_to_the_bit(settings):
    settings = {"batch_size": 25, "seed": 3, **settings}
    whole = fit(tiny(), blobs(), epochs=20, **settings)
    first = fit(tiny(), blobs(), epochs=10, **settings)
    second = fit(first, blobs(), epochs=10, **settings)
    losses = np.concatenate([first.history.step_losses, second.history.step_losses])
    np.testing.assert_array_equal(losses, whole.history.step_losses)
    rates = np.concatenate([first.history.step_rates, second.history.step_rates])
    np.testing.assert_array_equal(rates, whole.history.step_rates)
    for name, value in whole.network.weights.items():
        np.testing.assert_array_equal(second.network.weights[name], value)
    assert second.scores == whole.scores
    assert [epoch.epoch for epoch in second.history.epochs] == list(range(11, 21))
    assert second.history.epochs[-1].step == 60


def test_a_run_is_a_value_that_can_be_gone_on_from_twice():
    first = fit(tiny(), blobs(), epochs=2)
    a, b = (fit(first, blobs(), epochs=2) for _ in range(2))
    np.testing.assert_array_equal(a.history.step_losses, b.history.step_losses)


def test_a_listener_knows_how_many_epochs_are_done():
    heard = []

    class Ear:
        def on_run_begin(self, record):
            heard.append(record.epochs_done)

    first = fit(tiny(), blobs(), epochs=2, listeners=[Ear()])
    fit(first, blobs(), epochs=2, listeners=[Ear()])
    assert heard == [0, 2]


def test_another_optimiser_has_another_state():
    first = fit(tiny(), blobs(), epochs=1)
    with pytest.raises(ArgumentError, match=r"optimizer: expected Adam\(.*received SGD\(\); pass run.network"):
        fit(first, blobs(), optimizer="sgd")


def test_a_run_that_diverged_is_no_beginning():
    X, y = blobs()
    run = fit(Network([Dense(1)]), (X * 1e3, y.astype(float)), optimizer=SGD(), lr=10.0, epochs=50)
    assert run.state is None
    with pytest.raises(ArgumentError, match=r"received one that ended by divergence: .*pass run.network"):
        fit(run, (X, y.astype(float)), optimizer=SGD())
