"""Calling a function once with stand-ins, so that what comes back is its graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from hagang.errors import ArgumentError, TraceError
from hagang.ops.leaf import Role, input_node
from hagang.trace.nested import Structure, flatten, paths, rebuild
from hagang.trace.traced import Traced, as_dtype, lift

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hagang.graph import Dims, Node

__all__ = ["call", "default_precision", "run", "spec", "stand_ins", "trace_outputs"]


def default_precision(leaves: Sequence[Any]) -> np.dtype[Any]:
    """The floating dtype of a trace over these values: float32 only if every floating array is float32.

    Python's floats take the arrays' dtype, as in NumPy.
    """
    floats = {np.asarray(leaf).dtype for leaf in leaves if not isinstance(leaf, Traced) and type(leaf) is not float}
    floats = {dtype for dtype in floats if dtype.kind == "f"}
    return np.dtype(np.float32) if floats == {np.dtype(np.float32)} else np.dtype(np.float64)


def spec(value: npt.ArrayLike, precision: np.dtype[Any]) -> tuple[Dims, np.dtype[Any]]:
    """The dims and dtype that an argument has in a trace."""
    array = np.asarray(value)
    if array.dtype.kind not in "fiub":
        msg = f"expected numbers or booleans, received an array of dtype {array.dtype}: {value!r:.60}"
        raise ArgumentError(msg)
    return array.shape, as_dtype(array.dtype, precision)


def stand_ins(nest: Any, name: str, precision: np.dtype[Any], role: Role = "slot") -> tuple[Any, list[Node]]:
    """The nest with each leaf replaced by a stand-in for an input named by its path, and the inputs."""
    leaves, structure = flatten(nest)
    inputs = [
        input_node(path, *spec(leaf, precision), role) for path, leaf in zip(paths(nest, name), leaves, strict=True)
    ]
    return rebuild(structure, [Traced(node, precision) for node in inputs]), inputs


def trace_outputs(result: Any, precision: np.dtype[Any]) -> tuple[list[Node], Structure]:
    """The nodes of a traced function's result; values that do not depend on the arguments become constants."""
    leaves, structure = flatten(result)
    return [_output(leaf, precision) for leaf in leaves], structure


def _output(leaf: Any, precision: np.dtype[Any]) -> Node:
    try:
        return lift(leaf, precision)
    except TypeError as error:
        if isinstance(error, TraceError):
            raise
        msg = f"expected a traced function to return arrays, received {type(leaf).__name__}: {leaf!r:.60}"
        raise TraceError(msg) from None


def call(f: Callable[..., Any], arguments: Sequence[Any], precision: np.dtype[Any]) -> tuple[list[Node], Structure]:
    """Call a function on stand-ins and return its outputs as nodes with their structure."""
    return trace_outputs(run(f, *arguments), precision)


def run(f: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    """Call a function on stand-ins; where NumPy wraps our error in one of its own, ours is raised."""
    try:
        return f(*args, **kwargs)
    except Exception as error:
        ours = _cause(error)
        if ours is None or ours is error:
            raise
        raise ours from None


def _cause(error: BaseException | None) -> TraceError | None:
    while error is not None and not isinstance(error, TraceError):
        error = error.__cause__
    return error
