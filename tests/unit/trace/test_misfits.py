"""Operands, shapes and positions that do not fit: errors in the words of the function that was called."""

import numpy as np
import pytest

import hagang
from hagang.errors import HagangError, ShapeError, TraceError
from hagang.ops.leaf import input_node
from hagang.trace import Traced, run

FLOAT = np.dtype(np.float64)


def stand_in(*dims):
    return Traced(input_node("x", dims, FLOAT, "batch"), FLOAT)


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda x: x[0, 0], r"indexing: expected at most 1 indices for shape \(3,\), received 2"),
        (lambda x: x[3], r"indexing: expected positions from -3 to 2, received 3 to 3"),
        (lambda x: x[[0, -4]], r"indexing: expected positions from -3 to 2, received -4 to 0"),
        (lambda x: x[np.array([True, False])], r"expected a mask of size 3 along axis 0 of \(3,\), received 2"),
        (lambda x: x[1.5], r"expected integers, slices, None, \.\.\. or masks, received 1\.5"),
        (lambda x: x[True], r"expected integers, slices, None, \.\.\. or masks, received True"),
        (lambda x: x["a"], r"expected integers, slices, None, \.\.\. or masks, received 'a'"),
        (lambda x: x + np.ones(2), r"add: expected shapes that broadcast together, received \(3,\) and \(2,\)"),
        (lambda x: x @ np.ones(2), r"matrix product: expected equal sizes .* received \(3,\) and \(2,\) \(3 meets 2\)"),
        (lambda x: np.sum(x) @ x, r"matmul: expected operands with axes, received \(\) and \(3,\); use \*"),
        (lambda x: x.reshape(2, 2), r"reshape: expected a shape with the elements of \(3,\), received \(2, 2\)"),
        (lambda x: x.reshape(2, -1), r"expected a shape that holds the elements of \(3,\), received \(2, -1\)"),
        (lambda x: np.reshape(x, (3, 1), order="F"), r"reshape: expected order='C', received 'F'"),
        (lambda x: np.sum(x, axis=1), r"sum: expected an axis from -1 to 0, received 1"),
        (lambda x: np.sum(x, axis=(0, 0)), r"sum: expected distinct axes of \(3,\), received \(0, 0\)"),
        (lambda x: np.max(x[:0]), r"max: expected at least one element along the reduced axes \(0,\)"),
        (lambda x: np.argmax(x[:0]), r"argmax: expected at least one element along axis 0"),
        (lambda x: np.squeeze(x, 0), r"squeeze: expected axes of size one, received axes \(0,\) of \(3,\)"),
        (lambda x: np.stack([x, x[:2]]), r"stack: expected values of one shape, received \(3,\), \(2,\)"),
        (lambda x: np.concatenate([x, x[None]]), r"concatenate: expected operands alike but along axis 0"),
        (lambda x: np.broadcast_to(x, (2,)), r"broadcast_to: expected shapes that broadcast|cannot be repeated"),
        (lambda x: np.einsum("ij,j", x, x), r"einsum: subscripts 'ij,j' do not fit operands of shapes \(3,\), \(3,\)"),
        (lambda x: np.einsum("...ij->...", x), r"einsum: subscripts 'ij->' do not fit operands of shapes"),
        (lambda x: np.linalg.inv(x), r"inv: expected square matrices of floats, received float64\(3,\)"),
        (lambda x: np.linalg.norm(x, "nuc"), r"norm: expected ord None, a number for vectors.* received ord='nuc'"),
        (lambda x: np.transpose(x, (0, 0)), r"transpose: expected a permutation of 1 axes, received \(0, 0\)"),
    ],
)
def test_shapes_that_do_not_fit_are_named(function, said):
    with pytest.raises(HagangError, match=said):
        run(function, stand_in(3))


def test_a_position_out_of_range_is_found_when_the_graph_runs():
    with pytest.raises(ShapeError, match="take: expected positions from 0 to 2, received 7"):
        hagang.grad(lambda x, k: x[k.astype(int)], argnums=(0, 1))(np.ones(3), 7.0)


def test_values_of_two_precisions_do_not_meet():
    other = Traced(input_node("y", (3,), np.float32), np.dtype(np.float32))
    with pytest.raises(TraceError, match=r"expected values of one trace, received \['float32', 'float64'\]"):
        run(lambda x: x + other, stand_in(3))


@pytest.mark.parametrize("bad", ["text", None, 1j, object()])
def test_operands_that_are_not_real_numbers_are_named(bad):
    with pytest.raises(TraceError, match="expected real numbers or booleans, received"):
        run(lambda x: x * bad, stand_in(3))
