"""`python -m benchmarks.functions`: the number of steps of each method on standard test functions, compared with SciPy.

Writes the table of `docs/test-functions.md`. Nothing in it is a time, so that a busy machine changes
nothing; counts of long descents may differ a little from one processor to another.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import hagang as hg

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["FUNCTIONS", "METHODS", "TestFunction", "main", "ours", "scipys", "table"]

CLOSE = 1e-8
STEPS = 20_000
RATES = [1e-6, 3e-6, 1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0]
PAGE = Path(__file__).parents[1] / "docs" / "test-functions.md"
BEGIN, END = "<!-- begin: python -m benchmarks.functions -->", "<!-- end -->"


@dataclass(frozen=True)
class TestFunction:
    """A function, its starting point, and its minimum."""

    __test__ = False  # no test of pytest's

    name: str
    f: Callable[[Any], Any]
    start: Sequence[float]
    lowest: float


# --- classical functions -------------------------------------------------------------------------------


def rosenbrock(x: Any) -> Any:
    """H. Rosenbrock (1960): a curved valley."""
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def beale(x: Any) -> Any:
    """E. Beale (1958): flat, with steep corners."""
    a, b = x[0], x[1]
    return (1.5 - a + a * b) ** 2 + (2.25 - a + a * b**2) ** 2 + (2.625 - a + a * b**3) ** 2


def booth(x: Any) -> Any:
    """A quadratic of condition 9."""
    return (x[0] + 2 * x[1] - 7) ** 2 + (2 * x[0] + x[1] - 5) ** 2


def himmelblau(x: Any) -> Any:
    """D. Himmelblau (1972): four minima, all of value 0."""
    return (x[0] ** 2 + x[1] - 11) ** 2 + (x[0] + x[1] ** 2 - 7) ** 2


def powell(x: Any) -> Any:
    """M. Powell (1962): its Hessian is singular at the minimum."""
    return (x[0] + 10 * x[1]) ** 2 + 5 * (x[2] - x[3]) ** 2 + (x[1] - 2 * x[2]) ** 4 + 10 * (x[0] - x[3]) ** 4


def wood(x: Any) -> Any:
    """A. Colville (1968)."""
    valleys = 100 * (x[0] ** 2 - x[1]) ** 2 + (x[0] - 1) ** 2 + 90 * (x[2] ** 2 - x[3]) ** 2 + (x[2] - 1) ** 2
    return valleys + 10.1 * ((x[1] - 1) ** 2 + (x[3] - 1) ** 2) + 19.8 * (x[1] - 1) * (x[3] - 1)


def rastrigin(x: Any) -> Any:
    """L. Rastrigin (1974): a minimum near every integer."""
    return 10 * len(x) + np.sum(x**2 - 10 * np.cos(2 * np.pi * x))


def ackley(x: Any) -> Any:
    """D. Ackley (1987): many local minima around a kink."""
    root = np.sqrt(np.mean(x**2))
    return -20 * np.exp(-0.2 * root) - np.exp(np.mean(np.cos(2 * np.pi * x))) + 20 + np.e


def styblinski_tang(x: Any) -> Any:
    """M. Styblinski, T. Tang (1990)."""
    return 0.5 * np.sum(x**4 - 16 * x**2 + 5 * x)


def six_hump_camel(x: Any) -> Any:
    """L. Dixon, G. Szegő (1978): six minima, two of them lowest."""
    a, b = x[0], x[1]
    return (4 - 2.1 * a**2 + a**4 / 3) * a**2 + a * b + (-4 + 4 * b**2) * b**2


def goldstein_price(x: Any) -> Any:
    """A. Goldstein, J. Price (1971): values over six decades."""
    a, b = x[0], x[1]
    left = 1 + (a + b + 1) ** 2 * (19 - 14 * a + 3 * a**2 - 14 * b + 6 * a * b + 3 * b**2)
    right = 30 + (2 * a - 3 * b) ** 2 * (18 - 32 * a + 12 * a**2 + 48 * b - 36 * a * b + 27 * b**2)
    return left * right


def branin(x: Any) -> Any:
    """F. Branin (1972): three minima of one value."""
    a, b = x[0], x[1]
    valley = b - 5.1 / (4 * np.pi**2) * a**2 + 5 / np.pi * a - 6
    return valley**2 + 10 * (1 - 1 / (8 * np.pi)) * np.cos(a) + 10


def mccormick(x: Any) -> Any:
    """G. McCormick (1976)."""
    return np.sin(x[0] + x[1]) + (x[0] - x[1]) ** 2 - 1.5 * x[0] + 2.5 * x[1] + 1


def freudenstein_roth(x: Any) -> Any:
    """F. Freudenstein, B. Roth (1963)."""
    a, b = x[0], x[1]
    return (-13 + a + ((5 - b) * b - 2) * b) ** 2 + (-29 + a + ((b + 1) * b - 14) * b) ** 2


def helical_valley(x: Any) -> Any:
    """R. Fletcher, M. Powell (1963): a helical valley."""
    turn = np.arctan2(x[1], x[0]) / (2 * np.pi)
    return 100 * ((x[2] - 10 * turn) ** 2 + (np.sqrt(x[0] ** 2 + x[1] ** 2) - 1) ** 2) + x[2] ** 2


def zakharov(x: Any) -> Any:
    """A quadratic with a quartic term."""
    slant = np.sum(0.5 * np.arange(1, len(x) + 1) * x)
    return np.sum(x**2) + slant**2 + slant**4


# --- quadratics and regressions ------------------------------------------------------------------------


def quadratic(condition: float, size: int = 50) -> Callable[[Any], Any]:
    """Curvatures from 1 to the condition, evenly in the logarithm, along directions drawn from a seed."""
    axes, _ = np.linalg.qr(np.random.default_rng(0).standard_normal((size, size)))
    matrix = axes @ np.diag(np.geomspace(1, condition, size)) @ axes.T
    return lambda x: 0.5 * (x - 1) @ (matrix @ (x - 1))


@lru_cache
def _cancer() -> tuple[Any, Any]:
    from sklearn.datasets import load_breast_cancer
    from sklearn.preprocessing import scale

    X, y = load_breast_cancer(return_X_y=True)
    return scale(X), y.astype(float)


@lru_cache
def _diabetes() -> tuple[Any, Any]:
    from sklearn.datasets import load_diabetes
    from sklearn.preprocessing import scale

    X, y = load_diabetes(return_X_y=True)
    return scale(X), scale(y)


def logistic(w: Any) -> Any:
    """Logistic regression on breast cancer, 30 columns, with L2 regularisation."""
    X, y = _cancer()
    margin = X @ w
    return np.mean(np.logaddexp(0, margin) - y * margin) + 0.5 * np.sum(w**2) / len(y)


def ridge(w: Any) -> Any:
    """Ridge regression on diabetes, 10 columns."""
    X, y = _diabetes()
    return np.mean((X @ w - y) ** 2) + 0.01 * np.sum(w**2)


def _ridge_lowest() -> float:
    X, y = _diabetes()
    w = np.linalg.solve(X.T @ X / len(y) + 0.01 * np.eye(X.shape[1]), X.T @ y / len(y))
    return float(ridge(w))


def _logistic_lowest() -> float:
    """Newton's method, written out."""
    X, y = _cancer()
    w = np.zeros(X.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-X @ w))
        hessian = (X.T * (p * (1 - p))) @ X + np.eye(len(w))
        w -= np.linalg.solve(hessian, X.T @ (p - y) + w)
    return float(logistic(w))


FUNCTIONS = [
    TestFunction("Rosenbrock, 2", rosenbrock, [-1.2, 1.0], 0.0),
    TestFunction("Rosenbrock, 10", rosenbrock, [-1.2, 1.0] * 5, 0.0),
    TestFunction("Rosenbrock, 100", rosenbrock, [-1.2, 1.0] * 50, 0.0),
    TestFunction("Beale", beale, [1.0, 1.0], 0.0),
    TestFunction("Booth", booth, [0.0, 0.0], 0.0),
    TestFunction("Himmelblau", himmelblau, [0.0, 0.0], 0.0),
    TestFunction("Powell's singular", powell, [3.0, -1.0, 0.0, 1.0], 0.0),
    TestFunction("Wood", wood, [-3.0, -1.0, -3.0, -1.0], 0.0),
    TestFunction("Rastrigin, 2", rastrigin, [0.3, -0.2], 0.0),
    TestFunction("Ackley, 2", ackley, [0.3, -0.2], 0.0),
    TestFunction("Styblinski–Tang, 2", styblinski_tang, [-1.0, -2.0], -78.33233140754285),
    TestFunction("Six-hump camel", six_hump_camel, [0.5, -0.5], -1.0316284534898774),
    TestFunction("Goldstein–Price", goldstein_price, [0.2, -0.6], 3.0),
    TestFunction("Branin", branin, [2.0, 2.0], 0.39788735772973816),
    TestFunction("McCormick", mccormick, [0.0, 0.0], -1.9132229549810367),
    TestFunction("Freudenstein–Roth", freudenstein_roth, [6.0, 3.0], 0.0),
    TestFunction("Helical valley", helical_valley, [-1.0, 0.5, 0.0], 0.0),
    TestFunction("Zakharov, 10", zakharov, [0.5] * 10, 0.0),
    *(TestFunction(f"Quadratic, 50, condition 1e{k}", quadratic(10.0**k), [0.0] * 50, 0.0) for k in (2, 3, 4, 5, 6)),
    TestFunction("Logistic regression, 30", logistic, [0.0] * 30, _logistic_lowest()),
    TestFunction("Ridge regression, 10", ridge, [0.0] * 10, _ridge_lowest()),
]


# --- runs ----------------------------------------------------------------------------------------------

Cell = tuple[int, int] | None
"""Steps and evaluations until the value is close to the minimum; None if it never is."""

METHODS = ["gd", "steepest", "momentum", "adam", "cg", "lbfgs", "newton-cg"]
PEERS = ["CG", "L-BFGS-B", "BFGS", "Nelder-Mead"]


def ours(function: TestFunction, method: str) -> Cell:
    """One of hagang's methods; optimisers use the best of several learning rates."""
    rates: Sequence[float | None] = RATES if method in ("momentum", "adam") else [None]
    cells = [cell for cell in (_run(function, method, lr) for lr in rates) if cell is not None]
    return min(cells, default=None)


def _run(function: TestFunction, method: str, lr: float | None) -> Cell:
    target = f"value<{function.lowest + CLOSE!r}"
    stop = f"{target} or divergence" if lr is not None else target
    result = hg.minimize(
        function.f, function.start, method=method, lr=lr, steps=STEPS, stop=stop, record=None, gradient="graph"
    )
    if not result.stopped_by.startswith("the value"):
        return None
    # An optimiser's gradients come with the values, one of each a step; the result's own count includes a last look.
    return result.nit, result.nit + 1 if lr is not None else result.nfev


def scipys(function: TestFunction, method: str) -> Cell:
    """One of SciPy's methods with its own finite differences; its default criteria are disabled."""
    import scipy.optimize

    seen = {"calls": 0, "steps": 0}

    def counted(x: Any) -> float:
        seen["calls"] += 1
        return float(function.f(x))

    def watch(intermediate_result: Any) -> None:
        seen["steps"] += 1
        if intermediate_result.fun < function.lowest + CLOSE:
            raise StopIteration

    tight = {"CG": {"gtol": 0}, "BFGS": {"gtol": 0}, "L-BFGS-B": {"ftol": 0, "gtol": 0, "maxfun": 10**7}}
    options = tight.get(method, {"xatol": 0, "fatol": 0, "maxfev": 10**6}) | {"maxiter": STEPS}
    with np.errstate(all="ignore"):
        result = scipy.optimize.minimize(counted, function.start, method=method, callback=watch, options=options)
    return (seen["steps"], seen["calls"]) if result.fun < function.lowest + CLOSE else None


# --- the page ------------------------------------------------------------------------------------------


def table(functions: Sequence[TestFunction]) -> str:
    """The table in Markdown: one row per function, steps and evaluations in each cell."""
    head = ["", *METHODS, *(f"SciPy's {peer}" for peer in PEERS)]
    lines = [f"| {' | '.join(head)} |", f"| --- {'| ---: ' * (len(head) - 1)}|"]
    for function in functions:
        cells = [ours(function, method) for method in METHODS] + [scipys(function, peer) for peer in PEERS]
        lines.append(f"| {' | '.join([function.name, *map(_shown, cells)])} |")
        print(lines[-1], flush=True)
    return "\n".join(lines)


def _shown(cell: Cell) -> str:
    return "–" if cell is None else f"{cell[0]:,} / {cell[1]:,}"


def main(words: Sequence[str] | None = None) -> int:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.functions", description="Methods on test functions.")
    parser.add_argument("--page", type=Path, default=PAGE, help="the page whose table is replaced")
    page = parser.parse_args(words).page
    text = page.read_text("utf-8")
    before, rest = text.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    page.write_text(f"{before}{BEGIN}\n\n{table(FUNCTIONS)}\n\n{END}{after}", "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
