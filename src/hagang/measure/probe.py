"""Probing a live run: distributions of activations and gradients in each layer at the current weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.autodiff import backward
from hagang.measure.passing import trace_pass
from hagang.measure.subject import Subject
from hagang.program import Program, optimise
from hagang.runtime import Chunk
from hagang.training.rows import Rows
from hagang.training.step import INPUT, TARGET, WEIGHT

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from hagang.training.events import LiveRun

    Array = npt.NDArray[Any]

__all__ = ["LEVELS", "Probe", "Reading", "quantiles", "some_rows"]

LEVELS = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
"""Of the quantiles that tell of a distribution."""

_ENOUGH = 4096
"""Numbers that quantiles are taken of; of more, so many evenly spaced ones."""


@dataclass(frozen=True, eq=False)
class Reading:
    """The measurements of a probe, for the trainable layers, first to last.

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
    """Measures some training rows with a Program on the run's session that updates nothing.

    Parameters
    ----------
    live : LiveRun
        What a run lets listeners look into.
    rows : int
        So many training rows, evenly spaced, or all where there are fewer.
    """

    def __init__(self, live: LiveRun, rows: int = 256) -> None:
        self._session = live.session
        self.rows = some_rows(live.data.train.head, rows)
        passed = trace_pass(Subject(live.model, self.rows, live.session.read()))
        told = [layer for layer in passed.layers if not layer.is_block]
        owned = {
            layer.path: [node for path, node in passed.weights.items() if path.startswith(f"{layer.path}.")]
            for layer in told
        }
        learn = [layer for layer in told if owned[layer.path]]
        self.paths = tuple(layer.path for layer in learn)
        self.names = tuple(f"{layer.path.removeprefix('layers.')}: {layer.label}" for layer in learn)
        weights = [node for path in self.paths for node in owned[path]]
        gradients = dict(zip(weights, backward(passed.loss, weights), strict=True))
        outputs = {f"gave {layer.path}": layer.gave for layer in learn}
        self._gradients: list[list[str]] = []
        for path in self.paths:
            found = [node for node in (gradients[weight] for weight in owned[path]) if node is not None]
            named = {f"gradient {path} {k}": node for k, node in enumerate(found)}
            self._gradients.append(list(named))
            outputs.update(named)
        self._program = optimise(Program(outputs=outputs))

    def read(self) -> Reading:
        """Measure now."""
        rows = {INPUT: self.rows.x, TARGET: self.rows.y, WEIGHT: self.rows.weight}
        chunk = Chunk({name: array for name, array in rows.items() if array is not None})
        told = self._session.run(self._program, chunk).outputs
        parts = [[np.ravel(told[name]) for name in names] for names in self._gradients]
        gradients = [np.concatenate(part) if part else np.zeros(1) for part in parts]
        return Reading(
            activations=np.array([quantiles(told[f"gave {path}"]) for path in self.paths]),
            gradients=np.array([quantiles(values, of=np.abs) for values in gradients]),
            norms=np.array([float(np.sqrt(np.sum(np.square(each, dtype=np.float64)))) for each in gradients]),
        )


def quantiles(values: Array, *, of: Callable[[Array], Array] = np.asarray) -> Array:
    """Quantiles of some of the values, optionally transformed; NaN if none is finite."""
    some = of(np.ravel(values)[_evenly(values.size, _ENOUGH)])
    ranked = np.sort(some[np.isfinite(some)])
    if not ranked.size:
        return np.full(len(LEVELS), np.nan)
    places = np.multiply(LEVELS, len(ranked) - 1)
    found: Array = np.interp(places, np.arange(len(ranked)), ranked)
    return found


def _evenly(there: int, most: int) -> slice | npt.NDArray[np.int64]:
    """All positions, or evenly spaced ones with a fractional step, so that rows do not sample the same units."""
    return slice(None) if there <= most else np.linspace(0, there - 1, most).astype(np.int64)


def some_rows(rows: Rows, most: int) -> Rows:
    """Evenly spaced rows, up to this many."""
    chosen = _evenly(len(rows), most)
    return Rows(rows.x[chosen], rows.y[chosen], None if rows.weight is None else rows.weight[chosen])
