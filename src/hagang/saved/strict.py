"""Strict JSON: sorted keys, no bare NaN or Infinity; an error names the path of what cannot be represented."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, NoReturn

from hagang.errors import ArgumentError

__all__ = ["dump", "load"]

_FLOAT = "$float"


def dump(document: Mapping[str, Any]) -> str:
    """The document as text; equal documents give equal text.

    Examples
    --------
    >>> dump({"b": float("inf"), "a": (1, 2.0)})
    '{"a":[1,2.0],"b":{"$float":"inf"}}'
    """
    plain = _plain(document, "document")
    return json.dumps(plain, sort_keys=True, allow_nan=False, separators=(",", ":"))


def load(text: str) -> Any:
    """The inverse of `dump`; raises ValueError if the text is not JSON."""
    return json.loads(text, object_hook=_float, parse_constant=_refuse)


def _plain(value: Any, where: str) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else {_FLOAT: repr(float(value))}
    if isinstance(value, Mapping):
        return {_key(key, where): _plain(item, f"{where}.{key}") for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, f"{where}[{k}]") for k, item in enumerate(value)]
    msg = f"{where}: expected a JSON value, received {type(value).__name__} {value!r:.60}; store arrays as tensors"
    raise ArgumentError(msg)


def _key(key: Any, where: str) -> str:
    if isinstance(key, str) and key != _FLOAT:
        return key
    msg = f"{where}: expected string keys other than '{_FLOAT}', received {key!r}"
    raise ArgumentError(msg)


def _float(item: dict[str, Any]) -> Any:
    return float(item[_FLOAT]) if _FLOAT in item else item


def _refuse(constant: str) -> NoReturn:
    msg = f"bare {constant} is not JSON"
    raise ValueError(msg)
