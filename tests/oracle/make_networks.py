"""Six networks in PyTorch, float64: losses, gradients and ten steps of SGD and Adam, kept in networks.json.

Run `python tests/oracle/make_networks.py` where PyTorch can be imported; test_networks.py compares. Weights, inputs and
targets are cosines, so that nothing depends on a generator. Each network is written out in PyTorch's own functions.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

STORED = Path(__file__).with_name("networks.json")
ROWS, BATCH, STEPS = 13, 5, 10
"""Thirteen rows in batches of five, five and three."""
RATES = {"SGD": 0.1, "Adam": 0.02}


def wave(shape, phase):
    return np.cos(1.3 * np.arange(np.prod(shape)) + phase).reshape(shape)


NUMBERS = np.round(wave((ROWS, 4), 0.5), 3)
CODES = np.stack([np.arange(ROWS) % 4, np.arange(ROWS) * 2 % 3], axis=1).astype(float)
CLASSES = np.arange(ROWS) * 5 % 3
QUANTITIES = wave((ROWS, 2), 2.0)


class Case(NamedTuple):
    """A network: its parameters' and buffers' shapes by path, rows and targets, output and loss in PyTorch."""

    shapes: dict[str, tuple[int, ...]]
    x: Any
    y: Any
    output: Any
    loss: Any
    buffers: tuple[str, ...] = ()

    def start(self):
        """Parameters by path; scales lie about one."""
        values = {path: 0.6 * wave(shape, k) for k, (path, shape) in enumerate(self.shapes.items())}
        return {path: 1 + value / 3 if path.endswith("scale") else value for path, value in values.items()}

    def kept(self):
        """Buffers by path, as batch normalisation begins."""
        return {
            f"{path}.{name}": np.full(self.shapes[f"{path}.scale"], start)
            for path in self.buffers
            for name, start in (("mean", 0.0), ("variance", 1.0))
        }


def _dense(path, inputs, units):
    return {f"{path}.weights": (inputs, units), f"{path}.bias": (units,)}


def _norm(path, features):
    return {f"{path}.scale": (features,), f"{path}.bias": (features,)}


def _linear(x, w, path):
    import torch

    return torch.nn.functional.linear(x, w[f"{path}.weights"].T, w[f"{path}.bias"])


def _functional():
    import torch

    return torch.nn.functional


def _regression(x, w, kept):
    return _linear(x, w, "layers.0")


def _classifier(x, w, kept):
    return _linear(_linear(x, w, "layers.0").tanh(), w, "layers.1")


def _normalised(x, w, kept):
    for k in (0, 3):
        x, norm = _linear(x, w, f"layers.{k}"), f"layers.{k + 1}"
        mean, variance = kept[f"{norm}.mean"], kept[f"{norm}.variance"]
        x = _functional().batch_norm(x, mean, variance, w[f"{norm}.scale"], w[f"{norm}.bias"], training=True).relu()
    return _linear(x, w, "layers.6")


def _residual(x, w, kept):
    x = _linear(x, w, "layers.0")
    for k in (1, 2):
        block = f"layers.{k}.layers"
        inside = _functional().layer_norm(x, (6,), w[f"{block}.0.scale"], w[f"{block}.0.bias"])
        x = x + _linear(_functional().gelu(inside), w, f"{block}.2")
    return _linear(x, w, "layers.3")


def _embedded(x, w, kept):
    codes = x[:, 4:].long()
    vectors = [_functional().embedding(codes[:, k], w[f"layers.0.tables.{k}"]) for k in (0, 1)]
    import torch

    x = _linear(torch.cat([x[:, :4], *vectors], dim=1), w, "layers.1")
    x = _functional().silu(_functional().rms_norm(x, (6,), w["layers.2.scale"]))
    return _linear(x, w, "layers.4")


def _learned_slopes(x, w, kept):
    x = _functional().elu(_linear(x, w, "layers.0")) * w["layers.1.scale"]
    return _linear(_functional().prelu(_linear(x, w, "layers.2"), w["layers.3.slope"]), w, "layers.4")


CASES = {
    "linear regression": Case(
        _dense("layers.0", 4, 2), NUMBERS, QUANTITIES, _regression, lambda out, y: _functional().mse_loss(out, y)
    ),
    "tanh classifier": Case(
        _dense("layers.0", 4, 6) | _dense("layers.1", 6, 3),
        NUMBERS,
        CLASSES,
        _classifier,
        lambda out, y: _functional().cross_entropy(out, y),
    ),
    "batch normalisation": Case(
        _dense("layers.0", 4, 6)
        | _norm("layers.1", 6)
        | _dense("layers.3", 6, 5)
        | _norm("layers.4", 5)
        | _dense("layers.6", 5, 3),
        NUMBERS,
        CLASSES,
        _normalised,
        lambda out, y: _functional().cross_entropy(out, y, label_smoothing=0.1),
        buffers=("layers.1", "layers.4"),
    ),
    "residual blocks": Case(
        _dense("layers.0", 4, 6)
        | _norm("layers.1.layers.0", 6)
        | _dense("layers.1.layers.2", 6, 6)
        | _norm("layers.2.layers.0", 6)
        | _dense("layers.2.layers.2", 6, 6)
        | _dense("layers.3", 6, 2),
        NUMBERS,
        QUANTITIES,
        _residual,
        lambda out, y: _functional().huber_loss(out, y, delta=0.5),
    ),
    "embedded categories": Case(
        {"layers.0.tables.0": (4, 2), "layers.0.tables.1": (3, 2)}
        | _dense("layers.1", 8, 6)
        | {"layers.2.scale": (6,)}
        | _dense("layers.4", 6, 2),
        np.hstack([NUMBERS, CODES]),
        QUANTITIES,
        _embedded,
        lambda out, y: _functional().smooth_l1_loss(out, y, beta=0.5),
    ),
    "learned slopes": Case(
        _dense("layers.0", 4, 5)
        | {"layers.1.scale": (5,)}
        | _dense("layers.2", 5, 4)
        | {"layers.3.slope": (4,)}
        | _dense("layers.4", 4, 1),
        NUMBERS,
        (CLASSES > 0).astype(float)[:, None],
        _learned_slopes,
        lambda out, y: _functional().binary_cross_entropy_with_logits(out, y),
    ),
}


def rows_of(step):
    """Which rows a step takes, counted from 0: in order, again and again."""
    first = step % 3 * BATCH
    return np.arange(first, min(first + BATCH, ROWS))


def walk(name, optimiser):
    """The losses of ten steps, the first step's gradients, and the weights and buffers after the last."""
    import torch

    case = CASES[name]
    w = {path: torch.tensor(value, requires_grad=True) for path, value in case.start().items()}
    kept = {path: torch.tensor(value) for path, value in case.kept().items()}
    rule = getattr(torch.optim, optimiser)(list(w.values()), lr=RATES[optimiser])
    losses, slopes = [], {}
    for step in range(STEPS):
        rows = rows_of(step)
        loss = case.loss(case.output(torch.tensor(case.x[rows]), w, kept), torch.tensor(case.y[rows]))
        rule.zero_grad()
        loss.backward()
        slopes = slopes or {path: value.grad.numpy().copy() for path, value in w.items()}
        rule.step()
        losses.append(loss.item())
    ended = {path: value.detach().numpy() for path, value in (w | kept).items()}
    return {"losses": np.array(losses), "gradients": slopes, "ended": ended}


def digest(told):
    """A walk in a few numbers: the losses, and of each array two sums that no change leaves as they are."""

    def sums(arrays):
        return {path: [float(np.sum(a * wave(a.shape, k))) for k in (0.0, 1.0)] for path, a in sorted(arrays.items())}

    return {
        "losses": told["losses"].tolist(),
        "gradients": sums(told["gradients"]),
        "ended": sums(told["ended"]),
    }


if __name__ == "__main__":
    told = {name: {optimiser: digest(walk(name, optimiser)) for optimiser in RATES} for name in CASES}
    STORED.write_text(json.dumps(told, separators=(",", ":")).replace('},"', '},\n"') + "\n")
