"""Matrix products of bfloat16 operands, opt-in: not part of the pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hagang.graph import Kind, Node, remade, rewrite
from hagang.ops.arithmetic import bfloat16

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["round_products"]


def round_products(roots: Sequence[Node]) -> list[Node]:
    """Round both operands of each float32 product to bfloat16; the sums stay float32."""
    return rewrite(roots, _rounded)


def _rounded(node: Node, inputs: tuple[Node, ...]) -> Node:
    if node.op.kind is Kind.CONTRACTION and node.dtype == "float32":
        inputs = tuple(bfloat16(x) for x in inputs)
    return remade(node, inputs)
