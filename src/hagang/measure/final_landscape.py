"""The loss landscape around the result, measured at the end of a run and stored with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hagang.measure.landscape import Landscape, landscape_of
from hagang.measure.probe import some_rows
from hagang.measure.subject import Subject

if TYPE_CHECKING:
    import numpy.typing as npt

    from hagang.measure.watch import Watch
    from hagang.runs import Run
    from hagang.training.events import RunBegin

    Array = npt.NDArray[Any]

__all__ = ["FinalLandscape", "surroundings"]

NAME = "landscape"
"""What a run keeps it under."""

_LARGEST = 100_000
"""Numbers of a network of which it is measured; it takes about half a second then."""


class FinalLandscape:
    """A listener that stores the final loss landscape: `fit(..., listeners=[watch, FinalLandscape(watch)])`.

    It is measured when somebody asks for it, or when the run's folder is finished. Of a network with more than 100,000
    parameters, which would take seconds, there is none.

    Parameters
    ----------
    watch : Watch, optional
        Another listener of the same run, whose path is shown.
    rows, size : int
        How many training rows it looks at, and places along each direction.

    Examples
    --------
    >>> import numpy as np
    >>> from hagang.measure import Watch
    >>> from hagang.nn import Dense, Network
    >>> from hagang.runs import fit
    >>> watch = Watch()
    >>> X = np.random.default_rng(0).normal(size=(60, 2))
    >>> run = fit(Network([Dense(1)]), (X, X[:, :1]), epochs=5, listeners=[watch, FinalLandscape(watch, size=9)])
    >>> told = surroundings(run)
    >>> told.losses.shape, told.path.shape
    ((9, 9), (6, 2))
    """

    name = NAME

    def __init__(self, watch: Watch | None = None, *, rows: int = 256, size: int = 25) -> None:
        self._watch, self._rows, self._size = watch, rows, size
        self._begun: RunBegin | None = None

    def on_run_begin(self, record: RunBegin) -> None:
        """Keep what will be measured."""
        self._begun = record

    def measured(self) -> tuple[dict[str, Array], dict[str, Any]]:
        """The `Landscape` as arrays by name and a description; empty if there is none."""
        if self._begun is None or self._begun.live is None:
            return {}, {}
        live = self._begun.live
        weights = live.network().weights
        if sum(array.size for array in weights.values()) > _LARGEST:
            return {}, {}
        path = None if self._watch is None else self._watch.measured()[0].get("weights")
        subject = Subject(live.model, some_rows(live.data.train.head, self._rows), weights)
        return landscape_of(subject, path, size=self._size).to_tensors()


def surroundings(run: Run) -> Landscape | None:
    """The final landscape stored with a run, including an opened one; None if there is none."""
    tensors, document = run.measured.get(NAME, ({}, {}))
    return Landscape.of_tensors(tensors, document) if tensors else None
