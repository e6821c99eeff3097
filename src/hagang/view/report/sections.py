"""What a report tells of every run. A section is a function of the run, which may give None for want of matter."""

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
from hagang.view.answers import plot_calibration, plot_confusion, plot_regions, plot_residuals
from hagang.view.landscape import plot_landscape
from hagang.view.report.html import bullets, code, facts, figure, paragraph, table
from hagang.view.training import plot_training
from hagang.view.watched import plot_distributions, plot_watch
from hagang.view.weights import plot_weights

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from hagang.runs import Run
    from hagang.training import TrainedNetwork

__all__ = ["SECTIONS", "lead", "number"]

_MOST = 24


def number(value: float | None) -> str:
    """Four digits; a dash where there is none."""
    if value is None or not np.isfinite(value):
        return "–"
    return f"{value:,.4g}" if abs(value) < 1e4 or abs(value) >= 1e9 else f"{value:,.0f}"


def lead(run: Run) -> str:
    """The result in a sentence."""
    outcome, data = run.record.get("outcome", {}), run.record["data"]
    if not outcome:
        return paragraph(f"A run on {data['name']} that has not come to its end.")
    said = f"A network trained on {data['name']}"
    scores = outcome.get("scores")
    name = next((name for name in ("accuracy", "rmse") if scores and name in scores), None)
    if scores and name:
        rows = data["rows"].get(outcome["scored"])
        of = f"{rows:,} {outcome['scored']} rows" if rows else f"{outcome['scored']} rows"
        guess = number(outcome["baseline"][name])
        said += f": {NAMES[name]} {number(scores[name])} on {of}, where guessing has {guess}"
    return paragraph(f"{said}.")


# --- result --------------------------------------------------------------------------------------------


def result(run: Run) -> ReportSection | None:
    """Scores beside guessing, and why it stopped."""
    outcome = run.record.get("outcome")
    if not outcome:
        return ReportSection("Result", paragraph("The run is unfinished: it goes on, or it broke off."))
    epochs, best = outcome["epochs"], outcome["best_epoch"]
    watched = bool(run.history.validation_losses)
    kept = (
        f"the weights of epoch {best} of {epochs}, the best on the validation rows" if watched else "the last weights"
    )
    told = [("Stopped by", outcome["stopped_by"]), ("Kept", kept)]
    told.append(("Took", f"{outcome['seconds']:.1f} s, {outcome['steps']:,} steps"))
    return ReportSection("Result", _scores(outcome) + facts(told))


def _scores(outcome: Mapping[str, Any]) -> str:
    if not outcome.get("scores"):
        return paragraph("No rows were held out to score on.")
    rows = [
        (said, number(outcome["scores"][name]), number(outcome["baseline"][name]))
        for name, said in NAMES.items()
        if name in outcome["scores"]
    ]
    note = " These rows were trained on, so the scores flatter." if outcome["scored"] == "training" else ""
    of = outcome["scored"]
    return table(("measure", f"{of} rows", "guessing"), rows) + paragraph(f"Guessing: {outcome['guess']}.{note}")


# --- data ----------------------------------------------------------------------------------------------


def data(run: Run) -> ReportSection:
    """What was understood of the data."""
    record = run.record["data"]
    parts = ((part, record["rows"].get(part)) for part in ("training", "validation", "test"))
    rows = ", ".join(f"{n:,} {part}" for part, n in parts if n)
    told = [("Source", str(record["name"])), ("Rows", rows), ("Task", _task(record))]
    if record.get("fingerprint"):
        told.append(("Fingerprint", f"{record['fingerprint']} (SHA-256 of the training arrays, shortened)"))
    notes = [finding["text"] for finding in record["findings"] if finding["kind"] != "task"]
    html = facts(told) + (("<h3>Noticed</h3>" + bullets(_some(notes))) if notes else "")
    return ReportSection("Data", html + _columns(run))


def _task(record: Mapping[str, Any]) -> str:
    labels = record.get("labels", [])
    if record["task"] == "classification":
        shown = ", ".join(labels[:12]) + (", …" if len(labels) > 12 else "")
        of = f" of {record['target']!r}" if record["target"] else ""
        return f"classification: {len(labels)} classes{of} ({shown})"
    if record["task"] == "multilabel":
        return f"multilabel: {len(labels)} labels per row, each 0 or 1"
    return f"{record['task']}" + (f": the quantity {record['target']!r}" if record["target"] else "")


def _columns(run: Run) -> str:
    features = getattr(_network(run), "features", None)
    if isinstance(features, PixelFeatures):
        return paragraph(f"Inputs: images of {' × '.join(map(str, features.shape))} pixels.")
    if not isinstance(features, ColumnFeatures):
        return ""
    rows = [(encoder.name, encoder.describe()) for encoder in features.encoders]
    rows += [(item.name, f"left out: it {item.reason}") for item in features.left_out]
    more = paragraph(f"and {len(rows) - _MOST:,} more columns") if len(rows) > _MOST else ""
    return "<h3>Columns</h3>" + table(("column", "what becomes of it"), rows[:_MOST], numbers=False) + more


def _some(texts: list[str]) -> list[str]:
    return texts if len(texts) <= _MOST else [*texts[:_MOST], f"and {len(texts) - _MOST:,} more"]


def _network(run: Run) -> TrainedNetwork | None:
    try:
        return run.network
    except FileFormatError:
        return None


# --- network and training ------------------------------------------------------------------------------


def network(run: Run) -> ReportSection | None:
    """Layers, and what they hold."""
    trained = _network(run)
    if trained is None:
        return None
    weights = trained.weights
    total = sum(array.size for array in weights.values())
    layers = bullets(map(repr, trained.network.layers)) if trained.network is not None else ""
    rows = [(name, " × ".join(map(str, a.shape)) or "1", f"{a.size:,}") for name, a in list(weights.items())[:_MOST]]
    return ReportSection(
        "Network", layers + table(("weights", "shape", "numbers"), [*rows, ("total", "", f"{total:,}")])
    )


def training(run: Run) -> ReportSection | None:
    """Settings, curves and what happened on the way."""
    config = {name: said for name, said in run.record["config"].items() if name != "network" and said not in (None, "")}
    html = facts((name.replace("_", " "), str(said)) for name, said in config.items())
    if not run.history.epochs:
        return ReportSection("Training", html)
    caption = (
        "Loss, metric, gradient norm and learning rate. Dotted lines: cuts of the rate, restarts, a person's hand."
    )
    happened = [f"epoch {one.epoch:.4g}: {one.said}" for one in timeline(run.history, run.stopped_by)]
    return ReportSection("Training", figure(plot_training(run, title=""), caption) + bullets(_some(happened)) + html)


# --- answers and weights -------------------------------------------------------------------------------


def answers(run: Run) -> ReportSection | None:
    """Where it is right and where not."""
    outcomes = run.outcomes
    if outcomes is None or (not outcomes.is_classification and outcomes.target.shape[1] != 1):
        return None
    return ReportSection("Answers", "".join(figure(draw(run), caption) for draw, caption in _pictures(run)))


def _pictures(run: Run) -> Iterator[tuple[Callable[[Run], Any], str]]:
    outcomes = run.outcomes
    if outcomes is None or not outcomes.is_classification:
        yield plot_residuals, "Predictions beside the truth; residuals should scatter evenly about zero."
        return
    yield plot_confusion, "Rows are true classes, columns predicted ones; what lies off the diagonal is wrong."
    yield plot_calibration, "Of answers given with a probability, the share that is right; below, how many there are."
    if outcomes.inputs is not None and _network(run) is not None:
        yield plot_regions, "The class predicted at each point of the plane of the two inputs."


def first_layer(run: Run) -> ReportSection | None:
    """Pictures of weights."""
    trained = _network(run)
    if trained is None or not any(a.ndim == 2 for n, a in trained.weights.items() if n.endswith(".weights")):
        return None
    return ReportSection(
        "First layer", figure(plot_weights(run), "Red raises a unit's sum with the input, blue lowers it.")
    )


def inside(run: Run) -> ReportSection | None:
    """What a `Watch` recorded."""
    if WATCH not in run.measured:
        return None
    told = watched(run)
    by_layer = "Left, the norm of the gradient of a layer's weights; right, what share of them a step changes."
    html = figure(plot_watch(told), by_layer)
    html += figure(plot_distributions(told), "What each layer gives, and the gradients of its weights, over time.")
    around = surroundings(run)
    if around is not None:
        html += figure(plot_landscape(around), "The loss of some training rows, over a plane through the kept weights.")
    return ReportSection("Inside", html)


def reproduce(run: Run) -> ReportSection:
    """How to do it again."""
    record = run.record
    command = record.get("command")
    versions = ", ".join(f"{name} {version}" for name, version in record["environment"]["versions"].items())
    where = record["environment"]
    threads = where["threads"] or "as many as there are cores"
    told = [
        ("Began", record["began"]),
        ("Seed", str(record["config"]["seed"])),
        ("Versions", versions),
        ("Machine", f"{where['system']}, {where['cores']} cores; threads: {threads}; runtime: {where['runtime']}"),
        ("Data", f"fingerprint {record['data'].get('fingerprint', 'not taken')}"),
    ]
    html = code(command) if command else paragraph("It was started from a notebook or another program.")
    note = "The same command with the same versions and data on the same kind of machine gives the same bits."
    return ReportSection("Do it again", html + facts(told) + paragraph(note))


SECTIONS: list[Callable[[Run], ReportSection | None]] = [
    result,
    training,
    answers,
    inside,
    data,
    network,
    first_layer,
    reproduce,
]
"""In the order of the report. To add one, write a function of the run and put it here."""
