"""Laws of the primitive ops. A new op joins by one entry in the table; a test sees that none is missing."""

import json

import numpy as np
import pytest
from tests.laws.table_of_ops import CASES, FLOAT, ROWS

from hagang.autodiff import backward, numerical_gradient
from hagang.graph import CONSTANT, Kind, Node, R, bind, evaluate, make
from hagang.ops import OPS
from hagang.ops import arithmetic as ar
from hagang.ops.broadcast import sum_
from hagang.ops.leaf import input_node
from hagang.saved import graph_from_json, graph_to_json

LEAVES = {"input", "constant", "row_count"}
EVERY = [pytest.param(name, case, id=f"{name}-{k}") for name, cases in CASES.items() for k, case in enumerate(cases)]
SMOOTH = [p for p in EVERY if p.values[1].smooth and OPS[p.values[0]].gradient is not CONSTANT]
# The slope of an elementwise op has nothing to do with the shape, of which its gradient's dims tell.
SLOPES = [
    p for p in SMOOTH if OPS[p.values[0]].kind is not Kind.ELEMENTWISE or p.values[1].operands[-1][0] in ((), (R, 2))
]


# --- how an op is tried --------------------------------------------------------------------------------


def in_precision(case, dtype):
    return [(dims, array.astype(dtype) if array.dtype.kind == "f" else array) for dims, array in case.operands]


def built(name, case, dtype=np.float64):
    operands = in_precision(case, dtype)
    inputs = [input_node(f"x{k}", dims, array.dtype, "batch") for k, (dims, array) in enumerate(operands)]
    attrs = {key: np.dtype(dtype) if value is FLOAT else value for key, value in case.attrs.items()}
    return make(OPS[name], *inputs, **attrs), inputs, [array for _, array in operands]


def raw(node: Node, *arrays):
    """What the op's reference returns, before the interpreter gives it the node's dtype."""
    return np.asarray(node.op.evaluate(np, *arrays, **{key: bind(value, ROWS) for key, value in node.attrs.items()}))


def feed(inputs, arrays):
    return dict(zip(inputs, arrays, strict=True))


def floats(inputs):
    return [k for k, x in enumerate(inputs) if x.is_float]


def check_slopes(output, inputs, arrays):
    """Each gradient of a scalar of graph against differences of its evaluation."""
    found = backward(output, [inputs[k] for k in floats(inputs)])
    for g, k in zip(found, floats(inputs), strict=True):

        def value(x, k=k):
            return evaluate([output], feed(inputs, [*arrays[:k], x, *arrays[k + 1 :]]))[0]

        slope = numerical_gradient(value, arrays[k], "richardson")
        told = np.zeros_like(arrays[k]) if g is None else evaluate([g], feed(inputs, arrays))[0]
        np.testing.assert_allclose(told, slope, rtol=1e-7, atol=1e-8)


def projected(node, inputs, arrays, seed):
    """A random weighted sum, with the weights as an input more."""
    weights = input_node(f"w{seed}", node.dims, node.dtype, "batch")
    total = sum_(ar.multiply(node, weights), tuple(range(node.ndim)))
    values = np.random.default_rng(seed).uniform(0.5, 2.0, bind(node.dims, ROWS))
    return total, [*inputs, weights], [*arrays, values]


# --- laws ----------------------------------------------------------------------------------------------


def test_every_op_is_in_the_table():
    assert set(CASES) | LEAVES == set(OPS)


@pytest.mark.parametrize("precision", [np.float64, np.float32])
@pytest.mark.parametrize(("name", "case"), EVERY)
def test_dims_and_dtype_are_those_of_the_result(name, case, precision):
    node, _, arrays = built(name, case, precision)
    result = raw(node, *arrays)
    assert (result.shape, result.dtype) == (bind(node.dims, ROWS), node.dtype)


NOT_SAVED = {"alias", "stop_gradient", "custom_gradient"}


@pytest.mark.parametrize(("name", "case"), [p for p in EVERY if p.values[0] not in NOT_SAVED])
def test_it_comes_back_from_its_description(name, case):
    node, _, _ = built(name, case)
    description, tensors = graph_to_json({"result": node})
    again = graph_from_json(json.loads(json.dumps(description)), tensors)
    assert graph_to_json(again)[0] == description
    assert repr(again["result"]) == repr(node)


@pytest.mark.parametrize("precision", [np.float64, np.float32])
@pytest.mark.parametrize(("name", "case"), [p for p in EVERY if p.values[1].reference])
def test_value_is_the_reference(name, case, precision):
    node, inputs, arrays = built(name, case, precision)
    (value,) = evaluate([node], feed(inputs, arrays), ROWS)
    rtol, atol = (1e-13, 1e-14) if precision == np.float64 else (2e-5, 1e-6)
    np.testing.assert_allclose(value, case.reference(*arrays), rtol, atol)


@pytest.mark.parametrize(("name", "case"), SLOPES)
def test_gradient_is_the_slope(name, case):
    node, inputs, arrays = built(name, case)
    check_slopes(*projected(node, inputs, arrays, 1))


@pytest.mark.parametrize(("name", "case"), SLOPES)
def test_second_derivative_is_the_slope_of_the_gradient(name, case):
    node, inputs, arrays = built(name, case)
    total, inputs, arrays = projected(node, inputs, arrays, 1)
    along = None
    for k, g in enumerate(backward(total, [inputs[k] for k in floats(inputs)])):
        if g is not None:
            product, inputs, arrays = projected(g, inputs, arrays, 2 + k)
            along = product if along is None else ar.add(along, product)
    if along is not None:
        check_slopes(along, inputs, arrays)


@pytest.mark.parametrize(("name", "case"), SMOOTH)
def test_gradients_keep_float32_and_the_inputs_dims(name, case):
    node, inputs, _ = built(name, case, np.float32)
    wrt = [inputs[k] for k in floats(inputs)]
    seed = input_node("g", node.dims, node.dtype, "batch")
    for x, g in zip(wrt, backward(node, wrt, seed), strict=True):
        assert g is None or (g.dims, g.dtype) == (x.dims, x.dtype)


@pytest.mark.parametrize(("name", "case"), [p for p in EVERY if OPS[p.values[0]].gradient is CONSTANT])
def test_constant_ops_pass_no_gradient(name, case):
    node, inputs, _ = built(name, case)
    assert backward(ar.cast(node, np.float64), inputs, input_node("g", node.dims, np.float64)) == [None] * len(inputs)


# --- laws of axes --------------------------------------------------------------------------------------


def fates(node):
    """(input, axis, fate) for every axis of every input."""
    return [(i, a, fate) for i, axes in enumerate(node.op.axes(node)) for a, fate in enumerate(axes)]


def along_axis(arrays, carriers, change):
    """The arrays with a change made along the axes that carry."""
    changed = list(arrays)
    for i, a in carriers:
        changed[i] = change(changed[i], a)
    return changed


def copied_over(x, axis):
    """The first slice replaced by the last."""
    return np.concatenate([np.take(x, [-1], axis), np.delete(x, 0, axis)], axis)


@pytest.mark.parametrize(("name", "case"), EVERY)
def test_axis_rule_names_every_axis(name, case):
    node, inputs, _ = built(name, case)
    told = node.op.axes(node)
    assert [len(axes) for axes in told] == [x.ndim for x in inputs]
    for i, a, fate in fates(node):
        if isinstance(fate, int):
            assert node.dims[fate] == inputs[i].dims[a]
        else:
            assert fate is None


@pytest.mark.parametrize(("name", "case"), EVERY)
def test_carried_axes_are_carried(name, case):
    """A change at one place of the axis changes the output there alone; a new order there is that order here."""
    node, _, arrays = built(name, case)
    value = raw(node, *arrays)
    for out in range(node.ndim):
        carriers = [(i, a) for i, a, fate in fates(node) if fate == out and fate is not None]
        if not carriers or value.shape[out] == 0:
            continue
        turned = raw(node, *along_axis(arrays, carriers, np.flip))
        np.testing.assert_allclose(turned, np.flip(value, out), rtol=1e-13, atol=1e-14)
        changed = raw(node, *along_axis(arrays, carriers, copied_over))
        np.testing.assert_allclose(np.delete(changed, 0, out), np.delete(value, 0, out), rtol=1e-13, atol=1e-14)


JOINED = [p for p in EVERY if OPS[p.values[0]].kind in (Kind.REDUCTION, Kind.CONTRACTION) and p.values[0] != "argmax"]


@pytest.mark.parametrize(("name", "case"), JOINED)
def test_axes_that_are_not_carried_are_joined_by_the_instruction(name, case):
    """What the parts of the axis give, joined, is what the whole gives."""
    node, _, arrays = built(name, case)
    join = getattr(np, node.op.instruction or "add")
    for i, a in [(i, a) for i, a, fate in fates(node) if fate is None]:
        if arrays[i].shape[a] < 2:
            continue
        together = [(i, a)]
        if name == "contract":
            label = node.attrs["left" if i == 0 else "right"][a]
            together = [(0, node.attrs["left"].index(label)), (1, node.attrs["right"].index(label))]
        first = along_axis(arrays, together, lambda x, axis: np.take(x, [0], axis))
        rest = along_axis(arrays, together, lambda x, axis: np.delete(x, 0, axis))
        parts = join(raw(node, *first), raw(node, *rest))
        np.testing.assert_allclose(parts, raw(node, *arrays), rtol=1e-13, atol=1e-14)
