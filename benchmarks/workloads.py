"""Workloads: networks, batches and synthetic data, the same for every library."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["WORKLOADS", "Weights", "Workload", "data", "loss", "start"]

Array = npt.NDArray[Any]
Weights = list[tuple[Array, Array]]
"""A matrix of shape (inputs, units) and a bias of shape (units,) per layer."""

_SEED = 20_000


@dataclass(frozen=True)
class Workload:
    """A dense network with softmax cross entropy in float32, and its training settings.

    Parameters
    ----------
    name : str
        What it is called on the command line and in tables.
    sizes : tuple of int
        Inputs, units of each hidden layer, classes.
    batch : int
        Rows a step; a divisor of `rows`, so that every step is alike.
    optimizer : str
        "sgd" without momentum, or "adam" with PyTorch's constants.
    rows : int
        Rows of the training data: an epoch is `rows / batch` steps.
    activation : str
        Of the hidden layers: "relu" or "sigmoid".
    """

    name: str
    sizes: tuple[int, ...]
    batch: int
    optimizer: str
    lr: float
    rows: int
    activation: str = "relu"

    @property
    def steps(self) -> int:
        """Steps per epoch."""
        return self.rows // self.batch

    @property
    def layers(self) -> list[tuple[int, int]]:
        """Inputs and units of each layer."""
        return list(pairwise(self.sizes))

    @property
    def flops(self) -> int:
        """FLOPs of a step's matrix products: outputs, weight gradients, input gradients except of the first layer."""
        products = [inputs * units for inputs, units in self.layers]
        return 2 * self.batch * (3 * sum(products) - products[0])

    @property
    def title(self) -> str:
        """A short description."""
        sizes = "–".join(_folded(self.sizes))
        return f"{sizes}, batch {self.batch}, {_OPTIMIZERS[self.optimizer]}" + (
            "" if self.activation == "relu" else f", {self.activation}"
        )

    def one_step(self) -> Workload:
        """The same with the rows of one step only."""
        return replace(self, rows=self.batch)


_OPTIMIZERS = {"sgd": "SGD", "adam": "Adam"}


def _folded(sizes: tuple[int, ...]) -> list[str]:
    """Sizes as text, runs of more than three equal ones as 32×8."""
    runs: list[tuple[int, int]] = []
    for size in sizes:
        count = runs.pop()[1] + 1 if runs and runs[-1][0] == size else 1
        runs.append((size, count))
    return [part for size, n in runs for part in ([f"{size}×{n}"] if n > 3 else [str(size)] * n)]


_ALL = (
    Workload("W1", (2, 16, 16, 2), 10, "sgd", 0.05, 10_000),
    Workload("W2", (64, 64, 10), 32, "adam", 1e-3, 12_800),
    Workload("W3", (784, 100, 10), 100, "sgd", 0.05, 20_000),
    Workload("W4", (784, 512, 512, 10), 128, "adam", 1e-3, 6_400),
    Workload("W5", (20, 256, 256, 2), 256, "adam", 1e-3, 51_200),
    # Where an engine of fused matrix products is likely weakest: a softmax that costs as much as the products, and
    # many small layers one after another, each waiting for the last.
    Workload("W6", (64, 128, 1000), 128, "adam", 1e-3, 25_600),
    Workload("W7", (16, *[32] * 8, 4), 64, "adam", 2e-3, 25_600, "sigmoid"),
)
WORKLOADS = {workload.name: workload for workload in _ALL}


def data(workload: Workload) -> tuple[Array, npt.NDArray[np.int64]]:
    """Normally distributed rows, with classes from a noisy linear map."""
    generator = np.random.default_rng(_SEED)
    inputs, classes = workload.sizes[0], workload.sizes[-1]
    x = generator.standard_normal((workload.rows, inputs), np.float32)
    teacher = generator.standard_normal((inputs, classes), np.float32)
    noise = generator.standard_normal((workload.rows, classes), np.float32)
    y = np.argmax(x @ teacher + np.float32(0.3 * inputs**0.5) * noise, axis=1).astype(np.int64)
    # Every class is there, since some libraries count them.
    y[:classes] = np.arange(min(classes, workload.rows))
    return x, y


def start(workload: Workload) -> Weights:
    """The initial weights: normal, scaled for the activation; biases zero."""
    generator = np.random.default_rng(_SEED + 1)
    gain = 2.0 if workload.activation == "relu" else 1.0
    return [
        (
            (generator.standard_normal((inputs, units)) * (gain / inputs) ** 0.5).astype(np.float32),
            np.zeros(units, np.float32),
        )
        for inputs, units in workload.layers
    ]


def loss(workload: Workload, x: Array, y: Array, weights: Weights) -> float:
    """The mean cross entropy of these weights over the rows, in float64."""
    value = x.astype(np.float64)
    for k, (matrix, bias) in enumerate(weights):
        value = value @ matrix.astype(np.float64) + bias
        if k < len(weights) - 1:
            value = np.maximum(value, 0) if workload.activation == "relu" else 1 / (1 + np.exp(-value))
    value -= value.max(axis=1, keepdims=True)
    return float(np.mean(np.log(np.exp(value).sum(axis=1)) - value[np.arange(len(y)), y]))
