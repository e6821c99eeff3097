"""scikit-learn's MLP estimators and hagang's, alternately, on the same data, settings and seeds.

`python -m benchmarks.estimators [FOLDER] [--only NAME ...] [--seeds N] [--work ROWS]`: sets by name, the tables of
`benchmarks.tables` and the images that lie in the folder. Epochs are scikit-learn's 200 at most, fewer where rows
times epochs would exceed `--work`. Each library fits with its defaults otherwise; a third column has hagang in single
precision. Figures are medians of seconds, and means with standard deviations of the score on the test part: accuracy,
or R². `--calls` times a small fit and a prediction of one row instead.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean, median, stdev
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn import neural_network as peer
from sklearn.datasets import load_iris

import hagang
from benchmarks.tables import BY_NAME, FOLDERS, TABLES, chosen
from hagang.data import prepare

if TYPE_CHECKING:
    from collections.abc import Callable

LIBRARIES = ("scikit-learn", "hagang", "hagang float32")


@dataclass
class Figures:
    """Results of a library on one data set: seconds and scores, one per seed."""

    seconds: list[float] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        spread = stdev(self.scores) if len(self.scores) > 1 else 0.0
        return f"{mean(self.scores):.4f} ± {spread:.4f} | {median(self.seconds):.3g}"


def estimator(library: str, task: str, settings: dict[str, Any]) -> Any:
    """A library's MLP estimator for a task."""
    kind = "MLPClassifier" if task == "classification" else "MLPRegressor"
    if library == "scikit-learn":
        return getattr(peer, kind)(**settings)
    return getattr(hagang, kind)(**settings, precision="float32" if library.endswith("32") else None)


def compared(data: Any, seeds: int, work: int) -> tuple[dict[str, Figures], int]:
    """Results of each library, and the largest number of epochs."""
    task = data.target.task
    scale, shift = data.features.affine
    X, held = (part.X.reshape(len(part), -1).astype(np.float64) * scale + shift for part in (data.train, data.test))
    y, truth = (part.y if task == "classification" else part.y[:, 0] for part in (data.train, data.test))
    epochs = max(1, min(200, work // len(X)))
    figures = {library: Figures() for library in LIBRARIES}
    for seed in range(seeds):
        settings = {"random_state": seed, "max_iter": epochs}
        for library in LIBRARIES if seed % 2 else reversed(LIBRARIES):
            model = estimator(library, task, settings)
            began = time.perf_counter()
            model.fit(X, y)
            figures[library].seconds.append(time.perf_counter() - began)
            figures[library].scores.append(float(model.score(held, truth)))
    return figures, epochs


def sets(folder: Path | None) -> dict[str, Callable[[], Any]]:
    """The available data sets, each loaded when called."""
    sets: dict[str, Callable[[], Any]] = {name: lambda name=name: prepare(name) for name in BY_NAME}
    if folder is None:
        return sets
    for file, (target, *_) in TABLES.items():
        if (path := folder / "tabular" / file).exists():
            sets[file.split(".")[0]] = lambda path=path, target=target: prepare(path, target)
    for name in FOLDERS:
        if (folder / name).exists():
            sets[name] = lambda name=name: prepare(folder / name)
    return sets


def calls(repeats: int = 200) -> list[str]:
    """A fit of iris, and the probabilities of one row: medians and minima in milliseconds, alternately."""
    X, y = load_iris(return_X_y=True)
    models = {library: estimator(library, "classification", {"random_state": 0}).fit(X, y) for library in LIBRARIES}
    ready = models["hagang"]._ready()
    jobs: dict[str, Callable[[], Any]] = {
        **{f"fit iris, {name}": (lambda model=model: model.fit(X, y)) for name, model in models.items()},
        **{f"one row, {name}": (lambda model=model: model.predict_proba(X[:1])) for name, model in models.items()},
        "one row, the engine": lambda: ready(X[:1]),
    }
    lines = []
    for name, job in jobs.items():
        taken = []
        for _ in range(9 if name.startswith("fit") else repeats):
            began = time.perf_counter()
            job()
            taken.append(1e3 * (time.perf_counter() - began))
        lines.append(f"{name}: median {median(taken):.4g} ms, minimum {min(taken):.4g} ms")
    return lines


def main(arguments: list[str] | None = None) -> None:
    """Print one row per data set."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.estimators", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", help="where tables and images lie")
    parser.add_argument("--only", nargs="*", metavar="NAME", help="sets to fit, by a part of their names")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--work", type=int, default=400_000, help="at most so many rows times epochs a fit")
    parser.add_argument("--calls", action="store_true", help="a small fit and one row instead")
    asked = parser.parse_args(arguments)
    warnings.simplefilter("ignore")
    if asked.calls:
        print("\n".join(calls()))
        return
    print(f"{os.cpu_count()} cores; scikit-learn's, hagang's, and hagang's score in float32, each with seconds")
    print(
        "| set | rows × inputs | epochs | " + " | ".join(f"{name} | s" for name in LIBRARIES) + " | ratio | float32 |"
    )
    print("|---" * 11 + "|")
    found = sets(asked.folder)
    for name in chosen(found, asked.only):
        data = found[name]()
        figures, epochs = compared(data, asked.seeds, asked.work)
        theirs, ours, single = (median(figures[library].seconds) for library in LIBRARIES)
        shape = " × ".join(f"{size:,}" for size in data.train.X.shape)
        cells = [
            name,
            shape,
            str(epochs),
            *map(str, figures.values()),
            f"{theirs / ours:.1f}",
            f"{theirs / single:.1f}",
        ]
        print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    sys.exit(main())
