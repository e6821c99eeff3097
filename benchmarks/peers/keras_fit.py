"""Keras on JAX: `compile` and `fit` with their defaults."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

os.environ.setdefault("KERAS_BACKEND", "jax")

import keras

from benchmarks.peers.protocol import Epochs
from benchmarks.workloads import data, start

if TYPE_CHECKING:
    from benchmarks.peers.protocol import Settings, Trainer
    from benchmarks.workloads import Weights, Workload

__all__ = ["prepare"]


def prepare(workload: Workload, settings: Settings) -> Trainer:
    keras.utils.set_random_seed(0)
    x, y = data(workload)
    dense = [keras.layers.Dense(units, workload.activation) for units in workload.sizes[1:-1]]
    model = keras.Sequential([keras.Input(workload.sizes[:1]), *dense, keras.layers.Dense(workload.sizes[-1])])
    model.set_weights([part for pair in start(workload) for part in pair])
    rule = keras.optimizers.SGD if workload.optimizer == "sgd" else keras.optimizers.Adam
    # Keras puts 1e-7 where PyTorch and the others have 1e-8.
    optimizer = rule(workload.lr, **({"epsilon": 1e-8} if workload.optimizer == "adam" else {}))
    model.compile(optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True))

    def epoch() -> None:
        model.fit(x, y, batch_size=workload.batch, epochs=1, verbose=0)

    def weights() -> Weights:
        arrays = model.get_weights()
        return list(zip(arrays[::2], arrays[1::2]))

    return Epochs(epoch, weights)
