"""`hagang train`: parses, calls what `hagang.train` calls, and prints."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from hagang.cli import parse
from hagang.cli.console import Console, size
from hagang.cli.narrator import Narrator
from hagang.cli.parse import as_typed
from hagang.data.text import count
from hagang.training.progress import JsonLines
from hagang.workflow import pipeline

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from hagang.cli.options import DataOptions, DescentOptions, NetworkOptions, RunOptions
    from hagang.runs import Run
    from hagang.training import TrainedNetwork

__all__ = ["run"]


def run(
    data: DataOptions, network: NetworkOptions, descent: DescentOptions, where: RunOptions, config: Path | None = None
) -> None:
    """Train, and print what happens and what came of it."""
    console = Console(quiet=where.quiet or where.json)
    replaces = where.out.exists()
    with Narrator(console, json=where.json, quiet=where.quiet) as narrator:
        finished = pipeline.run(data.source, parse.options(data, network, descent, where), [narrator], [config])
    _print_end(console, finished, narrator.seconds)
    _print_scores(console, finished.network)
    _print_files(console, finished, where.out, replaces)
    if where.json:
        _print_result(finished, where.out)


def _print_end(console: Console, run: Run, seconds: float) -> None:
    epochs, reading = run.history.epochs, run.record.get("reading")
    console.row("Stopped", as_typed(run.stopped_by))
    took = f"{seconds:.1f} s for {count(len(epochs), 'epoch')}, {count(epochs[-1].step, 'step')}"
    watched = epochs[-1].validation_loss is not None
    best = max(record.epoch for record in epochs if record.is_best)
    console.row("Took", f"{took}; the weights of epoch {best} are kept" if watched else took)
    if reading:
        rate, waiting = reading["rows_per_second"], reading["waiting"]
        console.row("Reading", f"{rate:,.0f} rows/s from disk; {waiting:.1%} of the time was spent waiting for them")


def _print_scores(console: Console, network: TrainedNetwork) -> None:
    if network.about.get("scored") not in ("test", "validation"):
        console.row("Scores", f"none: {network.about.get('unscored', 'no rows were held out')}")
        return
    scores, baseline = network.about["scores"], network.about["baseline"]
    console.gap()
    console.scores(scores, baseline, network.about["scored"])
    console.gap()
    console.row("", f"Baseline: {network.about['guess']}.")
    if not _better(scores, baseline):
        console.row("Warning", "the model is no better than the baseline: the inputs may not determine the target")


def _better(scores: Mapping[str, float], baseline: Mapping[str, float]) -> bool:
    if "rmse" in scores:
        return scores["rmse"] < baseline["rmse"]
    return scores["log_loss"] < baseline["log_loss"] or scores["accuracy"] > baseline["accuracy"]


def _print_files(console: Console, run: Run, out: Path, replaces: bool) -> None:
    console.row("Saved", f"{out}, {size(out.stat().st_size)}{', in place of an older file' * replaces}")
    if run.folder is not None:
        console.row("Run", f"{run.folder}; hagang report {run.folder} makes a page of it")


def _print_result(run: Run, out: Path) -> None:
    about = run.network.about
    scores: dict[str, Any] = {name: about[name] for name in ("scored", "scores", "baseline") if name in about}
    folder = None if run.folder is None else str(run.folder)
    JsonLines(sys.stdout).tell("result", {**scores, "model": str(out), "folder": folder})
