"""The passes that a Program goes through, read downward."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hagang.program.passes.bfloat16 import round_products
from hagang.program.passes.common import share_common
from hagang.program.passes.constants import fold_constants
from hagang.program.passes.identities import drop_identities
from hagang.program.program import Program
from hagang.program.verify import verify

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hagang.graph import Node

__all__ = ["PASSES", "optimise", "with_bfloat16_products"]

PASSES: tuple[Callable[[Sequence[Node]], list[Node]], ...] = (
    drop_identities,
    fold_constants,
    share_common,
)
"""Each a pure function from roots to roots. Nodes that no root needs vanish by themselves: a graph is its roots."""


def optimise(program: Program) -> Program:
    """Verify, run the passes, verify again."""
    roots: Sequence[Node] = verify(program).roots
    for each in PASSES:
        roots = each(roots)
    return verify(_with_roots(program, roots))


def with_bfloat16_products(program: Program) -> Program:
    """The Program with its matrix products' operands rounded to bfloat16; an operand of two is rounded once."""
    return verify(_with_roots(program, share_common(round_products(program.roots))))


def _with_roots(program: Program, roots: Sequence[Node]) -> Program:
    split = len(program.updates)
    updates = dict(zip(program.updates, roots[:split], strict=True))
    outputs = dict(zip(program.outputs, roots[split:], strict=True))
    return Program(updates, outputs, program.stop)
