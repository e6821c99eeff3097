"""The sections of a report. A section is a function of the run that may return None if it does not apply."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data import ColumnFeatures, PixelFeatures
from hagang.errors import FileFormatError
from hagang.measure import surroundings, watched
from hagang.measure.watch import NAME as WATCH
from hagang.metrics import NAMES
from hagang.runs.report_section import ReportSection
from hagang.training.timeline import timeline
from hagang.view.landscape import plot_landscape
from hagang.view.layer_stats import plot_distributions, plot_watch
from hagang.view.predictions import plot_calibration, plot_confusion, plot_regions, plot_residuals
from hagang.view.report.html import bullets, code, facts, figure, paragraph, table
from hagang.view.training import plot_training
from hagang.view.weights import plot_weights

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from hagang.runs import Run
    from hagang.training import TrainedNetwork

__all__ = ["SECTIONS", "lead", "number"]

_MOST = 24


def number(value: float | None) -> str:
    """Four digits; a dash if there is no value."""
    if value is None or not np.isfinite(value):
        return "–"
    return f"{value:,.4g}" if abs(value) < 1e4 or abs(value) >= 1e9 else f"{value:,.0f}"


def lead(run: Run) -> str:
    """The result in one sentence."""
    outcome, data = run.record.get("outcome", {}), run.record["data"]
    if not outcome:
        return paragraph(f"A run on {data['name']} that is not finished.")
    sentence = f"A network trained on {data['name']}"
    scores = outcome.get("scores")
    name = next((name for name in ("accuracy", "rmse") if scores and name in scores), None)
    if scores and name:
        rows = data["rows"].get(outcome["scored"])
        of = f"{rows:,} {outcome['scored']} rows" if rows else f"{outcome['scored']} rows"
        baseline = number(outcome["baseline"][name])
        sentence += f": {NAMES[name]} {number(scores[name])} on {of} (baseline {baseline})"
    return paragraph(f"{sentence}.")


# --- result --------------------------------------------------------------------------------------------


def result(run: Run) -> ReportSection | None:
    """Scores and baseline, and why the run stopped."""
    outcome = run.record.get("outcome")
    if not outcome:
        return ReportSection(
            "Result", paragraph("The run is not finished: it is still running, or it was interrupted.")
        )
    epochs, best = outcome["epochs"], outcome["best_epoch"]
    validated = bool(run.history.validation_losses)
    kept = (
        f"the weights of epoch {best} of {epochs}, the best on the validation rows" if validated else "the last weights"
    )
    pairs = [("Stopped by", outcome["stopped_by"]), ("Kept", kept)]
    pairs.append(("Duration", f"{outcome['seconds']:.1f} s, {outcome['steps']:,} steps"))
    return ReportSection("Result", _scores(outcome) + facts(pairs))


def _scores(outcome: Mapping[str, Any]) -> str:
    if not outcome.get("scores"):
        reason = outcome.get("unscored")
        return paragraph(f"Not scored: {reason}" if reason else "No rows were held out for scoring.")
    rows = [
        (label, number(outcome["scores"][name]), number(outcome["baseline"][name]))
        for name, label in NAMES.items()
        if name in outcome["scores"]
    ]
    note = " These are training rows, so the scores are optimistic." if outcome["scored"] == "training" else ""
    of = outcome["scored"]
    return table(("metric", f"{of} rows", "baseline"), rows) + paragraph(f"Baseline: {outcome['guess']}.{note}")


# --- data ----------------------------------------------------------------------------------------------


def data(run: Run) -> ReportSection:
    """Source, rows, task, findings and columns of the data."""
    record = run.record["data"]
    parts = ((part, record["rows"].get(part)) for part in ("training", "validation", "test"))
    rows = ", ".join(f"{n:,} {part}" for part, n in parts if n)
    pairs = [("Source", str(record["name"])), ("Rows", rows), ("Task", _task(record))]
    if record.get("fingerprint"):
        pairs.append(("Fingerprint", f"{record['fingerprint']} (truncated SHA-256 of the training arrays)"))
    notes = [finding["text"] for finding in record["findings"] if finding["kind"] != "task"]
    html = facts(pairs) + (("<h3>Findings</h3>" + bullets(_some(notes))) if notes else "")
    return ReportSection("Data", html + _columns(run))


def _task(record: Mapping[str, Any]) -> str:
    labels = record.get("labels", [])
    if record["task"] == "classification":
        shown = ", ".join(labels[:12]) + (", …" if len(labels) > 12 else "")
        of = f" of {record['target']!r}" if record["target"] else ""
        return f"classification: {len(labels)} classes{of} ({shown})"
    if record["task"] == "multilabel":
        return f"multilabel: {len(labels)} labels per row, each 0 or 1"
    return f"{record['task']}" + (f": target {record['target']!r}" if record["target"] else "")


def _columns(run: Run) -> str:
    features = getattr(_network(run), "features", None)
    if isinstance(features, PixelFeatures):
        return paragraph(f"Inputs: images of {' × '.join(map(str, features.shape))} pixels.")
    if not isinstance(features, ColumnFeatures):
        return ""
    rows = [(encoder.name, encoder.describe()) for encoder in features.encoders]
    rows += [(item.name, f"left out: it {item.reason}") for item in features.left_out]
    more = paragraph(f"and {len(rows) - _MOST:,} more columns") if len(rows) > _MOST else ""
    return "<h3>Columns</h3>" + table(("column", "encoding"), rows[:_MOST], numbers=False) + more


def _some(texts: list[str]) -> list[str]:
    return texts if len(texts) <= _MOST else [*texts[:_MOST], f"and {len(texts) - _MOST:,} more"]


def _network(run: Run) -> TrainedNetwork | None:
    try:
        return run.network
    except FileFormatError:
        return None


# --- network and training ------------------------------------------------------------------------------


def network(run: Run) -> ReportSection | None:
    """Layers and weights."""
    trained = _network(run)
    if trained is None:
        return None
    weights = trained.weights
    total = sum(array.size for array in weights.values())
    layers = bullets(map(repr, trained.network.layers)) if trained.network is not None else ""
    rows = [(name, " × ".join(map(str, a.shape)) or "1", f"{a.size:,}") for name, a in list(weights.items())[:_MOST]]
    return ReportSection("Network", layers + table(("weights", "shape", "size"), [*rows, ("total", "", f"{total:,}")]))


def training(run: Run) -> ReportSection | None:
    """Settings, curves and events."""
    config = {
        name: value for name, value in run.record["config"].items() if name != "network" and value not in (None, "")
    }
    html = facts((name.replace("_", " "), str(value)) for name, value in config.items())
    if not run.history.epochs:
        return ReportSection("Training", html)
    caption = "Loss, metric, gradient norm and learning rate. Dotted lines: rate cuts, restarts, manual changes."
    events = [f"epoch {one.epoch:.4g}: {one.said}" for one in timeline(run.history, run.stopped_by)]
    return ReportSection("Training", figure(plot_training(run, title=""), caption) + bullets(_some(events)) + html)


# --- predictions and weights -------------------------------------------------------------------------------


def predictions(run: Run) -> ReportSection | None:
    """Plots of predictions on held-out rows."""
    outcomes = run.outcomes
    if outcomes is None or (not outcomes.is_classification and outcomes.target.shape[1] != 1):
        return None
    return ReportSection("Predictions", "".join(figure(draw(run), caption) for draw, caption in _pictures(run)))


def _pictures(run: Run) -> Iterator[tuple[Callable[[Run], Any], str]]:
    outcomes = run.outcomes
    if outcomes is None or not outcomes.is_classification:
        yield plot_residuals, "True against predicted values; residuals should scatter evenly around zero."
        return
    yield plot_confusion, "Rows are true classes, columns predicted ones; off-diagonal cells are errors."
    yield plot_calibration, "Share of correct predictions by predicted probability; below, the number of predictions."
    if outcomes.inputs is not None and _network(run) is not None:
        yield plot_regions, "The predicted class at each point of the input plane."


def first_layer(run: Run) -> ReportSection | None:
    """Plot of the weights of the first layer."""
    trained = _network(run)
    if trained is None or not any(a.ndim == 2 for n, a in trained.weights.items() if n.endswith(".weights")):
        return None
    return ReportSection("First layer", figure(plot_weights(run), "Red weights are positive, blue ones negative."))


def inside(run: Run) -> ReportSection | None:
    """The record of a `Watch`."""
    if WATCH not in run.measured:
        return None
    recorded = watched(run)
    by_layer = "Left, the gradient norm of each layer's weights; right, the ratio of update to weights."
    html = figure(plot_watch(recorded), by_layer)
    html += figure(plot_distributions(recorded), "Activations of each layer, and gradients of its weights, over time.")
    around = surroundings(run)
    if around is not None:
        html += figure(
            plot_landscape(around), "The loss on a sample of training rows, over a plane through the final weights."
        )
    return ReportSection("Layers over time", html)


def reproduce(run: Run) -> ReportSection:
    """How to reproduce the run."""
    record = run.record
    command = record.get("command")
    versions = ", ".join(f"{name} {version}" for name, version in record["environment"]["versions"].items())
    where = record["environment"]
    threads = where["threads"] or "one per core"
    pairs = [
        ("Started", record["began"]),
        ("Seed", str(record["config"]["seed"])),
        ("Versions", versions),
        ("Machine", f"{where['system']}, {where['cores']} cores; threads: {threads}; runtime: {where['runtime']}"),
        ("Data", f"fingerprint {record['data'].get('fingerprint', 'not taken')}"),
    ]
    html = code(command) if command else paragraph("The run was started from a notebook or another program.")
    note = "The same command with the same versions and data on the same type of machine gives bit-identical results."
    return ReportSection("Reproduce", html + facts(pairs) + paragraph(note))


SECTIONS: list[Callable[[Run], ReportSection | None]] = [
    result,
    training,
    predictions,
    inside,
    data,
    network,
    first_layer,
    reproduce,
]
"""In the order of the report. To add one, write a function of the run and list it here."""
