"""Inputs, constants and the number of rows."""

import numpy as np
import pytest

from hagang.errors import ProgramError
from hagang.graph import CONSTANT, R, evaluate
from hagang.ops.leaf import constant, input_node, row_count


def test_leaves():
    x = input_node("x", (R, 2), np.float32, "batch")
    assert (x.dims, x.dtype, x.op.gradient) == ((R, 2), np.float32, CONSTANT)
    with pytest.raises(ProgramError, match="input 'x' has no value of its own; feed it"):
        x.op.evaluate(np, **x.attrs)
    np.testing.assert_array_equal(evaluate([constant([[1.0, 2.0]])], {})[0], [[1.0, 2.0]])
    np.testing.assert_array_equal(evaluate([row_count(np.float32)], {x: np.zeros((5, 2))})[0], np.float32(5))


def test_a_constant_cannot_be_changed_from_outside():
    mine = np.ones(2)
    kept = constant(mine)
    mine[0] = 7
    assert evaluate([kept], {})[0].tolist() == [1.0, 1.0]
    with pytest.raises(ValueError, match="read-only"):
        kept.attrs["value"][0] = 7
