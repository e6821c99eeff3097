"""A run and its network survive pickles, copies and other processes with the same answers, and hold no rows."""

import copy
import pickle
import subprocess
import sys

import numpy as np
import pytest

from hagang.nn import BatchNorm, Dense, Dropout, Network
from hagang.runs import fit

WAYS = [pickle.loads, copy.copy, copy.deepcopy]


def go(value, way):
    return way(pickle.dumps(value)) if way is pickle.loads else way(value)


def rows(count=80):
    X = np.random.default_rng(0).normal(size=(count, 4))
    return X, (X[:, 0] + X[:, 1] > 0).astype(int)


def run_of(count=80, **options):
    network = Network([Dense(6, "tanh"), BatchNorm(), Dropout(0.2), Dense(2)])
    return fit(network, rows(count), epochs=3, seed=1, **options)


@pytest.mark.parametrize("way", WAYS)
def test_a_network_answers_the_same(way):
    network = run_of(validation=0.2).network
    again = go(network, way)
    np.testing.assert_array_equal(again.predict_proba(rows()[0]), network.predict_proba(rows()[0]))
    assert again.about["scores"] == network.about["scores"]
    assert again.network == network.network


@pytest.mark.parametrize("way", WAYS)
def test_a_run_goes_on_the_same(way):
    run = run_of(validation=0.2, score="accuracy", stop="patience 50", schedule="Plateau(patience=1)")
    again = go(run, way)
    assert (again.stopped_by, again.stopped_by.kind, again.config) == (run.stopped_by, "epochs", run.config)
    assert again.history.losses == run.history.losses
    ways = [fit(one, rows(), epochs=2, validation=0.2, seed=1, score="accuracy") for one in (run, again)]
    assert ways[0].history.losses == ways[1].history.losses
    for name, value in ways[0].network.weights.items():
        np.testing.assert_array_equal(value, ways[1].network.weights[name])


def test_a_pickle_does_not_grow_with_the_rows_trained_on():
    sizes = [len(pickle.dumps(run_of(count, batch_size=count // 10))) for count in (200, 20_000)]
    assert sizes[1] < sizes[0] + 2_000


def test_another_process_reads_it(tmp_path):
    run = run_of()
    (tmp_path / "run").write_bytes(pickle.dumps(run))
    code = (
        "import pickle, pathlib, numpy as np\n"
        f"run = pickle.loads(pathlib.Path({str(tmp_path / 'run')!r}).read_bytes())\n"
        "print(run.network.predict(np.ones((1, 4)))[0], run.stopped_by.kind)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(run.network.predict(np.ones((1, 4)))[0]), "epochs"]
