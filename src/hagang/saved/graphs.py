"""Graphs as JSON and back: nodes in order, ops by name and version, large constants as separate tensors.

Reading rebuilds every node by the rule of its op, so that the dims and dtypes in the file are verified, not trusted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
import numpy.typing as npt

from hagang.errors import FileFormatError, HagangError, ProgramError
from hagang.graph import Dims, Kind, Node, Op, make, order, show_dims
from hagang.ops import OPS
from hagang.saved.attributes import decode, dims_from_json, dims_to_json, encode

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["graph_from_json", "graph_to_json"]

Array = npt.NDArray[Any]

_MALFORMED = (HagangError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What the rule of an op may raise for malformed attributes."""


def graph_to_json(roots: Mapping[str, Node], prefix: str = "constants") -> tuple[dict[str, Any], dict[str, Array]]:
    """Describe a graph.

    Parameters
    ----------
    roots : mapping of str to Node
        The results by name; their order is kept.
    prefix : str
        The prefix of the tensors' names.

    Returns
    -------
    description : dict
        `ops` (name to version), `nodes` (each with op, inputs by position, attrs, dims, dtype) and `roots`.
    tensors : dict of str to ndarray
        The constants that are too large for JSON, or that JSON cannot represent exactly.

    Raises
    ------
    ProgramError
        For an op that only matters to differentiation; `hagang.program.optimise` removes those.

    Examples
    --------
    >>> from hagang.ops.leaf import input_node
    >>> from hagang.ops.arithmetic import multiply
    >>> x = input_node("x", (), "float64")
    >>> description, tensors = graph_to_json({"double": multiply(x, 2.0)})
    >>> [node["op"] for node in description["nodes"]], description["roots"]
    (['input', 'constant', 'multiply'], [['double', 2]])
    """
    nodes = order(roots.values())
    position = {node: k for k, node in enumerate(nodes)}
    tensors: dict[str, Array] = {}
    described = [_node_to_json(node, position, tensors, prefix) for node in nodes]
    return {
        "ops": {node.op.name: node.op.version for node in nodes},
        "nodes": described,
        "roots": [[name, position[node]] for name, node in roots.items()],
    }, tensors


def _node_to_json(node: Node, position: Mapping[Node, int], tensors: dict[str, Array], prefix: str) -> dict[str, Any]:
    name = node.op.name
    if node.op.kind is Kind.IDENTITY or OPS.get(name) is not node.op:
        msg = f"expected a graph of ops that every hagang knows, received '{name}'; call hagang.program.optimise first"
        raise ProgramError(msg)
    return {
        "op": name,
        "inputs": [position[parent] for parent in node.inputs],
        "attrs": {key: encode(value, tensors, prefix) for key, value in node.attrs.items()},
        "dims": dims_to_json(node.dims),
        "dtype": node.dtype.name,
    }


def graph_from_json(description: Mapping[str, Any], tensors: Mapping[str, Array]) -> dict[str, Node]:
    """Build the graph that `graph_to_json` described.

    Parameters
    ----------
    description : mapping
        The description.
    tensors : mapping of str to ndarray
        The tensors that belong to it; others may be among them.

    Returns
    -------
    dict of str to Node
        The results by name.

    Raises
    ------
    FileFormatError
        If an op is unknown or of another version, an attribute or a tensor is missing, or the dims or dtype of a node
        differ from those that its op computes.
    """
    try:
        known = {name: _known_op(name, version) for name, version in description["ops"].items()}
        nodes: list[Node] = []
        for k, each in enumerate(description["nodes"]):
            nodes.append(_node_from_json(k, each, nodes, known, tensors))
        roots = {str(name): nodes[_position(k, len(nodes))] for name, k in description["roots"]}
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        _malformed(f"{type(error).__name__}: {error}")
    _check_names(nodes)
    return roots


def _known_op(name: str, version: int) -> Op:
    op = OPS.get(name)
    if op is None or op.kind is Kind.IDENTITY:
        msg = f"graph: op '{name}' is unknown to this hagang; install a newer one: pip install --upgrade hagang"
        raise FileFormatError(msg)
    if version != op.version:
        remedy = (
            "install a newer one" if version > op.version else "train again, or use the hagang that saved the model"
        )
        msg = f"graph: op '{name}' is of version {version}, this hagang knows version {op.version}; {remedy}"
        raise FileFormatError(msg)
    return op


def _node_from_json(
    k: int, each: Mapping[str, Any], nodes: list[Node], known: Mapping[str, Op], tensors: Mapping[str, Array]
) -> Node:
    op = known[each["op"]]
    inputs = [nodes[_position(parent, k)] for parent in each["inputs"]]
    attrs = {str(key): decode(value, tensors) for key, value in each["attrs"].items()}
    dims, dtype = dims_from_json(each["dims"]), np.dtype(each["dtype"])
    try:
        node = make(op, *inputs, **attrs)
    except _MALFORMED as error:
        _malformed(f"node {k} ({op.name}): {error}")
    if (node.dims, node.dtype) != (dims, dtype):
        _malformed(
            f"node {k} ({op.name}) is {_type(dims, dtype)} in the file, its op gives {_type(node.dims, node.dtype)}"
        )
    return node


def _position(k: Any, limit: int) -> int:
    """Inputs must be earlier nodes."""
    if type(k) is int and 0 <= k < limit:
        return k
    msg = f"expected the position of a node before {limit}, received {k!r}"
    raise ValueError(msg)


def _check_names(nodes: list[Node]) -> None:
    names = [node.attrs["name"] for node in nodes if node.is_input]
    if len(set(names)) != len(names):
        _malformed(f"two inputs share a name: {', '.join(map(str, names))}")


def _type(dims: Dims, dtype: np.dtype[Any]) -> str:
    return f"{dtype.name}{show_dims(dims)}"


def _malformed(why: str) -> NoReturn:
    msg = f"graph: the description is damaged ({why}); restore a copy of the file, or save the model again"
    raise FileFormatError(msg)
