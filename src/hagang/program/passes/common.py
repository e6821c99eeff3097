"""Common sub-expressions: what is computed twice from the same inputs is computed once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.graph import Node, remade, rewrite

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

__all__ = ["share_common"]


def share_common(roots: Sequence[Node]) -> list[Node]:
    """Merge nodes of one op, the same inputs and equal attributes."""
    seen: dict[Hashable, Node] = {}

    def shared(node: Node, inputs: tuple[Node, ...]) -> Node:
        key = (node.op.name, inputs, tuple((name, _key(value)) for name, value in sorted(node.attrs.items())))
        if key not in seen:
            seen[key] = remade(node, inputs)
        return seen[key]

    return rewrite(roots, shared)


def _key(value: Any) -> Hashable:
    """A key that distinguishes attributes; arrays by their bits, so that 0.0 and -0.0 differ and NaN equals itself."""
    if isinstance(value, np.ndarray):
        return value.shape, value.dtype.str, value.tobytes()
    return value.str if isinstance(value, np.dtype) else value
