"""Layers, optimisers, schedules and other frozen dataclasses as JSON and back, from a table of known types.

Only types in the caller's table are ever instantiated. A user's own class is described for readers but not rebuilt: a
model that has one predicts from its graph.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from hagang.errors import ArgumentError, FileFormatError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["from_record", "is_known", "to_record"]

_LIST, _DICT = "list", "dict"
_UNKNOWN = "unknown"


def to_record(value: Any, known: Mapping[str, Any]) -> Any:
    """Describe an object.

    Parameters
    ----------
    value : object
        A dataclass or function in `known`, or a JSON value; tuples, lists and dicts of these.
    known : mapping of str to type or function
        What can be rebuilt, by its name in the record.

    Returns
    -------
    dict, list, str, int, float, bool or None
        `{"kind": name, field: …}` for a dataclass, `{"kind": name}` for a function; tuples become lists. What is not
        in `known` becomes `{"kind": "unknown", "name": …}`.

    Examples
    --------
    >>> from hagang.nn import Gaussian
    >>> to_record((Gaussian(0.1), 3), {"Gaussian": Gaussian})
    [{'kind': 'Gaussian', 'std': 0.1}, 3]
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, tuple):
        return [to_record(item, known) for item in value]
    if isinstance(value, list):
        return {"kind": _LIST, "items": [to_record(item, known) for item in value]}
    if isinstance(value, dict):
        return {"kind": _DICT, "items": [[to_record(part, known) for part in item] for item in value.items()]}
    return _of_known(value, known)


def _of_known(value: Any, known: Mapping[str, Any]) -> dict[str, Any]:
    kind = value if callable(value) and not is_dataclass(value) else type(value)
    name = next((name for name, each in known.items() if each is kind), None)
    if name is None:
        return {"kind": _UNKNOWN, "name": getattr(kind, "__name__", type(value).__name__)}
    if kind is value:
        return {"kind": name}
    return {"kind": name, **{key: to_record(item, known) for key, item in _constants(value).items()}}


def _constants(value: Any) -> dict[str, Any]:
    return {field.name: getattr(value, field.name) for field in fields(value) if field.init}


def is_known(record: Any) -> bool:
    """Whether `from_record` can rebuild a record, because it names only known types.

    Examples
    --------
    >>> is_known([{"kind": "Dense", "units": 3, "activation": {"kind": "unknown", "name": "wave"}}])
    False
    """
    if isinstance(record, dict):
        return record.get("kind") != _UNKNOWN and all(map(is_known, record.values()))
    return all(map(is_known, record)) if isinstance(record, list) else True


def from_record(record: Any, known: Mapping[str, Any]) -> Any:
    """Rebuild an object from its record; lists become tuples.

    Parameters
    ----------
    record : dict, list, str, int, float, bool or None
        The record.
    known : mapping of str to type or function
        What may be instantiated.

    Raises
    ------
    FileFormatError
        For an unknown type or field, or values that the class rejects.

    Examples
    --------
    >>> from hagang.optim import Momentum
    >>> from_record({"kind": "Momentum", "momentum": 0.5}, {"Momentum": Momentum})
    Momentum(momentum=0.5, dampening=0.0, nesterov=False)
    """
    if isinstance(record, list):
        return tuple(from_record(item, known) for item in record)
    if not isinstance(record, dict):
        return record
    kind = record.get("kind")
    if kind in (_LIST, _DICT):
        return _container(kind, record.get("items"), known)
    if kind == _UNKNOWN:
        _fail(
            f"'{record.get('name')}' is a user-defined object that was saved by name only",
            "predict from the graph, or build it anew",
        )
    if not isinstance(kind, str) or kind not in known:
        _fail(
            f"expected one of {', '.join(known)}, received {kind!r}",
            "install a newer hagang: pip install --upgrade hagang",
        )
    return _build(kind, known[kind], {key: item for key, item in record.items() if key != "kind"}, known)


def _container(kind: str, items: Any, known: Mapping[str, Any]) -> Any:
    try:
        built = [from_record(item, known) for item in items]
        return built if kind == _LIST else dict(built)
    except (TypeError, ValueError) as error:
        _fail(f"damaged {kind}: {error}", "restore a copy of the file, or save it again")


def _build(kind: str, target: Any, record: Mapping[str, Any], known: Mapping[str, Any]) -> Any:
    if not isinstance(target, type):
        return target
    names = [field.name for field in fields(target) if field.init]
    strange = [name for name in record if name not in names]
    if strange:
        why = f"{kind} has no field '{strange[0]}'; its fields are {', '.join(names) or 'none'}"
        _fail(why, "the file may come from a newer hagang: pip install --upgrade hagang")
    try:
        return target(**{name: from_record(item, known) for name, item in record.items()})
    except FileFormatError:
        raise
    except (ArgumentError, TypeError, ValueError) as error:
        _fail(f"{kind} cannot be built: {error}", "restore a copy of the file, or save it again")


def _fail(why: str, remedy: str) -> NoReturn:
    msg = f"record: {why}; {remedy}"
    raise FileFormatError(msg)
