"""Conversion of the inputs of `fit` to arrays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data import Classes, Prepared, StreamedRows, Text
from hagang.data.split import split
from hagang.errors import ArgumentError, DataError, ShapeError
from hagang.training.rows import Rows
from hagang.training.sources import Batches, DataSource, Given, Ordered
from hagang.training.streamed import Streamed

if TYPE_CHECKING:
    import numpy.typing as npt

    from hagang.data import Features, Part, Target
    from hagang.training.rows import Source

__all__ = ["TrainingData", "as_inputs", "as_targets", "as_weights", "training_data"]


@dataclass(frozen=True, eq=False)
class TrainingData:
    """The training and validation rows, and their preparation.

    Parameters
    ----------
    train : Source
        All in memory, or a block at a time.
    validation : Rows or None
        In memory.
    task : str
        What is learned: "classification" (class codes), "multilabel" (several labels per row, each there, 1, or not,
        0) or "regression" (quantities).
    affine : pair of float
        Scale and shift that the network applies to its inputs first.
    features, target : optional
        What turned a table into these rows, saved with the model.
    """

    train: Source
    validation: Rows | None
    task: str
    affine: tuple[float, float] = (1.0, 0.0)
    features: Features | None = None
    target: Target | None = None

    @property
    def is_classification(self) -> bool:
        """Whether the target is class codes."""
        return self.task == "classification"

    @property
    def classes(self) -> int:
        """The number of classes, including those in the validation rows."""
        if isinstance(self.target, Classes):
            return len(self.target.labels)
        parts = [self.train.head, *([self.validation] if self.validation else [])]
        return max(int(part.y.max(initial=0)) for part in parts) + 1


def training_data(data: Any, validation: Any, precision: npt.DTypeLike, seed: int) -> TrainingData:
    """Convert every form of data that `fit` accepts."""
    if isinstance(data, Batches):
        inner = training_data(data.data, validation, precision, seed)
        return replace(inner, train=_ordered(inner, data))
    if isinstance(data, DataSource):
        return _from_source(data, validation, precision)
    if isinstance(data, Prepared):
        return _from_prepared(data, validation, precision)
    x, y, weight = _parts(data, "data")
    target = _label_codec(y)
    everything = _rows(x, y, weight, target, precision, "data")
    task = "multilabel" if _are_labels(y) else _task_of(everything)
    if validation is None:
        return TrainingData(everything, None, task, target=target)
    if isinstance(validation, float):
        codes = everything.y if task == "classification" else None
        parts = split(len(everything), classes=codes, validation=validation, test=0.0, seed=seed)
        train, held = (everything.take(part) for part in (parts.train, parts.validation))
    else:
        train, held = everything, _rows(*_parts(validation, "validation"), target, precision, "validation")
    return TrainingData(train, held, task, target=target)


def _ordered(data: TrainingData, how: Batches) -> Ordered:
    if not isinstance(data.train, Rows):
        msg = "Batches: expected data in memory, received data that comes block by block"
        raise ArgumentError(msg)
    if how.balanced and not data.is_classification:
        msg = f"Batches: expected a target of classes to balance, received {data.task}"
        raise ArgumentError(msg)
    return Ordered(data.train, how)


def _from_source(data: DataSource, validation: Any, precision: npt.DTypeLike) -> TrainingData:
    if isinstance(validation, float):
        msg = f"validation: a DataSource is not split; expected other rows, (X, y), or None, received {validation}"
        raise ArgumentError(msg)
    train = Given(data, lambda arrays: _rows(*_parts(arrays, "DataSource"), None, precision, "DataSource"))
    held = None if validation is None else _rows(*_parts(validation, "validation"), None, precision, "validation")
    target = None if data.classes is None else Classes("target", tuple(range(data.classes)))
    return TrainingData(train, held, _task_of(train.head), target=target)


def _from_prepared(data: Prepared, validation: Any, precision: npt.DTypeLike) -> TrainingData:
    if validation is not None:
        msg = "validation: prepared data brings its own part; expected None, received another"
        raise ArgumentError(msg)
    train = Streamed(data.train, precision) if isinstance(data.train, StreamedRows) else _of_part(data.train, precision)
    held = _of_part(data.validation, precision)
    watched = held if len(held) else None
    return TrainingData(train, watched, data.task, data.features.affine, data.features, data.target)


def _of_part(part: Part, precision: npt.DTypeLike) -> Rows:
    weight = None if part.weight is None else as_weights(part.weight, len(part.y), precision, "data")
    return Rows(as_inputs(part.X, precision, "data"), as_targets(part.y, precision), weight)


def _parts(data: Any, name: str) -> tuple[Any, Any, Any]:
    if not isinstance(data, tuple | list) or len(data) not in (2, 3):
        msg = (
            f"{name}: expected (X, y) or (X, y, weight), arrays with as many rows, or hagang.data.prepare(...); "
            f"received {type(data).__name__}"
        )
        raise ArgumentError(msg)
    return data[0], data[1], data[2] if len(data) == 3 else None


def _task_of(rows: Rows) -> str:
    """Integer targets are class codes, others quantities; decided here, once, for arrays."""
    return "classification" if rows.y.dtype.kind in "iu" else "regression"


def _are_labels(y: Any) -> bool:
    """Several integer columns of 0 and 1 are labels of a multilabel task."""
    array = np.asarray(y)
    several = array.ndim == 2 and array.shape[1] > 1 and array.dtype.kind in "iub"
    return bool(several and array.size and array.min() >= 0 and array.max() <= 1)


def _label_codec(y: Any) -> Classes | None:
    """Text labels become class codes; numbers stay unchanged."""
    labels = np.asarray(y)
    if labels.dtype.kind in "OUST":
        values, codes = np.unique(labels.astype(str), return_inverse=True)
        return Classes.fit(Text("target", codes.astype(np.int32), tuple(values.tolist())))
    return None


def _rows(x: Any, y: Any, weight: Any, target: Classes | None, precision: npt.DTypeLike, name: str) -> Rows:
    inputs = as_inputs(x, precision, name)
    targets = as_targets(y, precision) if target is None else _codes(y, target)
    if len(inputs) != len(targets):
        msg = f"{name}: expected as many targets as rows, received X with {len(inputs)} rows and y with {len(targets)}"
        raise ShapeError(msg)
    if len(inputs) == 0:
        msg = f"{name}: expected at least one row, received X of shape {inputs.shape}"
        raise DataError(msg)
    return Rows(inputs, targets, None if weight is None else as_weights(weight, len(inputs), precision, name))


def as_weights(weight: Any, rows: int, precision: npt.DTypeLike, name: str) -> npt.NDArray[Any]:
    """Row weights, shape (rows,): finite, non-negative, not all zero."""
    array = np.asarray(weight)
    if array.shape != (rows,) or array.dtype.kind not in "fiub":
        msg = f"{name}: expected a weight for each of the {rows} rows, received {array.dtype} of shape {array.shape}"
        raise ShapeError(msg)
    bad = np.flatnonzero(~(np.isfinite(array) & (array >= 0)))
    if bad.size or (rows and not array.any()):
        found = f"{array[bad[0]]} in row {bad[0]}" if bad.size else "only zeros"
        msg = f"{name}: expected weights that are finite, 0 or more and not all 0, received {found}"
        raise DataError(msg)
    return np.ascontiguousarray(array, dtype=precision)


def _codes(y: Any, target: Classes) -> npt.NDArray[np.int64]:
    values, codes = np.unique(np.asarray(y).astype(str), return_inverse=True)
    return target.encode(Text("target", codes.astype(np.int32), tuple(values.tolist())))


def as_inputs(x: Any, precision: npt.DTypeLike, name: str) -> npt.NDArray[Any]:
    """Inputs as a contiguous array of the run's precision, or uint8; all finite."""
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
    """Targets: integers and booleans as class codes, others as quantities of shape (rows, outputs)."""
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
