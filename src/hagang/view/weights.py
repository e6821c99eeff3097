"""Plots of the weights of the first layer, as images if the inputs are images."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data import ColumnFeatures, PixelFeatures
from hagang.errors import ArgumentError
from hagang.runs import Run
from hagang.view.marks import Axis, Image, Panel
from hagang.view.picture import Picture

if TYPE_CHECKING:
    import numpy.typing as npt

    from hagang.training import TrainedNetwork

    Array = npt.NDArray[Any]

__all__ = ["plot_weights"]

_TILES = 64
_NAMED = 40


def plot_weights(run: Run | TrainedNetwork) -> Picture:
    """Plot the weights of the first layer.

    For images, the weights of each unit are an image, the units with the largest norms first. For tables, columns are
    units and rows are inputs.

    Parameters
    ----------
    run : Run or TrainedNetwork
        With a first layer whose inputs have one axis.

    Raises
    ------
    ArgumentError
        If there is no such layer.
    """
    network = run.network if isinstance(run, Run) else run
    weights = _first(network)
    strongest = np.argsort(-np.linalg.norm(weights, axis=0), kind="stable")[:_TILES]
    chosen = weights[:, strongest]
    of = f"{len(strongest)} of {weights.shape[1]}" if weights.shape[1] > len(strongest) else f"{weights.shape[1]}"
    title = f"Weights into the {of} units of the first layer, the largest first"
    shape = _image_shape(network, len(weights))
    if shape is not None:
        image = Image(_mosaic(chosen, shape), "weight", diverging=True)
        return Picture([Panel([image], bare=True)], title, width=6.8, height=6.2)
    names = _names(network, len(weights))
    panel = Panel([Image(chosen, "weight", diverging=True)], Axis("unit"), Axis("input", names=names))
    return Picture([panel], title, width=6.8, height=min(9.0, max(3.2, 1.4 + 0.2 * len(weights))))


def _first(network: TrainedNetwork) -> Array:
    for name, weights in network.weights.items():
        if name.endswith(".weights") and weights.ndim == 2:
            return np.asarray(weights)
    msg = "run: expected a network whose first layer has a matrix of weights, received one without"
    raise ArgumentError(msg)


def _image_shape(network: TrainedNetwork, inputs: int) -> tuple[int, int] | None:
    """Height and width of the images, if the inputs are greyscale."""
    if not isinstance(network.features, PixelFeatures):
        return None
    shape = tuple(n for n in network.features.shape if n != 1)
    return (shape[0], shape[1]) if len(shape) == 2 and shape[0] * shape[1] == inputs else None


def _mosaic(weights: Array, shape: tuple[int, int]) -> Array:
    """Images in a grid, separated by NaN."""
    units = weights.shape[1]
    across = int(np.ceil(np.sqrt(units)))
    down = -(-units // across)
    height, width = shape[0] + 1, shape[1] + 1
    mosaic = np.full((down * height - 1, across * width - 1), np.nan)
    for k in range(units):
        top, left = (k // across) * height, (k % across) * width
        mosaic[top : top + shape[0], left : left + shape[1]] = weights[:, k].reshape(shape)
    return mosaic


def _names(network: TrainedNetwork, inputs: int) -> list[str] | None:
    names = network.features.names if isinstance(network.features, ColumnFeatures) else ()
    return list(names) if len(names) == inputs <= _NAMED else None
