"""Values and gradients of PyTorch's activations and losses in float64, kept in nn.json.

Run `python -m tests.oracle.make_nn` where PyTorch can be imported; test_nn.py compares.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from tests.laws.table_of_losses import (
    CODES,
    COUNTS,
    DISTRIBUTIONS,
    MEAN_AND_SPREAD,
    ONE,
    OUTPUT,
    QUANTITIES,
    SHARES,
    TWO_CODES,
)

STORED = Path(__file__).with_name("nn.json")
POINTS = np.array([-30.0, -6.5, -3.0, -1.25, -1.0, -0.3, 0.0, 0.7, 1.0, 2.5, 3.0, 5.75, 6.0, 18.0])
ROWS = POINTS.reshape(2, 7)[:, :6]


def _of(module, **constants):
    """A module of torch.nn with its constants, applied to the output and, if there is one, the target."""
    return lambda torch, *args: getattr(torch.nn, module)(**constants)(*args)


def _poisson(torch, output, target):
    return torch.nn.PoissonNLLLoss(log_input=True, full=False)(output, target)


def _gaussian(torch, output, target):
    mean, log_variance = output[:, :3], output[:, 3:]
    return torch.nn.GaussianNLLLoss(eps=1e-300)(mean, target, torch.exp(log_variance))


def _kl(torch, output, target):
    return torch.nn.KLDivLoss(reduction="batchmean")(torch.log_softmax(output, 1), target)


def _binary(module, **constants):
    """Class codes as a column of floats, as PyTorch wants them."""

    def apply(torch, output, target):
        y = target.to(output.dtype).reshape(output.shape)
        return getattr(torch.nn, module)(**constants)(output, y)

    return apply


ACTIVATIONS = {
    "relu": _of("ReLU"),
    "relu6": _of("ReLU6"),
    "LeakyReLU(slope=0.1)": _of("LeakyReLU", negative_slope=0.1),
    "ELU(alpha=0.5)": _of("ELU", alpha=0.5),
    "ELU(alpha=1.0)": _of("ELU"),
    "selu": _of("SELU"),
    "Softplus(beta=1.0)": _of("Softplus", threshold=1e9),
    "Softplus(beta=2.5)": _of("Softplus", beta=2.5, threshold=1e9),
    "silu": _of("SiLU"),
    "mish": _of("Mish"),
    "gelu": _of("GELU"),
    "gelu_tanh": _of("GELU", approximate="tanh"),
    "hard_swish": _of("Hardswish"),
    "sigmoid": _of("Sigmoid"),
    "hard_sigmoid": _of("Hardsigmoid"),
    "log_sigmoid": _of("LogSigmoid"),
    "tanh": _of("Tanh"),
    "hard_tanh": _of("Hardtanh"),
    "softsign": _of("Softsign"),
}
ALONG_ROWS = {"softmax": _of("Softmax", dim=1), "log_softmax": _of("LogSoftmax", dim=1), "glu": _of("GLU", dim=1)}
LOSSES = {
    "residual_sum_of_squares": (_of("MSELoss", reduction="sum"), OUTPUT, QUANTITIES),
    "mean_squared": (_of("MSELoss"), OUTPUT, QUANTITIES),
    "mean_absolute": (_of("L1Loss"), OUTPUT, QUANTITIES),
    "Huber(delta=0.75)": (_of("HuberLoss", delta=0.75), OUTPUT, QUANTITIES),
    "SmoothL1(beta=0.4)": (_of("SmoothL1Loss", beta=0.4), OUTPUT, QUANTITIES),
    "poisson": (_poisson, OUTPUT, COUNTS),
    "gaussian_nll": (_gaussian, MEAN_AND_SPREAD, QUANTITIES),
    "cross_entropy": (_of("CrossEntropyLoss"), OUTPUT, CODES),
    "CrossEntropy(label_smoothing=0.1)": (_of("CrossEntropyLoss", label_smoothing=0.1), OUTPUT, CODES),
    "CrossEntropy(label_smoothing=0.2)": (_of("CrossEntropyLoss", label_smoothing=0.2), OUTPUT, DISTRIBUTIONS),
    "binary_cross_entropy": (_binary("BCEWithLogitsLoss"), ONE, TWO_CODES),
    "BinaryCrossEntropy(label_smoothing=0.0)": (_of("BCEWithLogitsLoss"), OUTPUT, SHARES),
    "kl": (_kl, OUTPUT, DISTRIBUTIONS),
    "multi_hinge": (_of("MultiMarginLoss"), OUTPUT, CODES),
    "MultiHinge(margin=0.7, power=2)": (_of("MultiMarginLoss", margin=0.7, p=2), OUTPUT, CODES),
}


def _value_and_gradient(f, x, *target):
    import torch

    z = torch.tensor(x, requires_grad=True)
    value = f(torch, z, *map(torch.tensor, target))
    value.sum().backward()
    return [value.detach().numpy().tolist(), z.grad.numpy().tolist()]


def from_torch():
    """By name: the value, and the gradient of its sum."""
    told = {name: _value_and_gradient(f, POINTS) for name, f in ACTIVATIONS.items()}
    told |= {name: _value_and_gradient(f, ROWS) for name, f in ALONG_ROWS.items()}
    return told | {name: _value_and_gradient(f, output, target) for name, (f, output, target) in LOSSES.items()}


if __name__ == "__main__":
    STORED.write_text(json.dumps(from_torch(), indent=0) + "\n")
