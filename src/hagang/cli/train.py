"""`hagang train`: from a data set to a saved model."""

from __future__ import annotations

import os
import sys
import time
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.cli import built
from hagang.cli.asked import Asked, as_typed, batch_rows, class_weights
from hagang.cli.folds import say_folds
from hagang.cli.page import Page, size
from hagang.cli.ready import Converting, Waits, made_ready
from hagang.cli.words import baseline, chain, guess
from hagang.data import Classes, ColumnFeatures, Prepared, Quantity
from hagang.data.text import count
from hagang.errors import ArgumentError, TrainingError
from hagang.measure import FinalLandscape, Watch
from hagang.runs import MODEL, Run, check_folder, choose_batch_size, fit
from hagang.saved import check_writable
from hagang.training import Batches, TrainedNetwork, network_findings
from hagang.training.progress import JsonLines, Lines
from hagang.view.live import Live
from hagang.workflow.target_transform import transform_target

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from hagang.cli.options import RunOptions
    from hagang.nn import Network

__all__ = ["Asked", "run"]

_NOTES = 10
_AT_ONCE = 1 << 20
_SCALED = {
    "standard": "standardised",
    "minmax": "scaled to 0 to 1",
    "robust": "scaled by quartiles",
    "none": "as they are",
}


def run(asked: Asked) -> None:
    """Read, train, score, save; say each."""
    page = Page(quiet=asked.run.quiet or asked.run.json)
    check_writable(asked.run.out)
    if asked.run.folder is not None:
        check_folder(asked.run.folder)
    elif asked.run.watch:
        msg = "--watch: expected --folder DIR beside it, where what is recorded goes, received none"
        raise ArgumentError(msg)
    built.check(asked.network, asked.descent)
    ready = made_ready(
        asked.data,
        asked.run.seed,
        built.standardises(asked.network),
        folder=asked.run.out.with_suffix(".stream"),
        told=None if asked.run.quiet else Converting(),
    )
    network = built.network(asked.network, ready)
    if asked.data.log_target and asked.network.loss is None:
        ready = transform_target(network, ready, **_settings(asked, ready))
    ready = replace(ready, findings=(*ready.findings, *network_findings(network, ready)))
    _say_data(page, ready)
    page.row("Network", chain(network, ready.features.width))
    if asked.data.folds is not None:
        say_folds(page, asked, _settings)
    began = time.perf_counter()
    waits = Waits()
    size, tried = _batch_rows(asked, ready, network)
    page.row("Batch", *tried)
    finished = _fit(asked, ready, network, waits, size)
    _say_end(page, finished, time.perf_counter() - began)
    page.row("Reading", *waits.said())
    trained = _described(asked, finished, ready)
    _say_scores(page, trained)
    _save(page, trained, asked.run.out)
    if finished.folder is not None:
        trained.save(finished.folder / MODEL)
        page.row("Run", f"{finished.folder}; hagang report {finished.folder} makes a page of it")
    if asked.run.json:
        _tell_result(asked, trained)


# --- calls ---------------------------------------------------------------------------------------------


def _fit(asked: Asked, ready: Prepared, network: Network, waits: Waits, batch_rows: int | str | None) -> Run:
    unit = ready.target.scale if isinstance(ready.target, Quantity) and not ready.target.log else 1.0
    shown = _shown(asked.run, unit)
    with shown if isinstance(shown, Live) else nullcontext():
        finished = fit(
            network,
            _batches(asked, ready),
            **_settings(asked, ready),
            schedule=asked.descent.schedule,
            epochs=asked.descent.epochs,
            batch_size=batch_rows,
            stop=built.rules(asked.descent, ready),
            listeners=[waits, *([shown] if shown else []), *(_inside() if asked.run.watch else [])],
            folder=asked.run.folder,
        )
    if not finished.history.epochs:
        msg = f"stopped before the first epoch was done, so nothing is saved: {finished.stopped_by}"
        raise TrainingError(msg)
    return finished


def _inside() -> list[Any]:
    """What looks into the network for the report."""
    watch = Watch()
    return [watch, FinalLandscape(watch)]


def _batches(asked: Asked, ready: Prepared) -> Prepared | Batches:
    drop_last, balanced = asked.descent.drop_last, asked.descent.balanced
    return Batches(ready, drop_last=drop_last, balanced=balanced) if drop_last or balanced else ready


def _settings(asked: Asked, ready: Prepared) -> dict[str, Any]:
    """What a run and a trial of it have in common."""
    return {
        "class_weight": class_weights(asked.data.class_weight, getattr(ready.target, "labels", ())),
        "loss": built.loss(asked.network, ready),
        "optimizer": built.optimizer(asked.descent),
        "lr": asked.descent.lr,
        "seed": asked.run.seed,
        "threads": asked.run.threads,
        "precision": asked.network.precision,
    }


def _batch_rows(asked: Asked, ready: Prepared, network: Network) -> tuple[int | str | None, list[str]]:
    """The rows a step as asked, or as trials found them; and what these told."""
    size = batch_rows(asked.descent.batch_size)
    if size != "auto":
        return size, []
    found = choose_batch_size(network, _batches(asked, ready), **_settings(asked, ready))
    told = f"{found.chosen} rows a step, of what was tried (for this run again: --batch-size {found.chosen})"
    return found.chosen, [told, *map(str, found.tried)]


def _shown(asked: RunOptions, unit: float) -> Live | Lines | JsonLines | None:
    """What shows the run: a view in a terminal, lines elsewhere, JSON for programs, nothing when quiet."""
    if asked.json:
        return JsonLines(sys.stdout)
    if asked.quiet:
        return None
    is_terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    return Live(unit=unit) if is_terminal else Lines(sys.stderr, unit)


def _tell_result(asked: Asked, trained: TrainedNetwork) -> None:
    about = trained.about
    scores = {name: about[name] for name in ("scored", "scores", "baseline") if name in about}
    folder = None if asked.run.folder is None else str(asked.run.folder)
    JsonLines(sys.stdout).tell("result", {**scores, "model": str(asked.run.out), "folder": folder})


def _save(page: Page, trained: TrainedNetwork, out: Path) -> None:
    replaced = out.exists()
    trained.save(out)
    page.row("Saved", f"{out}, {size(out.stat().st_size)}{', in place of an older file' * replaced}")


def _described(asked: Asked, run: Run, ready: Prepared) -> TrainedNetwork:
    """The trained network with what `hagang show` and `hagang evaluate` should know of its origin."""
    shares = _shares(ready)
    about = {
        **run.network.about,
        "data": {
            "name": ready.name,
            "rows": _rows(ready),
            "notes": _notes(ready),
            "columns": [line.to_json() for line in ready.understood],
        },
        "asked": asked.said(),
        "shares": shares,
        "stopped_by": run.stopped_by,
        **_scores(run, ready, shares),
    }
    return replace(run.network, about=about)


def _scores(run: Run, ready: Prepared, shares: list[float]) -> dict[str, Any]:
    """Scores of the test part; of the validation part where none was kept, and none at all without either."""
    parts = (("test", ready.test), ("validation", ready.validation))
    of, part = next(((name, part) for name, part in parts if len(part)), ("", None))
    if part is None:
        return {}
    guessed = baseline(ready.target, shares, part.y)
    return {"scored": of, "scores": run.network.evaluate((part.X, part.y)), "baseline": guessed}


def _shares(ready: Prepared) -> list[float]:
    if not isinstance(ready.target, Classes):
        return []
    pieces = np.array_split(ready.train.y, 1 + len(ready.train) // _AT_ONCE)  # bincount makes int64 of what it counts
    counts = np.sum([np.bincount(piece, minlength=len(ready.target.labels)) for piece in pieces], axis=0)
    return [float(share) for share in counts / counts.sum()]


def _rows(ready: Prepared) -> dict[str, int]:
    return {"training": len(ready.train), "validation": len(ready.validation), "test": len(ready.test)}


# --- texts ---------------------------------------------------------------------------------------------


def _say_data(page: Page, ready: Prepared) -> None:
    notes = _notes(ready)
    page.row("Data", *(_found(ready, "file") or [f"{ready.name}: {count(sum(_rows(ready).values()), 'row')}"]))
    page.row("Task", as_typed(f"{ready.task}: {'; '.join(_found(ready, 'task'))}"))
    page.row("Rows", ", ".join(f"{n:,} {part}" for part, n in _rows(ready).items() if n))
    page.row("Inputs", _inputs(ready))
    more = len(notes) - _NOTES
    page.row("Notes", *(notes if more <= 1 else [*notes[:_NOTES], f"and {more} more; hagang show tells them all"]))


def _found(ready: Prepared, kind: str) -> list[str]:
    return [str(finding) for finding in ready.findings if finding.kind == kind]


def _notes(ready: Prepared) -> list[str]:
    return [as_typed(str(finding)) for finding in ready.findings if finding.kind not in ("file", "task")]


def _inputs(ready: Prepared) -> str:
    scale = _SCALED[ready.features.scale]
    if isinstance(ready.features, ColumnFeatures):
        return f"{count(ready.features.width, 'feature')} of {count(len(ready.features.inputs), 'column')}, {scale}"
    return f"{count(ready.features.width, 'pixel')}, {scale}"


def _say_end(page: Page, run: Run, seconds: float) -> None:
    epochs = run.history.epochs
    page.row("Stopped", as_typed(run.stopped_by))
    took = f"{seconds:.1f} s for {count(len(epochs), 'epoch')}, {count(epochs[-1].step, 'step')}"
    watched = epochs[-1].validation_loss is not None
    best = max(record.epoch for record in epochs if record.is_best)
    page.row("Took", f"{took}; the weights of epoch {best} are kept" if watched else took)


def _say_scores(page: Page, trained: TrainedNetwork) -> None:
    if "scored" not in trained.about:
        page.row("Scores", "none, as no rows were kept for them")
        return
    scores, guessed = trained.about["scores"], trained.about["baseline"]
    page.gap()
    page.scores(scores, guessed, trained.about["scored"])
    page.gap()
    if trained.target is not None:
        page.row("", guess(trained.target, trained.about["shares"]))
    if not _better(scores, guessed):
        page.row("Warning", "the model is no better than the baseline: perhaps the inputs do not tell the target")


def _better(scores: Mapping[str, float], guessed: Mapping[str, float]) -> bool:
    if "rmse" in scores:
        return scores["rmse"] < guessed["rmse"]
    return scores["log_loss"] < guessed["log_loss"] or scores["accuracy"] > guessed["accuracy"]
