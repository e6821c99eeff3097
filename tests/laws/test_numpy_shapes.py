"""Properties of broadcasting, indexing, reshaping and products over shapes that nobody thought of."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from hagang.autodiff import backward
from hagang.graph import evaluate
from hagang.ops.arithmetic import multiply
from hagang.ops.broadcast import sum_
from hagang.ops.leaf import constant
from hagang.trace import call, stand_ins

FLOAT = np.dtype(np.float64)
SHAPES = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=3)


def numbers(shape):
    return np.random.default_rng(sum(shape) + 10 * len(shape)).standard_normal(shape)


def value_and_slopes(function, *arrays):
    """The traced value, weights of its shape, and the gradients of the weighted sum."""
    arguments, inputs = stand_ins(arrays, "x", FLOAT)
    (output,), _ = call(function, arguments, FLOAT)
    weights = numbers(output.dims) + 3
    total = sum_(multiply(output, constant(weights)), tuple(range(output.ndim)))
    roots = [output, *backward(total, inputs)]
    value, *slopes = evaluate(roots, dict(zip(inputs, arrays, strict=True)))
    return value, weights, slopes


def summed_to(array, shape):
    """The sum over whatever broadcasting repeated, by NumPy's own bookkeeping."""
    positions = np.broadcast_to(np.arange(np.prod(shape, dtype=int)).reshape(shape), array.shape)
    return np.bincount(positions.ravel(), array.ravel(), int(np.prod(shape))).reshape(shape)


@given(hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=4, min_side=0, max_side=3))
def test_broadcasting(shapes):
    a, b = map(numbers, shapes.input_shapes)
    value, weights, slopes = value_and_slopes(lambda x, y: x * 2 - y, a, b)
    np.testing.assert_array_equal(value, a * 2 - b)
    np.testing.assert_allclose(slopes[0], summed_to(weights * 2, a.shape), rtol=1e-13)
    np.testing.assert_allclose(slopes[1], summed_to(-weights, b.shape), rtol=1e-13)


@given(hnp.mutually_broadcastable_shapes(signature=np.matmul.signature, max_dims=2, min_side=0, max_side=3))
def test_matrix_products(shapes):
    a, b = map(numbers, shapes.input_shapes)
    value, weights, slopes = value_and_slopes(lambda x, y: x @ y, a, b)
    assert value.shape == (a @ b).shape
    np.testing.assert_allclose(value, a @ b, rtol=1e-12, atol=1e-13)
    # The product is linear in each operand: its value is the slope's product with that operand.
    for slope, operand in zip(slopes, (a, b), strict=True):
        np.testing.assert_allclose(np.sum(slope * operand), np.sum(weights * value), rtol=1e-11, atol=1e-12)


@st.composite
def keys(draw):
    """A shape and a key of slices, numbers, position arrays, masks, new axes and an ellipsis for it."""
    shape = draw(hnp.array_shapes(min_dims=1, max_dims=4, min_side=1, max_side=4))
    together = draw(hnp.array_shapes(min_dims=1, max_dims=2, min_side=1, max_side=3))
    key, axis, masked = [], 0, False
    while axis < len(shape):
        kind = draw(st.sampled_from(["slice", "number", "positions", "mask", "new", "whole", "stop"]))
        size = shape[axis]
        if kind == "new":
            if sum(k is None for k in key) < 2:
                key.append(None)
            continue
        if kind == "stop":
            break
        if kind == "mask" and (masked or any(isinstance(k, np.ndarray) for k in key)):
            kind = "number"
        if kind == "positions" and masked:
            kind = "slice"
        if kind == "slice":
            key.append(draw(st.slices(size)))
        elif kind == "number":
            key.append(draw(st.integers(-size, size - 1)))
        elif kind == "positions":
            key.append(draw(hnp.arrays(np.int64, together, elements=st.integers(-size, size - 1))))
        elif kind == "mask":
            masked = True
            key.append(draw(hnp.arrays(np.bool_, (size,))))
        else:
            key.append(slice(None))
        axis += 1
    if draw(st.booleans()):
        key.insert(len(key) if axis < len(shape) else draw(st.integers(0, len(key))), Ellipsis)
    return shape, tuple(key)


@given(keys())
def test_indexing(shape_and_key):
    shape, key = shape_and_key
    x = numbers(shape)
    value, weights, (slope,) = value_and_slopes(lambda x: x[key], x)
    assert value.shape == x[key].shape
    np.testing.assert_array_equal(value, x[key])
    added = np.zeros(shape)
    np.add.at(added, key, weights)
    np.testing.assert_allclose(slope, added, rtol=1e-13)


@st.composite
def reshapes(draw):
    """A shape, and another of equally many elements, perhaps with a -1 in it."""
    factors = draw(st.lists(st.integers(1, 3), max_size=5))

    def grouped():
        sides = [1] * draw(st.integers(1 if factors else 0, 4))
        for factor in factors:
            sides[draw(st.integers(0, len(sides) - 1))] *= factor
        return sides

    new = grouped()
    if new and draw(st.booleans()):
        new[draw(st.integers(0, len(new) - 1))] = -1
    return tuple(grouped()), tuple(new)


@given(reshapes())
def test_reshaping(shapes):
    old, new = shapes
    x = numbers(old)
    value, weights, (slope,) = value_and_slopes(lambda x: 1.0 * np.reshape(x, new), x)
    np.testing.assert_array_equal(value, x.reshape(new))
    np.testing.assert_array_equal(slope, weights.reshape(old))


@given(SHAPES, st.data())
def test_transposing_and_summing(shape, data):
    x = numbers(shape)
    perm = tuple(data.draw(st.permutations(range(len(shape)))))
    axes = tuple(data.draw(st.lists(st.sampled_from(range(len(shape))), unique=True))) if shape else ()
    value, weights, (slope,) = value_and_slopes(lambda x: np.sum(np.transpose(x, perm), axis=axes, keepdims=True), x)
    expected = np.sum(np.transpose(x, perm), axis=axes, keepdims=True)
    np.testing.assert_allclose(value, expected, rtol=1e-12, atol=1e-13)
    spread = np.broadcast_to(weights, tuple(shape[k] for k in perm))
    np.testing.assert_array_equal(slope, np.transpose(spread, np.argsort(perm)) if perm else spread)
