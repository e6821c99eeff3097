"""Rows that count differently, labels that go together, and what makes an epoch the best."""

import numpy as np
import pytest
import sklearn.metrics
from tests.unit.small import blobs, tiny

from hagang.errors import ArgumentError, DataError, ShapeError
from hagang.nn import Dense, Network
from hagang.runs import fit

SETTINGS = {"optimizer": "sgd", "lr": 0.2, "batch_size": "full", "epochs": 5, "precision": "float64"}


def weights_of(run):
    return np.concatenate([w.ravel() for w in run.network.weights.values()])


def test_a_weight_of_two_is_the_row_twice_and_of_zero_no_row():
    X, y = blobs()
    weight = np.arange(60) % 3
    copies = np.repeat(np.arange(60), weight)
    weighted = fit(tiny(), (X, y, weight), **SETTINGS)
    repeated = fit(tiny(), (X[copies], y[copies]), **SETTINGS)
    np.testing.assert_allclose(weights_of(weighted), weights_of(repeated), rtol=1e-12)
    np.testing.assert_allclose(weighted.history.losses, repeated.history.losses, rtol=1e-12)


def test_the_step_and_epoch_losses_are_weighted_means():
    X, y = blobs()
    weight = np.random.default_rng(1).uniform(0.1, 3, 60)
    run = fit(Network([Dense(3)]), (X, y, weight), **SETTINGS | {"lr": 1e-12, "epochs": 1, "batch_size": 25})
    p = run.network.predict_proba(X)
    losses = -np.log(p[np.arange(60), y])
    assert run.history.losses[0] == pytest.approx(np.average(losses, weights=weight), rel=1e-9)
    assert not np.isclose(run.history.losses[0], losses.mean(), rtol=1e-3)


def test_a_batch_of_no_weight_changes_nothing():
    X, y = blobs()
    first = np.zeros(60)
    first[:5] = 1
    run = fit(tiny(), (X, y, first), **SETTINGS | {"batch_size": 10})
    assert np.isfinite(run.history.step_losses).all()
    assert (run.history.step_losses == 0).any()


def test_the_validation_rows_may_be_weighted():
    X, y = blobs()
    weight = np.linspace(0, 1, 60)
    run = fit(tiny(), (X, y), validation=(X, y, weight), **SETTINGS)
    losses = -np.log(run.network.predict_proba(X)[np.arange(60), y])
    assert run.scores["loss"] == pytest.approx(np.average(losses, weights=weight))
    right = run.network.predict(X) == y
    assert run.scores["accuracy"] == pytest.approx(np.average(right, weights=weight))


def test_balanced_classes_are_those_of_scikit_learn():
    X, y = blobs()
    keep = np.r_[np.flatnonzero(y == 0), np.flatnonzero(y > 0)[:11]]
    X, y = X[keep], y[keep]
    by_row = sklearn.utils.class_weight.compute_sample_weight("balanced", y)
    expected = fit(tiny(), (X, y, by_row), **SETTINGS)
    found = fit(tiny(), (X, y), class_weight="balanced", **SETTINGS)
    np.testing.assert_allclose(weights_of(found), weights_of(expected), rtol=1e-13)


def test_class_weights_multiply_the_rows_own():
    X, y = blobs()
    names = np.array(["a", "b", "c"])[y]
    own = np.linspace(0.5, 1.5, 60)
    found = fit(tiny(), (X, names, own), class_weight={"b": 4.0}, validation=0.2, **SETTINGS)
    expected = fit(tiny(), (X, y, np.where(y == 1, 4 * own, own)), validation=0.2, **SETTINGS)
    np.testing.assert_allclose(weights_of(found), weights_of(expected), rtol=1e-13)
    np.testing.assert_allclose(found.history.validation_losses, expected.history.validation_losses, rtol=1e-13)


@pytest.mark.parametrize(
    ("weight", "error", "text"),
    [
        (np.ones(3), ShapeError, "a weight for each of the 60 rows, received float64 of shape \\(3,\\)"),
        (np.r_[-1.0, np.ones(59)], DataError, "received -1.0 in row 0"),
        (np.r_[1.0, np.nan, np.ones(58)], DataError, "received nan in row 1"),
        (np.zeros(60), DataError, "received only zeros"),
    ],
)
def test_weights_are_checked(weight, error, text):
    with pytest.raises(error, match=text):
        fit(tiny(), (*blobs(), weight))


@pytest.mark.parametrize("chosen", ["even", {7: 1.0}, {1: -1.0}, {1: np.nan}, 3])
def test_class_weights_are_checked(chosen):
    with pytest.raises(ArgumentError, match="class_weight: expected 'balanced' or weights of 0 or more"):
        fit(tiny(), blobs(), class_weight=chosen)
    X, _ = blobs()
    with pytest.raises(ArgumentError, match="class_weight: expected a target of classes, received regression"):
        fit(Network([Dense(2)]), (X, X), class_weight="balanced")


def test_several_labels_a_row():
    X, _ = blobs()
    y = np.column_stack([X[:, 0] > 0, X[:, 1] > 0, X.sum(1) > 0]).astype(int)
    run = fit(Network([Dense(3)]), (X, y), lr=0.1, epochs=60, validation=0.2)
    assert run.config.loss.name == "binary_cross_entropy"
    predicted = run.network.predict(X)
    np.testing.assert_array_equal(predicted, run.network.predict_proba(X) > 0.5)
    assert (predicted == y).mean() > 0.9
    scores = run.network.evaluate((X, y))
    assert scores["hamming_loss"] == pytest.approx((predicted != y).mean())


def test_labels_go_through_a_file(tmp_path):
    from hagang import load

    X, _ = blobs()
    y = (X > 0).astype(int)
    run = fit(Network([Dense(2)]), (X, y), epochs=2)
    run.network.save(tmp_path / "labels.safetensors")
    again = load(tmp_path / "labels.safetensors")
    assert again.task == "multilabel"
    np.testing.assert_array_equal(again.predict(X.astype(np.float32)), run.network.predict(X))


def test_the_best_epoch_is_that_of_the_best_score():
    X, y = blobs()
    held = X, np.roll(y, 1)

    def confidence(target, prediction):
        return prediction.max(1).mean()

    run = fit(tiny(), (X, y), lr=0.1, epochs=10, validation=held, score=confidence)
    best = int(np.argmax(run.history.scores))
    assert run.scores["confidence"] == run.history.scores[best]
    assert [epoch.is_best for epoch in run.history.epochs][best]
    assert confidence(y, run.network.predict_proba(X)) == pytest.approx(run.history.scores[best], rel=1e-5)
    assert best != int(np.argmin(run.history.validation_losses))


def test_scores_by_name_are_higher_when_better():
    X, y = blobs()
    run = fit(tiny(), (X, y), epochs=4, validation=(X, y), score="log_loss")
    np.testing.assert_allclose(run.history.scores, -np.array(run.history.validation_losses), rtol=1e-5)


def test_weights_of_validation_rows_reach_the_score():
    X, y = blobs()
    weight = np.linspace(0, 1, 60)

    def weighted(target, prediction, sample_weight):
        return np.average(prediction[:, 0], weights=sample_weight)

    run = fit(tiny(), (X, y), epochs=1, validation=(X, y, weight), score=weighted)
    expected = np.average(run.network.predict_proba(X)[:, 0], weights=weight)
    assert run.scores["weighted"] == pytest.approx(expected, rel=1e-6)


def test_patience_of_the_score():
    X, y = blobs()
    heights = iter([0.1, 0.5, 0.4, np.nan, 0.45, 0.6])
    run = fit(
        tiny(),
        (X, y),
        epochs=10,
        validation=(X, y),
        score=lambda target, prediction: next(heights),
        stop="patience 3 of score",
    )
    assert run.stopped_by == (
        "patience: the score has not improved on its best, 0.5 (epoch 2), for 3 evaluations; it is 0.45 (epoch 5)"
    )
    assert run.scores["<lambda>"] == 0.5


def test_a_score_that_cannot_be_measured():
    X, y = blobs()
    with pytest.raises(ArgumentError, match=r"score: expected one of accuracy, .* received 'speed'"):
        fit(tiny(), (X, y), validation=0.2, score="speed")
    with pytest.raises(ArgumentError, match="'rmse' is not measured for classification; expected one of accuracy"):
        fit(tiny(), (X, y), validation=0.2, score="rmse")
    with pytest.raises(ArgumentError, match="expected a score on validation rows; give score='accuracy'"):
        fit(tiny(), (X, y), validation=0.2, stop="patience 3 of score")


def test_functions_hear_the_ends_of_epochs():
    heard = []
    fit(tiny(), blobs(), epochs=3, listeners=[lambda record: heard.append(record.epoch), heard.append])
    assert [each for each in heard if isinstance(each, int)] == [1, 2, 3]


def test_a_column_of_weights_counts():
    from hagang.data import prepare

    X, y = blobs()
    weight = np.random.default_rng(2).uniform(0.5, 2, 60).round(3)
    table = {"a": X[:, 0], "b": X[:, 1], "y": y, "w": weight}
    data = prepare(table, "y", task="classification", weight="w")
    found = fit(tiny(), data, **SETTINGS)
    kept = (data.train.X, data.train.y, weight[data.train.rows])
    np.testing.assert_allclose(weights_of(found), weights_of(fit(tiny(), kept, **SETTINGS)), rtol=1e-5)
    assert not np.allclose(weights_of(found), weights_of(fit(tiny(), kept[:2], **SETTINGS)), rtol=1e-5)
