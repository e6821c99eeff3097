"""Figures of annotated graphs and of gradient flow."""

from __future__ import annotations

from typing import Any

import hagang as hg
from hagang.data import prepare
from hagang.measure import gradient_flow
from hagang.view import Picture, plot_gradient_flow

__all__ = ["FIGURES"]


def basket() -> Any:
    """Apples and oranges, with tax."""

    def price(apples: Any, a: Any, oranges: Any, o: Any, tax: Any) -> Any:
        fruit = apples * a + oranges * o
        return fruit * tax

    return hg.explain(price, 2, 100, 3, 150, 1.1)


def flow() -> Picture:
    """Ten layers on digits, with three activations and four initialisations."""
    digits = prepare("digits")
    kinds = {
        "sigmoid, N(0, 0.01)": ("sigmoid", "gaussian"),
        "sigmoid, Glorot": ("sigmoid", "glorot"),
        "tanh, Glorot": ("tanh", "glorot"),
        "ReLU, He": ("relu", "he"),
    }
    flows = {name: gradient_flow(ten_layers(*kind), digits) for name, kind in kinds.items()}
    return plot_gradient_flow(flows, quarter=True)


def ten_layers(activation: str, start: str) -> hg.Network:
    """Nine layers of 64 units and an output layer for ten classes."""
    return hg.Network([*[hg.Dense(64, activation, initialiser=start)] * 9, hg.Dense(10)])


FIGURES = (
    (
        "explain.svg",
        """`hg.explain`: the computational graph of a sum with tax. Values are computed forward, gradients
        backward: multiplied along a path and summed where paths join.""",
        basket,
    ),
    (
        "gradient-flow.svg",
        """`plot_gradient_flow`: ten layers before training. Each sigmoid multiplies the gradient by at most ¼, tanh
        shrinks it less, ReLU with He initialisation preserves it.""",
        flow,
    ),
)
