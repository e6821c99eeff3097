"""The same bits on any number of threads, and in every run, for dense nets from tiny to large."""

import numpy as np
import pytest

from hagang import nn
from hagang.runs import fit

NETS = {
    "tiny": ((2, 16, 16, 2), 10, "sgd", "relu"),
    "small": ((64, 64, 10), 32, "adam", "relu"),
    "wide inputs": ((784, 100, 10), 100, "sgd", "relu"),
    "large": ((784, 512, 512, 10), 128, "adam", "relu"),
    "few inputs": ((20, 256, 256, 2), 256, "adam", "relu"),
    "many classes": ((64, 128, 1000), 128, "adam", "relu"),
    "deep": ((16, *[32] * 8, 4), 64, "adam", "sigmoid"),
}


def trained(sizes, batch, optimizer, activation, threads):
    """Losses and weights after two epochs of three steps, the last of which has a few rows only."""
    generator = np.random.default_rng(7)
    rows = 2 * batch + 7
    x = generator.standard_normal((rows, sizes[0]), np.float32)
    y = generator.integers(0, sizes[-1], rows)
    y[: sizes[-1]] = np.arange(min(sizes[-1], rows))
    layers = [*[nn.Dense(units, activation) for units in sizes[1:-1]], nn.Dense(sizes[-1])]
    run = fit(nn.Network(layers), (x, y), optimizer=optimizer, epochs=2, batch_size=batch, threads=threads)
    losses = [epoch.loss for epoch in run.history.epochs]
    return losses, {name: value.tobytes() for name, value in run.network.weights.items()}


@pytest.mark.parametrize("name", NETS)
def test_no_bit_depends_on_the_number_of_threads_or_on_the_run(name, monkeypatch):
    monkeypatch.setenv("HAGANG_SMALL_WORK", "0")
    alone = trained(*NETS[name], threads=1)
    for threads in (1, 2, 3, 5):
        assert trained(*NETS[name], threads=threads) == alone
