"""A run's folder: what is in it, that it opens as it was, and that a crash leaves it readable."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import hagang
from hagang.data import prepare
from hagang.errors import ArgumentError, FileFormatError
from hagang.nn import Dense, Network
from hagang.runs import differences, find_runs, fit, open_run
from hagang.runs import folder as folder_module


def network(outputs=3):
    return Network([Dense(5, "tanh"), Dense(outputs)])


@pytest.fixture(scope="module")
def iris():
    return prepare("iris")


def test_an_opened_run_is_the_run(iris, tmp_path):
    run = fit(network(), iris, lr=0.01, epochs=8, schedule="Step(3)", folder=tmp_path / "runs" / "first")
    opened = open_run(tmp_path / "runs" / "first")
    assert opened.history.epochs == run.history.epochs
    np.testing.assert_array_equal(opened.history.step_losses, run.history.step_losses)
    np.testing.assert_array_equal(opened.history.step_rates, run.history.step_rates)
    assert (opened.config, opened.scores, opened.stopped_by) == (run.config, run.scores, run.stopped_by)
    np.testing.assert_array_equal(opened.network.predict(iris.test.X), run.network.predict(iris.test.X))
    np.testing.assert_array_equal(opened.outcomes.output, run.outcomes.output)
    assert opened.outcomes.part == "test"
    assert repr(opened) == "Run('first': 8 epochs, stopped by epoch limit: 8 epochs done)"


def test_the_record_tells_what_it_takes_to_do_it_again(iris, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "orig_argv", ["/usr/bin/python3", "train.py", "--note", "two words"])
    fit(network(), iris, epochs=2, seed=3, threads=1, folder=tmp_path / "first")
    record = json.loads((tmp_path / "first" / "run.json").read_text(encoding="utf-8"))
    assert record["state"] == "done"
    assert record["config"]["seed"] == 3
    assert record["data"]["rows"] == {"training": 104, "validation": 23, "test": 23}
    assert record["data"]["labels"] == ["setosa", "versicolor", "virginica"]
    assert record["environment"]["versions"]["numpy"] == np.__version__
    assert record["environment"]["threads"] == 1
    assert record["command"] == "python3 train.py --note 'two words'"
    outcome = record["outcome"]
    assert outcome["scored"] == "test"
    assert outcome["guess"] == "always 'versicolor', the most frequent class in training"
    assert outcome["scores"].keys() == outcome["baseline"].keys()


def test_the_fingerprint_is_of_the_numbers(iris, tmp_path):
    fit(network(), (iris.train.X, iris.train.y), epochs=1, folder=tmp_path / "a")
    fit(network(), (iris.train.X.copy(), iris.train.y), epochs=1, seed=5, folder=tmp_path / "b")
    fit(network(), (iris.train.X + 1, iris.train.y), epochs=1, folder=tmp_path / "c")
    a, b, c = (open_run(tmp_path / name).record["data"]["fingerprint"] for name in "abc")
    assert a == b != c


def test_a_folder_changes_no_bit(iris, tmp_path):
    one = fit(network(), iris, epochs=5)
    two = fit(network(), iris, epochs=5, folder=tmp_path / "two")
    np.testing.assert_array_equal(one.history.step_losses, two.history.step_losses)


def test_without_rows_held_out_those_of_the_training_are_answered_for(iris, tmp_path):
    run = fit(network(), (iris.train.X, iris.train.y), epochs=2, folder=tmp_path / "first")
    assert run.outcomes.part == open_run(tmp_path / "first").outcomes.part == "training"
    assert fit(network(), (iris.train.X, iris.train.y), epochs=2).outcomes is None


def test_quantities_are_in_their_own_unit(tmp_path):
    data = prepare("diabetes")
    run = fit(network(1), data, lr=0.01, epochs=10, folder=tmp_path / "first")
    outcomes = open_run(tmp_path / "first").outcomes
    assert outcomes.target.shape == outcomes.output.shape == (len(data.test), 1)
    assert 100 < outcomes.target.mean() < 200
    outcome = run.record["outcome"]
    assert outcome["scores"]["rmse"] == pytest.approx(run.network.evaluate(data)["rmse"])
    assert outcome["baseline"]["r2"] < outcome["scores"]["r2"]
    assert outcome["guess"].startswith("always 15")


def test_a_loss_of_ones_own_leaves_no_config_to_build(tmp_path, iris):
    fit(network(), iris, loss=lambda z, y: np.sum(z**2, axis=1) + 0 * y, epochs=1, folder=tmp_path / "own")
    opened = open_run(tmp_path / "own")
    assert opened.config is None
    assert opened.record["config"]["lr"] == 0.001


def test_what_is_there_is_not_written_over(iris, tmp_path):
    fit(network(), iris, epochs=1, folder=tmp_path / "first")
    with pytest.raises(ArgumentError, match="first' holds a run already; choose another name, or remove it"):
        fit(network(), iris, epochs=1, folder=tmp_path / "first")
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ArgumentError, match="holds something already"):
        fit(network(), iris, epochs=1, folder=tmp_path)
    with pytest.raises(FileFormatError, match="cannot be made"):
        fit(network(), iris, epochs=1, folder=tmp_path / "mine.txt" / "first")


def test_what_is_no_run_is_said(tmp_path):
    with pytest.raises(FileFormatError, match=r"is not the folder of a run: it holds no run.json"):
        open_run(tmp_path)
    (tmp_path / "run.json").write_text("{")
    with pytest.raises(FileFormatError, match=r"run.json' is damaged"):
        open_run(tmp_path)
    (tmp_path / "run.json").write_text('{"format": 2}')
    with pytest.raises(FileFormatError, match="was written in format 2, this hagang reads format 1"):
        open_run(tmp_path)


def test_a_damaged_history_is_said(iris, tmp_path):
    fit(network(), iris, epochs=1, folder=tmp_path / "first")
    (tmp_path / "first" / "history.parquet").write_bytes(b"PAR1")
    with pytest.raises(FileFormatError, match=r"history.parquet' cannot be read"):
        open_run(tmp_path / "first")


CRASH = """
import os, signal, sys
from hagang.data import prepare
from hagang.nn import Dense, Network
from hagang.runs import fit, folder
folder._SECONDS = 0.0
folder._SHARE = 1.0
def die(record):
    if record.epoch == 40: os.kill(os.getpid(), signal.SIGKILL)
class Die:
    on_epoch_end = staticmethod(die)
fit(Network([Dense(5, "tanh"), Dense(3)]), prepare("iris"), epochs=1000, folder=sys.argv[1], listeners=[Die()])
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_crash_leaves_what_was_known(tmp_path):
    place = tmp_path / "runs" / "crashed"
    environment = {**os.environ, "PYTHONPATH": str(Path(hagang.__file__).resolve().parents[1])}
    done = subprocess.run([sys.executable, "-c", CRASH, str(place)], check=False, env=environment)
    assert done.returncode == -signal.SIGKILL
    opened = open_run(place)
    assert opened.record["state"] == "unfinished"
    assert opened.stopped_by == "unfinished"
    assert 1 <= len(opened.history.epochs) <= 40
    assert opened.network.task == "classification"
    assert opened.outcomes is None
    assert find_runs(tmp_path / "runs") == [place]


def test_a_run_that_broke_off_at_once_has_no_model(tmp_path, iris, monkeypatch):
    monkeypatch.setattr(folder_module, "_SECONDS", 1e9)

    class Broken:
        def on_epoch_end(self, record):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fit(network(), iris, epochs=3, folder=tmp_path / "first", listeners=[Broken()])
    opened = open_run(tmp_path / "first")
    assert opened.history.epochs == []
    with pytest.raises(FileFormatError, match="holds no model: the run ended before its first epoch was done"):
        _ = opened.network


def test_differences_are_what_is_not_the_same(iris):
    runs = [fit(network(), iris, lr=lr, epochs=2) for lr in (0.1, 0.01)]
    found = differences(runs)
    assert found["config"] == {"lr": [0.1, 0.01]}
    assert found["data"] == {}
    assert set(found["outcome"]) >= {"validation.loss", "seconds"}
    assert "stopped_by" not in found["outcome"]


def test_runs_are_found_in_their_folder(tmp_path):
    assert find_runs(tmp_path) == []
    with pytest.raises(FileFormatError, match="there is no folder"):
        find_runs(tmp_path / "nowhere")
