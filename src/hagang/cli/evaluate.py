"""`hagang evaluate`: scores of a model on data with a target column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hagang import metrics
from hagang.cli.console import Console
from hagang.cli.phrases import target_text
from hagang.cli.source import Source, note
from hagang.data import Classes, align_labels
from hagang.data import load as load_data
from hagang.data.text import count
from hagang.errors import ArgumentError, DataError
from hagang.training import load
from hagang.training.holdout import Baseline

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy.typing as npt

    from hagang.data import Column, Dataset, Labelled
    from hagang.training import TrainedNetwork

__all__ = ["run"]


def run(model: Path, source: Source) -> None:
    """Score and print."""
    network = load(model)
    target = network.target
    if target is None:
        msg = f"{model} was trained on arrays, so no column is its target; expected a model that hagang train saved"
        raise ArgumentError(msg)
    read = load_data(source.data, target.name, task=network.task, like=network, **source.options())
    part: Dataset | Labelled = read.test or read
    labels = target.labels if isinstance(target, Classes) else ()
    column, renamed = align_labels(labels, _target(part, read))
    y = target.encode(column)
    scores = network.evaluate((part.inputs, y))
    console = Console()
    console.row("Model", f"{model}: {target_text(target)}")
    console.row("Data", f"{read.name}: {count(len(part), 'row')}{' of its test part' * (read.test is not None)}")
    console.row("Notes", *map(str, renamed))
    console.gap()
    _print_scores(console, network, scores, y)
    _note_if_seen(network, read)


def _print_scores(console: Console, network: TrainedNetwork, scores: Mapping[str, float], y: npt.NDArray[Any]) -> None:
    target, shares = network.target, network.about.get("shares")
    if target is None or shares is None:
        console.scores(scores, {}, "score")
        return
    known = Baseline(target.task, tuple(shares) if isinstance(target, Classes) else (target.mean,))
    truth = y if isinstance(target, Classes) else target.decode(y)
    console.scores(scores, metrics.score(target.task, truth, known.answers(len(y))), "score")
    console.gap()
    console.row("", f"Baseline: {known.describe(target)}.")


def _target(part: Dataset | Labelled, read: Dataset) -> Column:
    if part.target is None:
        msg = f"{read.name} has no target to compare with"
        raise DataError(msg)
    return part.target


def _note_if_seen(network: TrainedNetwork, read: Dataset) -> None:
    about = network.about.get("data", {})
    rows = about.get("rows", {})
    if read.test is None and read.name == about.get("name") and len(read) >= sum(rows.values()):
        note(
            "the model seems to have been trained on some of these rows, so the scores may be optimistic; hagang show "
            "prints those on held-out rows"
        )
