"""Plots of predictions on held-out rows: confusion matrix, calibration, residuals, decision regions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data import Classes, ColumnFeatures
from hagang.errors import ArgumentError
from hagang.view.marks import Axis, Bars, Image, Line, Mark, Panel, Points, ReferenceLine, Regions
from hagang.view.picture import Picture

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from hagang.runs import Run
    from hagang.training import Outcomes

    Array = npt.NDArray[Any]

__all__ = ["plot_calibration", "plot_confusion", "plot_regions", "plot_residuals"]

_BINS = 10
_WITH_TEXT, _WITH_NAMES = 16, 40
_MOST = 1500
_GRID = 160
_LONGEST = 18


def plot_confusion(run: Run) -> Picture:
    """Plot the confusion matrix: rows are true classes, colours their shares, numbers the counts.

    Raises
    ------
    ArgumentError
        If the run has no predictions on held-out rows, or they are not classes.
    """
    outcomes = _classes(run)
    k = outcomes.output.shape[1]
    counts = np.zeros((k, k), np.int64)
    np.add.at(counts, (outcomes.target, outcomes.output.argmax(axis=1)), 1)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    names = [_short(label) for label in _labels(run, k)] if k <= _WITH_NAMES else None
    texts = [[f"{n}" if n else "" for n in row] for row in counts] if k <= _WITH_TEXT else None
    image = Image(shares, "share of the true class", limits=(0.0, 1.0), texts=texts)
    panel = Panel([image], Axis("predicted class", names=names), Axis("true class", names=names))
    right = float(np.mean(outcomes.output.argmax(axis=1) == outcomes.target))
    side = min(8.0, max(4.2, 2.6 + 0.42 * k))
    title = f"Accuracy {right:.1%} on {len(outcomes):,} {outcomes.part} rows"
    return Picture([panel], title, width=side + 0.8, height=side)


def plot_calibration(run: Run) -> Picture:
    """Plot the reliability diagram: the share of correct predictions against the predicted probability.

    For two classes the probability is that of the second class; for more, that of the predicted class. Below, the
    number of rows in each of ten bins. The title gives the expected calibration error, the mean distance from the
    diagonal.

    Raises
    ------
    ArgumentError
        If the run has no predictions on held-out rows, or they are not classes.

    References
    ----------
    Guo, Pleiss, Sun and Weinberger (2017), On calibration of modern neural networks.
    """
    outcomes = _classes(run)
    chance, right = _predicted(outcomes)
    bins = np.minimum((chance * _BINS).astype(np.int64), _BINS - 1)
    rows = np.bincount(bins, minlength=_BINS)
    used = rows > 0
    mean, share = (np.bincount(bins, weights=w, minlength=_BINS)[used] / rows[used] for w in (chance, right))
    error = float(np.average(np.abs(mean - share), weights=rows[used]))
    binary = outcomes.output.shape[1] == 2
    what = f"probability of {_short(_labels(run, 2)[1])}" if binary else "probability of the predicted class"
    upper = Panel(
        [
            Line([0, 1], [0, 1], label="perfect", colour="grey", dash="dashed", width=1.2),
            Line(mean, share, label=f"{outcomes.part} rows", colour="blue", dots=True),
        ],
        Axis(what, limits=(0.0, 1.02)),
        Axis("share of the class" if binary else "share correct", limits=(0.0, 1.02)),
    )
    names = [f"{k / _BINS:.1f}" for k in range(_BINS)]
    lower = Panel([Bars(names, rows, colour="blue")], Axis(f"{what}, from", names=names), Axis("rows"))
    return Picture([upper, lower], f"Calibration error {error:.3f}", width=5.6, height=6.4)


def _predicted(outcomes: Outcomes) -> tuple[Array, Array]:
    """The probability of each prediction, and whether it was correct."""
    if outcomes.output.shape[1] == 2:
        return outcomes.output[:, 1], (outcomes.target == 1).astype(np.float64)
    return outcomes.output.max(axis=1), (outcomes.output.argmax(axis=1) == outcomes.target).astype(np.float64)


def plot_residuals(run: Run) -> Picture:
    """Plot true against predicted values, and residuals (true minus predicted) against predictions.

    Raises
    ------
    ArgumentError
        If the run has no predictions on held-out rows, or they are classes.
    """
    outcomes = _outcomes(run)
    if outcomes.task != "regression":
        instead = "classes; see plot_confusion" if outcomes.is_classification else "several labels per row"
        msg = f"run: expected one that predicts quantities, '{run.name}' predicts {instead}"
        raise ArgumentError(msg)
    shown = _some(len(outcomes))
    true, predicted = outcomes.target[shown, 0], outcomes.output[shown, 0]
    name = str(run.record["data"]["target"] or "target")
    low, high = float(min(true.min(), predicted.min())), float(max(true.max(), predicted.max()))
    left = Panel(
        [
            Line([low, high], [low, high], label="perfect", colour="grey", dash="dashed", width=1.2),
            Points(predicted, true, label=f"{outcomes.part} rows", colour="blue", size=4),
        ],
        Axis(f"predicted {_short(name)}"),
        Axis(f"true {_short(name)}"),
    )
    right = Panel(
        [Points(predicted, true - predicted, colour="blue", size=4), ReferenceLine(0.0)],
        Axis(f"predicted {_short(name)}"),
        Axis("residual (true − predicted)"),
    )
    error = float(np.sqrt(np.mean(np.square(outcomes.target - outcomes.output))))
    return Picture([left, right], f"RMSE {error:.4g} on {len(outcomes):,} {outcomes.part} rows", 2, 9.0, 4.2)


def plot_regions(run: Run) -> Picture:
    """Plot the decision regions of a classifier with two inputs, with the held-out rows.

    Raises
    ------
    ArgumentError
        If the network does not have exactly two inputs, or does not predict classes.
    """
    outcomes = _classes(run)
    if outcomes.inputs is None:
        msg = f"run: expected a network with two inputs, '{run.name}' has {_width(run)}"
        raise ArgumentError(msg)
    spans = [_range(outcomes.inputs[:, k]) for k in (0, 1)]
    across, up = (np.linspace(low, high, _GRID) for low, high in spans)
    grid = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2).astype(outcomes.inputs.dtype)
    regions = run.network.predict_proba(grid).argmax(axis=1).reshape(_GRID, _GRID)
    shown = _some(len(outcomes))
    points: list[Mark] = []
    for code, label in enumerate(_labels(run, outcomes.output.shape[1])):
        own = outcomes.inputs[shown][outcomes.target[shown] == code]
        if len(own):
            points.append(Points(own[:, 0], own[:, 1], label=_short(label), colour=_CYCLE[code % len(_CYCLE)], size=5))
    x, y = _axes(run)
    panel = Panel([Regions(across, up, regions), *points], Axis(x, limits=spans[0]), Axis(y, limits=spans[1]))
    return Picture([panel], f"Predicted class, with {outcomes.part} rows", width=6.0, height=5.0)


_CYCLE = ("blue", "vermilion", "green", "purple", "amber", "sky")


def _axes(run: Run) -> tuple[str, str]:
    features = run.network.features
    names = features.names if isinstance(features, ColumnFeatures) else ()
    if len(names) != 2:
        return "input 0", "input 1"
    scaled = {"standard": " (standardised)", "minmax": " (scaled to 0 to 1)"}.get(
        str(getattr(features, "scale", "")), ""
    )
    return _short(names[0]) + scaled, _short(names[1]) + scaled


def _width(run: Run) -> int:
    return int(np.prod(run.record["data"]["dims"]))


def _range(numbers: Array) -> tuple[float, float]:
    low, high = float(numbers.min()), float(numbers.max())
    margin = 0.08 * (high - low) or 1.0
    return low - margin, high + margin


def _some(rows: int) -> Array:
    return np.unique(np.linspace(0, rows - 1, min(rows, _MOST)).astype(np.int64))


def _classes(run: Run) -> Outcomes:
    outcomes = _outcomes(run)
    if not outcomes.is_classification:
        instead = "quantities; see plot_residuals" if outcomes.task == "regression" else "several labels per row"
        msg = f"run: expected one that predicts classes, '{run.name}' predicts {instead}"
        raise ArgumentError(msg)
    return outcomes


def _outcomes(run: Run) -> Outcomes:
    if run.outcomes is None:
        msg = f"run: expected one with predictions on held-out rows, '{run.name}' has none; give fit validation=0.2"
        raise ArgumentError(msg)
    return run.outcomes


def _labels(run: Run, classes: int) -> Sequence[Any]:
    target = run.network.target
    return target.labels if isinstance(target, Classes) else range(classes)


def _short(label: Any) -> str:
    text = str(label)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
