"""The interpreter: a graph evaluated node by node in NumPy. Slow, obvious, the oracle for every other runtime."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import ProgramError, ShapeError
from hagang.graph.dims import R, bind, show_dims
from hagang.graph.order import order

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from hagang.graph.node import Node

__all__ = ["evaluate", "rows_of"]


def evaluate(
    roots: Sequence[Node], feeds: Mapping[Node, npt.ArrayLike], rows: int | None = None
) -> list[npt.NDArray[Any]]:
    """Evaluate the roots.

    Parameters
    ----------
    roots : sequence of Node
        What is wanted.
    feeds : mapping of Node to array
        The value of every input node that the roots need.
    rows : int, optional
        The number of rows, where no fed input has them.

    Returns
    -------
    list of ndarray
        One array a root, with the root's dims and dtype.
    """
    nodes = order(roots)
    values = {node: _fed(node, array) for node, array in feeds.items()}
    rows = rows_of({node: array.shape for node, array in values.items()}, rows)
    uses = Counter(parent for node in nodes for parent in node.inputs)
    uses.update(roots)
    for node in nodes:
        if node not in values:
            values[node] = _apply(node, [values[parent] for parent in node.inputs], rows)
        for parent in node.inputs:
            uses[parent] -= 1
            if not uses[parent]:
                del values[parent]
    return [values[root] for root in roots]


def rows_of(shapes: Mapping[Node, tuple[int, ...]], rows: int | None = None) -> int | None:
    """The number of rows that the fed shapes agree on."""
    for node, shape in shapes.items():
        for dim, size in zip(node.dims, shape, strict=True):
            if dim is R:
                rows = size if rows is None else rows
                if size != rows:
                    msg = f"expected every batch input to have {rows} rows, received {size} in {_name(node)}"
                    raise ShapeError(msg)
    return rows


def _fed(node: Node, value: npt.ArrayLike) -> npt.NDArray[Any]:
    array = np.asarray(value, dtype=node.dtype)
    fits = array.ndim == node.ndim and all(
        dim is R or dim == size for dim, size in zip(node.dims, array.shape, strict=True)
    )
    if not fits:
        msg = f"input {_name(node)}: expected shape {show_dims(node.dims)}, received {array.shape}"
        raise ShapeError(msg)
    return array


def _apply(node: Node, inputs: list[npt.NDArray[Any]], rows: int | None) -> npt.NDArray[Any]:
    if node.op.name == "input":
        msg = f"expected a value for input {_name(node)}, received none"
        raise ProgramError(msg)
    attrs = {key: bind(value, rows) for key, value in node.attrs.items()}
    with np.errstate(all="ignore"):
        return np.asarray(node.op.evaluate(*inputs, **attrs), dtype=node.dtype)


def _name(node: Node) -> str:
    return f"'{node.attrs.get('name', node.op.name)}'"
