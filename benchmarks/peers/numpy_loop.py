"""A plain NumPy loop, written by hand."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.peers.protocol import Epochs
from benchmarks.workloads import data, start

if TYPE_CHECKING:
    from benchmarks.peers.protocol import Settings, Trainer
    from benchmarks.workloads import Array, Weights, Workload

__all__ = ["prepare"]


def prepare(workload: Workload, settings: Settings) -> Trainer:
    x, y = data(workload)
    params = [part for pair in start(workload) for part in pair]
    rule = _SGD(workload.lr) if workload.optimizer == "sgd" else _Adam(workload.lr, params)
    generator = np.random.default_rng(0)

    def epoch() -> None:
        order = generator.permutation(workload.rows)
        for at in range(0, workload.rows, workload.batch):
            rows = order[at : at + workload.batch]
            rule.update(params, _gradients(workload.activation, params, x[rows], y[rows]))

    def weights() -> Weights:
        return [(w.copy(), b.copy()) for w, b in zip(params[::2], params[1::2])]

    return Epochs(epoch, weights)


def _gradients(activation: str, params: list[Array], x: Array, y: Array) -> list[Array]:
    values = [x]
    for k in range(0, len(params), 2):
        z = values[-1] @ params[k] + params[k + 1]
        values.append(_activate(activation, z) if k < len(params) - 2 else z)
    delta = _softmax(values[-1])
    delta[np.arange(len(y)), y] -= 1
    delta /= np.float32(len(y))
    found: list[Array] = []
    for k in range(len(params) - 2, -1, -2):
        value = values[k // 2]
        found += [delta.sum(axis=0), value.T @ delta]
        if k:
            delta = (delta @ params[k].T) * (value > 0 if activation == "relu" else value * (1 - value))
    return found[::-1]


def _activate(activation: str, z: Array) -> Array:
    return np.maximum(z, 0, out=z) if activation == "relu" else 1 / (1 + np.exp(-z))


def _softmax(z: Array) -> Array:
    z -= z.max(axis=1, keepdims=True)
    np.exp(z, out=z)
    z /= z.sum(axis=1, keepdims=True)
    return z


class _SGD:
    def __init__(self, lr: float) -> None:
        self.lr = np.float32(lr)

    def update(self, params: list[Array], gradients: list[Array]) -> None:
        for w, g in zip(params, gradients):
            w -= self.lr * g


class _Adam:
    def __init__(self, lr: float, params: list[Array]) -> None:
        self.lr, self.t = lr, 0
        self.means = [np.zeros_like(w) for w in params]
        self.squares = [np.zeros_like(w) for w in params]

    def update(self, params: list[Array], gradients: list[Array]) -> None:
        self.t += 1
        size = np.float32(self.lr / (1 - 0.9**self.t))
        spread = np.float32(1 / math.sqrt(1 - 0.999**self.t))
        for w, g, mean, square in zip(params, gradients, self.means, self.squares):
            mean += _f(0.1) * (g - mean)
            square += _f(0.001) * (g * g - square)
            w -= size * mean / (np.sqrt(square) * spread + _f(1e-8))


def _f(value: float) -> Any:
    return np.float32(value)
