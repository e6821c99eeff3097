"""The engine's instructions, as the ops' records name them; the list itself is `native/instructions.hpp`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from hagang.errors import ProgramError
from hagang.graph import Kind
from hagang.ops import OPS
from hagang.ops.arithmetic import cast_op

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hagang.graph import Node

__all__ = ["COSTS", "cast_instruction", "instruction_of", "is_fold", "refuse_unknown"]

COSTS: Final = {op.instruction: op.cost for op in OPS.values() if op.kind is Kind.ELEMENTWISE and op.instruction}
"""What instructions cost, in additions; those that are no op of their own cost one."""


def instruction_of(node: Node) -> str | None:
    """The instruction that computes an element of a node; None where the element is one of the input's."""
    if node.op is cast_op:
        return cast_instruction(node.inputs[0].dtype, node.dtype)
    return node.op.instruction if node.is_elementwise else None


def cast_instruction(old: np.dtype[np.generic], new: np.dtype[np.generic]) -> str | None:
    """The instruction of a conversion, all numbers being floats inside the engine."""
    if new == np.bool_:
        return None if old == np.bool_ else "nonzero"
    if new.kind in "iu":
        return "truncate" if old.kind == "f" else None
    return "single" if new == np.float32 and old == np.float64 else None


def is_fold(node: Node) -> bool:
    """Whether a reduction joins elements two by two, by an instruction."""
    return node.op.kind is Kind.REDUCTION and node.op.instruction is not None


def refuse_unknown(nodes: Iterable[Node], instructions: Mapping[str, int]) -> None:
    """Raise for an elementwise op whose instruction the engine does not have."""
    for node in nodes:
        if node.is_elementwise and node.op is not cast_op and node.op.instruction not in instructions:
            msg = (
                f"op '{node.op.name}': expected an instruction of the native engine, received "
                f"{node.op.instruction!r}, which native/instructions.hpp does not list; add it there and its kernel to "
                "native/kernels/arithmetic.hpp, or run with runtime='reference'"
            )
            raise ProgramError(msg)
