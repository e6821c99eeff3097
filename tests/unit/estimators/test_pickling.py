"""Estimators and networks with columns travel by pickle, and carry nothing per training row."""

import pickle

import numpy as np
import pytest

import hagang as hg
from hagang.data import prepare

X = np.random.default_rng(0).normal(size=(120, 3))
Y = (X[:, 0] > 0).astype(int)
NETWORK = hg.Network([hg.Dense(4, "tanh"), hg.BatchNorm(), hg.Dense(2)])


def test_columns_and_labels_travel_with_a_network():
    table = {"a": X[:, 0], "b": X[:, 1], "y": np.where(Y, "up", "down")}
    network = hg.fit(NETWORK, prepare(table, "y"), epochs=3).network
    again = pickle.loads(pickle.dumps(network))
    assert again.classes == ("down", "up")
    assert np.array_equal(again.predict(table), network.predict(table))


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_pickled_estimator_holds_nothing_per_row_and_goes_on_in_the_same_order():
    sizes = []
    for rows in (500, 20_000):
        x = np.random.default_rng(0).normal(size=(rows, 3))
        model = hg.MLPClassifier((4,), random_state=0, max_iter=2, warm_start=True).fit(x, x[:, 0] > 0)
        again = pickle.loads(pickle.dumps(model))
        sizes.append(len(pickle.dumps(model)))
        assert np.array_equal(again.fit(x, x[:, 0] > 0).predict_proba(x), model.fit(x, x[:, 0] > 0).predict_proba(x))
    assert abs(sizes[1] - sizes[0]) < 1000
