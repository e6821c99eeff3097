"""PyTorch with `torch.compile` of loss and gradient, and of the optimiser step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn import functional

from benchmarks.peers.protocol import Epochs
from benchmarks.peers.torch_eager import module, module_weights
from benchmarks.workloads import data

if TYPE_CHECKING:
    from benchmarks.peers.protocol import Settings, Trainer
    from benchmarks.workloads import Workload

__all__ = ["prepare"]

_SMALL_FLOPS = 2_000_000


def prepare(workload: Workload, settings: Settings) -> Trainer:
    # Compiling takes too long for a trial; below so little work a second thread has never been faster.
    torch.set_num_threads(1 if workload.flops < _SMALL_FLOPS else settings.threads)
    x, y = (torch.from_numpy(part) for part in data(workload))
    model = module(workload)
    rule = torch.optim.SGD if workload.optimizer == "sgd" else torch.optim.Adam
    optimizer = rule(model.parameters(), lr=torch.tensor(workload.lr) if workload.optimizer == "adam" else workload.lr)

    def cost(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return functional.cross_entropy(model(x), y)

    slope, step = torch.compile(cost), torch.compile(optimizer.step)

    def epoch() -> None:
        order = torch.randperm(workload.rows)
        for xs, ys in zip(x[order].split(workload.batch), y[order].split(workload.batch)):
            optimizer.zero_grad()
            slope(xs, ys).backward()
            step()

    return Epochs(epoch, lambda: module_weights(model))
