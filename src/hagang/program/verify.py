"""The grammar of a Program, executable: what every runtime may rely on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hagang.errors import HagangError, ProgramError
from hagang.graph import R, order, show_dims
from hagang.ops import OPS

if TYPE_CHECKING:
    from hagang.graph import Node
    from hagang.program.program import Program

__all__ = ["verify"]

_ROLES = ("slot", "batch", "scalar")
_DTYPES = tuple(np.dtype(name) for name in ("float32", "float64", "int64", "bool"))
_BATCH_DTYPES = (*_DTYPES, np.dtype(np.uint8))


def verify(program: Program) -> Program:
    """Check a Program and return it.

    Raises
    ------
    ProgramError
        Where a node's dims or dtype contradict its op, an op or role is unknown, two inputs share a name, an
        update does not fit its slot, or `stop` names no boolean scalar output.
    """
    names: dict[str, Node] = {}
    for node in order(program.roots):
        _check_node(node)
        if node.is_input and names.setdefault(node.attrs["name"], node) is not node:
            _fail(f"two inputs are called '{node.attrs['name']}'")
    for name, node in program.updates.items():
        _check_update(name, node, names.get(name))
    if program.stop is not None:
        _check_stop(program.outputs.get(program.stop), program.stop)
    return program


def _fail(why: str) -> None:
    msg = f"malformed Program: {why}"
    raise ProgramError(msg)


def _check_node(node: Node) -> None:
    if OPS.get(node.op.name) is not node.op:
        _fail(f"op '{node.op.name}' is not among the known ops")
    if node.is_input:
        _check_input(node)
    elif node.dtype not in _DTYPES:
        _fail(f"{node!r} has dtype {node.dtype}")
    try:
        dims, dtype = node.op.infer(node.inputs, node.attrs)
    except HagangError as error:
        _fail(str(error))
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        _fail(f"{node!r} has inputs or attributes that its op does not know: {type(error).__name__} {error}")
    else:
        if (dims, dtype) != (node.dims, node.dtype):
            _fail(f"{node!r} should be {dtype.name}{show_dims(dims)}")


def _check_input(node: Node) -> None:
    name, role = node.attrs["name"], node.attrs["role"]
    if role not in _ROLES:
        _fail(f"input '{name}' has role {role!r}; expected one of {', '.join(_ROLES)}")
    if R in node.dims and (role != "batch" or node.dims[0] is not R):
        _fail(f"input '{name}' has rows in {show_dims(node.dims)}; only a batch input has them, as its first axis")
    if role == "scalar" and node.dims != ():
        _fail(f"scalar '{name}' has dims {show_dims(node.dims)}")
    if node.dtype not in (_BATCH_DTYPES if role == "batch" else _DTYPES):
        _fail(f"input '{name}' has dtype {node.dtype}")


def _check_update(name: str, node: Node, slot: Node | None) -> None:
    if R in node.dims:
        _fail(f"the update of slot '{name}' has rows: {show_dims(node.dims)}")
    if slot is None:
        return
    if slot.attrs["role"] != "slot":
        _fail(f"'{name}' is updated but is a {slot.attrs['role']}, not a slot")
    if (slot.dims, slot.dtype) != (node.dims, node.dtype):
        _fail(
            f"slot '{name}' is {slot.dtype.name}{show_dims(slot.dims)}, "
            f"its update {node.dtype.name}{show_dims(node.dims)}"
        )


def _check_stop(node: Node | None, name: str) -> None:
    if node is None or node.dims != () or node.dtype != np.bool_:
        _fail(f"stop expects a boolean scalar among the outputs, received '{name}': {node!r}")
