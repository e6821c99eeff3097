"""What `fit` is given, as arrays that steps can be made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from hagang.data import Classes, Prepared, Text
from hagang.data.batches import shuffled
from hagang.data.split import split
from hagang.errors import ArgumentError, DataError, ShapeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from hagang.data import Features, Target

__all__ = ["Block", "Rows", "Source", "TrainingData", "as_inputs", "as_targets", "training_data"]


@dataclass(frozen=True, eq=False)
class Rows:
    """Inputs of shape (rows, ...) and targets: class codes (rows,), or quantities (rows, outputs)."""

    x: npt.NDArray[Any]
    y: npt.NDArray[Any]

    def __len__(self) -> int:
        return len(self.x)

    @property
    def dims(self) -> tuple[int, ...]:
        """The shape of one row of the inputs."""
        return self.x.shape[1:]

    @property
    def head(self) -> Rows:
        """Rows that show the shapes and types of all."""
        return self

    def blocks(self, seed: int, epoch: int, batch_size: int) -> Iterator[Block]:
        """All rows at once, shuffled where a step takes a part of them."""
        rows = len(self)
        yield Block(self, shuffled(rows, seed, epoch) if batch_size < rows else np.arange(rows))


@dataclass(frozen=True, eq=False)
class Block:
    """Rows in memory, and those of them that steps take, in that order."""

    rows: Rows
    order: npt.NDArray[np.int64]


class Source(Protocol):
    """What is trained on: all in memory at once (`Rows`), or a block at a time."""

    @property
    def head(self) -> Rows:
        """Rows that show the shapes and types of all."""
        ...

    def __len__(self) -> int:
        """How many rows an epoch takes."""
        ...

    def blocks(self, seed: int, epoch: int, batch_size: int) -> Iterator[Block]:
        """An epoch's rows: a pure function of seed and epoch.

        Every block but the last holds whole batches.
        """
        ...


@dataclass(frozen=True, eq=False)
class TrainingData:
    """The rows to train on, those to watch, and how they were made.

    Parameters
    ----------
    train : Source
        All in memory, or a block at a time.
    validation : Rows or None
        In memory.
    affine : pair of float
        Scale and shift that the network applies to its inputs first.
    features, target : optional
        What turned a table into these rows, saved with the model.
    """

    train: Source
    validation: Rows | None
    affine: tuple[float, float] = (1.0, 0.0)
    features: Features | None = None
    target: Target | None = None

    @property
    def is_classification(self) -> bool:
        """Whether the target is class codes."""
        return self.train.head.y.dtype.kind in "iu"

    @property
    def classes(self) -> int:
        """How many classes the target has."""
        return (
            len(self.target.labels) if isinstance(self.target, Classes) else int(self.train.head.y.max(initial=0)) + 1
        )


def training_data(data: Any, validation: Any, precision: npt.DTypeLike, seed: int) -> TrainingData:
    """Bring every form that `fit` takes to one."""
    if isinstance(data, Prepared):
        return _from_prepared(data, validation, precision)
    x, y = _pair(data, "data")
    target = _label_codec(y)
    everything = _rows(x, y, target, precision, "data")
    if validation is None:
        return TrainingData(everything, None, target=target)
    if isinstance(validation, float):
        codes = everything.y if everything.y.dtype.kind in "iu" else None
        parts = split(len(everything), classes=codes, validation=validation, test=0.0, seed=seed)
        train, held = (Rows(everything.x[part], everything.y[part]) for part in (parts.train, parts.validation))
        return TrainingData(train, held, target=target)
    return TrainingData(
        everything, _rows(*_pair(validation, "validation"), target, precision, "validation"), target=target
    )


def _from_prepared(data: Prepared, validation: Any, precision: npt.DTypeLike) -> TrainingData:
    if validation is not None:
        msg = "validation: prepared data brings its own part; expected None, received another"
        raise ArgumentError(msg)
    train, held = (
        Rows(as_inputs(part.X, precision, "data"), as_targets(part.y, precision))
        for part in (data.train, data.validation)
    )
    return TrainingData(train, held if len(held) else None, data.features.affine, data.features, data.target)


def _pair(data: Any, name: str) -> tuple[Any, Any]:
    if not isinstance(data, tuple | list) or len(data) != 2:
        msg = (
            f"{name}: expected (X, y), two arrays with as many rows, or hagang.data.prepare(...); received "
            f"{type(data).__name__}"
        )
        raise ArgumentError(msg)
    return data[0], data[1]


def _label_codec(y: Any) -> Classes | None:
    """Labels that are text become class codes; numbers are what they are."""
    labels = np.asarray(y)
    if labels.dtype.kind in "OUST":
        values, codes = np.unique(labels.astype(str), return_inverse=True)
        return Classes.fit(Text("target", codes.astype(np.int32), tuple(values.tolist())))
    return None


def _rows(x: Any, y: Any, target: Classes | None, precision: npt.DTypeLike, name: str) -> Rows:
    inputs = as_inputs(x, precision, name)
    targets = as_targets(y, precision) if target is None else _codes(y, target)
    if len(inputs) != len(targets):
        msg = f"{name}: expected as many targets as rows, received X with {len(inputs)} rows and y with {len(targets)}"
        raise ShapeError(msg)
    if len(inputs) == 0:
        msg = f"{name}: expected at least one row, received X of shape {inputs.shape}"
        raise DataError(msg)
    return Rows(inputs, targets)


def _codes(y: Any, target: Classes) -> npt.NDArray[np.int64]:
    values, codes = np.unique(np.asarray(y).astype(str), return_inverse=True)
    return target.encode(Text("target", codes.astype(np.int32), tuple(values.tolist())))


def as_inputs(x: Any, precision: npt.DTypeLike, name: str) -> npt.NDArray[Any]:
    """Inputs as a contiguous array of the run's precision, or of uint8; every number finite."""
    array = np.asarray(x)
    if array.dtype.kind not in "fiub" or array.ndim < 2:
        msg = (
            f"{name}: expected X as an array of numbers of shape (rows, features), received "
            f"{array.dtype} of shape {array.shape}; tables with text go through hagang.data.prepare"
        )
        raise DataError(msg)
    if array.dtype == np.uint8:
        return np.ascontiguousarray(array)
    array = np.ascontiguousarray(array, dtype=precision)
    finite = np.isfinite(array)
    if not finite.all():
        row, column = (int(k) for k in np.argwhere(~finite)[0][:2])
        msg = (
            f"{name}: expected finite numbers, received {array[row, column].flat[0]} in row {row}, column {column} of X"
        )
        raise DataError(msg + "; fill or drop what is missing, or let hagang.data.prepare do it")
    return array


def as_targets(y: Any, precision: npt.DTypeLike) -> npt.NDArray[Any]:
    """Targets: whole numbers and booleans as class codes, others as quantities of shape (rows, outputs)."""
    array = np.asarray(y)
    if array.dtype.kind not in "fiub" or array.ndim not in (1, 2):
        msg = f"expected y of shape (rows,) or (rows, outputs), received {array.dtype} of shape {array.shape}"
        raise DataError(msg)
    if array.dtype.kind in "iub" and array.ndim == 1:
        codes = array.astype(np.int64)
        if codes.size and codes.min() < 0:
            msg = f"expected class codes from 0 up in y, received {codes.min()}; for regression pass y as floats"
            raise DataError(msg)
        return codes
    quantities = np.ascontiguousarray(array.reshape(len(array), -1), dtype=precision)
    if not np.isfinite(quantities).all():
        row = int(np.argwhere(~np.isfinite(quantities))[0][0])
        msg = f"expected finite targets, received {quantities[row].tolist()} in row {row} of y; drop such rows"
        raise DataError(msg)
    return quantities
