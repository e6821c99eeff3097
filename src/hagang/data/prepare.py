"""From a source to arrays that can be trained on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from hagang.data.columns import Column, Inputs, Pixels, Table
from hagang.data.dataset import Dataset, Labelled
from hagang.data.features import ColumnFeatures
from hagang.data.load import load
from hagang.data.pixels import PixelFeatures
from hagang.data.split import split
from hagang.data.targets import Classes, Target, fit_target
from hagang.data.wording import listing
from hagang.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from hagang.data.findings import Finding

__all__ = ["Features", "Part", "Prepared", "features_from_json", "fit_features", "prepare"]

Features: TypeAlias = ColumnFeatures | PixelFeatures


@dataclass(frozen=True, eq=False)
class Part:
    """Arrays to train, watch or test on.

    Parameters
    ----------
    X
        Shape (n, d): float32, or uint8 with `Prepared.features.affine` still to be applied.
    y
        Class codes, shape (n,), int64; or a standardised quantity, shape (n, 1), float32.
    rows
        Shape (n,), int64: the rows of the data set (from 0) that these are; of its own test part, if that
        is it.
    """

    X: NDArray[Any]
    y: NDArray[Any]
    rows: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.X)


@dataclass(frozen=True, eq=False)
class Prepared:
    """A data set ready to be trained on.

    Parameters
    ----------
    name
        Where it came from.
    train, validation, test
        The three parts.
    features, target
        What was fitted to the training part: they turn new data into the same features, and outputs back into
        labels or units. Saved with the model.
    findings
        What was noticed and decided on the way.
    """

    name: str
    train: Part
    validation: Part
    test: Part
    features: Features
    target: Target
    findings: tuple[Finding, ...]

    @property
    def task(self) -> str:
        """``"classification"`` or ``"regression"``."""
        return self.target.task


def prepare(
    source: Any,
    target: Any = None,
    *,
    task: str | None = None,
    scale: str | None = None,
    validation: float = 0.15,
    test: Any = 0.15,
    drop: tuple[str, ...] = (),
    header: bool | None = None,
    separator: str | None = None,
    seed: int = 0,
) -> Prepared:
    """Read a data set, split it, and fit features and target to the training part.

    Parameters
    ----------
    source, target, task, drop, header, separator
        As for `load`; `source` may also be a `Dataset`.
    scale
        ``"standard"``, ``"minmax"`` or ``"none"``; None is ``"standard"`` for columns and ``"minmax"`` for
        images.
    validation
        The share of the rows to watch while training.
    test
        The share of the rows kept for the end, or another source. Where the source brings a test part, that
        is it, and no share is taken.
    seed
        Decides the split.

    Raises
    ------
    FileFormatError, DataError, ArgumentError
        As `load`; also when there are too few rows, one class only, or a constant target.

    Examples
    --------
    >>> ready = prepare("iris")
    >>> ready.train.X.shape, ready.train.X.dtype, ready.train.y[:3]
    ((104, 4), dtype('float32'), array([0, 0, 0]))
    >>> ready.target.labels
    ('setosa', 'versicolor', 'virginica')
    """
    share = isinstance(test, int | float)
    source_of_test = None if share else test
    data = load(source, target, task=task, drop=drop, test=source_of_test, header=header, separator=separator)
    if data.target is None or data.task is None:
        columns = f" The columns are {listing(data.inputs.names)}." if isinstance(data.inputs, Table) else ""
        text = f"which column is the target? Give its name, its position (the first is 1) or 'last'.{columns}"
        raise ArgumentError(text)
    codec = fit_target(data.target, data.task)
    classes = codec.encode(data.target) if isinstance(codec, Classes) else None
    held = test if share and data.test is None else 0.0
    parts = split(len(data), classes=classes, validation=validation, test=held, seed=seed)
    train = _take(data, data.target, parts.train)
    codec = codec if isinstance(codec, Classes) else fit_target(train.target, data.task)
    features = fit_features(train.inputs, scale=scale)
    tested = data.test or _take(data, data.target, parts.test)
    tested_rows = parts.test if data.test is None else np.arange(len(data.test))
    return Prepared(
        name=data.name,
        train=_part(train, features, codec, parts.train),
        validation=_part(_take(data, data.target, parts.validation), features, codec, parts.validation),
        test=_part(tested, features, codec, tested_rows),
        features=features,
        target=codec,
        findings=(*data.findings, *features.findings, *_news(data, features)),
    )


def fit_features(inputs: Inputs, *, scale: str | None = None) -> Features:
    """Fit `ColumnFeatures` to a table, or `PixelFeatures` to images."""
    if isinstance(inputs, Pixels):
        return PixelFeatures.fit(inputs, scale=scale or "minmax")
    return ColumnFeatures.fit(inputs, scale=scale or "standard")


def features_from_json(data: Mapping[str, Any]) -> Features:
    """Return the features that `to_json` described."""
    return PixelFeatures.from_json(data) if data["kind"] == "pixels" else ColumnFeatures.from_json(data)


def _take(data: Dataset, target: Column, rows: NDArray[np.int64]) -> Labelled:
    return Labelled(data.inputs.take(rows), target.take(rows))


def _part(labelled: Labelled, features: Features, codec: Target, rows: NDArray[np.int64]) -> Part:
    return Part(features.transform(labelled.inputs), codec.encode(labelled.target), rows)


def _news(data: Dataset, features: Features) -> list[Finding]:
    return features.notice(data.test.inputs) if data.test is not None else []
