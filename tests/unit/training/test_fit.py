"""`fit` against a plain NumPy loop, and the laws of a run."""

import re

import numpy as np
import pytest
from tests.unit.small import blobs, tiny

from hagang.data.batches import batch_rows, default_batch_size, shuffled
from hagang.errors import ArgumentError, DataError, GradientError, ShapeError
from hagang.nn import Dense, Network
from hagang.optim import SGD, Adam, ExponentialAverage
from hagang.runs import fit
from hagang.schedules import ConstantRate
from hagang.stopping import Patience
from hagang.training import TrainedNetwork
from hagang.training import loop as loop_module


def by_hand(X, y, epochs, batch_size, lr, seed):
    """Two dense layers, tanh, softmax cross entropy, plain SGD: written out."""
    start = tiny().init((2,), seed)["layers"]
    W1, b1, W2, b2 = (start[k][name].copy() for k in (0, 1) for name in ("weights", "bias"))
    losses = []
    for epoch in range(1, epochs + 1):
        order = shuffled(len(X), seed, epoch)
        for first in range(0, len(X), batch_size):
            x, t = X[order[first : first + batch_size]], y[order[first : first + batch_size]]
            h = np.tanh(x @ W1 + b1)
            z = h @ W2 + b2
            p = np.exp(z - z.max(1, keepdims=True))
            p /= p.sum(1, keepdims=True)
            losses.append(-np.log(p[np.arange(len(t)), t]).mean())
            p[np.arange(len(t)), t] -= 1
            dz = p / len(t)
            dh = dz @ W2.T * (1 - h**2)
            W2, b2 = W2 - lr * (h.T @ dz), b2 - lr * dz.sum(0)
            W1, b1 = W1 - lr * (x.T @ dh), b1 - lr * dh.sum(0)
    return losses, (W1, b1, W2, b2)


@pytest.mark.parametrize("batch_size", [1, 16, 90])
def test_a_run_is_what_a_plain_loop_gives(batch_size):
    X, y = blobs(90)
    epochs = 1 if batch_size == 1 else 3
    run = fit(
        tiny(), (X, y), optimizer="sgd", lr=0.1, epochs=epochs, batch_size=batch_size, seed=4, precision="float64"
    )
    order = "in order" if batch_size == 90 else "shuffled"
    losses, weights = by_hand(X, y, epochs, batch_size, 0.1, 4)
    np.testing.assert_allclose(run.history.step_losses, losses, rtol=1e-12, err_msg=order)
    for found, expected in zip(run.network.weights.values(), weights, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-13)


def test_the_same_seed_gives_the_same_bits_and_another_seed_does_not():
    X, y = blobs(90)
    runs = [fit(tiny(), (X, y), epochs=2, seed=seed) for seed in (1, 1, 2)]
    weights = [np.concatenate([w.ravel() for w in run.network.weights.values()]) for run in runs]
    assert weights[0].tobytes() == weights[1].tobytes()
    assert weights[0].tobytes() != weights[2].tobytes()


def test_results_do_not_depend_on_how_steps_fall_into_chunks(monkeypatch):
    X, y = blobs(90)
    losses = []
    for seconds in (0.0, 10.0):
        monkeypatch.setattr(loop_module, "_CHUNK_SECONDS", seconds)
        losses.append(fit(tiny(), (X, y), epochs=3, batch_size=7).history.step_losses)
    np.testing.assert_array_equal(losses[0], losses[1])


def test_the_epoch_loss_weighs_the_short_last_batch_by_its_rows():
    X, y = blobs(90)
    run = fit(tiny(), (X, y), epochs=1, batch_size=40)
    steps = run.history.step_losses
    assert run.history.losses[0] == pytest.approx((40 * steps[0] + 40 * steps[1] + 10 * steps[2]) / 90)


def test_the_best_weights_by_validation_loss_are_kept():
    X, y = blobs(90)
    held = blobs(30, seed=9)[0], np.roll(blobs(30, seed=9)[1], 1)  # labels that a good fit gets wrong
    run = fit(tiny(), (X, y), optimizer=Adam(), lr=0.1, epochs=12, validation=held)
    best = int(np.argmin(run.history.validation_losses))
    assert best < 11  # a rate this large does not end on its best epoch
    assert run.scores["loss"] == run.history.validation_losses[best]
    assert run.network.evaluate(held)["log_loss"] == pytest.approx(run.scores["loss"], rel=1e-5)


def test_a_share_is_split_off_with_all_classes():
    X, y = blobs(90)
    run = fit(tiny(), (X, y), epochs=2, validation=0.2)
    assert len(run.history.validation_losses) == 2
    assert run.config.batch_size == default_batch_size(72)


def test_divergence_is_said_and_finite_weights_are_kept():
    X, y = blobs(90)
    run = fit(Network([Dense(1)]), (X * 1e3, y.astype(float)), optimizer=SGD(), lr=10.0, epochs=50)
    assert "divergence: the loss became" in run.stopped_by
    assert "try lr=1" in run.stopped_by
    assert all(np.isfinite(w).all() for w in run.network.weights.values())


class Interrupter:
    def __init__(self, error, epoch):
        self.error, self.epoch = error, epoch

    def on_epoch_end(self, record):
        if record.epoch == self.epoch:
            raise self.error


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (KeyboardInterrupt(), r"interrupted \(Ctrl-C\)"),
        (StopIteration("enough"), "enough"),
        (StopIteration(), "a listener"),
    ],
)
def test_a_person_or_a_listener_stops_cleanly(error, text):
    X, y = blobs(90)
    run = fit(tiny(), (X, y), epochs=50, validation=0.2, listeners=[Interrupter(error, 3)])
    assert len(run.history.epochs) == 3
    assert run.stopped_by == text.replace("\\", "")
    assert run.scores["loss"] == min(run.history.validation_losses)


def test_other_errors_of_listeners_are_not_swallowed():
    with pytest.raises(ZeroDivisionError):
        fit(tiny(), blobs(90), epochs=2, listeners=[Interrupter(ZeroDivisionError(), 1)])


def test_listeners_hear_the_run_in_order():
    heard = []

    class Ear:
        def __getattr__(self, name):
            if name.startswith("on_"):
                return lambda record: heard.append((name, record))
            raise AttributeError(name)

    fit(tiny(), blobs(90), epochs=2, batch_size=45, listeners=[Ear()])
    names = [name for name, _ in heard]
    assert names[0] == "on_run_begin"
    assert names[-1] == "on_run_end"
    assert names.count("on_epoch_end") == 2
    assert sum(len(record.losses) for name, record in heard if name == "on_chunk_end") == 4
    assert heard[0][1].steps_per_epoch == 2


def test_labels_that_are_text_come_back_as_text():
    X, y = blobs(90)
    names = np.array(["north", "east", "west"])[y]
    run = fit(tiny(), (X, names), epochs=30, lr=0.05)
    assert run.network.classes == ("east", "north", "west")
    assert (run.network.predict(X) == names).mean() > 0.9
    assert run.network.evaluate((X, names))["accuracy"] > 0.9


def test_one_logit_does_for_two_classes():
    X, y = blobs(90)
    run = fit(Network([Dense(1)]), (X, (y == 0).astype(int)), loss="binary_cross_entropy", epochs=40, lr=0.05)
    probabilities = run.network.predict_proba(X)
    assert probabilities.shape == (90, 2)
    np.testing.assert_allclose(probabilities.sum(1), 1.0)
    assert run.network.evaluate((X, (y == 0).astype(int)))["accuracy"] > 0.9


def test_regression_with_several_outputs():
    X, _ = blobs(90)
    Y = X @ np.array([[1.0, -2.0], [0.5, 3.0]])
    run = fit(Network([Dense(2)]), (X, Y), epochs=200, lr=0.05)
    np.testing.assert_allclose(run.network.predict(X), Y, atol=0.05)


def test_a_loss_of_ones_own_is_a_numpy_function():
    X, _ = blobs(90)
    target = X[:, :1] * 2.0

    def fourth_power(output, target):
        return np.sum((output - target) ** 4, axis=1)

    run = fit(Network([Dense(1)]), (X, target), loss=fourth_power, epochs=60, lr=0.02)
    assert run.history.losses[-1] < 0.01 * run.history.losses[0]
    assert run.config.describe()["loss"] == "CustomLoss(fourth_power)"
    assert type(run.config).of_json(run.config.to_json()) is None


def test_a_loss_must_be_a_number_a_row_that_uses_the_output():
    X, _ = blobs(90)

    def forgetful(output, target):
        return np.sum(target**2, axis=1)

    with pytest.raises(GradientError, match="'forgetful' is constant in every weight"):
        fit(Network([Dense(1)]), (X, X[:, :1]), loss=forgetful)
    with pytest.raises(ShapeError, match="expected one number a row"):
        fit(Network([Dense(1)]), (X, X[:, :1]), loss=lambda output, target: 1.0)


def test_training_goes_on_from_a_trained_network():
    X, y = blobs(90)
    first = fit(tiny(), (X, y), epochs=5)
    second = fit(first.network, (X, y), epochs=5)
    assert isinstance(second.network, TrainedNetwork)
    assert second.history.losses[0] < first.history.losses[0]


def test_uint8_images_are_taken_as_they_are():
    generator = np.random.default_rng(0)
    X = generator.integers(0, 256, (60, 12), np.uint8)
    y = (X[:, 0] > 127).astype(int)
    run = fit(Network([Dense(2)]), (X, y), epochs=3, lr=1e-4)
    assert run.network.predict(X).shape == (60,)


GOOD = blobs(90)


@pytest.mark.parametrize(
    ("data", "change", "error", "text"),
    [
        (GOOD[0], {}, ArgumentError, r"data: expected \(X, y\)"),
        ((GOOD[0], GOOD[1][:-1]), {}, ShapeError, "X with 90 rows and y with 89"),
        ((GOOD[0][:0], GOOD[1][:0]), {}, DataError, "at least one row"),
        ((np.where(GOOD[0] > 3, np.nan, GOOD[0]), GOOD[1]), {}, DataError, "received nan in row"),
        ((GOOD[0].astype(str), GOOD[1]), {}, DataError, "X as an array of numbers"),
        ((GOOD[0], GOOD[1] - 5), {}, DataError, "class codes from 0 up in y, received -5"),
        ((GOOD[0], np.where(GOOD[1] == 0, np.inf, 1.0)), {}, DataError, "finite targets, received .*inf.* in row 0"),
        (GOOD, {"epochs": 0}, ArgumentError, "epochs: expected a whole number of at least 1, received 0"),
        (GOOD, {"lr": -1.0}, ArgumentError, "lr: expected a finite learning rate above 0, received -1.0"),
        (GOOD, {"lr": np.nan}, ArgumentError, "received nan"),
        (GOOD, {"batch_size": 0}, ArgumentError, "batch_size: expected a whole number from 1 to the 90 rows"),
        (GOOD, {"batch_size": 91}, ArgumentError, "received 91"),
        (GOOD, {"optimizer": "adan"}, ArgumentError, "did you mean 'adam'"),
        (GOOD, {"precision": "float16"}, ArgumentError, "precision: expected 'float32', 'float64' or 'bfloat16'"),
        (GOOD, {"loss": "mean_squared"}, ArgumentError, "pass y as floats"),
        ((GOOD[0], GOOD[0]), {"loss": "cross_entropy"}, ArgumentError, "pass y as integers"),
        ((GOOD[0], GOOD[1] * 3), {}, ShapeError, r"the target has 7 classes.*end with Dense\(7\)"),
        ((GOOD[0], GOOD[0]), {}, ShapeError, r"2 outputs.*end with Dense\(2\)"),
        (GOOD, {"validation": (GOOD[0], GOOD[1] + 2)}, ShapeError, r"the target has 5 classes.*end with Dense\(5\)"),
        (GOOD, {"validation": (GOOD[0], GOOD[1][:3])}, ShapeError, "validation: expected as many targets as rows"),
        (GOOD, {"network": Dense(3)}, ArgumentError, "expected a Network, a TrainedNetwork whose layers"),
    ],
)
def test_errors_name_what_is_wrong(data, change, error, text):
    arguments = {"network": tiny(), "data": data, "epochs": 1, **change}
    with pytest.raises(error, match=text):
        fit(**arguments)


def test_predicting_wants_the_rows_it_was_trained_on():
    trained = fit(tiny(), GOOD, epochs=1).network
    with pytest.raises(ShapeError, match=r"rows of shape \(2,\), as at training, received \(3,\)"):
        trained.predict(np.ones((4, 3)))
    with pytest.raises(DataError, match="received nan in row 1, column 0"):
        trained.predict(np.array([[0.0, 0.0], [np.nan, 0.0]]))


def test_batch_rows():
    assert batch_rows("full", 77) == 77
    assert batch_rows(None, 7) == 7
    assert [default_batch_size(n) for n in (1, 1599, 1600, 3200, 60_000)] == [1, 16, 16, 32, 256]


def test_a_schedule_multiplies_the_rate_of_each_step():
    X, y = blobs(90)
    run = fit(tiny(), (X, y), optimizer="sgd", lr=0.2, schedule="cosine", epochs=4, batch_size=30)
    steps = np.arange(12)
    np.testing.assert_allclose(run.history.step_rates, 0.1 * (1 + np.cos(np.pi * steps / 12)), rtol=1e-14)
    assert run.history.epochs[-1].rate == run.history.step_rates[-1]


def test_a_plateau_hears_the_watched_loss():
    X, y = blobs(90)
    held = blobs(30, seed=9)[0], np.roll(blobs(30, seed=9)[1], 1)
    run = fit(tiny(), (X, y), lr=0.1, schedule="Plateau(patience=2, gamma=0.5)", epochs=20, validation=held)
    rates = [epoch.rate for epoch in run.history.epochs]
    assert rates[0] == 0.1
    assert rates[-1] <= 0.05
    assert set(np.diff(np.log2(rates)).round(9)) == {0.0, -1.0}


@pytest.mark.parametrize(
    ("stop", "text"),
    [
        ("patience 3", r"patience: the validation loss has not improved on its best"),
        ("value<0.2", r"the value 0\.1\d+ fell below 0\.2 at step"),
        ("gradient<0.5", r"the gradient norm 0.4.* fell below 0.5 at step 4"),
        ("steps 5", "step limit: 5 of 5 steps done"),
        ("epochs 2", "epoch limit: 2 of 2 epochs done"),
        ("time>1e-9s", r"time limit: \d+\.\d s of 1e-09 s elapsed"),
        (lambda record: record.epoch == 2, r"interrupted \(<lambda>\)"),
    ],
)
def test_stopping_rules_say_which_fired_and_why(stop, text):
    X, y = blobs(90)
    held = blobs(30, seed=9)[0], np.roll(blobs(30, seed=9)[1], 1)
    run = fit(tiny(), (X, y), lr=0.1, epochs=60, batch_size=30, validation=held, stop=stop)
    assert re.search(text, run.stopped_by), run.stopped_by
    assert len(run.history.epochs) < 60


def test_a_rule_that_acts_at_the_step_ends_the_run_at_that_very_step():
    X, y = blobs(90)
    run = fit(tiny(), (X, y), lr=0.1, epochs=60, batch_size=30, stop="value<0.2")
    losses = run.history.step_losses
    assert losses[-1] < 0.2
    assert (losses[:-1] >= 0.2).all()


def test_keep_last_keeps_the_last_weights():
    X, y = blobs(90)
    held = blobs(30, seed=9)[0], np.roll(blobs(30, seed=9)[1], 1)
    run = fit(tiny(), (X, y), lr=0.1, epochs=60, validation=held, stop=Patience(3, restore_best=False))
    assert run.network.evaluate(held)["log_loss"] == pytest.approx(run.history.validation_losses[-1], rel=1e-5)
    assert run.history.validation_losses[-1] > 1.1 * min(run.history.validation_losses)


def test_averaged_weights_are_what_is_watched_and_kept():
    X, y = blobs(90)
    rule = ExponentialAverage(SGD(), decay=0.9)
    watched = fit(tiny(), (X, y), optimizer=rule, lr=0.5, epochs=4, validation=(X, y))
    plain = fit(tiny(), (X, y), optimizer=SGD(), lr=0.5, epochs=4, validation=(X, y))
    np.testing.assert_array_equal(watched.history.step_losses, plain.history.step_losses)
    assert watched.history.validation_losses != plain.history.validation_losses
    assert watched.network.evaluate((X, y))["log_loss"] == pytest.approx(watched.scores["loss"], rel=1e-5)


def test_a_rule_that_needs_validation_is_refused_without():
    with pytest.raises(ArgumentError, match="expected validation rows to look at, received none"):
        fit(tiny(), GOOD, stop="patience 3")


class InterruptedPlan(ConstantRate):
    """A schedule during whose second observation a person presses Ctrl-C: the epoch is done but not yet told."""

    heard = 0

    def observe(self, value):
        type(self).heard += 1
        if type(self).heard == 2:
            raise KeyboardInterrupt
        return self


def test_ctrl_c_between_an_epoch_and_its_record_loses_nothing():
    X, y = blobs(90)
    InterruptedPlan.heard = 0
    run = fit(tiny(), (X, y), epochs=9, validation=0.2, schedule=InterruptedPlan())
    assert run.stopped_by == "interrupted (Ctrl-C)"
    assert len(run.history.epochs) == 1
    assert run.scores["loss"] < run.history.validation_losses[0]
