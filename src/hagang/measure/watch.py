"""Recording statistics per layer during a run: gradients, updates, distributions, and the path of the weights.

A listener that a run does without: absent it costs nothing, present it changes no bit of the result.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import ArgumentError
from hagang.measure.decimate import Decimated
from hagang.measure.probe import Probe, Reading
from hagang.program import Program
from hagang.runtime import Chunk
from hagang.training.step import INPUT, RATE, TARGET, WEIGHT, named

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from hagang.runs import Run
    from hagang.training.events import ChunkEnd, EpochEnd, RunBegin

    Array = npt.NDArray[Any]

__all__ = ["Watch", "Watched", "watched"]

NAME = "watch"
"""The name under which a run stores it."""

_MOST = 64
"""Maximum number of measurements."""

_PLACES_HOLD, _FEWEST = 1_000_000, 8
"""Maximum number of recorded weights in total, and the minimum number of points for large networks."""

_LARGEST = 4_000_000
"""Number of parameters up to which the path of the weights is recorded."""


@dataclass(frozen=True, eq=False)
class Watched:
    """The record of a `Watch`: m measurements, L trainable layers, p points of the weights' path.

    Parameters
    ----------
    layers : tuple of str
        Their names, first to last.
    epochs, steps : ndarray, shape (m,)
        When it was measured; 0 is before the first step.
    norms : ndarray, shape (m, L)
        The norm of the gradient of each layer's parameters.
    updates : ndarray, shape (m, L)
        The ratio of the norm of the next update to that of the parameters; about 1e-3 is usual.
    activations, gradients : ndarray, shape (m, L, 7)
        Quantiles at 1, 5, 25, 50, 75, 95, 99 % of the activations and of the magnitudes of the parameters' gradients.
    weights : ndarray, shape (p, parameters), or None
        All parameters in the order of their paths, at some of the measurements, evenly spaced from the first: all for
        small networks, eight or more for larger ones; None for very large networks.
    """

    layers: tuple[str, ...]
    epochs: Array
    steps: Array
    norms: Array
    updates: Array
    activations: Array
    gradients: Array
    weights: Array | None

    @classmethod
    def of_tensors(cls, tensors: Mapping[str, Array], document: Mapping[str, Any]) -> Watched:
        """The record from its arrays."""
        arrays: dict[str, Any] = {"weights": None, **tensors}
        return cls(tuple(document["layers"]), **arrays)


class Watch:
    """A listener that records statistics per layer: `fit(..., listeners=[Watch()])`.

    It measures some training rows before the first step and at the end of epochs.

    Parameters
    ----------
    rows : int
        Number of training rows to measure, evenly spaced; updates are those of a step on as many of them as a batch
        has.
    weights : bool
        Whether to record the path of the weights, which the plot of the loss landscape needs.

    Examples
    --------
    >>> from hagang.nn import Dense, Network
    >>> from hagang.runs import fit
    >>> watch = Watch()
    >>> X = np.random.default_rng(0).normal(size=(60, 2))
    >>> run = fit(Network([Dense(4, "tanh"), Dense(1)]), (X, X[:, :1]), epochs=5, listeners=[watch])
    >>> record = watched(run)
    >>> record.layers, record.epochs.tolist(), record.norms.shape
    (('0: 4 tanh', '1: 1'), [0, 1, 2, 3, 4, 5], (6, 2))
    """

    name = NAME

    def __init__(self, *, rows: int = 256, weights: bool = True) -> None:
        if rows < 1:
            msg = f"Watch: expected rows to be at least 1, received rows={rows}"
            raise ArgumentError(msg)
        self._rows, self._keeps_weights = rows, weights
        self._marks: Decimated[_Mark] = Decimated(_MOST)
        self._places: Decimated[Array] | None = None
        self._probe: Probe | None = None
        self._now = 0

    def on_run_begin(self, record: RunBegin) -> None:
        """Trace the measurements, and measure."""
        if record.live is None:
            return
        self._marks = Decimated(_MOST)
        self._now = record.epochs_done * record.steps_per_epoch
        self._probe = Probe(record.live, self._rows)
        self._update = _Update(record, self._probe)
        self._places = self._room(sum(array.size for array in self._update.weights().values()))
        self._look(record.epochs_done, self._now, record.config.lr)

    def _room(self, parameters: int) -> Decimated[Array] | None:
        """Storage for points of the weights' path, if they are kept."""
        if parameters > _LARGEST or not self._keeps_weights:
            return None
        return Decimated(min(_MOST, max(_FEWEST, _PLACES_HOLD // max(1, parameters))))

    def on_chunk_end(self, record: ChunkEnd) -> None:
        """Record the weights."""
        self._now = record.step

    def on_epoch_end(self, record: EpochEnd) -> None:
        """Measure, unless the weights have changed since the end of the epoch."""
        if record.step == self._now and self._marks.wants(record.epoch):
            self._look(record.epoch, record.step, record.rate)

    def _look(self, epoch: int, step: int, rate: float) -> None:
        if self._probe is None:
            return
        weights = self._update.weights()
        self._marks.keep(epoch, _Mark(epoch, step, self._probe.read(), self._update.ratios(weights, step, rate)))
        if self._places is not None and self._places.wants(epoch):
            self._places.keep(epoch, np.concatenate([np.ravel(array) for array in weights.values()]))

    def measured(self) -> tuple[dict[str, Array], dict[str, Any]]:
        """The record as arrays by name and a description, which the run stores."""
        marks = self._marks.things
        tensors: dict[str, Array] = {
            "epochs": np.array([mark.epoch for mark in marks], np.int64),
            "steps": np.array([mark.step for mark in marks], np.int64),
            "norms": np.array([mark.reading.norms for mark in marks]),
            "updates": np.array([mark.updates for mark in marks]),
            "activations": np.array([mark.reading.activations for mark in marks]),
            "gradients": np.array([mark.reading.gradients for mark in marks]),
        }
        if self._places is not None:
            tensors["weights"] = np.stack(self._places.things)
        return tensors, {"layers": list(self._probe.names if self._probe is not None else ())}


@dataclass(frozen=True, eq=False)
class _Mark:
    """A single measurement."""

    epoch: int
    step: int
    reading: Reading
    updates: Array


class _Update:
    """The update of the next step, computed by the training step itself without writing."""

    def __init__(self, record: RunBegin, probe: Probe) -> None:
        live: Any = record.live
        self._session, self._paths = live.session, probe.paths
        self._names = list(named(live.model.params))
        step = live.trainer.programs.step
        self._program = Program(outputs={name: step.updates[name] for name in self._names})
        batch = min(record.config.batch_size, len(probe.rows))
        rows = {INPUT: probe.rows.x, TARGET: probe.rows.y, WEIGHT: probe.rows.weight}
        self._batch = {name: array[:batch] for name, array in rows.items() if array is not None}

    def weights(self) -> dict[str, Array]:
        """The current parameters, by path."""
        slots = self._session.read()
        return {name: slots[name] for name in self._names}

    def ratios(self, old: Mapping[str, Array], step: int, rate: float) -> Array:
        """The ratio of the norm of each layer's update to that of its parameters."""
        chunk = Chunk(self._batch, first_step=step + 1, scalars={RATE: np.array([rate])})
        new = {name: value[0] for name, value in self._session.run(self._program, chunk).outputs.items()}
        change = {name: np.asarray(new[name], np.float64) - old[name] for name in self._names}
        return np.array([_norm(change, path) / max(_norm(old, path), 1e-30) for path in self._paths])


def _norm(arrays: Mapping[str, Array], path: str) -> float:
    squares = [np.sum(np.square(a, dtype=np.float64)) for name, a in arrays.items() if name.startswith(f"{path}.")]
    return float(np.sqrt(np.sum(squares)))


def watched(run: Run) -> Watched:
    """The record of a `Watch` of a run, including an opened one.

    Raises
    ------
    ArgumentError
        Where there was none.
    """
    kept = run.measured.get(NAME)
    if kept is None:
        msg = f"run: expected one with a record from inside, '{run.name}' has none; train with listeners=[Watch()]"
        raise ArgumentError(msg)
    return Watched.of_tensors(*kept)
