"""Names of the nodes of a graph, from the user's source where possible, and their formulas."""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING, Any

from hagang.graph import show_dims
from hagang.ops.arithmetic import alias_op, cast_op, stop_gradient_op
from hagang.ops.broadcast import broadcast_op, reshape_op
from hagang.trace import Traced, paths, run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from hagang.graph import Node

__all__ = ["PASS_THROUGH", "argument_names", "formula", "nearest", "run_recording_names"]

PASS_THROUGH = (reshape_op, broadcast_op, cast_op, alias_op, stop_gradient_op)
"""Ops that only pass values on: not shown; their users are connected to their operands."""

_SIGNS = {"add": "+", "subtract": "−", "multiply": "×", "divide": "/", "contract": "@", "power": "^"}
_SIGNS |= {"less": "<", "less_equal": "≤", "equal": "=", "remainder": "%"}


def argument_names(f: Callable[..., Any], args: Sequence[Any]) -> list[str]:
    """A name for every number or array among the arguments; the entries of a single dict are named by its keys."""
    prefixes = _parameters(f, len(args))
    if len(args) == 1 and isinstance(args[0], dict):
        prefixes = [""]
    return [path for arg, prefix in zip(args, prefixes, strict=True) for path in paths(arg, prefix)]


def _parameters(f: Callable[..., Any], count: int) -> list[str]:
    try:
        names = list(inspect.signature(f).parameters)
    except (TypeError, ValueError):
        names = []
    names = ["x" if name in ("values", "args") else name for name in names[:count]]
    return names if len(names) == count else ["x"] if count == 1 else [f"x{k}" for k in range(count)]


def run_recording_names(f: Callable[..., Any], *args: Any) -> tuple[Any, dict[Node, str]]:
    """Call a function on stand-ins; the result, and the names of its local variables for nodes."""
    code = getattr(f, "__code__", None)
    recorded: dict[Node, str] = {}

    def record(frame: Any, event: str, _: Any) -> None:
        if event == "return" and frame.f_code is code:
            for name, value in frame.f_locals.items():
                if isinstance(value, Traced):
                    recorded.setdefault(value.node, name)

    before = sys.getprofile()
    sys.setprofile(record)
    try:
        result = run(f, *args)
    finally:
        sys.setprofile(before)
    return result, recorded


def nearest(node: Node) -> Node:
    """The node behind any pass-through ops."""
    while node.op in PASS_THROUGH:
        node = node.inputs[0]
    return node


def formula(node: Node, names: Mapping[Node, str]) -> str:
    """The expression of a node in terms of its operands, in a few characters."""
    inside = [_operand(parent, names) for parent in node.inputs]
    kind = node.op.name
    if kind == "slice":
        return inside[0] + _index(node)
    if kind == "multiply" and node.inputs[0] is node.inputs[1]:
        return f"{inside[0]}²"
    if kind == "divide" and inside[0] == "1":
        return f"1 / {inside[1]}"
    if kind in _SIGNS and len(inside) == 2:
        return f"{inside[0]} {_SIGNS[kind]} {inside[1]}"
    if kind == "negative":
        return f"−{inside[0]}"
    return f"{kind}({', '.join(inside)})"


def _operand(node: Node, names: Mapping[Node, str]) -> str:
    source = nearest(node)
    if source in names:
        return names[source]
    if source.is_input:
        return str(source.attrs["name"])
    if not source.is_constant:
        return f"{source.op.name}{show_dims(source.dims) if source.dims else ''}"
    value = source.attrs["value"]
    return f"{value.item():.6g}" if value.size == 1 else f"constant{show_dims(source.dims)}"


def _index(node: Node) -> str:
    ends = zip(node.attrs["start"], node.attrs["stop"], node.attrs["step"], node.inputs[0].dims, strict=True)
    return f"[{', '.join(_extent(*end) for end in ends)}]"


def _extent(start: int, stop: int, step: int, size: Any) -> str:
    if (start, stop, step) == (0, size, 1):
        return ":"
    if stop - start == 1:
        return str(start)
    return f"{start}:{stop}" + (f":{step}" if step != 1 else "")
