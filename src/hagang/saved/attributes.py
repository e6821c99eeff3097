"""The attributes of ops as JSON: integers, text, tuples, the symbolic row count, dtypes, arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from hagang.errors import ProgramError
from hagang.graph import R, RowsDim

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hagang.graph import Dims

__all__ = ["decode", "dims_from_json", "dims_to_json", "encode"]

Array = npt.NDArray[Any]

_INLINE = 16
"""Number of elements up to which constants are written inline; larger ones become tensors."""

_ROWS = "R"


def encode(value: Any, tensors: dict[str, Array], prefix: str) -> Any:
    """An attribute as JSON; arrays that are large, or that JSON cannot represent exactly, go to `tensors`."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, tuple):
        return [encode(item, tensors, prefix) for item in value]
    if isinstance(value, RowsDim):
        return {"$rows": True}
    if isinstance(value, np.dtype):
        return {"$dtype": value.name}
    if isinstance(value, np.ndarray):
        return _encode_array(value, tensors, prefix)
    msg = f"expected an attribute that can be saved, received {type(value).__name__} {value!r:.60}"
    raise ProgramError(msg)


def _encode_array(value: Array, tensors: dict[str, Array], prefix: str) -> dict[str, Any]:
    if value.size <= _INLINE and not np.isnan(value).any():
        return {"$array": value.ravel().tolist(), "shape": list(value.shape), "dtype": value.dtype.name}
    name = f"{prefix}.{len(tensors)}"
    tensors[name] = value
    return {"$tensor": name}


def decode(value: Any, tensors: Mapping[str, Array]) -> Any:
    """The inverse of `encode`; raises LookupError, TypeError or ValueError for anything else."""
    if isinstance(value, list):
        return tuple(decode(item, tensors) for item in value)
    if not isinstance(value, dict):
        return value
    if "$rows" in value:
        return R
    if "$dtype" in value:
        return np.dtype(value["$dtype"])
    return _decode_array(value, tensors)


def _decode_array(value: dict[str, Any], tensors: Mapping[str, Array]) -> Array:
    if "$tensor" in value:
        array = tensors[value["$tensor"]].copy()
    else:
        array = np.array(value["$array"], np.dtype(value["dtype"])).reshape(value["shape"])
    array.flags.writeable = False
    return array


def dims_to_json(dims: Dims) -> list[int | str]:
    """Dims, with "R" for the rows."""
    return [_ROWS if isinstance(dim, RowsDim) else int(dim) for dim in dims]


def dims_from_json(dims: Sequence[int | str]) -> Dims:
    """The inverse of `dims_to_json`."""
    return tuple(R if dim == _ROWS else int(dim) for dim in dims)
