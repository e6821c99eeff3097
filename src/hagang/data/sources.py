"""What a source of data is, and which reader reads it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data.arrow import read_arrow
from hagang.data.builtin import BUILTIN, read_builtin
from hagang.data.dataset import Dataset, Labelled
from hagang.data.delimited import NotUtf8, read_delimited
from hagang.data.findings import Finding
from hagang.data.frames import is_frame, is_sparse, read_array, read_frame, read_sparse
from hagang.data.idx import idx_pairs, labels_beside, read_idx
from hagang.data.image_folder import (
    class_folders,
    is_picture,
    pictures_in,
    read_labelled_pictures,
    read_pictures,
)
from hagang.data.json_lines import read_json
from hagang.data.multi_file import files_of, stacked
from hagang.data.npz import read_npy, read_npz
from hagang.data.parquet import read_parquet
from hagang.data.text import count, listing
from hagang.data.unpack import is_stdin, reencoded, unpacked
from hagang.data.values import NO_HINTS, column_from_values
from hagang.errors import ArgumentError, DataError, FileFormatError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hagang.data.columns import Table
    from hagang.data.files import Look
    from hagang.data.hints import Hints

__all__ = ["read_source"]


def read_source(source: Any, hints: Hints = NO_HINTS) -> Dataset:
    """Read a source, without a target unless it knows its own; see `load` for what may be given."""
    if isinstance(source, str | Path):
        path = Path(source).expanduser()
        if is_stdin(source):
            return _read_file(path, hints)
        if str(source) in BUILTIN and not path.exists():
            return Dataset(str(source), *read_builtin(str(source)))
        files = files_of(source)
        if len(files) > 1 or path.is_dir():
            return _read_several(path, files, hints)
        return _read_file(files[0] if files else path, hints)
    if isinstance(source, np.ndarray):
        return Dataset("array", read_array(source))
    if is_sparse(source):
        return Dataset("matrix", read_sparse(source))
    if is_frame(source):
        return Dataset("table", read_frame(source, hints))
    text = (
        f"cannot read data from {type(source).__name__}; expected a path, one of {listing(BUILTIN)}, "
        "a pandas, polars or Arrow table, a dict of columns, a NumPy array or a sparse matrix of SciPy's."
    )
    raise ArgumentError(text)


def _read_several(path: Path, files: Sequence[Path], hints: Hints) -> Dataset:
    """Read a folder of images or of tables, or the tables of a pattern, one below the other."""
    if path.is_dir() and not files:
        if _holds_pictures(path):
            return _read_picture_folder(path)
        alone = pictures_in(path)
        return _read_unlabelled(path, alone, hints) if alone else _read_folder(path)
    if all(map(is_picture, files)):
        return _read_unlabelled(path, files, hints)
    read = [_read_file(file, hints.joint()) for file in files]
    table = stacked([(one.name, one.inputs) for one in read], hints)
    shape = f"{count(len(files), 'file')}, {count(len(table), 'row')}, {count(len(table.columns), 'column')}"
    others = {str(finding): finding for one in read for finding in one.findings if finding.kind != "file"}
    return Dataset(path.name, table, findings=(Finding("file", f"{path.name}: {shape}"), *others.values()))


def _read_file(path: Path, hints: Hints) -> Dataset:
    if is_picture(path) and path.is_file():
        return _read_unlabelled(path, [path], hints)
    before = _stamp(path)
    with unpacked(path, hints) as seen:
        if seen.kind == "idx":
            return _read_images(seen.file)
        if seen.kind == "npz":
            return _read_npz(path)
        if seen.kind == "npy":
            return Dataset(path.name, read_array(read_npy(path)))
        try:
            table, findings = _read_table(seen, hints)
        except NotUtf8:
            table, findings = _read_table(reencoded(seen), hints)
    if _stamp(path) != before:
        text = f"{path} changed while it was read; expected a file that stays. Read it again when it is written."
        raise FileFormatError(text)
    return Dataset(path.name, table, findings=tuple(findings))


def _stamp(path: Path) -> tuple[int, int] | None:
    if is_stdin(path) or not path.exists():
        return None
    return path.stat().st_size, path.stat().st_mtime_ns


def _read_table(seen: Look, hints: Hints) -> tuple[Table, list[Finding]]:
    if seen.kind == "text":
        return read_delimited(seen, hints)
    if seen.kind == "json":
        return read_json(seen, hints)
    if seen.kind == "parquet":
        return read_parquet(seen, hints)
    table = read_arrow(seen.file, hints)
    shape = f"{count(len(table), 'row')}, {count(len(table.columns), 'column')}"
    return table, [Finding("file", f"{seen.path.name}: {shape} (Arrow)")]


def _holds_pictures(path: Path) -> bool:
    return bool(class_folders(path) or _parts_of_pictures(path))


def _parts_of_pictures(path: Path) -> dict[str, Path]:
    """The folders train and test, where these hold the classes' folders."""
    return {part: path / part for part in ("train", "test") if (path / part).is_dir() and class_folders(path / part)}


def _read_picture_folder(path: Path) -> Dataset:
    parts = {part: read_labelled_pictures(folder) for part, folder in _parts_of_pictures(path).items()}
    train = parts["train"] if "train" in parts else read_labelled_pictures(path)
    test = parts.get("test")
    held = f", {count(len(test), 'test picture')}" if test else ""
    finding = Finding("file", f"{path.name}: {count(len(train), 'picture')}{held}, a folder for each class")
    return Dataset(path.name, train.inputs, train.target, test=test, findings=(finding,))


def _read_unlabelled(path: Path, files: Sequence[Path], hints: Hints) -> Dataset:
    """Pictures without a class, to predict."""
    pixels = read_pictures(files, hints.shape)
    finding = Finding("file", f"{path.name}: {count(len(files), 'picture')} without a class")
    return Dataset(path.name, pixels, findings=(finding,), row_names=tuple(file.name for file in files))


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
