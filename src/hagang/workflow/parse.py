"""Options as they are typed or given in Python, read into one form: `"100,50"` and `[100, 50]` are the same layers."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Integral, Real
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hagang.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = [
    "batch_rows",
    "class_weights",
    "column_types",
    "columns",
    "dropout_rates",
    "flags",
    "labelled",
    "numbers",
    "place",
    "scales",
    "share_or_source",
    "units",
    "whole_numbers",
]


def units(value: str | int | Sequence[int] | None) -> tuple[int, ...] | None:
    """Read the width of each hidden layer.

    Examples
    --------
    >>> units("100,50"), units([100, 50]), units("none"), units(None)
    ((100, 50), (100, 50), (), None)
    """
    if value is None:
        return None
    if isinstance(value, str) and value.strip().lower() in ("none", "0"):
        return ()
    parts: Any = value.split(",") if isinstance(value, str) else [value] if isinstance(value, Real) else value
    try:
        sizes = tuple(_whole(part) for part in parts)
    except (TypeError, ValueError):
        sizes = (0,)
    if not all(size > 0 for size in sizes):
        msg = f"hidden: expected whole numbers as 100 or 100,50, or none for a linear model, received {value!r}"
        raise ArgumentError(msg)
    return sizes


def dropout_rates(value: str | float | Sequence[float]) -> tuple[float, float]:
    """Read the dropout rates of the inputs and of the hidden layers' outputs.

    Examples
    --------
    >>> dropout_rates("0.5"), dropout_rates(0.5), dropout_rates((0.2, 0.5))
    ((0.0, 0.5), (0.0, 0.5), (0.2, 0.5))
    """
    parts: Any = value.split(",") if isinstance(value, str) else [value] if isinstance(value, Real) else value
    try:
        rates = [float(part) for part in parts]
    except (TypeError, ValueError):
        rates = []
    if len(rates) not in (1, 2) or not all(0 <= rate < 1 for rate in rates):
        msg = (
            "dropout: expected a rate from 0 to below 1 for the hidden layers, or one for the inputs before it as "
            f"0.2,0.5, received {value!r}"
        )
        raise ArgumentError(msg)
    return (0.0, rates[0]) if len(rates) == 1 else (rates[0], rates[1])


def batch_rows(value: str | int | None) -> int | str | None:
    """Read a batch size: a number of rows, "full" or "auto".

    Examples
    --------
    >>> batch_rows("64"), batch_rows(64), batch_rows("full")
    (64, 64, 'full')
    """
    if value is None or value in ("full", "auto"):
        return value
    try:
        return _whole(value)
    except (TypeError, ValueError):
        msg = f"batch_size: expected a whole number of rows, full or auto, received {value!r}"
        raise ArgumentError(msg) from None


def scales(value: str | Sequence[str] | Mapping[str, str] | None) -> str | dict[str, str] | None:
    """Read how numbers are scaled: in general (the key ""), and column by column.

    Examples
    --------
    >>> scales(["minmax"]), scales(["price=robust", "minmax"]), scales({"price": "robust"})
    ('minmax', {'price': 'robust', '': 'minmax'}, {'price': 'robust'})
    """
    if isinstance(value, Mapping):
        return dict(value)
    texts = [value] if isinstance(value, str) else value or ()
    pairs = {name: how for name, _, how in (text.rpartition("=") for text in texts)}
    return pairs.get("") if set(pairs) <= {""} else pairs


def column_types(value: str | Sequence[str] | Mapping[str, str] | None) -> dict[str, str]:
    """Read what columns are.

    Examples
    --------
    >>> column_types(["zip=text", "a=b=number"]), column_types({"zip": "text"}), column_types(None)
    ({'zip': 'text', 'a=b': 'number'}, {'zip': 'text'}, {})
    """
    if isinstance(value, Mapping):
        return dict(value)
    pairs = [text.rpartition("=")[::2] for text in ([value] if isinstance(value, str) else value or ())]
    for name, kind in pairs:
        if not name or not kind:
            msg = f"types: expected a column and what it is, as zip=text, received {name or kind!r}"
            raise ArgumentError(msg)
    return dict(pairs)


def class_weights(value: str | Sequence[str] | Mapping[Any, float] | None) -> str | dict[Any, float] | None:
    """Read how much the rows of each class count.

    Examples
    --------
    >>> class_weights(["balanced"]), class_weights("1=5"), class_weights({1: 5})
    ('balanced', {'1': 5.0}, {1: 5.0})
    """
    if isinstance(value, Mapping):
        return {label: float(weight) for label, weight in value.items()}
    texts = [value] if isinstance(value, str) else list(value or ())
    if texts in ([], ["balanced"]):
        return texts[0] if texts else None
    pairs = [text.rpartition("=")[::2] for text in texts]
    for (name, weight), text in zip(pairs, texts, strict=True):
        if not name or not weight.replace(".", "", 1).isdigit():
            raise _wrong_weight("yes", text)
    return {name: float(weight) for name, weight in pairs}


def labelled(weights: str | Mapping[Any, float] | None, labels: Sequence[Any]) -> str | dict[Any, float] | None:
    """Class weights by the labels themselves, which may have been typed as text.

    Examples
    --------
    >>> labelled({"1": 5.0}, [0, 1])
    {1: 5.0}
    """
    if weights is None or isinstance(weights, str):
        return weights
    known = {str(label): label for label in labels}
    for name, weight in weights.items():
        if str(name) not in known:
            raise _wrong_weight(next(iter(known), "yes"), f"{name}={weight:g}")
    return {known[str(name)]: float(weight) for name, weight in weights.items()}


def share_or_source(value: Any) -> Any:
    """Read a number as a share of the rows, anything else as a source of data.

    Examples
    --------
    >>> share_or_source("0.2"), share_or_source("test.csv")
    (0.2, 'test.csv')
    """
    if not isinstance(value, str):
        return value
    try:
        return float(value)
    except ValueError:
        return value


def columns(value: str | Sequence[str] | None) -> tuple[str, ...]:
    """Read names of columns; one may stand by itself.

    Examples
    --------
    >>> columns(["a", "b"]), columns("a"), columns(None)
    (('a', 'b'), ('a',), ())
    """
    return (value,) if isinstance(value, str) else tuple(value or ())


def flags(name: str) -> Callable[[Any], bool | None]:
    """A reader of an option that is true or false, or None."""

    def read(value: Any) -> bool | None:
        if value is not None and not isinstance(value, bool):
            msg = f"{name}: expected True or False, received {value!r}"
            raise ArgumentError(msg)
        return value

    return read


def whole_numbers(name: str, least: int) -> Callable[[Any], int | None]:
    """A reader of an option that is a whole number, or None.

    Examples
    --------
    >>> whole_numbers("epochs", 1)(3)
    3
    """

    def read(value: Any) -> int | None:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, Integral) or value < least:
            msg = f"{name}: expected a whole number of at least {least}, received {value!r}"
            raise ArgumentError(msg)
        return int(value)

    return read


def numbers(name: str) -> Callable[[Any], float | None]:
    """A reader of an option that is a number, or None.

    Examples
    --------
    >>> numbers("l1")(1)
    1.0
    """

    def read(value: Any) -> float | None:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, Real):
            msg = f"{name}: expected a number, received {value!r}"
            raise ArgumentError(msg)
        return float(value)

    return read


def place(value: str | Path | None) -> Path | None:
    """Read a path."""
    return None if value is None else Path(value)


def _whole(value: Any) -> int:
    if isinstance(value, str):
        text = value.strip()
        if not (text.isascii() and text.isdigit()):
            raise ValueError(value)
        return int(text)
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(value)
    return int(value)


def _wrong_weight(label: Any, received: str) -> ArgumentError:
    msg = f"class_weight: expected balanced, or a class and its weight as {label}=5, received {received!r}"
    return ArgumentError(msg)
