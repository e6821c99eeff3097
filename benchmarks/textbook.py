"""`python -m benchmarks.textbook`: the cost of a step of textbook gradient descent, compared with other libraries.

The textbook's bowl, (x₀ - 2)² + 4 (x₁ - 3)², from (100, -10) with the rate 0.01. Every contender takes the same steps,
in turn, over several rounds; figures are processor time a step, what a first call costs (tracing, compiling) apart.
"""

from __future__ import annotations

import argparse
import ctypes
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np

import hagang as hg

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Contender", "contenders", "main", "measure"]

START, RATE = np.array([100.0, -10.0]), 0.01
_CPP = """
extern "C" void descend(double* x, long steps) {
  double a = x[0], b = x[1];
  for (long i = 0; i < steps; i++) { const double p = 2 * (a - 2), q = 8 * (b - 3); a -= 0.01 * p; b -= 0.01 * q; }
  x[0] = a; x[1] = b;
}
"""


@dataclass(frozen=True)
class Contender:
    """One implementation: `run(n)` takes n steps from the start and returns the end point."""

    name: str
    run: Callable[[int], Any]
    steps: int = 1_000_000


def bowl(x: Any) -> Any:
    """The textbook's function."""
    return (x[0] - 2) ** 2 + 4 * (x[1] - 3) ** 2


def untraced(x: Any) -> float:
    """The same in pure Python, which cannot be traced because of `float`."""
    return float((x[0] - 2) ** 2 + 4 * (x[1] - 3) ** 2)


def textbook_loop(steps: int) -> Any:
    """The textbook's own NumPy code, including the numerical gradient."""
    x = START.copy()
    for _ in range(steps):
        slope = np.zeros_like(x)
        for k in range(x.size):
            kept = x[k]
            x[k] = kept + 1e-4
            above = untraced(x)
            x[k] = kept - 1e-4
            slope[k] = (above - untraced(x)) / 2e-4
            x[k] = kept
        x -= RATE * slope
    return x


def contenders(folder: Path) -> list[Contender]:
    """All implementations available on this machine, which may lack a compiler or JAX."""
    descent = {"method": "sgd", "lr": RATE}
    found = [
        Contender("hagang gradient_descent, graph", lambda n: hg.gradient_descent(bowl, START, RATE, n, "graph")),
        Contender("hagang minimize", lambda n: hg.minimize(bowl, START, steps=n, record=None, **descent).x),
        Contender("hagang minimize, path kept", lambda n: hg.minimize(bowl, START, steps=n, **descent).x),
    ]
    found += _cpp(folder) + _jax()
    few = 20_000
    return [
        *found,
        Contender("textbook's NumPy loop", textbook_loop, few),
        Contender("hagang gradient_descent", lambda n: hg.gradient_descent(untraced, START, RATE, n), few),
        Contender("hagang minimize, black box, path kept", lambda n: _black_box(n, descent), few),
    ]


def _black_box(steps: int, descent: dict[str, Any]) -> Any:
    return hg.minimize(untraced, START, steps=steps, gradient="numerical", **descent).x


def _cpp(folder: Path) -> list[Contender]:
    compiler = shutil.which("c++") or shutil.which("g++") or shutil.which("clang++")
    if compiler is None:
        return []
    source, library = folder / "descend.cpp", folder / "descend.so"
    source.write_text(_CPP)
    subprocess.run([compiler, "-O2", "-shared", "-fPIC", str(source), "-o", str(library)], check=True)
    descend = ctypes.CDLL(str(library)).descend
    descend.argtypes = [ctypes.POINTER(ctypes.c_double), ctypes.c_long]

    def run(steps: int) -> Any:
        x = START.copy()
        descend(x.ctypes.data_as(ctypes.POINTER(ctypes.c_double)), steps)
        return x

    return [Contender("bare C++ loop", run)]


def _jax() -> list[Contender]:
    try:
        import jax
    except ImportError:
        return []
    slope = jax.grad(bowl)

    @jax.jit
    def loop(x: Any, steps: Any) -> Any:
        return jax.lax.fori_loop(0, steps, lambda _, x: x - RATE * slope(x), x)

    @jax.jit
    def kept(x: Any, each: Any) -> Any:
        def step(x: Any, _: Any) -> Any:
            value, slope = jax.value_and_grad(bowl)(x)
            return x - RATE * slope, (x, value, jax.numpy.linalg.norm(slope))

        return jax.lax.scan(step, x, each)

    def in_double(run: Callable[[int], Any]) -> Callable[[int], Any]:
        def doubled(steps: int) -> Any:
            with jax.enable_x64(True):
                return np.asarray(run(steps))

        return doubled

    return [
        Contender("JAX fori_loop", in_double(lambda n: loop(START, n))),
        Contender("JAX scan, path kept", in_double(lambda n: kept(START, np.zeros(n))[0])),
    ]


def measure(each: list[Contender], rounds: int, share: float = 1.0) -> dict[str, tuple[float, float, float]]:
    """Microseconds per step (median, minimum) and milliseconds of the first call (median), by name."""
    told: dict[str, list[tuple[float, float]]] = {contender.name: [] for contender in each}
    for contender in each:
        contender.run(1)
        contender.run(max(2, int(contender.steps * share)))
    for k in range(rounds):
        for contender in each[k % len(each) :] + each[: k % len(each)]:
            steps = max(2, int(contender.steps * share))
            first, whole = _seconds(contender, 1), _seconds(contender, steps)
            told[contender.name].append(((whole - first) / (steps - 1) * 1e6, first * 1e3))
    return {
        name: (median(step for step, _ in pairs), min(step for step, _ in pairs), median(first for _, first in pairs))
        for name, pairs in told.items()
    }


def _seconds(contender: Contender, steps: int) -> float:
    began = time.process_time()
    contender.run(steps)
    return time.process_time() - began


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.textbook", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(contenders(Path(folder)), options.rounds)
    print("| | µs a step, median | least | a call of one step, ms |\n|---|---|---|---|")
    for name, (middle, least, first) in figures.items():
        print(f"| {name} | {middle:.4f} | {least:.4f} | {first:.2f} |")


if __name__ == "__main__":
    main()
