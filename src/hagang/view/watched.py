"""What was recorded inside a run: gradients and updates by layer, and how activations and gradients lay, over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hagang.measure import Watched, watched
from hagang.view.marks import Axis, Band, Level, Line, Mark, Panel, spans_decades
from hagang.view.picture import Picture

if TYPE_CHECKING:
    import numpy.typing as npt

    from hagang.runs import Run

__all__ = ["plot_distributions", "plot_watch"]

_USUAL = 1e-3
"""About what a step changes of the weights where learning goes well (Karpathy, CS231n)."""

_LAYERS = 6


def plot_watch(run: Run | Watched) -> Picture:
    """Draw the gradient's norm and the size of the updates, a line a layer.

    Parameters
    ----------
    run : Run or Watched
        A run with a `Watch` among its listeners, or what it recorded.

    Raises
    ------
    ArgumentError
        Where nothing was recorded.
    """
    told = _told(run)
    panels = [
        Panel(_lines(told, told.norms), Axis("epoch"), _axis("gradient norm", told.norms)),
        Panel(
            [*_lines(told, told.updates), Level(_USUAL, label="about usual")],
            Axis("epoch"),
            _axis("change of a step / weights", np.append(told.updates, _USUAL)),
            legend="none",
        ),
    ]
    return Picture(panels, "By layer", columns=2, width=9.4, height=3.8)


def _told(run: Run | Watched) -> Watched:
    return run if isinstance(run, Watched) else watched(run)


def _lines(told: Watched, numbers: npt.NDArray[np.float64]) -> list[Mark]:
    colours = ("blue", "vermilion", "green", "purple", "amber", "sky")
    shown = _shown(len(told.layers))
    dots = len(told.epochs) <= 30
    return [
        Line(told.epochs, _positive(numbers[:, k]), label=told.layers[k], colour=colours[i % len(colours)], dots=dots)
        for i, k in enumerate(shown)
    ]


def _positive(numbers: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.where(numbers > 0, numbers, np.nan)


def _axis(label: str, numbers: npt.NDArray[np.float64]) -> Axis:
    return Axis(label, scale="log" if spans_decades(numbers[numbers > 0]) else "linear")


def _shown(layers: int) -> list[int]:
    """The first and the last layers, where there are too many."""
    return list(range(layers)) if layers <= _LAYERS else [*range(_LAYERS // 2), *range(layers - _LAYERS // 2, layers)]


def plot_distributions(run: Run | Watched) -> Picture:
    """Draw how each layer's activations, and the sizes of its parameters' gradients, lay over time.

    The line is the median; the bands hold 50, 90 and 98 % of the numbers.

    Parameters
    ----------
    run : Run or Watched
        A run with a `Watch` among its listeners, or what it recorded.

    Raises
    ------
    ArgumentError
        Where nothing was recorded.
    """
    told = _told(run)
    shown = _shown(len(told.layers))
    panels = []
    for k in shown:
        sizes = _above_zero(told.gradients[:, k])
        kinds = (("activation", told.activations[:, k], "blue"), ("gradient size", sizes, "purple"))
        for what, values, colour in kinds:
            scale = Axis(what, scale="log" if what == "gradient size" and spans_decades(values) else "linear")
            marks = _fan(told.epochs, values, colour)
            panels.append(Panel(marks, Axis("epoch"), scale, title=told.layers[k], legend="none"))
    return Picture(panels, "Median, and where 50, 90 and 98 % lie", columns=2, width=9.4, height=0.8 + 2.1 * len(shown))


def _above_zero(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """With zeros, which a logarithm has no place for, as the smallest that is not."""
    positive = values[values > 0]
    return np.maximum(values, positive.min()) if positive.size else values


def _fan(epochs: npt.NDArray[np.int64], values: npt.NDArray[np.float64], colour: str) -> list[Mark]:
    bands: list[Mark] = [Band(epochs, values[:, k], values[:, -1 - k], colour=colour) for k in range(3)]
    return [*bands, Line(epochs, values[:, 3], colour=colour)]
