"""Which ops exist: about 60 primitives, each whole in one record, and the functions that build nodes of them.

A record holds the kind, the rules for shape, dtype, gradient and axes, the reference, and the facts that passes and
runtimes go by. To add an op, write its record and builder in the family's file and list it in the family's tuple.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hagang.ops.arithmetic import ARITHMETIC
from hagang.ops.broadcast import BROADCASTING
from hagang.ops.contract import CONTRACTION
from hagang.ops.custom import CUSTOM
from hagang.ops.functions import FUNCTIONS
from hagang.ops.index import INDEXING
from hagang.ops.layout import LAYOUT
from hagang.ops.leaf import LEAVES
from hagang.ops.linalg import LINALG
from hagang.ops.random import RANDOM
from hagang.ops.reduce import REDUCTIONS

if TYPE_CHECKING:
    from hagang.graph import Op

__all__ = ["OPS"]

OPS: dict[str, Op] = {
    op.name: op
    for family in (
        LEAVES,
        ARITHMETIC,
        FUNCTIONS,
        BROADCASTING,
        CONTRACTION,
        REDUCTIONS,
        LAYOUT,
        INDEXING,
        LINALG,
        RANDOM,
        CUSTOM,
    )
    for op in family
}
