"""From a source to arrays that can be trained on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data.column_features import ColumnFeatures
from hagang.data.columns import Table
from hagang.data.dataset import Dataset, Labelled
from hagang.data.features import fit_features
from hagang.data.fitting import ASKED, LeftOut
from hagang.data.load import load
from hagang.data.preflight import preflight
from hagang.data.roles import weights_of
from hagang.data.split_by import split_by
from hagang.data.targets import Classes, fit_target
from hagang.data.understood import Understood, understood
from hagang.data.wording import listing
from hagang.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from hagang.data.features import Features
    from hagang.data.findings import Finding
    from hagang.data.targets import Target

__all__ = ["Part", "Prepared", "prepare"]


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
    weight
        How much each row counts, shape (n,), float32; None where all count alike.
    """

    X: NDArray[Any]
    y: NDArray[Any]
    rows: NDArray[np.int64]
    weight: NDArray[np.float32] | None = None

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
    understood
        A line for each column: what it was taken for, and what becomes of it.
    """

    name: str
    train: Part
    validation: Part
    test: Part
    features: Features
    target: Target
    findings: tuple[Finding, ...]
    understood: tuple[Understood, ...] = ()

    @property
    def task(self) -> str:
        """``"classification"`` or ``"regression"``."""
        return self.target.task


def prepare(
    source: Any,
    target: Any = None,
    *,
    task: str | None = None,
    scale: str | Mapping[str, str] | None = None,
    embed: int | None = None,
    validation: float = 0.15,
    test: Any = 0.15,
    drop: Sequence[str] = (),
    header: bool | None = None,
    separator: str | None = None,
    weight: Any = None,
    group: Any = None,
    time: Any = None,
    part: Any = None,
    standardise: bool = True,
    seed: int = 0,
) -> Prepared:
    """Read a data set, split it, and fit features and target to the training part.

    Parameters
    ----------
    source, target, task, drop, header, separator, weight, group, time, part
        As for `load`; or `source` is a `Dataset` that it gave.
    scale
        ``"standard"``, ``"minmax"``, ``"robust"`` or ``"none"``; None is ``"standard"`` for columns and ``"minmax"``
        for images. A dict says it for single columns (see `ColumnFeatures.fit`).
    embed
        Text of more different values than this becomes codes for an embedding; None: of none.
    validation
        The share of the rows to watch while training.
    test
        The share of the rows kept for the end, or another source. Where the source brings a test part, that
        is it, and no share is taken.
    standardise
        Whether a quantity to predict is shifted and scaled for training. Losses of counts want it as it is.
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
    reading = {
        "task": task,
        "drop": drop,
        "header": header,
        "separator": separator,
        "weight": weight,
        "group": group,
        "time": time,
        "part": part,
    }
    data = _dataset(source, target, None if share else test, reading)
    everything, decided = _labelled(data)
    held = test if share and data.test is None else 0.0
    codec = fit_target(everything.target, decided)
    classes = codec.encode(everything.target) if isinstance(codec, Classes) else None
    parts = split_by(data.roles, len(data), classes=classes, validation=validation, test=held, seed=seed)
    train = everything.take(parts.train)
    codec = codec if isinstance(codec, Classes) else fit_target(train.target, decided, standardise)
    features = _without(fit_features(train.inputs, scale=scale, embed=embed), drop)
    validated, tested = everything.take(parts.validation), data.test or everything.take(parts.test)
    news = features.notice(data.test.inputs) if data.test else []
    seen = _part(train, features, codec, parts.train)
    spoilt = preflight(train, [("validation", validated), ("test", tested)], codec, seen.X)
    return Prepared(
        name=data.name,
        train=seen,
        validation=_part(validated, features, codec, parts.validation),
        test=_part(tested, features, codec, np.arange(len(tested)) if data.test else parts.test),
        features=features,
        target=codec,
        findings=(*_but_repeats(data.findings), *features.findings, *news, *spoilt),
        understood=understood(everything, features, codec),
    )


def _but_repeats(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Less what was said of repeated rows before it was known which part each falls in."""
    return tuple(finding for finding in findings if finding.kind != "repeated")


def _without(features: Features, drop: Sequence[str]) -> Features:
    """The features, knowing of the columns that a person left out."""
    if not isinstance(features, ColumnFeatures):
        return features
    asked = (LeftOut(name, ASKED) for name in drop)
    return replace(features, left_out=(*features.left_out, *asked))


def _dataset(source: Any, target: Any, test: Any, reading: dict[str, Any]) -> Dataset:
    if not isinstance(source, Dataset):
        return load(source, target, test=test, **reading)
    options = {"target": target, "test": test, **reading}
    given = [name for name, value in options.items() if value is not None and value != ()]
    if given:
        text = f"a Dataset is read already: {listing(given)} must be given to load. Leave them out here."
        raise ArgumentError(text)
    return source


def _labelled(data: Dataset) -> tuple[Labelled, str]:
    if data.target is None or data.task is None:
        columns = f" The columns are {listing(data.inputs.names)}." if isinstance(data.inputs, Table) else ""
        text = f"which column is the target? Give its name, its position (the first is 1) or 'last'.{columns}"
        raise ArgumentError(text)
    return Labelled(data.inputs, data.target, data.roles), data.task


def _part(labelled: Labelled, features: Features, codec: Target, rows: NDArray[np.int64]) -> Part:
    weight = weights_of(labelled.roles["weight"]) if "weight" in labelled.roles else None
    return Part(features.transform(labelled.inputs), codec.encode(labelled.target), rows, weight)
