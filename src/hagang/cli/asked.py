"""What a person asked `hagang train` for, as typed; and how texts become values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hagang.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hagang.cli.options import DataOptions, DescentOptions, NetworkOptions, RunOptions

__all__ = ["Asked", "as_typed", "batch_rows", "class_weights", "dropout_rates", "scales", "share_or_source", "units"]

_ARGUMENT = re.compile(r"\b(class_weight|drop|epochs|loss|lr|scale|seed|target|task|validation)=('?)([\w.-]+)\2")


@dataclass(frozen=True)
class Asked:
    """What `hagang train` was asked, panel by panel."""

    data: DataOptions
    network: NetworkOptions
    descent: DescentOptions
    run: RunOptions

    def said(self) -> dict[str, str]:
        """What was decided by a person or a default, by option."""
        panels = (self.data, self.network, self.descent, self.run)
        return {name: str(value) for panel in panels for name, value in vars(panel).items() if value is not None}


def units(text: str) -> tuple[int, ...]:
    """Read the units of the hidden layers.

    Examples
    --------
    >>> units("100,50"), units("none")
    ((100, 50), ())
    """
    if text.strip().lower() in ("none", "0"):
        return ()
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdigit() and int(part) > 0 for part in parts):
        msg = f"--hidden: expected whole numbers as 100 or 100,50, or none for a linear model, received '{text}'"
        raise ArgumentError(msg)
    return tuple(int(part) for part in parts)


def dropout_rates(text: str) -> tuple[float, float]:
    """Read the share of the inputs and of the hidden layers' outputs that is dropped.

    Examples
    --------
    >>> dropout_rates("0.5"), dropout_rates("0.2,0.5")
    ((0.0, 0.5), (0.2, 0.5))
    """
    try:
        rates = [float(part) for part in text.split(",")]
    except ValueError:
        rates = []
    if len(rates) not in (1, 2) or not all(0 <= rate < 1 for rate in rates):
        msg = (
            "--dropout: expected a share from 0 to below 1 for the hidden layers, or one for the inputs before it as "
            f"0.2,0.5, received '{text}'"
        )
        raise ArgumentError(msg)
    return (0.0, rates[0]) if len(rates) == 1 else (rates[0], rates[1])


def batch_rows(text: str | None) -> int | str | None:
    """Read a number of rows, "full" or "auto".

    Examples
    --------
    >>> batch_rows("64"), batch_rows("full")
    (64, 'full')
    """
    if text is None or text in ("full", "auto"):
        return text
    if not (text.isascii() and text.isdigit()):
        msg = f"--batch-size: expected a whole number of rows, full or auto, received '{text}'"
        raise ArgumentError(msg)
    return int(text)


def scales(typed: Sequence[str] | None) -> str | dict[str, str] | None:
    """Read how numbers are scaled: in general, and column by column.

    Examples
    --------
    >>> scales(["minmax"]), scales(["price=robust", "minmax"])
    ('minmax', {'price': 'robust', '': 'minmax'})
    """
    pairs = {name: how for name, _, how in (text.rpartition("=") for text in typed or ())}
    return pairs.get("") if set(pairs) <= {""} else pairs


def class_weights(typed: Sequence[str] | None, labels: Sequence[object]) -> str | dict[object, float] | None:
    """Read how much the rows of each class count.

    Examples
    --------
    >>> class_weights(["balanced"], [0, 1]), class_weights(["1=5"], [0, 1])
    ('balanced', {1: 5.0})
    """
    if not typed or list(typed) == ["balanced"]:
        return "balanced" if typed else None
    known = {str(label): label for label in labels}
    pairs = [text.rpartition("=")[::2] for text in typed]
    for (name, weight), text in zip(pairs, typed, strict=True):
        if name not in known or not weight.replace(".", "", 1).isdigit():
            example = f"{next(iter(known), 'yes')}=5"
            msg = f"--class-weight: expected balanced, or a class and its weight as {example}, received '{text}'"
            raise ArgumentError(msg)
    return {known[name]: float(weight) for name, weight in pairs}


def share_or_source(text: str) -> float | str:
    """Read a number as a share of the rows, anything else as a source of data.

    Examples
    --------
    >>> share_or_source("0.2"), share_or_source("test.csv")
    (0.2, 'test.csv')
    """
    try:
        return float(text)
    except ValueError:
        return text


def as_typed(text: str) -> str:
    """Turn the library's remedies into what is typed.

    Examples
    --------
    >>> as_typed("if it is a quantity, say task='regression'")
    'if it is a quantity, say --task regression'
    """
    return _ARGUMENT.sub(lambda found: f"--{found[1].replace('_', '-')} {found[3]}", text)
