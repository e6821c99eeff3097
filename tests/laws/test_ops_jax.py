"""The same references under another array module, jitted: what a runtime on JAX would compile.

JAX's own functions round differently in the last bits, and some special functions less well than SciPy's.
"""

import numpy as np
import pytest
from tests.laws.table_of_ops import CASES, ROWS
from tests.laws.test_ops import built, feed

from hagang.graph import bind, evaluate

jax = pytest.importorskip("jax")

SPECIAL = {"polygamma": 1e-9, "gammaln": 1e-9}


@pytest.fixture(autouse=True)
def _sixty_four_bits():
    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", before)


def cases_of(name):
    """Those that have elements: an empty array tries nothing but shapes, which NumPy's walk has tried."""
    for case in CASES[name]:
        node, inputs, arrays = built(name, case)
        if all(array.size for array in arrays) and 0 not in bind(node.dims, ROWS):
            yield node, inputs, arrays


def few(cases):
    """Compiling takes a tenth of a second."""
    return cases[:: max(1, len(cases) // 3)]


@pytest.mark.parametrize("name", CASES)
def test_the_reference_is_the_same_function_under_jit(name):
    precision = SPECIAL.get(name, 1e-12)
    for node, inputs, arrays in few(list(cases_of(name))):
        compiled = jax.jit(lambda *xs, node=node, inputs=inputs: evaluate([node], feed(inputs, xs), ROWS, jax.numpy)[0])
        found, expected = compiled(*arrays), evaluate([node], feed(inputs, arrays), ROWS)[0]
        assert (found.shape, found.dtype) == (expected.shape, expected.dtype)
        np.testing.assert_allclose(found, expected, rtol=precision, atol=precision)
