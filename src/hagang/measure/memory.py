"""The memory of the intermediate values of a training step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hagang.autodiff import backward
from hagang.graph import count, has_rows, order
from hagang.measure.passing import trace_pass
from hagang.program import Program, optimise

if TYPE_CHECKING:
    from hagang.measure.subject import Subject

__all__ = ["step_bytes"]


def step_bytes(measured: Subject, rows: int, precision: str = "float32") -> int:
    """The bytes of all forward and backward values of one step with one row per row of the batch.

    It grows in proportion to the rows. The engine keeps fewer of them: those that a kernel computes and uses up at once
    are never stored.

    Parameters
    ----------
    measured : Subject
        The network with its loss.
    rows : int
        Of the batch.
    precision : str
        Of the run.
    """
    passed = trace_pass(measured)
    slopes = backward(passed.loss, list(passed.weights.values()))
    outputs = {f"{k}": node for k, node in enumerate((passed.loss, *slopes)) if node is not None}
    nodes = order(optimise(Program(outputs=outputs)).outputs.values())
    floats = np.dtype(precision).itemsize
    sizes = {node: floats if node.is_float else node.dtype.itemsize for node in nodes if has_rows(node.dims)}
    return sum(count(node.dims, rows) * size for node, size in sizes.items())
