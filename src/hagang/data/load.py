"""Any source of data, read into a `Dataset`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data.cell_parsing import nfc_name
from hagang.data.checks import align_labels, repeats
from hagang.data.choose import choose_target
from hagang.data.columns import Table, Text
from hagang.data.dataset import Dataset, Labelled
from hagang.data.findings import Finding
from hagang.data.hints import make_hints
from hagang.data.like import types_like
from hagang.data.oddities import oddities, row_index
from hagang.data.roles import assign_roles
from hagang.data.sources import read_source
from hagang.data.targets import lost_rows
from hagang.data.task import decide_task
from hagang.data.text import count, did_you_mean, listing
from hagang.data.values import column_from_values, type_of
from hagang.errors import ArgumentError, DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from hagang.data.columns import Column, Inputs
    from hagang.data.hints import Hints

__all__ = ["held_part", "load"]


def load(
    source: Any,
    target: Any = None,
    *,
    task: str | None = None,
    drop: Sequence[str] = (),
    test: Any = None,
    header: bool | None = None,
    separator: str | None = None,
    encoding: str | None = None,
    types: Mapping[str, str] | None = None,
    missing: Sequence[str] = (),
    weight: Any = None,
    group: Any = None,
    time: Any = None,
    part: Any = None,
    like: Any = None,
) -> Dataset:
    """Read a data set.

    Parameters
    ----------
    source
        - a file: CSV, TSV and other separated text (also .gz), Parquet, Arrow (Feather), .npy, .npz, an IDX file of
          images;
        - several of these tables, by a pattern as ``"2024-*.csv"`` or in a folder, one below the other;
        - a folder with MNIST's four IDX files (also .gz), whose test part comes along;
        - a folder of pictures, in it a folder for each class (or ``train`` and ``test`` with these), by Pillow;
        - one of ``"digits"``, ``"iris"``, ``"wine"``, ``"breast_cancer"``, ``"diabetes"``;
        - a pandas, polars or Arrow table, a dict of columns, a NumPy array (rows, columns) or a sparse matrix of
          SciPy's; an array of bytes is taken as images.
    target
        The column to predict: its name, its position (the first is 1, as in c1; -1 is the last) or
        ``"last"``; or the values themselves, one per row. None where the source knows it (images, the sets by
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
    encoding
        How a text file's letters are written, as ``"cp949"``; None decides.
    types
        What columns are, where that is not found out rightly: ``{"zip": "text"}``. One of "text", "words" (text in
        which NA, null and the like are values), "number", "decimal-point", "decimal-comma", "date", "day-first",
        "month-first".
    missing
        More words that mean "no value", as ``["soon", "-999"]``.
    like
        A trained network, or anything with its `features` and `target`: columns are read as at its training.
    weight
        How much each row counts: a column (by name or position), or the values, one per row.
    group, time, part
        Columns, or values, that decide the split: rows of one group fall in one part; later rows in later parts;
        "train", "validation" or "test".

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
    spoken = [target, weight, group, time, part, *drop] if not isinstance(drop, str) else []
    hints = make_hints(header, separator, encoding, types, missing, spoken)
    before = types_like(like.features, like.target) if like is not None else {}
    left_out = dict.fromkeys(map(nfc_name, drop), "text")
    shape = getattr(getattr(like, "features", None), "shape", None)
    hints = replace(hints, types={**before, **left_out, **hints.types}, shape=shape)
    read = read_source(source, hints)
    _check_types(read, types or {})
    inputs, column = _choose(read, target)
    inputs, index = _without_index(inputs)
    given_roles = {"weight": weight, "group": group, "time": time, "part": part}
    inputs, roles = assign_roles(inputs, given_roles)
    inputs, dropped = _drop(inputs, drop)
    if column is None:
        if test is not None or task is not None:
            text = "test and task need a target. Give its name, its position (the first is 1) or 'last'."
            raise ArgumentError(text)
        odd = oddities(inputs) if isinstance(inputs, Table) else []
        findings = (*read.findings, *index, *dropped, *odd)
        return Dataset(read.name, inputs, findings=findings, roles=roles, row_names=read.row_names)
    odd = oddities(inputs, column) if isinstance(inputs, Table) else []
    labelled, lost = _known(Labelled(inputs, column, roles))
    decided, reason = decide_task(labelled.target, task)
    held, about_test = held_part(read, labelled, test, [*drop, *_no_inputs(roles)], hints)
    findings = (*read.findings, *index, *dropped, *odd, *lost, reason, *repeats(labelled), *about_test)
    return Dataset(read.name, labelled.inputs, labelled.target, decided, held, findings, labelled.roles)


def _choose(read: Dataset, target: Any) -> tuple[Inputs, Column | None]:
    """Part the inputs from the target."""
    if target is None or (read.target is not None and isinstance(target, str) and target == read.target.name):
        return read.inputs, read.target
    if not isinstance(target, str | int | np.integer):
        return read.inputs, _beside(read, target)
    if read.target is not None or not isinstance(read.inputs, Table):
        own = f"it has its own target, {read.target.name!r}" if read.target else "images have no columns"
        text = f"{read.name} has no column {target!r} to be the target: {own}. Leave target out, or give the values."
        raise DataError(text)
    name = choose_target(read.inputs, target if isinstance(target, str) else int(target))
    return read.inputs.without([name]), read.inputs[name]


def _beside(read: Dataset, values: Any) -> Column:
    name = getattr(values, "name", None)
    array = values.to_numpy() if hasattr(values, "to_numpy") else values
    column = column_from_values(str(name) if name else "target", array)
    if len(column) != len(read):
        text = f"target has {count(len(column), 'value')} for {count(len(read), 'row')}; expected one per row."
        raise DataError(text)
    return column


def _without_index(inputs: Inputs) -> tuple[Inputs, list[Finding]]:
    """Leave out a first column without a name that counts the rows: what frames write as their index."""
    name = row_index(inputs) if isinstance(inputs, Table) else None
    if name is None or not isinstance(inputs, Table):
        return inputs, []
    text = f"{name!r}, which has no name of its own, counts the rows: left out as an index"
    return inputs.without([name]), [Finding("dropped", text, name)]


def _drop(inputs: Inputs, names: Sequence[str]) -> tuple[Inputs, list[Finding]]:
    if not names:
        return inputs, []
    if isinstance(names, str) or not isinstance(inputs, Table):
        text = f"drop must be a list of columns' names, of a table. Received {names!r}."
        raise ArgumentError(text)
    for name in names:
        inputs[name]  # raises where there is none
    return inputs.without(names), [Finding("dropped", f"left out as asked: {listing(names)}")]


def _known(labelled: Labelled) -> tuple[Labelled, list[Finding]]:
    """Leave out the rows whose target is missing."""
    target = labelled.target
    known = np.flatnonzero(~target.missing)
    if len(known) == len(target):
        return labelled, []
    if len(known) == 0:
        words = f" (it holds {listing(target.strays, 4)})" * bool(target.strays)
        text = f"the target {target.name!r} is missing in every row{words}; choose another target."
        raise DataError(text)
    return labelled.take(known), [lost_rows(target, len(target) - len(known))]


def _check_types(read: Dataset, types: Iterable[str]) -> None:
    """Refuse a type for a column that is not there."""
    if not isinstance(read.inputs, Table):
        return
    names = [*read.inputs.names, *([read.target.name] if read.target else [])]
    for name in types:
        if nfc_name(name) not in names:
            text = f"types names a column {name!r}, but the columns are {listing(names)}.{did_you_mean(name, names)}"
            raise ArgumentError(text)


def _types_of(data: Labelled) -> dict[str, str]:
    """How another file with the same columns is to be read."""
    inputs = data.inputs.columns if isinstance(data.inputs, Table) else ()
    return {column.name: type_of(column) for column in (*inputs, data.target) if not column.missing.all()}


def _no_inputs(roles: Mapping[str, Column]) -> list[str]:
    return [column.name for role, column in roles.items() if role != "time"]


def held_part(
    read: Dataset,
    train: Labelled,
    test: Any,
    drop: Sequence[str],
    hints: Hints,
) -> tuple[Labelled | None, list[Finding]]:
    """Read a part that is another source, as `train` was read; or take the test part that the source brought."""
    if test is None:
        return read.test, []
    other = read_source(test, replace(hints, types={**_types_of(train), **hints.types}))
    inputs, column = _choose(other, None if other.target is not None else train.target.name)
    if column is None:
        text = f"the test part {other.name} has no target; expected {train.target.name!r}, as in {read.name}."
        raise DataError(text)
    inputs = inputs.without(drop) if isinstance(inputs, Table) else inputs
    labels = train.target.values if isinstance(train.target, Text) else ()
    column, renamed = align_labels(labels, column)
    labelled, lost = _known(Labelled(inputs, column))
    return labelled, [*other.findings, *renamed, *lost]
