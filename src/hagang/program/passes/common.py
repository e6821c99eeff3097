"""Common sub-expressions: what is computed twice from the same inputs is computed once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.graph import Node, make, order

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

__all__ = ["share_common"]


def share_common(roots: Sequence[Node]) -> list[Node]:
    """Merge nodes of one op, the same inputs and equal attributes."""
    new: dict[Node, Node] = {}
    seen: dict[Hashable, Node] = {}
    for node in order(roots):
        inputs = tuple(new[parent] for parent in node.inputs)
        key = (node.op.name, inputs, tuple((name, _key(value)) for name, value in sorted(node.attrs.items())))
        if key not in seen:
            same = all(a is b for a, b in zip(inputs, node.inputs, strict=True))
            seen[key] = node if same else make(node.op, *inputs, **node.attrs)
        new[node] = seen[key]
    return [new[root] for root in roots]


def _key(value: Any) -> Hashable:
    """What tells two attributes apart; arrays by their bits, so that 0.0 and -0.0 differ and NaN equals itself."""
    if isinstance(value, np.ndarray):
        return value.shape, value.dtype.str, value.tobytes()
    return value.str if isinstance(value, np.dtype) else value
