"""From a source to arrays that can be trained on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data.column_features import ColumnFeatures
from hagang.data.column_report import column_report
from hagang.data.columns import Table
from hagang.data.dataset import Dataset, Labelled
from hagang.data.features import fit_features
from hagang.data.fitting import DROPPED, LeftOut
from hagang.data.hints import make_hints
from hagang.data.load import held_part, load
from hagang.data.preflight import preflight
from hagang.data.prepared import Part, Prepared
from hagang.data.roles import weights_of
from hagang.data.split_by import split_by
from hagang.data.stream.convert import StreamRequest
from hagang.data.stream.prepare import prepare_streamed, refuse, streams
from hagang.data.stream.settings import Streaming, bytes_of
from hagang.data.targets import Classes, fit_target
from hagang.data.text import listing
from hagang.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from hagang.data.features import Features
    from hagang.data.findings import Finding
    from hagang.data.hints import Hints
    from hagang.data.targets import Target

__all__ = ["prepare"]


def prepare(
    source: Any,
    target: Any = None,
    *,
    task: str | None = None,
    scale: str | Mapping[str, str] | None = None,
    embed: int | None = None,
    validation: Any = 0.15,
    test: Any = 0.15,
    drop: Sequence[str] = (),
    header: bool | None = None,
    separator: str | None = None,
    encoding: str | None = None,
    types: Mapping[str, str] | None = None,
    missing: Sequence[str] = (),
    weight: Any = None,
    group: Any = None,
    time: Any = None,
    part: Any = None,
    standardise: bool = True,
    stream: bool | None = None,
    memory: str | int | None = None,
    folder: str | Path | None = None,
    progress: Callable[[int, int], None] | None = None,
    seed: int = 0,
) -> Prepared:
    """Read a data set, split it, and fit features and target to the training part.

    Parameters
    ----------
    source, target, task, drop, header, separator, encoding, types, missing, weight, group, time, part
        As for `load`; or `source` is a `Dataset` that it gave.
    scale
        ``"standard"``, ``"minmax"``, ``"robust"`` or ``"none"``; None is ``"standard"`` for columns and ``"minmax"``
        for images. A dict says it for single columns (see `ColumnFeatures.fit`).
    embed
        Text of more different values than this becomes codes for an embedding; None: of none.
    validation
        The share of the rows to watch while training, or another source.
    test
        The share of the rows kept for the end, or another source. Where the source brings a test part, that
        is it, and no share is taken.
    standardise
        Whether a quantity to predict is shifted and scaled for training. Losses of counts want it as it is.
    stream, memory, folder
        Whether a table is converted once to a compact form in `folder` and read from there, a block at a time. By
        default it is where it would need more than `memory`, as ``"2GB"``, which is half of the machine's where nothing
        is said. The folder's default is the source's name and ".stream"; what it holds already is used again.
    progress
        Told, while a table is converted, the rows that are done and how many there are.
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
    streaming = Streaming(stream, bytes_of(memory), None if folder is None else Path(folder))
    if streams(source, streaming):
        others = {"test": test, "validation": validation}
        sources = {name: value for name, value in others.items() if not isinstance(value, int | float)}
        refuse(group=group, time=time, part=part, **sources)
        request = StreamRequest(
            target,
            task,
            drop,
            scale or "standard",
            embed,
            weight,
            validation,
            test,
            seed,
            standardise,
            types or {},
            missing,
        )
        hints = make_hints(header, separator, encoding, types, missing, [target, weight, *drop])
        return prepare_streamed(source, request, streaming, hints=hints, progress=progress)
    share = isinstance(test, int | float)
    reading = {
        "task": task,
        "drop": drop,
        "header": header,
        "separator": separator,
        "encoding": encoding,
        "types": types,
        "missing": missing,
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
    watched = isinstance(validation, int | float)
    share_watched = validation if watched else 0.0
    parts = split_by(data.roles, len(data), classes=classes, validation=share_watched, test=held, seed=seed)
    train = everything.take(parts.train)
    codec = codec if isinstance(codec, Classes) else fit_target(train.target, decided, standardise)
    features = _without(fit_features(train.inputs, scale=scale, embed=embed), drop)
    differences: list[Finding] = []
    tested = data.test or everything.take(parts.test)
    if watched:
        validated = everything.take(parts.validation)
    else:
        hints = make_hints(header, separator, encoding, types, missing, [everything.target.name])
        validated, differences = _watched(data, everything, validation, drop, hints)
    news = features.notice(data.test.inputs) if data.test else []
    seen = _part(train, features, codec, parts.train)
    multiplied = seen.X[:, : seen.X.shape[1] - len(getattr(features, "codes", ()))]
    spoilt = preflight(train, [("validation", validated), ("test", tested)], codec, multiplied)
    return Prepared(
        name=data.name,
        train=seen,
        validation=_part(validated, features, codec, parts.validation if watched else np.arange(len(validated))),
        test=_part(tested, features, codec, np.arange(len(tested)) if data.test else parts.test),
        features=features,
        target=codec,
        findings=(*_but_repeats(data.findings), *features.findings, *differences, *news, *spoilt),
        understood=column_report(everything, features, codec),
    )


def _watched(
    data: Dataset, train: Labelled, source: Any, drop: Sequence[str], hints: Hints
) -> tuple[Labelled, list[Finding]]:
    """The rows to watch, from another source."""
    left_out = [*drop, *(column.name for role, column in data.roles.items() if role != "time")]
    part, findings = held_part(data, train, source, left_out, hints)
    if part is None or not len(part):
        text = "validation: expected rows with a target, received none"
        raise ArgumentError(text)
    return part, findings


def _but_repeats(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Less what was said of repeated rows before it was known which part each falls in."""
    return tuple(finding for finding in findings if finding.kind != "repeated")


def _without(features: Features, drop: Sequence[str]) -> Features:
    """The features, knowing of the columns that a person left out."""
    if not isinstance(features, ColumnFeatures):
        return features
    dropped = (LeftOut(name, DROPPED) for name in drop)
    return replace(features, left_out=(*features.left_out, *dropped))


def _dataset(source: Any, target: Any, test: Any, reading: dict[str, Any]) -> Dataset:
    if not isinstance(source, Dataset):
        return load(source, target, test=test, **reading)
    options = {"target": target, "test": test, **reading}
    passed = [name for name, value in options.items() if value is not None and value != ()]
    if passed:
        text = f"a Dataset is read already: {listing(passed)} must be given to load. Leave them out here."
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
