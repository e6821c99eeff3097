"""Targets as a network sees them: classes as codes, quantities standardised; and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from hagang.data.columns import Numbers, Text
from hagang.data.findings import Finding
from hagang.data.text import count, listing, number
from hagang.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    from hagang.data.columns import Column

__all__ = ["Classes", "Label", "Quantity", "Target", "fit_target", "lost_rows", "target_from_json"]

HIGHEST = 700.0
"""The largest number whose exponential float64 holds, rounded down."""

Label: TypeAlias = str | int | float | bool


@dataclass(frozen=True)
class Classes:
    """The classes of a target, in order; a class's code is its position.

    Parameters
    ----------
    name
        The target's name.
    labels
        The classes as the user knows them: text, whole numbers, other numbers, or booleans; ascending.

    Examples
    --------
    >>> from hagang.data import Numbers
    >>> classes = Classes.fit(Numbers("y", np.array([2.0, 1.0, 2.0])))
    >>> classes.labels, classes.decode([0, 1])
    ((1, 2), array([1, 2]))
    """

    name: str
    labels: tuple[Label, ...]

    task = "classification"

    @classmethod
    def fit(cls, target: Column) -> Classes:
        """Take the classes that occur in a target.

        Raises
        ------
        DataError
            When fewer than two occur.
        """
        labels = _labels(target)
        if len(labels) < 2:
            only = f"has one class only, {labels[0]!r}" if labels else "has no values"
            text = f"the target {target.name!r} {only}; expected two classes or more to tell apart."
            raise DataError(text)
        return cls(target.name, labels)

    def encode(self, target: Column) -> NDArray[np.int64]:
        """Return the codes, shape (n,).

        Raises
        ------
        DataError
            When a class was not there at training.
        """
        own, positions = _labels(target), _positions(target)
        places = {_key(label): code for code, label in enumerate(self.labels)}
        unknown = [label for label in own if _key(label) not in places]
        if unknown:
            text = (
                f"the target {target.name!r} has classes not there at training: {listing(unknown, 6)}; "
                f"expected {listing(self.labels, 6)}. Correct them, or train on rows that have them all."
            )
            raise DataError(text)
        codes = np.array([places[_key(label)] for label in own], dtype=np.int64)
        return codes[positions]

    def decode(self, codes: ArrayLike) -> NDArray[Any]:
        """Return the labels of class codes, in their shape."""
        return np.asarray(self.labels)[np.asarray(codes, dtype=np.int64)]

    def to_json(self) -> dict[str, Any]:
        """Return a description for `target_from_json`."""
        return {"kind": "classes", "name": self.name, "labels": list(self.labels)}


@dataclass(frozen=True)
class Quantity:
    r"""A quantity, standardised for training: :math:`z = (y - m) / s`, or so its :math:`\log(1 + y)`.

    Parameters
    ----------
    name
        The target's name.
    mean, scale
        Mean m and standard deviation s of the training part, in the target's own unit.
    log
        Mean and standard deviation of the logarithms, where these are trained on.

    Examples
    --------
    >>> price = Quantity("price", mean=100.0, scale=20.0)
    >>> price.decode([[0.0], [1.5]])
    array([100., 130.])
    """

    name: str
    mean: float
    scale: float
    log: tuple[float, float] | None = None

    task = "regression"

    @classmethod
    def fit(cls, target: Column, standardise: bool = True) -> Quantity:
        """Take mean and standard deviation of a target; 0 and 1 where it is not to be standardised.

        Raises
        ------
        DataError
            When it is text, or constant.
        """
        values = _quantities(target)
        if values.size == 0 or np.all(values == values[0]):
            only = f"is {number(values[0])} in every row" if values.size else "has no values"
            text = f"the target {target.name!r} {only}: there is nothing to predict. Choose another target."
            raise DataError(text)
        place, scale = (float(values.mean()), float(values.std())) if standardise else (0.0, 1.0)
        return cls(target.name, place, scale)

    def encode(self, target: Column) -> NDArray[np.float32]:
        """Return the standardised values, shape (n, 1).

        Raises
        ------
        DataError
            When a value is below 0 whose logarithm is to be taken.
        """
        values = _quantities(target)
        if self.log is not None and values.min(initial=0) < 0:
            text = f"the target {self.name!r} is {number(values.min())}; expected values from 0 up, as at training."
            raise DataError(text)
        return self.standardised(values)

    def standardised(self, values: NDArray[np.float64]) -> NDArray[np.float32]:
        """Return values of the target's unit as they are trained on, shape (n, 1)."""
        place, scale = self.log or (self.mean, self.scale)
        plain = np.log1p(values) if self.log else values
        return ((plain - place) / scale).astype(np.float32).reshape(-1, 1)

    def decode(self, outputs: ArrayLike) -> NDArray[np.float64]:
        """Return standardised outputs, shape (n, 1) or (n,), in the target's unit, shape (n,)."""
        place, scale = self.log or (self.mean, self.scale)
        values = np.asarray(outputs, dtype=np.float64).reshape(-1) * scale + place
        return np.expm1(np.minimum(values, HIGHEST)) if self.log else values

    def to_json(self) -> dict[str, Any]:
        """Return a description for `target_from_json`."""
        own = {"kind": "quantity", "name": self.name, "mean": self.mean, "scale": self.scale}
        return own if self.log is None else {**own, "log": list(self.log)}


Target: TypeAlias = Classes | Quantity


def lost_rows(target: Column, rows: int) -> Finding:
    """Say how many rows are left out because their target is missing, and which words stand there instead."""
    words = [word for word in target.strays if word]
    shown = f" or one of the words {listing(words, 4)}" * bool(words)
    text = f"{count(rows, 'row')} left out, the target {target.name!r} being missing{shown}"
    if isinstance(target, Text) and words:
        text += f"; if these are classes, say types={{{target.name!r}: 'words'}} (--type {target.name}=words)"
    return Finding("target", text, target.name)


def fit_target(target: Column, task: str, standardise: bool = True) -> Target:
    """Fit `Classes` or `Quantity`, as the task asks."""
    return Classes.fit(target) if task == "classification" else Quantity.fit(target, standardise)


def target_from_json(data: Mapping[str, Any]) -> Target:
    """Return what `to_json` described."""
    if data["kind"] == "classes":
        return Classes(data["name"], tuple(data["labels"]))
    log = data.get("log")
    return Quantity(data["name"], data["mean"], data["scale"], None if log is None else (log[0], log[1]))


def _labels(target: Column) -> tuple[Label, ...]:
    """The different labels that occur, ascending."""
    if not isinstance(target, Numbers):
        return tuple(value for value, n in zip(target.values, target.counts) if n)
    values = _different(target).tolist()
    if target.boolean:
        return tuple(map(bool, values))
    return tuple(int(value) if value.is_integer() else value for value in values)


def _positions(target: Column) -> NDArray[np.int64]:
    """For each row, the position of its label in `_labels`."""
    if isinstance(target, Numbers):
        return np.searchsorted(_different(target), target.values)
    return (np.cumsum(target.counts > 0) - 1)[target.codes]


def _different(target: Numbers) -> NDArray[np.float64]:
    return np.unique(target.values[~target.missing])


def _key(label: Label) -> str:
    """What labels are compared by: 1, 1.0 and "1" are one class, as a file may spell them; True is not 1."""
    return str(int(label)) if isinstance(label, float) and label.is_integer() else str(label)


def _quantities(target: Column) -> NDArray[np.float64]:
    if isinstance(target, Numbers):
        return target.values
    text = f"the target {target.name!r} is text ({listing(target.values, 4)}); expected numbers for regression."
    raise DataError(text)
