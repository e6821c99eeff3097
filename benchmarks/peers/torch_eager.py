"""PyTorch, eager: as in its tutorials, and the fastest variant without a compiler."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.nn import functional

from benchmarks.peers.protocol import Epochs
from benchmarks.workloads import data, start

if TYPE_CHECKING:
    from benchmarks.peers.protocol import Settings, Trainer
    from benchmarks.workloads import Weights, Workload

__all__ = ["prepare", "prepare_tuned"]


def prepare(workload: Workload, settings: Settings) -> Trainer:
    """Modules, an optimiser with default settings, whole epochs shuffled at once."""
    torch.set_num_threads(settings.threads)
    x, y = (torch.from_numpy(part) for part in data(workload))
    model, rule = module(workload), nn.CrossEntropyLoss()
    optimizer = _optimizer(workload, list(model.parameters()), {})

    def epoch() -> None:
        order = torch.randperm(workload.rows)
        for rows in order.split(workload.batch):
            optimizer.zero_grad()
            rule(model(x[rows]), y[rows]).backward()
            optimizer.step()

    return Epochs(epoch, lambda: module_weights(model))


def module(workload: Workload) -> nn.Sequential:
    """The network as modules, with the initial weights of the workload."""
    hidden = nn.ReLU if workload.activation == "relu" else nn.Sigmoid
    parts: list[nn.Module] = []
    for matrix, bias in start(workload):
        layer = nn.Linear(*matrix.shape)
        layer.weight.data = torch.from_numpy(matrix.T.copy())
        layer.bias.data = torch.from_numpy(bias)
        parts += [layer, hidden()]
    return nn.Sequential(*parts[:-1])


def module_weights(model: nn.Sequential) -> Weights:
    layers = [layer for layer in model if isinstance(layer, nn.Linear)]
    return [(layer.weight.detach().numpy().T.copy(), layer.bias.detach().numpy().copy()) for layer in layers]


def _optimizer(workload: Workload, params: list[torch.Tensor], way: dict[str, Any]) -> torch.optim.Optimizer:
    rule = torch.optim.SGD if workload.optimizer == "sgd" else torch.optim.Adam
    return rule(params, lr=workload.lr, **way)


# --- tuned ---------------------------------------------------------------------------------------------

_TRIAL_SECONDS = 0.3


def prepare_tuned(workload: Workload, settings: Settings) -> Trainer:
    """Plain tensors, gathered once per epoch; a short trial finds the fastest thread count and optimiser variant."""
    x, y = (torch.from_numpy(part) for part in data(workload))
    threads = sorted({1, settings.threads})
    ways = [(count, way) for count in threads for way in ({"fused": True}, {"foreach": True})]
    trials = [(_trial(_Tuned(workload, x, y, way), count), count, k) for k, (count, way) in enumerate(ways)]
    _, count, best = min(trials)
    torch.set_num_threads(count)
    tuned = _Tuned(workload, x, y, ways[best][1])
    return Epochs(tuned.epoch, tuned.weights)


def _trial(tuned: _Tuned, threads: int) -> float:
    """The best time of a few steps with this many threads."""
    torch.set_num_threads(threads)
    few = torch.arange(min(4 * tuned.workload.batch, tuned.workload.rows))
    tuned.steps(few)
    best, until = math.inf, time.perf_counter() + _TRIAL_SECONDS
    while time.perf_counter() < until:
        began = time.perf_counter()
        tuned.steps(few)
        best = min(best, time.perf_counter() - began)
    return best


class _Tuned:
    def __init__(self, workload: Workload, x: torch.Tensor, y: torch.Tensor, way: dict[str, Any]) -> None:
        self.workload, self.x, self.y = workload, x, y
        self.params = [torch.from_numpy(part).requires_grad_() for pair in start(workload) for part in pair]
        self.optimizer = _optimizer(workload, self.params, way)
        self.hidden = torch.relu if workload.activation == "relu" else torch.sigmoid

    def epoch(self) -> None:
        self.steps(torch.randperm(self.workload.rows))

    def steps(self, order: torch.Tensor) -> None:
        for x, y in zip(self.x[order].split(self.workload.batch), self.y[order].split(self.workload.batch)):
            gradients = torch.autograd.grad(functional.cross_entropy(self.output(x), y), self.params)
            for w, g in zip(self.params, gradients):
                w.grad = g
            self.optimizer.step()

    def output(self, x: torch.Tensor) -> torch.Tensor:
        for w, b in zip(self.params[:-2:2], self.params[1:-2:2]):
            x = self.hidden(torch.addmm(b, x, w))
        return torch.addmm(self.params[-1], x, self.params[-2])

    def weights(self) -> Weights:
        arrays = [part.detach().numpy().copy() for part in self.params]
        return list(zip(arrays[::2], arrays[1::2]))
