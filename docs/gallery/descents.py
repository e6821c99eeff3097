"""Figures of descents on functions."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import OptimizeResult

import hagang as hg
from hagang.data import prepare
from hagang.measure import step_bytes, subject
from hagang.optim import optimizer
from hagang.view import (
    Picture,
    compare_batch_sizes,
    compare_descents,
    plot_descent,
    plot_progress,
    plot_schedules,
)

__all__ = ["FIGURES"]

START = [-7.0, 2.0]


def valley(x: Any) -> Any:
    """A valley twenty times as steep across as along."""
    return x[0] ** 2 / 20 + x[1] ** 2


def momentum() -> Picture:
    """Momentum and plain gradient descent."""
    ways = {
        "sgd": hg.minimize(valley, START, method="sgd", lr=0.95, steps=40),
        "momentum": hg.minimize(valley, START, method="momentum", lr=0.1, steps=40),
    }
    return compare_descents(valley, ways, title="x²/20 + y² from (−7, 2)")


def adaptive() -> Picture:
    """Six methods, each in its own panel."""
    rates = {"sgd": 0.95, "momentum": 0.1, "adagrad": 1.5, "rmsprop": 0.2, "adam": 0.3, "nadam": 0.3}
    ways = {
        f"{name}, rate {rate:g}": hg.minimize(valley, START, method=name, lr=rate, steps=40)
        for name, rate in rates.items()
    }
    return compare_descents(valley, ways, title="Six methods on x²/20 + y² from (−7, 2), 40 steps")


def rates() -> Picture:
    """Learning rates that are too small, right and too large."""

    def parabola(x: Any) -> Any:
        return x**2

    ways = {f"rate {rate:g}": hg.minimize(parabola, 3.0, method="sgd", lr=rate, steps=12) for rate in (0.02, 0.3, 1.05)}
    return compare_descents(parabola, ways, title="Three learning rates on x² from 3")


def overshooting() -> Picture:
    """Three learning rates on a surface."""
    ways = {f"rate {rate:g}": hg.minimize(valley, START, method="sgd", lr=rate, steps=30) for rate in (0.05, 0.5, 0.97)}
    return compare_descents(valley, ways, apart=True, title="Too small, right and nearly too large learning rates")


def jitter() -> Picture:
    """All rows, one row, and momentum over ten rows, on one line through data."""
    rng = np.random.default_rng(0)
    x = rng.uniform(-1, 1, 80)
    y = 0.5 + 2.0 * x + rng.normal(0, 0.5, 80)

    def error(line: Any, rows: Any = slice(None)) -> Any:
        return np.mean((line[0] + line[1] * x[rows] - y[rows]) ** 2)

    ways = {
        "all 80 rows": hg.minimize(error, [-2.0, -1.5], method="sgd", lr=0.1, steps=80),
        "one row": by_rows(error, "sgd", lr=0.1, batch=1, rows=80, steps=80),
        "momentum, ten rows": by_rows(error, "momentum", lr=0.03, batch=10, rows=80, steps=80),
    }
    return compare_descents(error, ways, title="Mean squared error of a linear fit: intercept and slope")


def by_rows(error: Any, method: str, lr: float, batch: int, rows: int, steps: int) -> OptimizeResult:
    """Stochastic descent with a few rows per step; the recorded values are those of all rows."""
    rule, at, rng = optimizer(method), np.array([-2.0, -1.5]), np.random.default_rng(1)
    state, path = rule.init(at), [at]
    gradient = hg.grad(error)
    for step in range(steps):
        at, state = rule.update(at, gradient(at, rng.choice(rows, batch, replace=False)), state, lr, step + 1)
        path.append(at)
    losses = np.array([error(point) for point in path])
    return OptimizeResult(x=at, fun=losses[-1], path=np.stack(path), losses=losses, nit=steps, method=method)


def curve() -> Picture:
    """A function of one variable."""

    def bowl(x: Any) -> Any:
        return x**2 - 3 * x

    return plot_descent(bowl, hg.minimize(bowl, -5.0, method="sgd", lr=0.12, steps=25))


def surface() -> Picture:
    """Himmelblau's function in three dimensions."""

    def himmelblau(x: Any) -> Any:
        return (x[0] ** 2 + x[1] - 11) ** 2 + (x[0] + x[1] ** 2 - 7) ** 2

    result = hg.minimize(himmelblau, [-0.5, -1.0], method="momentum", lr=0.003, steps=60)
    return plot_descent(himmelblau, result, surface=True, title="Himmelblau's function, momentum")


def threshold() -> Picture:
    """Value and gradient norm by step, with the stopping rule."""
    rule = "gradient<1e-4 or value<1e-9"

    def error(x: Any) -> Any:
        return np.sum(np.arange(1.0, 6.0) * x**2)

    runs = {name: hg.minimize(error, np.ones(5), method=name, lr=0.05, stop=rule) for name in ("sgd", "momentum")}
    return plot_progress(runs, stop=rule, title="Two methods, until the gradient norm is below 1e-4")


def schedules() -> Picture:
    """Five schedules."""
    names = ["cosine", "warmup-cosine", "one-cycle", "Step(300, gamma=0.5)", "CosineRestarts(250)"]
    return plot_schedules(names, 1000, title="Learning-rate schedules over 1,000 steps")


def batches() -> Picture:
    """One data set in batches of 1, 32 and all rows."""
    digits = prepare("digits")
    layers = hg.Network([hg.Dense(64, "relu"), hg.Dense(10)])
    asked: dict[str, tuple[Any, int]] = {"1": (1, 2), "32": (32, 20), "all": ("full", 200)}
    runs = {
        name: hg.fit(layers, digits, batch_size=size, epochs=epochs, optimizer="sgd", lr=0.02 if size == 1 else 0.1)
        for name, (size, epochs) in asked.items()
    }
    measured = subject(layers, digits)
    sizes = {"1": 1, "32": 32, "all": len(digits.train.y)}
    memory = {name: float(step_bytes(measured, rows)) for name, rows in sizes.items()}
    return compare_batch_sizes(runs, memory, title="Digits in batches of 1, 32 and all rows")


FIGURES = (
    ("momentum.svg", "`compare_descents`: momentum smooths the zigzag of plain descent.", momentum),
    ("adaptive.png", "Six methods, including the adaptive ones, each in its own panel.", adaptive),
    ("rates.svg", "Three learning rates on a convex curve: too slow, right, divergent.", rates),
    ("overshooting.png", "Three learning rates on a surface: too small, right, nearly too large.", overshooting),
    ("jitter.svg", "Steps on a single row are noisy; momentum and batches of ten rows smooth them.", jitter),
    (
        "curve.svg",
        "`plot_descent` of one variable: the curve with each step, shorter where the curve is flatter.",
        curve,
    ),
    ("surface.png", "`plot_descent(..., surface=True)`: three dimensions.", surface),
    ("momentum.gif", "`.save('momentum.gif')`: the same as an animation.", momentum),
    (
        "threshold.svg",
        "`plot_progress`: value and gradient norm by step, with the stopping rule's thresholds.",
        threshold,
    ),
    ("schedules.svg", "`plot_schedules`: learning-rate schedules.", schedules),
    (
        "batches.svg",
        """`compare_batch_sizes`: a full-batch step uses the most memory and makes the most progress; per second, the
        fastest batch size lies in between.""",
        batches,
    ),
)
