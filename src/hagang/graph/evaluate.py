"""The interpreter: a graph evaluated node by node in NumPy. Slow, obvious, the oracle for every other runtime.

With another array module in NumPy's place the same walk is that module's program: `jax.numpy` under `jax.jit`, say.
"""

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
    roots: Sequence[Node], feeds: Mapping[Node, npt.ArrayLike], rows: int | None = None, xp: Any = np
) -> list[npt.NDArray[Any]]:
    """Evaluate the roots.

    Parameters
    ----------
    roots : sequence of Node
        The results to compute.
    feeds : mapping of Node to array
        The value of every input node that the roots need.
    rows : int, optional
        The number of rows, where no fed input has them.
    xp : module
        The array module, with NumPy's names.

    Returns
    -------
    list of ndarray
        One array per root, with the root's dims and dtype; the array module's own kind of array.
    """
    nodes = order(roots)
    values = {node: _fed(node, array, xp) for node, array in feeds.items()}
    rows = rows_of({node: array.shape for node, array in values.items()}, rows)
    uses = Counter(parent for node in nodes for parent in node.inputs)
    uses.update(roots)
    for node in nodes:
        if node not in values:
            values[node] = _apply(node, [values[parent] for parent in node.inputs], rows, xp)
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


def _fed(node: Node, value: npt.ArrayLike, xp: Any) -> Any:
    array = xp.asarray(value, dtype=node.dtype)
    fits = array.ndim == node.ndim and all(
        dim is R or dim == size for dim, size in zip(node.dims, array.shape, strict=True)
    )
    if not fits:
        msg = f"input {_name(node)}: expected shape {show_dims(node.dims)}, received {array.shape}"
        raise ShapeError(msg)
    return array


def _apply(node: Node, inputs: list[Any], rows: int | None, xp: Any) -> Any:
    if node.is_input:
        msg = f"expected a value for input {_name(node)}, received none"
        raise ProgramError(msg)
    attrs = {key: bind(value, rows) for key, value in node.attrs.items()}
    with np.errstate(all="ignore"):
        return xp.asarray(node.op.evaluate(xp, *inputs, **attrs), dtype=node.dtype)


def _name(node: Node) -> str:
    return f"'{node.attrs.get('name', node.op.name)}'"
