"""What is kept ready between two calls of an estimator and never pickled: a prediction on a session of its weights."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.runtime import open_session
from hagang.training.evaluate import run_rows
from hagang.training.step import INPUT, PREDICTION

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from hagang.program import Program

__all__ = ["Answer", "Prepared", "usable_threads"]

Array = Any


class Prepared:
    """A prediction, ready to run: the predict graph on a session that holds the weights.

    Parameters
    ----------
    program : Program
        From rows to predictions.
    weights : mapping of str to array
        By path.
    threads : int, optional
        At most so many.
    """

    def __init__(self, program: Program, weights: Mapping[str, npt.NDArray[Any]], threads: int | None = None) -> None:
        self.weights = dict(weights)
        self._program = program
        self._session = open_session(self.weights, threads=threads)
        self._precision = program.inputs[INPUT].dtype
        self._turn = threading.Lock()

    def __call__(self, x: Array) -> npt.NDArray[Any]:
        """The prediction of each row, shape (rows, outputs), in the precision of the rows."""
        rows = dense(x).astype(self._precision, copy=False)
        with self._turn:
            told = run_rows(self._session, self._program, {INPUT: rows})[PREDICTION]
        return told.astype(x.dtype, copy=False)

    def holds(self, weights: Mapping[str, npt.NDArray[Any]]) -> bool:
        """Whether these very arrays are what it predicts with."""
        return all(self.weights.get(name) is array for name, array in weights.items())


class Answer:
    """A prediction that is known already, in the place of one that would be computed."""

    def __init__(self, told: npt.NDArray[Any]) -> None:
        self._told = told

    def __call__(self, x: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """The same for any rows."""
        del x
        return self._told


def usable_threads(asked: int | None) -> int:
    """How many threads a fit or a prediction may use: those asked for, or the cores that are this process's share.

    joblib tells its worker processes their share by `OMP_NUM_THREADS`, and gives threads of a pool one core each.
    """
    if asked is not None:
        return asked
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    told = os.environ.get("OMP_NUM_THREADS", "")
    share = int(told) if told.isdigit() and int(told) > 0 else cores
    return min(cores, share) if threading.current_thread() is threading.main_thread() else 1


def dense(x: Array) -> npt.NDArray[Any]:
    """Rows as a contiguous dense array, whatever they are kept in."""
    return np.ascontiguousarray(x.toarray() if hasattr(x, "toarray") else x)
