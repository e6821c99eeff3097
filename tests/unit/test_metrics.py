"""Scores against hand-worked figures and against scikit-learn's own functions."""

import math

import numpy as np
import pytest
from sklearn import metrics as sk

from hagang.errors import ArgumentError, ShapeError
from hagang.metrics import HIGHER_IS_BETTER, baseline, score


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def test_binary_scores_by_hand():
    # Predictions 0, 1, 0, 1 for 0, 0, 1, 1: recalls 1/2 and 1/2; class 1: precision 1/2, recall 1/2, F1 1/2.
    # Pairs (positive, negative) ranked rightly: 0.4 > 0.1, 0.4 < 0.6, 0.9 > 0.1, 0.9 > 0.6: 3 of 4.
    scores = score("classification", [0, 0, 1, 1], [0.1, 0.6, 0.4, 0.9])
    assert scores["accuracy"] == 0.5
    assert scores["balanced_accuracy"] == 0.5
    assert scores["f1"] == 0.5
    assert scores["roc_auc"] == 0.75
    # Average precision: ranked 0.9 (+), 0.6 (-), 0.4 (+), 0.1 (-): 1/2 * 1 + 1/2 * 2/3.
    assert scores["pr_auc"] == pytest.approx(0.5 + 1 / 3)
    assert scores["log_loss"] == pytest.approx(-np.mean(np.log([0.9, 0.4, 0.4, 0.9])))


def test_two_columns_one_column_and_a_vector_score_alike(rng):
    p, y = rng.random(50), rng.integers(0, 2, 50)
    whole = score("classification", y, np.column_stack([1 - p, p]))
    assert score("classification", y, p) == pytest.approx(whole)
    assert score("classification", y, p[:, None]) == pytest.approx(whole)


def test_multiclass_agrees_with_scikit_learn(rng):
    y, p = rng.integers(0, 4, 200), softmax(rng.normal(size=(200, 4)))
    scores = score("classification", y, p)
    guess = p.argmax(axis=1)
    assert scores["accuracy"] == pytest.approx(sk.accuracy_score(y, guess))
    assert scores["balanced_accuracy"] == pytest.approx(sk.balanced_accuracy_score(y, guess))
    assert scores["roc_auc"] == pytest.approx(sk.roc_auc_score(y, p, multi_class="ovr", average="macro"))
    assert scores["f1"] == pytest.approx(sk.f1_score(y, guess, average="macro"))
    assert scores["log_loss"] == pytest.approx(sk.log_loss(y, p))
    onehot = np.eye(4)[y]
    assert scores["pr_auc"] == pytest.approx(sk.average_precision_score(onehot, p, average="macro"))


def test_absent_classes_are_left_out_without_a_warning():
    p = np.array([[0.7, 0.2, 0.1], [0.2, 0.7, 0.1], [0.1, 0.2, 0.7]])
    scores = score("classification", [0, 1, 1], p)
    assert scores["balanced_accuracy"] == pytest.approx((1 + 0.5) / 2)
    assert scores["f1"] == pytest.approx((1 + 2 / 3 + 0) / 3)
    assert all(math.isfinite(value) for value in scores.values())


def test_one_class_alone_has_no_area():
    scores = score("classification", [1, 1], [0.3, 0.8])
    assert math.isnan(scores["roc_auc"])
    assert math.isnan(scores["pr_auc"])
    assert scores["accuracy"] == 0.5


def test_float32_rows_that_nearly_sum_to_one_are_fine(rng):
    p = softmax(rng.normal(size=(1000, 10))).astype(np.float32) * np.float32(1.001)
    y = rng.integers(0, 10, 1000)
    expected = sk.log_loss(y, p.astype(np.float64) / p.astype(np.float64).sum(1, keepdims=True))
    assert score("classification", y, p)["log_loss"] == pytest.approx(expected)


def test_a_certain_mistake_costs_much_but_not_infinitely():
    assert math.isfinite(score("classification", [0, 1], [[0.0, 1.0], [0.0, 1.0]])["log_loss"])


def test_regression_by_hand():
    # Errors 0, 1, -2: squares 0, 1, 4; variance about the mean 2: 1 + 0 + 1.
    scores = score("regression", [1.0, 2.0, 3.0], [[1.0], [3.0], [1.0]])
    assert scores == pytest.approx({"rmse": math.sqrt(5 / 3), "mae": 1.0, "r2": 1 - 5 / 2})


def test_r2_of_a_constant_target_is_not_defined():
    assert math.isnan(score("regression", [2.0, 2.0], [1.0, 3.0])["r2"])
    assert math.isnan(score("regression", [2.0], [1.0])["r2"])


def test_baselines_predict_frequencies_and_mean():
    scores = baseline("classification", [0, 0, 0, 1], [0, 1, 1])
    assert scores["accuracy"] == pytest.approx(1 / 3)
    assert scores["roc_auc"] == 0.5
    assert scores["log_loss"] == pytest.approx(-(math.log(0.75) + 2 * math.log(0.25)) / 3)
    assert baseline("regression", [1.0, 3.0], [2.0, 4.0])["mae"] == 1.0
    assert baseline("classification", [0, 0, 1], [0, 2], classes=3)["accuracy"] == 0.5


def test_every_score_has_a_direction(rng):
    names = {*score("classification", [0, 1], [0.1, 0.9]), *score("regression", [1.0, 2.0], [1.0, 1.0])}
    names |= {*score("multilabel", [[0, 1], [1, 0]], [[0.1, 0.9], [0.5, 0.5]])}
    assert names == set(HIGHER_IS_BETTER)


def test_labels_by_scikit_learn(rng):
    y = rng.integers(0, 2, (40, 3))
    p = rng.uniform(size=(40, 3))
    found = score("multilabel", y, p)
    assert found["accuracy"] == sk.accuracy_score(y, p > 0.5)
    assert found["hamming_loss"] == pytest.approx(sk.hamming_loss(y, p > 0.5))
    assert found["roc_auc"] == pytest.approx(sk.roc_auc_score(y, p))
    assert found["pr_auc"] == pytest.approx(sk.average_precision_score(y, p))
    assert found["f1"] == pytest.approx(sk.f1_score(y, p > 0.5, average="macro"))
    columns = [sk.log_loss(y[:, k], p[:, k]) for k in range(3)]
    assert found["log_loss"] == pytest.approx(np.mean(columns))


def test_several_outputs_are_averaged(rng):
    y, p = rng.normal(size=(2, 30, 2))
    found = score("regression", y, p)
    assert found["r2"] == pytest.approx(sk.r2_score(y, p))
    assert found["rmse"] == pytest.approx(np.sqrt(sk.mean_squared_error(y, p)))


@pytest.mark.parametrize(
    ("task", "target", "prediction", "error", "text"),
    [
        ("clustering", [0], [0.5], ArgumentError, "Received 'clustering'"),
        ("classification", [0, 1], [0.5], ShapeError, "Received 1 and 2"),
        ("classification", [0, 2], [0.5, 0.5], ArgumentError, "codes from 0 to 1"),
        ("classification", [0.0, 1.0], [0.5, 0.5], ArgumentError, "class codes"),
        ("classification", [0, 1], [0.5, math.nan], ArgumentError, "in row 1"),
        ("classification", [0, 1], [0.5, 1.5], ArgumentError, "not negative"),
        ("classification", [0], np.zeros((1, 2, 2)), ShapeError, r"shape \(1, 2, 2\)"),
        ("regression", [0.0, 1.0], [[[0.5], [0.5]]], ShapeError, r"prediction must have shape"),
        ("multilabel", [[0, 1]], [[0.5, 0.5], [0.1, 0.9]], ShapeError, "Received 2 and 1"),
        ("regression", [0.0, 1.0], [math.inf, 0.0], ArgumentError, "Received inf in row 0"),
        ("regression", [], [], ShapeError, "at least one"),
    ],
)
def test_errors_say_what_came(task, target, prediction, error, text):
    with pytest.raises(error, match=text):
        score(task, target, prediction)
