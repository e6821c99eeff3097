"""Loss landscapes: the loss over a plane through the final weights, with the training path."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import ArgumentError
from hagang.measure.passing import trace_pass
from hagang.measure.probe import some_rows
from hagang.measure.subject import Subject, subject
from hagang.program import Program, optimise
from hagang.runtime import Chunk, open_session
from hagang.training.step import INPUT, LOSS, TARGET, WEIGHT, named

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy.typing as npt

    from hagang.runs import Run

    Array = npt.NDArray[Any]

__all__ = ["Landscape", "landscape", "landscape_of"]

PATH, RANDOM = "path", "random"
_MARGIN = 0.25


@dataclass(frozen=True, eq=False)
class Landscape:
    """Losses over a plane; the final weights are at (0, 0).

    Parameters
    ----------
    across, up : ndarray, shape (n,)
        Coordinates along the first and the second direction.
    losses : ndarray, shape (n, n)
        One row per coordinate in `up`.
    path : ndarray, shape (m, 2), or None
        The recorded weights, projected.
    share : float
        The share of the path's squared distances from the final weights that lies in the plane; NaN without a path.
    directions : str
        "path" or "random".
    """

    across: Array
    up: Array
    losses: Array
    path: Array | None
    share: float
    directions: str

    def to_tensors(self) -> tuple[dict[str, Array], dict[str, Any]]:
        """As arrays by name and a description."""
        arrays = {"across": self.across, "up": self.up, "losses": self.losses, "share": np.array(self.share)}
        return arrays | ({} if self.path is None else {"path": self.path}), {"directions": self.directions}

    @classmethod
    def of_tensors(cls, tensors: Mapping[str, Array], document: Mapping[str, Any]) -> Landscape:
        """The inverse of `to_tensors`."""
        fields: dict[str, Any] = {"path": None, **tensors, "share": float(tensors["share"])}
        return cls(**fields, directions=document["directions"])


def landscape(
    run: Run, data: Any, *, directions: str | None = None, size: int = 25, rows: int = 500, seed: int = 0
) -> Landscape:
    r"""Measure the loss over a plane through the final weights of a run.

    .. math:: L(a, b) = \text{loss}(w + a\, d_1 + b\, d_2)

    Parameters
    ----------
    run : Run
        With a `Watch` among its listeners, its path is projected onto the plane.
    data : pair of arrays or Prepared
        The training data; a sample of rows is used.
    directions : "path" or "random", optional
        The first two principal directions of the path, the default if it was recorded; or random directions with
        filter normalisation (each unit scaled to the norm of its weights, biases unchanged).
    size, rows : int
        Number of points per direction, and of training rows.
    seed : int
        The seed of random directions.

    Raises
    ------
    ArgumentError
        For other directions, or "path" if none was recorded.

    References
    ----------
    H. Li, Z. Xu, G. Taylor, C. Studer, T. Goldstein, Visualizing the loss landscape of neural nets (2018).
    """
    measured = subject(run, data)
    measured = replace(measured, rows=some_rows(measured.rows, rows))
    kept = run.measured.get("watch")
    path = kept[0].get("weights") if kept is not None else None
    return landscape_of(measured, path, directions=directions, size=size, seed=seed)


def landscape_of(
    measured: Subject, path: Array | None, *, directions: str | None = None, size: int = 25, seed: int = 0
) -> Landscape:
    """The landscape around the weights of a subject, in their precision."""
    names = list(named(measured.model.params))
    centre = np.concatenate([np.ravel(measured.values[name]) for name in names])
    chosen = directions or (RANDOM if path is None else PATH)
    away = None if path is None else path.astype(np.float64) - centre
    if chosen == PATH and away is not None:
        plane = _main_directions(away)
    elif chosen == RANDOM:
        plane = np.stack([_filter_normalised(measured, names, seed, k) for k in (0, 1)])
    else:
        msg = f"directions: expected 'path' of a run with a Watch, or 'random', received {directions!r}"
        raise ArgumentError(msg)
    places = None if away is None else _projected(away, plane)
    across, up = _grid(places if chosen == PATH else None, size)
    loss = _loss(measured, names, centre)
    losses = np.array([[loss(a * plane[0] + b * plane[1]) for a in across] for b in up])
    return Landscape(across, up, losses, places, _share(away, places, plane), chosen)


def _loss(measured: Subject, names: list[str], centre: Array) -> Callable[[Array], float]:
    """The loss at a displacement from the centre, computed by the engine."""
    program = optimise(Program(outputs={LOSS: trace_pass(measured, training=False).loss}))
    session = open_session(measured.values)
    rows = {INPUT: measured.rows.x, TARGET: measured.rows.y, WEIGHT: measured.rows.weight}
    chunk = Chunk({name: array for name, array in rows.items() if array is not None})
    shapes = [measured.values[name].shape for name in names]
    ends = np.cumsum([math.prod(shape) for shape in shapes])[:-1]

    def loss(step: Array) -> float:
        parts = np.split((centre + step).astype(centre.dtype), ends)
        session.write({name: part.reshape(shape) for name, part, shape in zip(names, parts, shapes, strict=True)})
        return float(session.run(program, chunk).outputs[LOSS][0])

    return loss


# --- directions ----------------------------------------------------------------------------------------


def _main_directions(away: Array) -> Array:
    """The first two principal directions of the points, shape (2, parameters)."""
    values, vectors = np.linalg.eigh(away @ away.T)
    found = []
    for value, vector in list(zip(values[::-1], vectors.T[::-1], strict=True))[:2]:
        direction = away.T @ vector
        found.append(direction / np.linalg.norm(direction) if value > 1e-20 else np.zeros(away.shape[1]))
    found += [np.zeros(away.shape[1])] * (2 - len(found))
    return np.stack(found)


def _filter_normalised(measured: Subject, names: list[str], seed: int, k: int) -> Array:
    """A random direction, normalised per unit to the norm of the unit's weights."""
    generator = np.random.Generator(np.random.Philox(key=[seed & 0xFFFFFFFFFFFFFFFF, k]))
    parts = []
    for name in names:
        weights = measured.values[name]
        drawn = generator.normal(size=weights.shape)
        scale = _lengths(weights) / np.maximum(_lengths(drawn), 1e-30) if weights.ndim > 1 else 0.0
        parts.append(np.ravel(drawn * scale))
    return np.concatenate(parts)


def _lengths(weights: Array) -> Array:
    """The norm of each unit's weights; units are on the last axis."""
    lengths: Array = np.sqrt(np.sum(np.square(weights), axis=tuple(range(weights.ndim - 1)), keepdims=True))
    return lengths


def _projected(away: Array, plane: Array) -> Array:
    """Coordinates of the projections onto the plane, shape (m, 2)."""
    places: Array = np.linalg.lstsq(plane @ plane.T, plane @ away.T, rcond=None)[0].T
    return places


def _share(away: Array | None, places: Array | None, plane: Array) -> float:
    if away is None or places is None:
        return math.nan
    whole = float(np.sum(np.square(away)))
    return float(np.sum(np.square(places @ plane))) / whole if whole > 0 else math.nan


def _grid(places: Array | None, size: int) -> tuple[Array, Array]:
    """A grid around the path with a margin, or one norm of the weights in each direction."""
    if places is None:
        return np.linspace(-1, 1, size), np.linspace(-1, 1, size)
    low, high = np.minimum(places.min(axis=0), 0.0), np.maximum(places.max(axis=0), 0.0)
    room = _MARGIN * np.maximum(high - low, 0.2 * float(np.max(high - low)) or 1.0)
    across, up = np.linspace(low - room, high + room, size).T
    return across, up
