"""Fifty steps of PyTorch's and Optax's optimisers in float64, kept in trajectories.json.

Run `python tests/oracle/make_trajectories.py` where PyTorch and Optax can be imported; test_trajectories.py compares.
Everyone is given the same gradients, computed here in NumPy.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

STEPS = 50
STORED = Path(__file__).with_name("trajectories.json")

CURVATURE = np.array([1.0, 3.0, 10.0])
DESIGN = np.cos(np.outer(np.arange(1, 9), [0.3, 1.1, 2.3]))
TARGET = np.sin(np.arange(1, 9))


def quadratic(w):
    return CURVATURE * w


def rosenbrock(w):
    x, y = w
    return np.array([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)])


def least_squares(w):
    return 2 * DESIGN.T @ (DESIGN @ w - TARGET) / len(TARGET)


PROBLEMS = {
    "quadratic": (quadratic, np.array([2.0, -1.0, 0.5])),
    "rosenbrock": (rosenbrock, np.array([-0.5, 0.75])),
    "least squares": (least_squares, np.array([0.0, 1.0, -1.0])),
}


def _torch(lr, make, average=None, before=None):
    def path(problem):
        import torch

        # NAdam keeps a running product in the default dtype, whatever the weights are.
        torch.set_default_dtype(torch.float64)
        slope, start = PROBLEMS[problem]
        w = torch.nn.Parameter(torch.tensor(start))
        optimiser, told = make(torch.optim, [w], lr), []
        kept = None
        for _ in range(STEPS):
            w.grad = torch.tensor(slope(w.detach().numpy()))
            if before is not None:
                before(torch.nn.utils, [w])
            optimiser.step()
            if average is not None:
                kept = kept or _averaged(torch, w, average)
                kept.update_parameters(_holder(torch, w))
            told.append((w if kept is None else kept.module.w).detach().numpy().copy())
        return np.array(told)

    return path


def _holder(torch, w):
    module = torch.nn.Module()
    module.w = w
    return module


def _averaged(torch, w, average):
    swa = torch.optim.swa_utils
    rule = {"multi_avg_fn": swa.get_ema_multi_avg_fn(average)} if isinstance(average, float) else {}
    return swa.AveragedModel(_holder(torch, w), **rule)


def _optax(lr, make):
    def path(problem):
        import jax
        import optax

        jax.config.update("jax_enable_x64", True)
        slope, w = PROBLEMS[problem]
        rule, told = make(optax, lr), []
        state = rule.init(w)
        for _ in range(STEPS):
            updates, state = rule.update(slope(w), state, w)
            w = np.asarray(optax.apply_updates(w, updates))
            told.append(w)
        return np.array(told)

    return path


PEERS = {
    "sgd": _torch(1e-3, lambda o, w, lr: o.SGD(w, lr)),
    "momentum": _torch(1e-3, lambda o, w, lr: o.SGD(w, lr, momentum=0.9)),
    "dampened": _torch(1e-3, lambda o, w, lr: o.SGD(w, lr, momentum=0.8, dampening=0.3)),
    "nesterov": _torch(1e-3, lambda o, w, lr: o.SGD(w, lr, momentum=0.9, nesterov=True)),
    "adagrad": _torch(0.1, lambda o, w, lr: o.Adagrad(w, lr)),
    "adagrad started": _torch(0.1, lambda o, w, lr: o.Adagrad(w, lr, initial_accumulator_value=0.5)),
    "rmsprop": _torch(0.01, lambda o, w, lr: o.RMSprop(w, lr)),
    "rmsprop centered": _torch(0.01, lambda o, w, lr: o.RMSprop(w, lr, alpha=0.9, centered=True)),
    "rmsprop momentum": _torch(0.002, lambda o, w, lr: o.RMSprop(w, lr, momentum=0.8, centered=True)),
    "adadelta": _torch(1.0, lambda o, w, lr: o.Adadelta(w, lr)),
    "adam": _torch(0.05, lambda o, w, lr: o.Adam(w, lr)),
    "amsgrad": _torch(0.05, lambda o, w, lr: o.Adam(w, lr, betas=(0.8, 0.9), amsgrad=True)),
    "adamw": _torch(0.05, lambda o, w, lr: o.AdamW(w, lr, weight_decay=0.1)),
    "adamax": _torch(0.05, lambda o, w, lr: o.Adamax(w, lr)),
    "nadam": _torch(0.05, lambda o, w, lr: o.NAdam(w, lr)),
    "radam": _torch(1e-3, lambda o, w, lr: o.RAdam(w, lr)),
    "radam of short memory": _torch(1e-3, lambda o, w, lr: o.RAdam(w, lr, betas=(0.8, 0.9))),
    "rprop": _torch(0.01, lambda o, w, lr: o.Rprop(w, lr)),
    "lion": _optax(0.01, lambda o, lr: o.lion(lr, weight_decay=0.0)),
    "lion with decay": _optax(0.01, lambda o, lr: o.lion(lr, weight_decay=0.1)),
    "lamb": _optax(0.02, lambda o, lr: o.lamb(lr)),
    "lamb with decay": _optax(0.02, lambda o, lr: o.lamb(lr, weight_decay=0.1)),
    "coupled decay": _torch(0.05, lambda o, w, lr: o.Adam(w, lr, weight_decay=0.1)),
    "clipped by norm": _torch(
        0.01, lambda o, w, lr: o.SGD(w, lr, momentum=0.9), before=lambda n, w: n.clip_grad_norm_(w, 1.0)
    ),
    "clipped by value": _torch(0.01, lambda o, w, lr: o.SGD(w, lr), before=lambda n, w: n.clip_grad_value_(w, 0.5)),
    "polyak": _torch(1e-3, lambda o, w, lr: o.SGD(w, lr), average="mean"),
    "exponential": _torch(0.05, lambda o, w, lr: o.Adam(w, lr), average=0.9),
}


def digest(path):
    """The weights after 10 and 50 steps, and their sum over all."""
    return [path[9].tolist(), path[-1].tolist(), path.sum(axis=0).tolist()]


if __name__ == "__main__":
    told = {name: {problem: digest(peer(problem)) for problem in PROBLEMS} for name, peer in PEERS.items()}
    STORED.write_text(json.dumps(told, separators=(",", ":")).replace('},"', '},\n"') + "\n")
