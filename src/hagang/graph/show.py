"""A graph as text, one line per node, in the order in which it is computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.graph.dims import show_dims
from hagang.graph.node import Kind
from hagang.graph.order import order

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hagang.graph.node import Node

__all__ = ["names", "show"]


def show(roots: Mapping[str, Node]) -> str:
    """Print a graph.

    Parameters
    ----------
    roots : mapping of str to Node
        The graph's results by name.

    Returns
    -------
    str
        One line per node (`%3 = multiply(%1, %2)  float64()`), then one per result. A number that is known when
        tracing stands for itself, and for its repetition to a shape.
    """
    label = names(list(roots.values()))
    lines = [_line(node, label) for node in label if label[node].startswith("%")]
    width = max((len(left) for left, _ in lines), default=0)
    body = [f"{left:<{width}}  {right}" for left, right in lines]
    return "\n".join([*body, *(f"{name} = {label[node]}" for name, node in roots.items())])


def names(roots: list[Node]) -> dict[Node, str]:
    """A short name for every node, in order: `%name` for inputs, numbers as they are, `%0`, `%1`, … for others."""
    label: dict[Node, str] = {}
    number = 0
    for node in order(roots):
        number_text = _known_number(node)
        if number_text is not None:
            label[node] = number_text
        elif node.is_input:
            label[node] = f"%{node.attrs['name']}"
        else:
            label[node] = f"%{number}"
            number += 1
    return label


def _known_number(node: Node) -> str | None:
    while node.op.kind is Kind.VIEW:
        node = node.inputs[0]
    if not node.is_constant or node.attrs["value"].size != 1:
        return None
    return _brief(node.attrs["value"])


def _line(node: Node, label: Mapping[Node, str]) -> tuple[str, str]:
    inside = [label[parent] for parent in node.inputs]
    inside += [f"{key}={_brief(value)}" for key, value in node.attrs.items() if not node.is_input or key == "role"]
    return f"{label[node]} = {node.op.name}({', '.join(inside)})", f"{node.dtype.name}{show_dims(node.dims)}"


def _brief(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return _brief_number(value.item()) if value.size == 1 else _brief_array(value)
    if isinstance(value, np.dtype):
        return value.name
    return str(value)


def _brief_number(value: Any) -> str:
    """With the point that distinguishes a float from a whole number."""
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    return f"{text}.0" if isinstance(value, float) and text.lstrip("-").isdigit() else text


def _brief_array(value: np.ndarray[Any, Any]) -> str:
    if value.size <= 4:
        return str(value.tolist())
    return f"[{', '.join(f'{item:.3g}' for item in value.ravel()[:3])}, …]"
