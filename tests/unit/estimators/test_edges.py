"""Odd data and odd calls: the right answer, or an error that says what to do."""

import numpy as np
import pytest
from tests.unit.estimators.data import classes, quantities

from hagang import MLPClassifier, MLPRegressor

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
SMALL = {"hidden_layer_sizes": (6,), "max_iter": 30, "random_state": 0}


def test_divergence_says_what_to_try():
    X, y = quantities()
    model = MLPRegressor(**SMALL, solver="sgd", learning_rate_init=1e6)
    with pytest.raises(ValueError, match=r"non-finite parameter weights.*divergence: the loss became .* try lr="):
        model.fit(X * 1e3, y)
    assert not hasattr(model, "coefs_")


@pytest.mark.parametrize(
    ("X", "y", "text"),
    [
        (np.full((4, 2), np.nan), [0, 1, 0, 1], "Input X contains NaN"),
        (np.full((4, 2), np.inf), [0, 1, 0, 1], "Input X contains infinity"),
        (np.ones((4, 2)), [0, 1, 0], r"inconsistent numbers of samples: \[4, 3\]"),
        (np.ones(4), [0, 1, 0, 1], "Expected 2D array, got 1D array"),
        (np.ones((0, 2)), [], "Found array with 0 sample"),
        (np.ones((4, 0)), [0, 1, 0, 1], r"0 feature\(s\)"),
        (np.ones((4, 2)), None, "requires y to be passed"),
        (np.ones((4, 2)), [0.5, 1.5, 0.1, 0.2], "Unknown label type"),
        (np.ones((4, 2)), np.array(["a", None, "b", "a"], object), "received None in row 1; drop the rows"),
        (np.ones((4, 2)), np.array(["a", "b", np.nan, "a"], object), "received nan in row 2; drop the rows"),
        (np.ones((4, 2)), [[0, 2], [1, 2], [2, 0], [1, 1]], "one class a row or labels of 0 and 1"),
    ],
)
def test_what_cannot_be_learned_from(X, y, text):
    with pytest.raises(ValueError, match=text):
        MLPClassifier(**SMALL).fit(X, y)


def test_one_row_one_feature_one_class_and_constants():
    assert MLPClassifier(**SMALL).fit([[1.0]], ["only"]).predict([[5.0]]).tolist() == ["only"]
    assert MLPClassifier(**SMALL).fit([[1.0]], ["only"]).predict_proba([[5.0]]).tolist() == [[1.0]]
    X, y = classes()
    assert MLPClassifier(**SMALL).fit(X[:, :1], y).predict_proba(X[:, :1]).shape == (90, 3)
    constant = MLPClassifier(**SMALL).fit(np.zeros((90, 2)), y)
    assert np.ptp(constant.predict_proba(np.zeros((5, 2))), axis=0).max() == 0
    assert np.isfinite(MLPRegressor(**SMALL).fit([[1.0]], [2.0]).predict([[1.0]])).all()


def test_ten_thousand_classes():
    y = np.arange(20_000) % 10_000
    X = np.random.default_rng(0).normal(size=(20_000, 4)).astype(np.float32)
    model = MLPClassifier(**SMALL | {"max_iter": 1, "hidden_layer_sizes": (4,)}).fit(X, y)
    assert model.coefs_[-1].shape == (4, 10_000)
    assert model.predict(X[:50]).max() < 10_000


def test_classes_that_partial_fit_was_not_told_of():
    X, y = classes()
    model = MLPClassifier(**SMALL)
    with pytest.raises(ValueError, match="classes must be passed on the first call to partial_fit"):
        model.partial_fit(X, y)
    model.partial_fit(X[:3], y[:3], classes=[0, 1, 2])
    with pytest.raises(ValueError, match=r"`y` has classes not in `self.classes_`.*\[0 1 2\].*'y' has \[7\]"):
        model.partial_fit(X[:2], [7, 7])
    with pytest.raises(ValueError, match="is not the same as on last call to partial_fit"):
        model.partial_fit(X, y, classes=[0, 1])
    assert model.partial_fit(X[:2], [1, 1]).predict(X).max() <= 2


def test_partial_fit_is_for_stochastic_solvers():
    assert not hasattr(MLPClassifier(solver="lbfgs"), "partial_fit")
    assert hasattr(MLPRegressor(solver="lbfgs", optimizer="adam"), "partial_fit")
    with pytest.raises(ValueError, match="partial_fit does not support early_stopping=True"):
        MLPRegressor(early_stopping=True).partial_fit(*quantities())


def test_a_warm_start_with_other_layers_or_classes():
    X, y = classes()
    model = MLPClassifier(**SMALL, warm_start=True).fit(X, y)
    with pytest.raises(ValueError, match=r"classes not in `self.classes_`"):
        model.fit(X, y + 1)
    with pytest.raises(ValueError, match="expects the layers that it began with; they were changed since"):
        model.set_params(hidden_layer_sizes=(9,)).fit(X, y)


def test_a_warm_start_with_another_solver_keeps_the_weights():
    X, y = classes()
    model = MLPClassifier(**SMALL, warm_start=True).fit(X, y)
    loss = model.loss_
    model.set_params(solver="sgd", max_iter=1, learning_rate_init=1e-9).fit(X, y)
    assert model.loss_ == pytest.approx(loss, rel=0.05)


def test_too_few_rows_to_watch():
    with pytest.raises(ValueError, match="The validation set is too small"):
        MLPRegressor(**SMALL, early_stopping=True).fit(*quantities(9))


def test_hidden_sizes_are_checked():
    for wrong in ((0,), (3, -1), (2.5,)):
        with pytest.raises(ValueError, match="hidden_layer_sizes must be > 0"):
            MLPClassifier(hidden_layer_sizes=wrong).fit(*classes())
