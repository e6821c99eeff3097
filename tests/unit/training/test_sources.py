"""Batches in other orders, and rows that a function gives."""

import numpy as np
import pytest

import hagang as hg
from hagang.data import prepare
from hagang.errors import ArgumentError, DataError

X = np.random.default_rng(0).normal(size=(100, 3))
Y = (X[:, 0] > 1.2).astype(int)


def network(outputs=2):
    return hg.Network([hg.Dense(8, "tanh"), hg.Dense(outputs)])


def fit(data, **options):
    return hg.fit(network(), data, **{"epochs": 3, "batch_size": 32, **options})


def test_as_they_are_they_equal_a_source_that_gives_them_so():
    given = hg.DataSource(lambda epoch: [(X[:50], Y[:50]), (X[50:90], Y[50:90]), (X[90:], Y[90:])], rows=100, classes=2)
    one, two = fit(hg.Batches((X, Y), shuffle=False)), fit(given)
    np.testing.assert_array_equal(one.history.step_losses, two.history.step_losses)
    assert one.history.epochs[-1].step == 12
    assert not np.array_equal(one.history.step_losses, fit((X, Y)).history.step_losses)


def test_shuffled_batches_are_what_fit_does_by_itself():
    np.testing.assert_array_equal(fit(hg.Batches((X, Y))).history.step_losses, fit((X, Y)).history.step_losses)


def test_a_short_last_batch_may_be_dropped():
    run = fit(hg.Batches((X, Y), drop_last=True))
    assert run.history.epochs[-1].step == 9
    assert len(run.history.epochs) == 3


def test_balanced_rows_let_every_class_count_the_same():
    rare = np.arange(100) % 10 == 0
    x = np.zeros((100, 1))
    run = hg.fit(hg.Network([hg.Dense(2)]), hg.Batches((x, rare.astype(int)), balanced=True), epochs=60, lr=0.05)
    assert run.network.predict_proba(x[:1])[0] == pytest.approx([0.5, 0.5], abs=0.1)


def test_prepared_data_and_held_out_rows():
    run = hg.fit(hg.Network([hg.Dense(3)]), hg.Batches(prepare("iris"), drop_last=True), epochs=2, batch_size=50)
    assert run.history.epochs[-1].step == 4
    assert run.scores["loss"] > 0


def test_arrays_that_change_are_read_anew():
    seen = []

    def make(epoch):
        seen.append(epoch)
        return [(X + epoch, Y, np.ones(100))]

    fit(hg.DataSource(make, rows=100), validation=(X, Y))
    assert seen == [1, 1, 2, 3]  # once to look at the first arrays


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda epoch: [(X[:60], Y[:60])], "expected 100 rows in epoch 1, as rows says, received 60"),
        (lambda epoch: [(X, Y), (X, Y)], "expected 100 rows in epoch 1, as rows says, received 200"),
        (lambda epoch: [(X[:50], Y[:50]), (X[50:, :2], Y[50:])], r"expected arrays like the first, X of rows \(3,\) "),
        (lambda epoch: [], r"expected \(X, y\) for epoch 1, received nothing"),
    ],
)
def test_sources_that_do_not_keep_their_word(make, text):
    with pytest.raises(DataError, match=text):
        fit(hg.DataSource(make, rows=100))


def test_what_cannot_be_asked():
    with pytest.raises(ArgumentError, match="expected balanced rows to be drawn at random"):
        hg.Batches((X, Y), shuffle=False, balanced=True)
    with pytest.raises(ArgumentError, match="expected a target of classes to balance, received regression"):
        hg.fit(network(1), hg.Batches((X, X[:, 0]), balanced=True))
    with pytest.raises(ArgumentError, match="a DataSource is not split"):
        fit(hg.DataSource(lambda epoch: [(X, Y)], rows=100), validation=0.2)
    with pytest.raises(ArgumentError, match="Batches: expected data in memory"):
        fit(hg.Batches(hg.DataSource(lambda epoch: [(X, Y)], rows=100)))
