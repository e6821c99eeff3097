"""Scores and baselines of `hagang train` with default settings, on real tables.

`python -m benchmarks.tables [FOLDER] [--only NAME ...] [--seeds N] [--beside]`: the sets by name, those of `TABLES`
that lie in the folder's `tabular`, and its images. What else is typed goes to `hagang train`, as
`--precision=bfloat16`. A seed decides split, start and shuffling; figures are means over the seeds, of the test
parts. With `--beside` also what was understood of the columns, and scikit-learn's MLP: with the same rows, the same
features and the same hidden layers, early stopping on as many rows, and its own defaults otherwise.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.neural_network import MLPClassifier, MLPRegressor

import hagang
from hagang.cli import main as command
from hagang.data import prepare
from hagang.recipe import defaults

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hagang.data import Part

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
"""The target of each file, and further options."""

FOLDERS = ("mnist", "fashion-mnist")
"""Folders of images."""

MEASURES = {"classification": ("accuracy", "log_loss"), "regression": ("rmse", "r2")}


def jobs(folder: Path | None) -> list[tuple[str, list[str]]]:
    """A data set: its name and the arguments of `hagang train`."""
    found = [(name, [name]) for name in BY_NAME]
    if folder is None:
        return found
    tables = folder / "tabular"
    for file, (target, *more) in TABLES.items():
        if (tables / file).exists():
            others = [str(tables / word) if (tables / word).is_file() else word for word in more]
            found.append((file, [str(tables / file), "--target", target, *others]))
    return [*found, *((name, [str(folder / name)]) for name in FOLDERS if (folder / name).is_dir())]


def chosen(names: Iterable[str], wanted: Sequence[str] | None) -> list[str]:
    """The names that contain one of the filters, ignoring case; all if there is no filter."""
    names = list(names)
    unknown = [part for part in wanted or () if not any(part.lower() in name.lower() for name in names)]
    if unknown:
        sys.exit(f"--only: expected parts of {', '.join(names)}; received {', '.join(unknown)}")
    return [name for name in names if not wanted or any(part.lower() in name.lower() for part in wanted)]


def trained(typed: list[str], seed: int, out: Path, more: list[str]) -> tuple[dict[str, Any], float]:
    """The training record of the model, and the processor seconds of the whole command on all cores."""
    began = time.process_time()
    if command(["train", *typed, "--quiet", "--seed", str(seed), "--out", str(out), *more]) != 0:
        sys.exit(2)
    return {"task": (network := hagang.load(out)).task, **network.about}, time.process_time() - began


def row(name: str, runs: list[tuple[dict[str, Any], float]]) -> str:
    """One row of the table."""
    first, second = MEASURES[runs[0][0]["task"]]
    figures = [
        mean(about[part][measure] for about, _ in runs)
        for measure in (first, second)
        for part in ("scores", "baseline")
    ]
    rows = sum(runs[0][0]["data"]["rows"].values())
    shown = " ".join(f"{figure:10.5g}" for figure in figures)
    return f"{name:26}{rows:8,}  {f'{first}, {second}':20}{shown}{mean(seconds for _, seconds in runs):8.1f}"


def understood(about: dict[str, Any]) -> str:
    """The number of columns by encoding, and of dropped ones."""
    if "columns" not in about["data"]:
        return "images"
    lines = about["data"]["columns"][:-1]
    kinds = Counter("number" if "number" in line["kind"] else line["kind"].partition(",")[0] for line in lines)
    left = sum(line["treatment"].startswith("left out") for line in lines)
    filled = sum(line["missing"] > 0 for line in lines)
    told = [f"{n} {kind}" for kind, n in kinds.most_common()]
    return ", ".join([*told, *[f"{filled} with gaps"] * bool(filled), *[f"{left} left out"] * bool(left)])


def scikit_learn(typed: list[str], seed: int) -> tuple[float, float]:
    """The main score of scikit-learn's MLP on the same test rows, and the processor seconds of its fit."""
    ready = prepare(typed[0], *typed[2:3], test=typed[4] if "--test" in typed else 0.15, seed=seed)
    classify = ready.task == "classification"
    kind = MLPClassifier if classify else MLPRegressor
    factor, shift = ready.features.affine

    def features(part: Part) -> Any:
        return part.X.reshape(len(part), -1).astype(np.float32) * factor + shift

    x = np.concatenate([features(part) for part in (ready.train, ready.validation)])
    y = np.concatenate([part.y for part in (ready.train, ready.validation)])
    share = len(ready.validation) / len(x)
    hidden = defaults.hidden_units(len(ready.train))
    model = kind(hidden_layer_sizes=hidden, early_stopping=True, validation_fraction=share, random_state=seed)
    began = time.process_time()
    model.fit(x, y if classify else y[:, 0])
    seconds = time.process_time() - began
    told = model.predict(features(ready.test))
    if classify:
        return float(np.mean(told == ready.test.y)), seconds
    rest = ready.target.decode(told) - ready.target.decode(ready.test.y)
    return float(np.sqrt(np.mean(rest**2))), seconds


def beside(name: str, typed: list[str], runs: list[tuple[dict[str, Any], float]], seeds: int) -> str:
    """One row of the wider table."""
    about = runs[0][0]
    measure = MEASURES[about["task"]][0]
    score, guess = (mean(one[part][measure] for one, _ in runs) for part in ("scores", "baseline"))
    others = [scikit_learn(typed, seed) for seed in range(seeds)]
    figures = (score, mean(one for one, _ in others), guess)
    shown = " | ".join(f"{figure:.4g}" for figure in figures)
    rows, columns = sum(about["data"]["rows"].values()), len(about["data"].get("columns", ()))
    took = f"{mean(seconds for _, seconds in runs):.1f} | {mean(seconds for _, seconds in others):.1f}"
    return f"| {name} | {rows:,} | {columns or '–'} | {understood(about)} | {measure} | {shown} | {took} |"


WIDER = """\
| data | rows | columns | encoding | metric | hagang | scikit-learn | baseline | CPU s | CPU s |
| --- | ---: | ---: | --- | --- | ---: | ---: | ---: | ---: | ---: |"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], allow_abbrev=False)
    parser.add_argument("folder", nargs="?", type=Path, help="where tables and images lie")
    parser.add_argument("--only", nargs="*", metavar="NAME", help="sets to train on, by a part of their names")
    parser.add_argument("--seeds", type=int, default=3, help="runs a table")
    parser.add_argument("--beside", action="store_true", help="beside scikit-learn's MLP, as a Markdown table")
    asked, more = parser.parse_known_args()
    plain = f"{'table':26}{'rows':>8}  {'measures':20}{'score':>10} {'guess':>10} {'score':>10} {'guess':>10}{'s':>8}"
    print(WIDER if asked.beside else plain)
    with tempfile.TemporaryDirectory() as folder:
        found = dict(jobs(asked.folder))
        for name in chosen(found, asked.only):
            typed = found[name]
            runs = [trained(typed, seed, Path(folder) / "m.safetensors", more) for seed in range(asked.seeds)]
            print(beside(name, typed, runs, asked.seeds) if asked.beside else row(name, runs), flush=True)


if __name__ == "__main__":
    main()
