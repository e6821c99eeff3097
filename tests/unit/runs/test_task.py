"""The task of a run is one and the same in its network, record, answers, baseline and report."""

import numpy as np
import pytest

from hagang import Dense, Network
from hagang.errors import ArgumentError
from hagang.runs import fit, open_run
from hagang.training import Outcomes
from hagang.training.holdout import Baseline, judge
from hagang.training.inputs import training_data
from hagang.view import plot_confusion, plot_residuals
from hagang.view.report import report

X = np.random.default_rng(0).normal(size=(80, 3))
TARGETS = {
    "classification": (X[:, 0] > 0).astype(int),
    "multilabel": np.column_stack([X[:, 0] > -1, X[:, 1] > 1]).astype(int),
    "regression": X[:, :2] @ np.array([[1.0], [2.0]]),
}


def run_of(task, **options):
    return fit(Network([Dense(1 if task == "regression" else 2)]), (X, TARGETS[task]), epochs=2, **options)


@pytest.mark.parametrize("task", TARGETS)
def test_it_is_decided_where_the_target_comes_in(task):
    data = training_data((X, TARGETS[task]), 0.25, "float32", 0)
    assert (data.task, data.is_classification) == (task, task == "classification")


@pytest.mark.parametrize("task", TARGETS)
def test_a_run_and_its_folder_say_the_same(task, tmp_path):
    run = run_of(task, validation=0.2, folder=tmp_path / "run")
    opened = open_run(tmp_path / "run")
    said = [(one.network.task, one.record["data"]["task"], one.outcomes.task) for one in (run, opened)]
    assert said == [(task,) * 3] * 2
    np.testing.assert_array_equal(opened.outcomes.target, run.outcomes.target)


def test_labels_are_compared_with_the_most_frequent_answer_for_each():
    run = run_of("multilabel", validation=0.2)
    outcome, share = run.record["outcome"], TARGETS["multilabel"].mean(axis=0)
    assert share[0] > 0.5 > share[1]
    assert outcome["guess"] == "always 1, 0, each label as most training rows have it"
    held = run.outcomes.target
    assert outcome["baseline"]["hamming_loss"] == pytest.approx(np.mean(held != [1, 0]))
    assert run.record["data"]["labels"] == ["0", "1"]


def test_the_baseline_of_labels_by_hand():
    labels = np.array([[1, 0], [1, 1], [0, 0], [1, 0]])
    baseline = Baseline.of(training_data((np.ones((4, 1)), labels), None, "float32", 0), labels)
    assert baseline.values == (0.75, 0.25)
    outcomes = Outcomes("test", "multilabel", np.array([[1, 0], [0, 0]]), np.array([[0.9, 0.1], [0.2, 0.7]]))
    judged = judge(outcomes, baseline)
    assert judged["scores"]["hamming_loss"] == 0.25
    assert judged["baseline"]["hamming_loss"] == 0.25
    assert judged["baseline"]["accuracy"] == 0.5


def test_a_report_says_labels():
    text = report(run_of("multilabel", validation=0.2))
    assert "multilabel: 2 labels per row, each 0 or 1" in text
    assert "each label as most training rows have it" in text


def test_pictures_of_one_class_or_of_quantities_refuse_labels():
    run = run_of("multilabel", validation=0.2)
    for draw in (plot_confusion, plot_residuals):
        with pytest.raises(ArgumentError, match="'arrays' predicts several labels per row"):
            draw(run)
