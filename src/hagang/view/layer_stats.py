"""Statistics per layer over time: gradients, updates, and distributions of activations and gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hagang.measure import Watched, watched
from hagang.view.marks import Axis, Band, Line, Mark, Panel, ReferenceLine, spans_decades
from hagang.view.picture import Picture

if TYPE_CHECKING:
    import numpy.typing as npt

    from hagang.runs import Run

__all__ = ["plot_distributions", "plot_watch"]

_USUAL = 1e-3
"""The rule-of-thumb ratio of updates to weights (Karpathy, CS231n)."""

_LAYERS = 6


def plot_watch(run: Run | Watched) -> Picture:
    """Plot gradient norm and update ratio over time, one line per layer.

    Parameters
    ----------
    run : Run or Watched
        A run with a `Watch` among its listeners, or the record of one.

    Raises
    ------
    ArgumentError
        If nothing was recorded.
    """
    recorded = _recorded(run)
    panels = [
        Panel(_lines(recorded, recorded.norms), Axis("epoch"), _axis("gradient norm", recorded.norms)),
        Panel(
            [*_lines(recorded, recorded.updates), ReferenceLine(_USUAL, label="rule of thumb")],
            Axis("epoch"),
            _axis("update / weights", np.append(recorded.updates, _USUAL)),
            legend="none",
        ),
    ]
    return Picture(panels, "Per layer", columns=2, width=9.4, height=3.8)


def _recorded(run: Run | Watched) -> Watched:
    return run if isinstance(run, Watched) else watched(run)


def _lines(recorded: Watched, numbers: npt.NDArray[np.float64]) -> list[Mark]:
    colours = ("blue", "vermilion", "green", "purple", "amber", "sky")
    shown = _shown(len(recorded.layers))
    dots = len(recorded.epochs) <= 30
    return [
        Line(
            recorded.epochs,
            _positive(numbers[:, k]),
            label=recorded.layers[k],
            colour=colours[i % len(colours)],
            dots=dots,
        )
        for i, k in enumerate(shown)
    ]


def _positive(numbers: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.where(numbers > 0, numbers, np.nan)


def _axis(label: str, numbers: npt.NDArray[np.float64]) -> Axis:
    return Axis(label, scale="log" if spans_decades(numbers[numbers > 0]) else "linear")


def _shown(layers: int) -> list[int]:
    """The first and last layers, if there are too many."""
    return list(range(layers)) if layers <= _LAYERS else [*range(_LAYERS // 2), *range(layers - _LAYERS // 2, layers)]


def plot_distributions(run: Run | Watched) -> Picture:
    """Plot the distributions of each layer's activations and gradient magnitudes over time.

    The line is the median; the bands hold 50, 90 and 98 % of the values.

    Parameters
    ----------
    run : Run or Watched
        A run with a `Watch` among its listeners, or the record of one.

    Raises
    ------
    ArgumentError
        If nothing was recorded.
    """
    recorded = _recorded(run)
    shown = _shown(len(recorded.layers))
    panels = []
    for k in shown:
        sizes = _above_zero(recorded.gradients[:, k])
        kinds = (("activation", recorded.activations[:, k], "blue"), ("gradient magnitude", sizes, "purple"))
        for what, values, colour in kinds:
            scale = Axis(what, scale="log" if what == "gradient magnitude" and spans_decades(values) else "linear")
            marks = _fan(recorded.epochs, values, colour)
            panels.append(Panel(marks, Axis("epoch"), scale, title=recorded.layers[k], legend="none"))
    return Picture(panels, "Median, and bands of 50, 90 and 98 %", columns=2, width=9.4, height=0.8 + 2.1 * len(shown))


def _above_zero(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Zeros replaced by the smallest positive value, for a logarithmic axis."""
    positive = values[values > 0]
    return np.maximum(values, positive.min()) if positive.size else values


def _fan(epochs: npt.NDArray[np.int64], values: npt.NDArray[np.float64], colour: str) -> list[Mark]:
    bands: list[Mark] = [Band(epochs, values[:, k], values[:, -1 - k], colour=colour) for k in range(3)]
    return [*bands, Line(epochs, values[:, 3], colour=colour)]
