"""What a source of data is, and which reader reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from hagang.data.builtin import BUILTIN, read_builtin
from hagang.data.dataset import Dataset, Labelled
from hagang.data.delimited import read_delimited
from hagang.data.files import look
from hagang.data.findings import Finding
from hagang.data.frames import is_frame, read_array, read_frame
from hagang.data.idx import idx_pairs, labels_beside, read_idx
from hagang.data.npz import read_npz
from hagang.data.parquet import read_parquet
from hagang.data.values import column_from_values
from hagang.data.wording import count, listing
from hagang.errors import ArgumentError, DataError

__all__ = ["read_source"]


def read_source(source: Any, *, header: bool | None = None, separator: str | None = None) -> Dataset:
    """Read a source, without a target unless it knows its own; see `load` for what may be given."""
    if isinstance(source, str | Path):
        path = Path(source).expanduser()
        if str(source) in BUILTIN and not path.exists():
            return Dataset(str(source), *read_builtin(str(source)))
        return _read_path(path, header, separator)
    if isinstance(source, np.ndarray):
        return Dataset("array", read_array(source))
    if is_frame(source):
        return Dataset("table", read_frame(source))
    text = (
        f"cannot read data from {type(source).__name__}; expected a path, one of {listing(BUILTIN)}, "
        "a pandas, polars or Arrow table, a dict of columns, or a NumPy array."
    )
    raise ArgumentError(text)


def _read_path(path: Path, header: bool | None, separator: str | None) -> Dataset:
    if path.is_dir():
        return _read_folder(path)
    seen = look(path)
    if seen.kind == "idx":
        return _read_images(path)
    if seen.kind == "npz":
        return _read_npz(path)
    if seen.kind == "parquet":
        table, findings = read_parquet(seen)
    else:
        table, findings = read_delimited(seen, header=header, separator=separator)
    return Dataset(path.name, table, findings=tuple(findings))


def _read_images(path: Path) -> Dataset:
    labels = labels_beside(path)
    if labels is None:
        return Dataset(path.name, read_array(read_idx(path)))
    read = _pair(read_idx(path), read_idx(labels), str(path))
    finding = Finding("file", f"{path.name}: {count(len(read), 'image')}, labels from {labels.name}")
    return Dataset(path.name, read.inputs, read.target, findings=(finding,))


def _read_folder(path: Path) -> Dataset:
    parts = {
        part: _pair(read_idx(images), read_idx(labels), str(path)) for part, (images, labels) in idx_pairs(path).items()
    }
    train = parts["train"]
    held = count(len(parts["test"]), "test image") if "test" in parts else "no test images"
    finding = Finding("file", f"{path.name}: {count(len(train), 'training image')}, {held}")
    return Dataset(path.name, train.inputs, train.target, test=parts.get("test"), findings=(finding,))


def _read_npz(path: Path) -> Dataset:
    train, test = read_npz(path)
    if train[1] is None:
        return Dataset(path.name, read_array(train[0]))
    read = _pair(train[0], train[1], str(path))
    held = _pair(test[0], test[1], str(path)) if test is not None and test[1] is not None else None
    return Dataset(path.name, read.inputs, read.target, test=held)


def _pair(x: Any, y: Any, where: str) -> Labelled:
    values = y[:, 0] if y.ndim == 2 and y.shape[1] == 1 else y
    if len(x) != len(values):
        text = f"{where} holds {count(len(x), 'row')} of inputs and {len(values):,} targets; expected as many."
        raise DataError(text)
    return Labelled(read_array(x), column_from_values("target", values))
