"""What was understood of a table: a line for each column, as a person can check it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from hagang.data.columns import Column, Numbers, Pixels
from hagang.data.datetimes import CLOCK, is_datetime
from hagang.data.text import count, listing, number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hagang.data.column_features import ColumnFeatures
    from hagang.data.dataset import Labelled
    from hagang.data.features import Features
    from hagang.data.targets import Target

LONGEST = 20

__all__ = ["ColumnReport", "cell_texts", "column_report", "kind_of", "range_of"]


@dataclass(frozen=True)
class ColumnReport:
    """What a column was taken for, and what becomes of it.

    Parameters
    ----------
    column
        Its name.
    kind
        "number", "whole number", "boolean", "text", "dates", "images", …
    missing
        In how many rows it is missing.
    range
        From the smallest to the largest value, or the most frequent values.
    treatment
        What the network sees of it.
    """

    column: str
    kind: str
    missing: int
    range: str
    treatment: str

    def to_json(self) -> dict[str, str | int]:
        """The fields by name."""
        return asdict(self)


def column_report(data: Labelled, features: Features, target: Target) -> tuple[ColumnReport, ...]:
    r"""Say for each column of a data set what it was taken for and what becomes of it.

    Examples
    --------
    >>> from hagang.data import prepare
    >>> lines = prepare({"x": range(1, 21), "c": ["a", "b"] * 10, "y": [0, 1] * 10}, "y", drop=["x"]).understood
    >>> print(*(f"{line.column}: {line.kind}, {line.range}; {line.treatment}" for line in lines), sep="\n")
    c: text, 2 values: 'a', 'b'; a feature for each of 2 values
    y: whole number, 0 to 1; the target, 2 classes
    """
    if isinstance(data.inputs, Pixels):
        lines = [_images(data.inputs, features)]
    else:
        treatments = _treatments(features)  # type: ignore[arg-type]
        lines = [_line(column, treatments.get(column.name, "")) for column in data.inputs.columns]
    others = [_line(column, f"the {role}") for role, column in data.roles.items() if role != "time"]
    return (*lines, *others, _line(data.target, _target(target)))


def kind_of(column: Column) -> str:
    """What a column's values are, in a word or two.

    Examples
    --------
    >>> kind_of(Numbers("x", np.array([1.0, 2.5]))), kind_of(Numbers("x", np.array([1.0, np.nan])))
    ('number', 'whole number')
    """
    if not isinstance(column, Numbers):
        return "text"
    if column.boolean:
        return "boolean"
    if is_datetime(column.spelling):
        return column.spelling
    if column.missing.all():
        return "nothing"
    return ("whole number" if column.integral else "number") + (f" (as {column.spelling})" if column.spelling else "")


def range_of(column: Column) -> str:
    """The smallest and the largest value, or how many there are and the most frequent ones."""
    if column.missing.all():
        return "no values"
    if not isinstance(column, Numbers):
        frequent = np.argsort(-column.counts, kind="stable")[:3].tolist()
        distinct = int(np.count_nonzero(column.counts))
        named = listing((_short(column.values[code]) for code in frequent if column.counts[code]), 3)
        return f"{count(distinct, 'value')}: {named}{', …' if distinct > 3 else ''}"
    present = column.values[~column.missing]
    low, high = float(present.min()), float(present.max())
    if is_datetime(column.spelling):
        return f"{_datetime(low, column.spelling)} to {_datetime(high, column.spelling)}"
    return f"{number(low)} to {number(high)}"


def cell_texts(column: Column) -> list[str]:
    """The cells of a column as texts, missing ones empty.

    Examples
    --------
    >>> cell_texts(Numbers("x", np.array([1.0, np.nan, 2.5])))
    ['1', '', '2.5']
    """
    if not isinstance(column, Numbers):
        table = [*column.values, ""]
        return [table[code] for code in column.codes.tolist()]
    write = _cell_of(column)
    return ["" if value != value else write(value) for value in column.values.tolist()]


def _cell_of(column: Numbers) -> Callable[[float], str]:
    if is_datetime(column.spelling):
        return lambda seconds: _datetime(seconds, column.spelling)
    if column.boolean:
        return lambda value: str(bool(value))
    return lambda value: str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _line(column: Column, treatment: str) -> ColumnReport:
    return ColumnReport(column.name, kind_of(column), int(column.missing.sum()), range_of(column), treatment)


def _images(images: Pixels, features: Features) -> ColumnReport:
    shape = " × ".join(map(str, images.shape))
    low, high = (int(images.values.min()), int(images.values.max())) if images.values.size else (0, 0)
    return ColumnReport("pixels", f"images, {shape}", 0, f"{low} to {high}", features.describe())


def _treatments(features: ColumnFeatures) -> Mapping[str, str]:
    treatments = {encoder.name: encoder.describe(brief=True) for encoder in features.encoders}
    return treatments | {item.name: f"left out: {item.reason}" for item in features.left_out}


def _target(target: Target) -> str:
    labels = getattr(target, "labels", None)
    return f"the target, {count(len(labels), 'class', 'classes')}" if labels else "the target, standardised"


def _datetime(seconds: float, spelling: str) -> str:
    whole = np.datetime64(int(np.floor(seconds)), "s")
    day, clock = str(whole).split("T")
    if spelling == CLOCK:
        return clock.removesuffix(":00")
    return day if clock == "00:00:00" else f"{day} {clock}"
