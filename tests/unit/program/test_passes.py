"""The passes: each changes the graph and no value, bit for bit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hagang.graph import R, evaluate, make, order
from hagang.ops import OPS
from hagang.ops import arithmetic as ar
from hagang.ops import functions as fn
from hagang.ops.broadcast import broadcast_to, reshape, sum_, transpose
from hagang.ops.custom import with_gradient
from hagang.ops.leaf import constant, input_node, row_count
from hagang.program import PASSES, Program, optimise
from hagang.program.passes.common import share_common
from hagang.program.passes.constants import fold_constants
from hagang.program.passes.identities import drop_identities

X, Y = input_node("x", (2, 2), np.float64), input_node("y", (2, 2), np.float64)
FEEDS = {X: np.array([[-1.5, 0.0], [-0.0, 2.0]]), Y: np.array([[3.0, -2.0], [0.5, np.inf]])}


def number(value):
    return broadcast_to(constant(value, np.float64), (2, 2))


TWO = [ar.add, ar.subtract, ar.multiply, ar.divide, ar.maximum, fn.logaddexp]
ONE = [
    ar.negative,
    ar.absolute,
    ar.alias,
    ar.stop_gradient,
    fn.exp,
    fn.sin,
    lambda a: ar.multiply(a, 1.0),
    lambda a: ar.divide(1.0, a),
    lambda a: transpose(a, (1, 0)),
    lambda a: broadcast_to(sum_(a, (0,)), (2, 2)),
    lambda a: reshape(reshape(a, (4,)), (2, 2)),
    lambda a: ar.where(ar.less(a, 0.5), a, 1.0),
    lambda a: with_gradient(a, [a], lambda g: [g]),
]
STEPS = st.lists(
    st.tuples(st.integers(0, len(TWO) + len(ONE) - 1), st.integers(0, 99), st.integers(0, 99)), max_size=12
)


def grown(steps):
    """A graph of (2, 2) values, each step an op on earlier ones."""
    pool = [X, Y, number(1.0), number(0.0), number(-0.0), number(2.5), constant([[1.0, 2.0], [3.0, 4.0]])]
    for op, i, j in steps:
        a, b = pool[i % len(pool)], pool[j % len(pool)]
        pool.append(TWO[op](a, b) if op < len(TWO) else ONE[op - len(TWO)](a))
    return pool[-3:]


def bits(arrays):
    return [array.tobytes() for array in arrays]


@pytest.mark.parametrize("each", PASSES)
@given(steps=STEPS)
def test_a_pass_changes_no_bit(each, steps):
    roots = grown(steps)
    after = each(roots)
    assert [(a.dims, a.dtype) for a in after] == [(b.dims, b.dtype) for b in roots]
    assert bits(evaluate(after, FEEDS)) == bits(evaluate(roots, FEEDS))
    assert len(order(after)) <= len(order(roots))


@given(steps=STEPS)
def test_the_pipeline_changes_no_bit_and_a_second_time_nothing(steps):
    program = Program(outputs={str(k): root for k, root in enumerate(grown(steps))})
    once = optimise(program)
    assert bits(evaluate(once.roots, FEEDS)) == bits(evaluate(program.roots, FEEDS))
    assert str(optimise(once)) == str(once)


def ops_of(roots):
    return sorted(node.op.name for node in order(roots))


# --- what each does ------------------------------------------------------------------------------------


def test_copies_and_products_with_one_leave():
    node = ar.divide(ar.multiply(1.0, ar.alias(ar.stop_gradient(X))), 1.0)
    assert drop_identities([node]) == [X]
    assert drop_identities([with_gradient(X, [Y], lambda g: [g])]) == [X]


def test_what_is_no_identity_stays():
    for node in (ar.multiply(X, constant([[1.0, 1.0], [1.0, 2.0]])), ar.divide(1.0, X), ar.add(X, 0.0)):
        assert drop_identities([node]) == [node]


def test_constants_fold():
    (folded,) = fold_constants([ar.add(fn.exp(constant(0.0)), constant(2.0))])
    assert folded.op.name == "constant"
    assert folded.attrs["value"] == 3.0


def test_broadcasts_rows_and_large_results_do_not_fold():
    many = constant(np.zeros(300))
    large = make(OPS["contract"], many, many, left=(0,), right=(1,), out=(0, 1))
    spread = number(2.0)
    rows = ar.multiply(row_count(np.float64), broadcast_to(constant(1.0), ()))
    with_rows = broadcast_to(constant(1.0), (R, 2))
    for node in (large, spread, rows, with_rows, fn.exp(with_rows)):
        assert fold_constants([node]) == [node]


def test_what_is_computed_twice_is_computed_once():
    twice = ar.multiply(fn.exp(X), fn.exp(X))
    (once,) = share_common([twice])
    assert once.inputs[0] is once.inputs[1]
    assert ops_of([once]) == ["exp", "input", "multiply"]


def test_zero_and_minus_zero_are_not_shared_and_nan_is():
    zero, minus = share_common([constant(0.0), constant(-0.0)])
    assert zero is not minus
    first, second = share_common([constant(np.nan), constant(np.nan)])
    assert first is second
    single, double = share_common([constant(1.0, np.float32), constant(1.0)])
    assert single is not double


def test_a_graph_that_needs_nothing_is_shared_whole():
    node = fn.exp(ar.add(X, Y))
    for each in PASSES:
        assert each([node]) == [node]


def test_outputs_updates_and_stop_keep_their_names():
    program = Program({"x": ar.multiply(X, 1.0)}, {"far": ar.less(sum_(X, (0, 1)), 0.0)}, stop="far")
    after = optimise(program)
    assert after.updates == {"x": X}
    assert (list(after.outputs), after.stop) == (["far"], "far")
