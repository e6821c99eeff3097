"""scikit-learn's MLPClassifier: `fit` with a fixed number of epochs, continuing from its weights."""

from __future__ import annotations

import time
import warnings
from typing import TYPE_CHECKING

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from benchmarks.workloads import data, start

if TYPE_CHECKING:
    from benchmarks.peers.protocol import Settings, Trainer
    from benchmarks.workloads import Array, Weights, Workload

__all__ = ["prepare"]


def prepare(workload: Workload, settings: Settings) -> Trainer:
    return _Classifier(workload)


class _Classifier:
    def __init__(self, workload: Workload) -> None:
        self.x, self.y = data(workload)
        self.model = MLPClassifier(
            hidden_layer_sizes=workload.sizes[1:-1],
            activation="logistic" if workload.activation == "sigmoid" else workload.activation,
            solver=workload.optimizer,
            learning_rate_init=workload.lr,
            batch_size=workload.batch,
            alpha=0.0,
            momentum=0.0,
            nesterovs_momentum=False,
            tol=0.0,
            warm_start=True,
            random_state=0,
        )
        self._begin(workload)

    def _begin(self, workload: Workload) -> None:
        """Fit one epoch, which initialises the model, then replace its weights by ours."""
        self.run(1)
        given = start(workload)
        if self.model.n_outputs_ == 1:
            matrix, bias = given[-1]
            given[-1] = matrix[:, 1:] - matrix[:, :1], bias[1:] - bias[:1]
        for k, (matrix, bias) in enumerate(given):
            self.model.coefs_[k][...] = matrix
            self.model.intercepts_[k][...] = bias

    def run(self, epochs: int) -> float:
        self.model.set_params(max_iter=epochs, n_iter_no_change=epochs + 1)
        began = time.perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            self.model.fit(self.x, self.y)
        return time.perf_counter() - began

    def weights(self) -> Weights:
        pairs = list(zip(self.model.coefs_, self.model.intercepts_))
        if self.model.n_outputs_ == 1:
            matrix, bias = pairs[-1]
            pairs[-1] = _two_columns(matrix), _two_columns(bias)
        return pairs


def _two_columns(part: Array) -> Array:
    """A single logistic unit as a softmax over two logits, the first of which is zero."""
    return np.concatenate([np.zeros_like(part), part], axis=-1)
