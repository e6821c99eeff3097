"""Every activation × every law. A new activation joins by one row of the table."""

import warnings
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from mpmath import mp, mpf
from tests.laws.table_of_activations import ALONG_ROWS, ELEMENTWISE, TEXTS

from hagang import fit, load
from hagang.autodiff import backward
from hagang.compile import compute
from hagang.derivatives import grad, hessian_vector_product
from hagang.graph import R
from hagang.nn import ACTIVATIONS, Dense, Network, activation
from hagang.ops.leaf import input_node
from hagang.runtime import RUNTIMES
from hagang.trace import Traced

SIZES = np.concatenate([np.logspace(-30, 3, 67), np.linspace(0.05, 45.0, 60), [0.7517, 1.1924, 709.0, 745.0]])
POINTS = np.concatenate([-SIZES[::-1], SIZES])
LONG_ROWS = np.array(
    [
        [0.0, 0.0, 0.0, 0.0],
        [1e-30, -1e-30, 1.0, 2.5],
        [1e3, -1e3, 970.0, 999.9],
        [40.0, 0.0, -40.0, 3.0],
        [-700.0, 0.0, -1e-9, -300.0],
        [5.0, 5.0, -20.0, -900.0],
        [12.5, -3.0, 0.25, 100.0],
    ]
)
NORMAL = np.finfo(np.float64).tiny
DIGITS = 120


@cache
def exact(f, x):
    """The value, and the slope by a central difference whose error lies far beyond float64's digits."""
    with mp.workdps(DIGITS):
        x = mpf(float(x))
        h = abs(x) * mpf(10) ** -40 or mpf(10) ** -70
        return float(f(x)), float((f(x + h) - f(x - h)) / (2 * h))


@cache
def evaluated(text, runtime, rows):
    """The value at each point, and the gradient of the sum of values times ones, or of each output of a row."""
    points = np.array(rows)
    x = input_node("x", (R, *points.shape[1:]), points.dtype, "batch")
    value = activation(text)(Traced(x, points.dtype)).node
    outputs = [Traced(value, points.dtype)[:, k] for k in range(value.dims[1])] if points.ndim == 2 else None
    sums = [np.sum(each).node for each in outputs] if outputs else [np.sum(Traced(value, points.dtype)).node]
    slopes = [backward(total, [x])[0] for total in sums]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return compute([value, *slopes], {}, data={"x": points}, runtime=runtime)


def hashable(points):
    return tuple(map(tuple, points)) if points.ndim == 2 else tuple(points)


def check(got, wanted):
    """Right to 1e-12 wherever the true value is a normal number, and nothing but tiny elsewhere."""
    normal = np.abs(wanted) >= NORMAL
    np.testing.assert_allclose(got[normal], wanted[normal], rtol=1e-12, atol=0)
    assert (np.abs(got[~normal]) <= NORMAL).all()


def test_the_table_has_every_activation():
    named = {activation(text) for text in TEXTS}
    assert {type(f) if type(f) in ACTIVATIONS.values() else f for f in named} == set(ACTIVATIONS.values())


@pytest.mark.parametrize("runtime", RUNTIMES)
@pytest.mark.parametrize(("text", "f", "bends"), ELEMENTWISE, ids=TEXTS[: len(ELEMENTWISE)])
def test_value_and_slope_are_right_from_the_smallest_to_the_largest(text, f, bends, runtime):
    beside = [b + side * (abs(b) or 1) for b in bends for side in (-1e-9, 1e-9, 1e-6)]
    points = np.array([*(x for x in POINTS if x not in bends), *beside])
    value, slope = evaluated(text, runtime, hashable(points))
    wanted = np.array([exact(f, x) for x in points])
    check(value, wanted[:, 0])
    np.testing.assert_allclose(slope, wanted[:, 1], rtol=1e-12, atol=1e-15)


@cache
def exact_row(f, row):
    """The values of a row, and their slopes by each of its numbers, shape (outputs, inputs)."""
    with mp.workdps(DIGITS):
        values = [float(v) for v in f([mpf(z) for z in row])]
        columns = []
        for j, z in enumerate(map(mpf, row)):
            h = abs(z) * mpf(10) ** -40 or mpf(10) ** -70
            up, down = ([*map(mpf, row[:j]), z + step, *map(mpf, row[j + 1 :])] for step in (h, -h))
            columns.append([float((a - b) / (2 * h)) for a, b in zip(f(up), f(down), strict=True)])
    return np.array(values), np.transpose(columns)


@pytest.mark.parametrize("runtime", RUNTIMES)
@pytest.mark.parametrize(("text", "f"), ALONG_ROWS)
def test_value_and_slope_of_rows_are_right(text, f, runtime):
    value, *slopes = evaluated(text, runtime, hashable(LONG_ROWS))
    for i, row in enumerate(LONG_ROWS.tolist()):
        wanted, wanted_slopes = exact_row(f, tuple(row))
        check(value[i], wanted)
        np.testing.assert_allclose([slope[i] for slope in slopes], wanted_slopes, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("runtime", RUNTIMES)
@pytest.mark.parametrize(("text", "f", "bends"), ELEMENTWISE, ids=TEXTS[: len(ELEMENTWISE)])
def test_where_it_bends_the_slope_is_pytorchs(text, f, bends, runtime):
    at = {0: 0, **bends}
    if 0 not in bends:
        at[0] = exact(f, 0.0)[1]
    points = np.array(list(at), float)
    np.testing.assert_allclose(evaluated(text, runtime, hashable(points))[1], list(at.values()), rtol=1e-15)
    np.testing.assert_array_equal(evaluated(text, runtime, hashable(-0.0 * points[:1]))[1][0], at[0])


@pytest.mark.parametrize("text", TEXTS)
def test_the_gradient_is_the_slope_to_second_order(text):
    z = np.array([[-2.3, -0.4, 0.3, 5.2], [1.7, 0.9, -1.1, -4.0]])
    like = activation(text)(z)
    weights = np.arange(1.0, like.size + 1).reshape(like.shape) / 3
    direction = np.cos(z)

    def projected(x):
        return np.sum(activation(text)(x) * weights)

    def along(f):
        return (f(z + 1e-5 * direction) - f(z - 1e-5 * direction)) / 2e-5

    slope = grad(projected)
    np.testing.assert_allclose(np.sum(slope(z) * direction), along(projected), rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(hessian_vector_product(projected, z, direction), along(slope), rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("runtime", RUNTIMES)
@pytest.mark.parametrize("text", TEXTS)
def test_float32_stays_float32_and_near_the_truth(text, runtime):
    points = np.array([x for x in POINTS if 1e-30 < abs(x) < 80][::3], np.float32)
    points = points[: len(points) // 4 * 4].reshape(-1, 4)
    plain = activation(text)(points)
    assert plain.dtype == np.float32
    single = evaluated_as(text, runtime, points)
    double = evaluated_as(text, runtime, points.astype(np.float64))
    for got, wanted in zip(single, double, strict=True):
        assert got.dtype == np.float32
        np.testing.assert_allclose(got, wanted, rtol=5e-5, atol=2e-6)
    np.testing.assert_allclose(plain, double[0], rtol=5e-5, atol=2e-6)


def evaluated_as(text, runtime, points):
    x = input_node("x", (R, points.shape[1]), points.dtype, "batch")
    value = activation(text)(Traced(x, points.dtype)).node
    slope = backward(np.sum(Traced(value, points.dtype)).node, [x])[0]
    return compute([value, slope], {}, data={"x": points}, runtime=runtime)


@pytest.mark.parametrize("text", TEXTS)
def test_nothing_overflows_and_nan_is_passed_on(text):
    huge = np.array([[-1e3, 1e3, -1e-30, 0.0]], np.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isfinite(activation(text)(huge)).all()
    with np.errstate(invalid="ignore"):
        assert np.isnan(activation(text)(np.full((1, 2), np.nan))).all()


@pytest.mark.parametrize("text", TEXTS)
def test_it_is_printed_and_read_again(text):
    f = activation(text)
    assert activation(repr(f) if not hasattr(f, "__name__") else f.__name__) == f


@pytest.mark.parametrize("text", TEXTS)
def test_a_network_of_it_trains_and_is_saved_and_loaded(text, tmp_path):
    features = np.random.default_rng(2).normal(size=(12, 3))
    network = Network([Dense(8, activation(text)), Dense(2)])
    losses = []
    for runtime in RUNTIMES:
        run = fit(network, (features, np.arange(12) % 2), optimizer="sgd", lr=1e-2, epochs=4, batch_size="full",
                  precision="float64", runtime=runtime)  # fmt: skip
        losses.append(run.history.losses)
    assert (np.diff(losses) < 0).all()
    np.testing.assert_allclose(losses[0], losses[-1], rtol=1e-12)
    run.network.save(tmp_path / "model.safetensors")
    again = load(tmp_path / "model.safetensors")
    assert again.network == network
    np.testing.assert_array_equal(again.predict_proba(features), run.network.predict_proba(features))


LOGITS = arrays(np.float64, (2, 5), elements=st.floats(-1e3, 1e3))


@given(LOGITS, st.floats(-1e3, 1e3))
def test_softmax_sums_to_one_and_does_not_see_a_shift(z, shift):
    p = activation("softmax")(z)
    np.testing.assert_allclose(p.sum(1), 1.0, rtol=1e-14)
    np.testing.assert_allclose(activation("softmax")(z + shift), p, rtol=1e-12, atol=1e-300)
    logarithm = activation("log_softmax")(z)
    assert (logarithm <= 0).all()
    np.testing.assert_allclose(np.exp(logarithm), p, rtol=1e-12, atol=1e-300)


@given(st.floats(-1e3, 1e3))
def test_odd_functions_are_odd_and_sigmoids_are_symmetric(z):
    z = np.array(z)
    for name in ("tanh", "softsign", "hard_tanh"):
        assert activation(name)(-z) == -activation(name)(z)
    for name in ("sigmoid", "hard_sigmoid"):
        assert activation(name)(-z) + activation(name)(z) == pytest.approx(1.0, abs=1e-15)
    for name in ("silu", "gelu", "gelu_tanh"):  # z f(z) + z f(-z) with f from 0 to 1 and symmetric
        assert activation(name)(z) - activation(name)(-z) == pytest.approx(z, rel=1e-15)
