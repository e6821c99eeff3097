"""Figures of training runs and predictions."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

import hagang as hg
from hagang.data import prepare
from hagang.view import (
    Picture,
    plot_calibration,
    plot_comparison,
    plot_confusion,
    plot_distributions,
    plot_landscape,
    plot_regions,
    plot_residuals,
    plot_training,
    plot_watch,
    plot_weights,
)

__all__ = ["FIGURES"]

DIGITS = {"stop": "patience 8", "schedule": "Plateau(gamma=0.3, patience=3)", "lr": 0.003, "epochs": 60}


@cache
def digits() -> hg.Run:
    """Digits, with statistics per layer."""
    network = hg.Network([hg.Dense(64, "relu"), hg.Dense(10)])
    return hg.fit(network, prepare("digits"), listeners=[hg.Watch()], **DIGITS)


@cache
def diabetes() -> hg.Run:
    """A regression."""
    return hg.fit(hg.Network([hg.Dense(30, "relu"), hg.Dense(1)]), prepare("diabetes"), lr=0.003, epochs=30)


@cache
def spirals() -> tuple[hg.Run, Any]:
    """Three spirals in a plane."""
    generator = np.random.default_rng(0)
    arm = np.arange(600) % 3
    turn = generator.uniform(0, 4, 600)
    points = np.stack([turn * np.cos(turn + 2.1 * arm), turn * np.sin(turn + 2.1 * arm)], axis=1)
    data = (points + generator.normal(0, 0.15, (600, 2)), arm)
    network = hg.Network([hg.Dense(16, "tanh"), hg.Dense(3)])
    return hg.fit(network, data, lr=0.01, epochs=60, validation=0.3, listeners=[hg.Watch()]), data


def images() -> Picture:
    """Weights of a layer whose inputs are images of 8 × 8 pixels."""
    from sklearn.datasets import load_digits

    read = load_digits()
    pixels = (read.images * 15.9).astype(np.uint8)
    run = hg.fit(hg.Network([hg.Dense(36, "relu"), hg.Dense(10)]), prepare(pixels, read.target), lr=0.003, epochs=10)
    return plot_weights(run)


def rates() -> Picture:
    """The same network at three learning rates."""
    data, named = prepare("digits"), []
    for rate in (0.0003, 0.003, 0.03):
        run = hg.fit(hg.Network([hg.Dense(64, "relu"), hg.Dense(10)]), data, lr=rate, epochs=15)
        named.append((f"rate {rate:g}", run))
    return plot_comparison(dict(named))


def landscape() -> Picture:
    """The loss landscape of the spirals."""
    return plot_landscape(*spirals())


FIGURES = (
    (
        "training.svg",
        "`plot_training`: loss, metric, gradient norm and learning rate, with the best epoch and the rate cuts.",
        lambda: plot_training(digits(), title="Digits"),
    ),
    ("comparison.svg", "`plot_comparison`: several runs in one plot, also from `hagang compare --plot`.", rates),
    ("confusion.svg", "`plot_confusion`: the confusion matrix.", lambda: plot_confusion(digits())),
    (
        "calibration.svg",
        "`plot_calibration`: whether predictions with a probability of 80 % are right in 80 of 100 cases.",
        lambda: plot_calibration(digits()),
    ),
    (
        "residuals.svg",
        "`plot_residuals`: predictions against true values, and residuals.",
        lambda: plot_residuals(diabetes()),
    ),
    (
        "regions.svg",
        "`plot_regions`: the decision regions in a plane of two inputs.",
        lambda: plot_regions(spirals()[0]),
    ),
    ("weights.png", "`plot_weights`: the weights of the first layer as images, one per unit.", images),
    (
        "watch.svg",
        "`plot_watch`: gradient norms and update ratios per layer, recorded by `Watch`.",
        lambda: plot_watch(digits()),
    ),
    (
        "distributions.svg",
        "`plot_distributions`: the distributions of activations and gradient magnitudes in each layer over time.",
        lambda: plot_distributions(digits()),
    ),
    (
        "landscape.png",
        """`plot_landscape`: the loss over the plane of the two main directions of the path, with the path (after Li et
        al., 2018); random filter-normalised directions are an option.""",
        landscape,
    ),
)
