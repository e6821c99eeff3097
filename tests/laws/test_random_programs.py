"""Any Program: native gives the reference's bits, as a scalar program and as a plan, on any number of threads.

Over whole numbers every result is exact, so that one differing bit is a fault. Over fractions the bits depend on the
order of summation, which may not depend on the number of threads.
"""

import numpy as np
import pytest
from hypothesis import given, note, settings
from tests.laws.random_programs import grown, recipes

from hagang.autodiff import backward
from hagang.graph import R
from hagang.ops import arithmetic as ar
from hagang.ops import functions as fn
from hagang.ops.broadcast import broadcast_to, sum_
from hagang.ops.contract import contract
from hagang.ops.leaf import input_node
from hagang.program import Program, optimise
from hagang.runtime import Chunk, reference

native = pytest.importorskip("hagang.runtime.native")

EXAMPLES = settings().max_examples


@pytest.fixture(scope="module", autouse=True)
def always_threaded():
    """Work so small that the engine would keep to one thread is spread all the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HAGANG_SMALL_WORK", "0")
        yield


def numbers(node, length, rng, fractions):
    """Values for an input: whole numbers from -8 to 8, or fractions where the dtype has them."""
    shape = tuple(length if dim is R else dim for dim in node.dims)
    if node.dtype.kind == "f":
        return (rng.normal(size=shape) if fractions else rng.integers(-8, 9, shape)).astype(node.dtype)
    return rng.integers(0 if node.dtype.kind == "u" else -8, 9, shape).astype(node.dtype)


def setting(program, sizes, fractions=False):
    """Slots, and a chunk of two passes over the rows, the last batch short."""
    rng = np.random.default_rng(sizes.rows)
    slots, data = (
        {name: numbers(node, sizes.rows, rng, fractions) for name, node in program.with_role(role).items()}
        for role in ("slot", "batch")
    )
    written = {name: node for name, node in program.updates.items() if name not in slots}
    slots |= {name: numbers(node, 0, rng, fractions) for name, node in written.items()}
    rate = rng.integers(-8, 9, 2 * sizes.rows + 3).astype(float)
    if not data:
        return slots, Chunk(steps=3, first_step=4, scalars={"rate": rate})
    order = np.concatenate([rng.permutation(sizes.rows), rng.permutation(sizes.rows)])
    steps = -(-len(order) // sizes.batch)
    return slots, Chunk(data, order, sizes.batch, steps, 4, {"rate": rate})


def results(session, program, chunk):
    done = session.run(program, chunk)
    return {**done.outputs, **{f"slot {name}": value for name, value in session.read().items()}}, done.steps


def equal(found, expected, bits=False):
    assert found[1] == expected[1]
    for name, value in expected[0].items():
        np.testing.assert_array_equal(found[0][name], value, err_msg=name)
        assert not bits or found[0][name].tobytes() == value.tobytes()


@given(recipe=recipes)
@settings(max_examples=4 * EXAMPLES)
def test_native_gives_the_bits_of_the_reference(recipe):
    program = grown(recipe)
    note(str(program))
    slots, chunk = setting(program, recipe.sizes)
    expected = results(reference.open_session(slots), program, chunk)
    equal(results(native.NativeSession(slots, 1), program, chunk), expected)
    for threads in (1, 2, 3):
        equal(results(native.NativeSession(slots, threads, scalar_limit=0), program, chunk), expected)


@given(recipe=recipes)
@settings(max_examples=2 * EXAMPLES)
def test_bits_do_not_depend_on_the_number_of_threads(recipe):
    program = grown(recipe)
    note(str(program))
    slots, chunk = setting(program, recipe.sizes, fractions=True)
    one, *more = (results(native.NativeSession(slots, k, scalar_limit=0), program, chunk) for k in (1, 2, 3))
    for each in more:
        equal(each, one, bits=True)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_who_reads_a_slot_after_its_write_sees_the_old_value(dtype):
    """The gradient's norm is known a phase after the weights' tiles could be written; then they are read once more."""
    x, w = input_node("x", (R, 17), dtype, "batch"), input_node("w", (17, 33), dtype)
    h = contract(x, w, (0, 1), (1, 2), (0, 2))
    loss = sum_(ar.multiply(h, h), (0, 1))
    (gradient,) = backward(loss, [w])
    norm = fn.sqrt(sum_(ar.multiply(gradient, gradient), (0, 1)))
    late = sum_(ar.multiply(w, broadcast_to(norm, w.dims)), (0, 1))
    program = optimise(Program({"w": ar.subtract(w, ar.multiply(gradient, 1e-4))}, {"loss": loss, "late": late}))
    rng = np.random.default_rng(0)
    slots = {"w": rng.normal(size=(17, 33)).astype(dtype)}
    chunk = Chunk({"x": rng.normal(size=(37, 17)).astype(dtype)}, batch_size=10, steps=4)
    expected = results(reference.open_session(slots), program, chunk)[0]
    one, two = (results(native.NativeSession(slots, threads), program, chunk) for threads in (1, 2))
    equal(two, one, bits=True)
    for name, value in expected.items():
        np.testing.assert_allclose(one[0][name], value, rtol=1e-3 if dtype == "float32" else 1e-12, err_msg=name)
