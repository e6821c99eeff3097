"""A look into a run while it goes: how activations and gradients lie in each layer at the weights of the moment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.autodiff import backward
from hagang.graph import evaluate
from hagang.measure.passing import trace_pass
from hagang.measure.subject import Subject
from hagang.train.rows import Rows

if TYPE_CHECKING:
    import numpy.typing as npt

    from hagang.graph import Node
    from hagang.train.events import Inside

    Array = npt.NDArray[Any]

__all__ = ["LEVELS", "Probe", "Reading", "some_rows"]

LEVELS = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
"""Of the quantiles that tell of a distribution."""


@dataclass(frozen=True, eq=False)
class Reading:
    """What a probe found, for the layers that learn, first to last.

    Parameters
    ----------
    activations, gradients : ndarray, shape (layers, 7)
        Quantiles (`LEVELS`) of what each layer gives, and of the sizes of its parameters' gradients.
    norms : ndarray, shape (layers,)
        The Euclidean norm of the gradient of its parameters.
    """

    activations: Array
    gradients: Array
    norms: Array


class Probe:
    """Looks at some training rows by the reference evaluation, in float64; it only reads the run's session.

    Parameters
    ----------
    inside : Inside
        What a run lets listeners look into.
    rows : int
        So many training rows, evenly spaced, or all where there are fewer.
    """

    def __init__(self, inside: Inside, rows: int = 256) -> None:
        self._session = inside.session
        model = replace(inside.model, precision=np.dtype(np.float64))
        self.rows = some_rows(inside.data.train.head, rows)
        passed = trace_pass(Subject(model, _in_float64(self.rows), self._slots()))
        self._feeds = dict(passed.feeds)
        learned = [layer for layer in passed.layers if not layer.is_block]
        weights = {
            layer.path: [node for path, node in passed.weights.items() if path.startswith(f"{layer.path}.")]
            for layer in learned
        }
        self._layers = [layer for layer in learned if weights[layer.path]]
        self.names = tuple(f"{layer.path.removeprefix('layers.')}: {layer.label}" for layer in self._layers)
        self.paths = tuple(layer.path for layer in self._layers)
        asked = [node for layer in self._layers for node in weights[layer.path]]
        found = dict(zip(asked, backward(passed.loss, asked), strict=True))
        self._gradients = [[found[node] for node in weights[layer.path]] for layer in self._layers]

    def read(self) -> Reading:
        """Look now."""
        slots = self._slots()
        feeds = {node: slots.get(node.attrs["name"], value) for node, value in self._feeds.items()}
        gave = [layer.gave for layer in self._layers]
        wanted = [*gave, *(node for nodes in self._gradients for node in nodes if node is not None)]
        told = dict(zip(wanted, evaluate(wanted, feeds), strict=True))
        gradients = [_joined(nodes, told) for nodes in self._gradients]
        return Reading(
            activations=np.array([_quantiles(told[node]) for node in gave]),
            gradients=np.array([_quantiles(np.abs(values)) for values in gradients]),
            norms=np.array([float(np.linalg.norm(values)) for values in gradients]),
        )

    def _slots(self) -> dict[str, Array]:
        slots = self._session.read()
        return {name: a.astype(np.float64) if a.dtype.kind == "f" else a for name, a in slots.items()}


def _joined(nodes: list[Node | None], told: dict[Node, Array]) -> Array:
    parts = [np.ravel(told[node]) for node in nodes if node is not None]
    return np.concatenate(parts) if parts else np.zeros(1)


def _quantiles(values: Array) -> Array:
    finite = values[np.isfinite(values)]
    return np.quantile(finite, LEVELS) if finite.size else np.full(len(LEVELS), np.nan)


def some_rows(rows: Rows, most: int) -> Rows:
    """So many rows, evenly spaced, or all where there are fewer."""
    chosen = np.unique(np.linspace(0, len(rows) - 1, min(len(rows), most)).astype(np.int64))
    return Rows(rows.x[chosen], rows.y[chosen], None if rows.weight is None else rows.weight[chosen])


def _in_float64(rows: Rows) -> Rows:
    def wide(array: Array) -> Array:
        return array.astype(np.float64) if array.dtype.kind == "f" else array

    return Rows(wide(rows.x), wide(rows.y), None if rows.weight is None else wide(rows.weight))
