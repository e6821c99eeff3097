"""Any source of data, read into a `Dataset`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data.choose import choose_target
from hagang.data.columns import Column, Inputs, Table
from hagang.data.dataset import Dataset, Labelled
from hagang.data.findings import Finding
from hagang.data.sources import read_source
from hagang.data.task import decide_task
from hagang.data.values import column_from_values
from hagang.data.wording import count, listing
from hagang.errors import ArgumentError, DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["load"]


def load(
    source: Any,
    target: Any = None,
    *,
    task: str | None = None,
    drop: Sequence[str] = (),
    test: Any = None,
    header: bool | None = None,
    separator: str | None = None,
) -> Dataset:
    """Read a data set.

    Parameters
    ----------
    source
        - a file: CSV, TSV and other separated text (also .gz), Parquet, .npz, an IDX file of images;
        - a folder with MNIST's four IDX files (also .gz), whose test part comes along;
        - one of ``"digits"``, ``"iris"``, ``"wine"``, ``"breast_cancer"``, ``"diabetes"``;
        - a pandas, polars or Arrow table, a dict of columns, or a NumPy array (rows, columns); an array of
          bytes is taken as images.
    target
        The column to predict: its name, its position (the first is 1, as in c1; -1 is the last) or
        ``"last"``; or the values themselves, one a row. None where the source knows it (images, the sets by
        name), or to read inputs to predict from.
    task
        ``"classification"`` or ``"regression"``; None decides by the target's values (see `decide_task`).
    drop
        Columns to leave out.
    test
        Another source with the same columns, kept apart for the end.
    header
        Whether a text file's first row names the columns; None decides.
    separator
        What stands between a text file's cells; None decides.

    Returns
    -------
    Dataset
        With the rows whose target is missing left out; `findings` says how many.

    Raises
    ------
    FileFormatError
        When a file is not there, damaged, or of no kind that can be read.
    DataError
        When the data cannot be used; the message names column, row and value.

    Examples
    --------
    >>> iris = load("iris")
    >>> len(iris), iris.task, iris.inputs.names[0]
    (150, 'classification', 'sepal length (cm)')
    >>> load({"x": [1.0, 2.0, 4.0], "y": ["a", "b", "a"]}, "y").target.values
    ('a', 'b')
    """
    read = read_source(source, header=header, separator=separator)
    read = _choose(read, target)
    read = _drop(read, drop)
    if read.target is None:
        if test is not None or task is not None:
            text = "test and task need a target. Give its name, its position (the first is 1) or 'last'."
            raise ArgumentError(text)
        return read
    read = _known(read)
    decided, finding = decide_task(_target(read), task)
    read = replace(read, task=decided, findings=(*read.findings, finding))
    if test is None:
        return read
    return _with_test(read, read_source(test, header=header, separator=separator), drop)


def _choose(read: Dataset, target: Any) -> Dataset:
    if target is None or (read.target is not None and target in (read.target.name, "last")):
        return read
    if not isinstance(target, str | int | np.integer):
        return _beside(read, target)
    if not isinstance(read.inputs, Table):
        text = f"images have no column {target!r} to be the target; give the labels themselves, one an image."
        raise DataError(text)
    name = choose_target(read.inputs, target if isinstance(target, str) else int(target))
    return replace(read, inputs=read.inputs.without([name]), target=read.inputs[name])


def _beside(read: Dataset, values: Any) -> Dataset:
    name = getattr(values, "name", None)
    array = values.to_numpy() if hasattr(values, "to_numpy") else values
    column = column_from_values(str(name) if name else "target", array)
    if len(column) != len(read):
        text = f"target has {count(len(column), 'value')} for {count(len(read), 'row')}; expected one a row."
        raise DataError(text)
    return replace(read, target=column)


def _drop(read: Dataset, names: Sequence[str]) -> Dataset:
    if not names:
        return read
    if not isinstance(read.inputs, Table):
        text = f"images have no columns to drop; received drop={list(names)!r}."
        raise ArgumentError(text)
    for name in names:
        read.inputs[name]
    finding = Finding("dropped", f"left out as asked: {listing(names)}")
    return replace(read, inputs=read.inputs.without(names), findings=(*read.findings, finding))


def _target(read: Dataset) -> Column:
    assert read.target is not None  # noqa: S101 (narrows the type; the caller has looked)
    return read.target


def _known(read: Dataset) -> Dataset:
    """Leave out the rows whose target is missing."""
    column = _target(read)
    known = np.flatnonzero(~column.missing)
    if len(known) == len(read):
        return read
    if len(known) == 0:
        text = f"the target {column.name!r} is missing in every row; choose another target."
        raise DataError(text)
    lost = count(len(read) - len(known), "row")
    finding = Finding("target", f"{lost} left out, the target {column.name!r} being missing", column.name)
    inputs: Inputs = read.inputs.take(known)
    return replace(read, inputs=inputs, target=column.take(known), findings=(*read.findings, finding))


def _with_test(read: Dataset, test: Dataset, drop: Sequence[str]) -> Dataset:
    name = _target(read).name
    if test.target is None:
        test = _choose(test, name)
    if isinstance(test.inputs, Table):
        test = replace(test, inputs=test.inputs.without(drop))
    test = _known(test)
    return replace(read, test=Labelled(test.inputs, _target(test)), findings=(*read.findings, *test.findings))
