"""Trained networks through a file."""

import subprocess
import sys

import numpy as np
import pytest

import hagang as hg
from hagang.data import prepare
from hagang.errors import ArgumentError, FileFormatError


@pytest.fixture(scope="module")
def iris():
    data = prepare("iris")
    return data, hg.fit(hg.Network([hg.Dense(8, "tanh"), hg.Dense(3)]), data, epochs=30, lr=0.02)


def test_a_loaded_network_answers_alike(iris, tmp_path):
    data, run = iris
    run.network.save(tmp_path / "iris.safetensors")
    loaded = hg.load(tmp_path / "iris.safetensors")
    X = data.test.X
    assert loaded.outputs(X).tobytes() == run.network.outputs(X).tobytes()
    np.testing.assert_array_equal(loaded.predict(X), run.network.predict(X))
    assert loaded.classes == ("setosa", "versicolor", "virginica")
    assert loaded.evaluate(data) == run.network.evaluate(data)
    assert loaded.network == run.network.network
    assert loaded.about["config"]["lr"] == 0.02


def test_saving_twice_gives_the_same_bytes(iris, tmp_path):
    _, run = iris
    for name in ("a", "b"):
        run.network.save(tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_training_goes_on_from_a_file(iris, tmp_path):
    data, run = iris
    run.network.save(tmp_path / "iris.safetensors")
    again = hg.fit(hg.load(tmp_path / "iris.safetensors"), data, epochs=2)
    assert again.history.losses[0] < run.history.losses[0]


def test_a_network_with_the_users_own_activation_needs_no_user_code(tmp_path):
    def wave(z):
        return np.sin(z) + 0.1 * z

    X = np.linspace(-2, 2, 40).reshape(-1, 1)
    run = hg.fit(hg.Network([hg.Dense(5, wave), hg.Dense(1)]), (X, X**2), epochs=2)
    path = tmp_path / "wave.safetensors"
    run.network.save(path)
    np.save(tmp_path / "x.npy", X)
    code = (
        "import hagang as hg, numpy as np, sys; m = hg.load(sys.argv[1]); assert m.network is None; "
        "np.save(sys.argv[3], m.predict(np.load(sys.argv[2])))"
    )
    out = tmp_path / "y.npy"
    subprocess.run([sys.executable, "-c", code, path, tmp_path / "x.npy", out], check=True)
    np.testing.assert_array_equal(np.load(out), run.network.predict(X))
    with pytest.raises(ArgumentError, match="whose layers are known"):
        hg.fit(hg.load(path), (X, X**2))


def test_a_table_goes_in_and_labels_come_out(iris, tmp_path):
    data, run = iris
    run.network.save(tmp_path / "m.safetensors")
    columns = {name: [5.0, 6.0] for name in data.features.inputs}
    assert hg.load(tmp_path / "m.safetensors").predict(columns).shape == (2,)


def test_a_file_that_is_no_network_is_refused(tmp_path):
    from hagang.saved import write

    write(tmp_path / "other.safetensors", {"a": np.ones(2)}, {"kind": "something else"})
    with pytest.raises(FileFormatError, match="expected a trained network"):
        hg.load(tmp_path / "other.safetensors")
    with pytest.raises(FileFormatError, match=r"no such file|not found|does not exist"):
        hg.load(tmp_path / "none.safetensors")
