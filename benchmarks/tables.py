"""How well `hagang train` does with nothing but a target: scores beside guessing, on real tables.

`python -m benchmarks.tables [FOLDER] [--seeds N]`: the sets by name, and those of `TABLES` that lie in the folder.
A seed decides split, start and shuffling; figures are means over the seeds, of the test parts.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from statistics import mean
from typing import Any

import hagang
from hagang.cli import main as command

BY_NAME = ("digits", "iris", "wine", "breast_cancer", "diabetes")

TABLES: dict[str, tuple[str, ...]] = {
    "abalone.csv": ("last",),
    "adult_train.csv.gz": ("last", "--test", "adult_test.csv.gz"),
    "AmesHousing.csv": ("SalePrice",),
    "bank-full.csv.gz": ("y",),
    "california_housing.csv.gz": ("median_house_value",),
    "concrete.csv": ("Strength",),
    "horse-colic.csv": ("24",),
    "iris.csv": ("last",),
    "pima-indians-diabetes.csv": ("last",),
    "protein.csv.gz": ("RMSD",),
    "Skin_NonSkin.txt.gz": ("last",),
    "titanic_train.csv": ("Survived",),
    "UCI_Credit_Card.csv.gz": ("Default",),
    "winequality-red.csv": ("last",),
}
"""A file's target, and what else must be said of it."""

MEASURES = {"classification": ("accuracy", "log_loss"), "regression": ("rmse", "r2")}


def jobs(folder: Path | None) -> list[tuple[str, list[str]]]:
    """What to train on: a name, and what is typed after `hagang train`."""
    found = [(name, [name]) for name in BY_NAME]
    for file, (target, *more) in TABLES.items():
        if folder is not None and (folder / file).exists():
            others = [str(folder / word) if (folder / word).is_file() else word for word in more]
            found.append((file, [str(folder / file), "--target", target, *others]))
    return found


def trained(typed: list[str], seed: int, out: Path, more: list[str]) -> tuple[dict[str, Any], float]:
    """What the model tells of its training, and the seconds that the whole command took."""
    began = time.perf_counter()
    if command(["train", *typed, "--quiet", "--seed", str(seed), "--out", str(out), *more]) != 0:
        sys.exit(2)
    return {"task": (network := hagang.load(out)).task, **network.about}, time.perf_counter() - began


def row(name: str, runs: list[tuple[dict[str, Any], float]]) -> str:
    """A line of the table."""
    first, second = MEASURES[runs[0][0]["task"]]
    figures = [
        mean(about[part][measure] for about, _ in runs)
        for measure in (first, second)
        for part in ("scores", "baseline")
    ]
    rows = sum(runs[0][0]["data"]["rows"].values())
    shown = " ".join(f"{figure:10.5g}" for figure in figures)
    return f"{name:26}{rows:8,}  {f'{first}, {second}':20}{shown}{mean(seconds for _, seconds in runs):8.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], allow_abbrev=False)
    parser.add_argument("folder", nargs="?", type=Path, help="where tables lie")
    parser.add_argument("--seeds", type=int, default=3, help="runs a table")
    asked, more = parser.parse_known_args()
    print(f"{'table':26}{'rows':>8}  {'measures':20}{'score':>10} {'guess':>10} {'score':>10} {'guess':>10}{'s':>8}")
    with tempfile.TemporaryDirectory() as folder:
        for name, typed in jobs(asked.folder):
            runs = [trained(typed, seed, Path(folder) / "m.safetensors", more) for seed in range(asked.seeds)]
            print(row(name, runs), flush=True)


if __name__ == "__main__":
    main()
