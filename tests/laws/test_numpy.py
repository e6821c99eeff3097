"""Laws of the traced names: what NumPy gives, the trace gives, with its slope; one row an expression."""

import re
import warnings

import numpy as np
import pytest
from scipy import special
from tests.laws.table_of_numpy import ARRAYS, EXPRESSIONS, PLAIN, WITH_ROWS, WITHOUT_ROWS, items

import hagang
from hagang.autodiff import backward, numerical_gradient
from hagang.errors import HagangError
from hagang.graph import R, evaluate
from hagang.ops.arithmetic import cast, multiply
from hagang.ops.broadcast import sum_
from hagang.ops.leaf import constant, input_node
from hagang.trace import Traced, call, stand_ins
from hagang.trace.tables import FUNCTIONS, UFUNCS

NAMES = {"np": np, "special": special, "hagang": hagang, **PLAIN}


def parsed(text):
    """The expression as a function, and the names of its arguments."""
    names = [name for name in ARRAYS if name in compile(text, text, "eval").co_names]
    return eval(f"lambda {', '.join(names)}: {text}", dict(NAMES)), names


def in_precision(names, dtype):
    return [ARRAYS[n].astype(dtype) if ARRAYS[n].dtype.kind == "f" else ARRAYS[n] for n in names]


def traced(function, arrays, precision):
    arguments, inputs = stand_ins(tuple(arrays), "x", np.dtype(precision))
    (output,), _ = call(function, arguments, np.dtype(precision))
    return output, inputs


def plain(function, arrays):
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return np.asarray(function(*arrays))


def check_slopes(function, output, inputs, arrays):
    """The gradient of a weighted sum of the output against differences of the plain function."""
    weights = np.random.default_rng(1).uniform(0.5, 2.0, plain(function, arrays).shape)
    seed = input_node("seed", output.dims, output.dtype, "batch")
    total = sum_(multiply(output, seed), tuple(range(output.ndim)))
    feeds = dict(zip([*inputs, seed], [*arrays, weights], strict=True))
    for k, (x, g) in enumerate(zip(inputs, backward(total, inputs), strict=True)):
        if not x.is_float:
            assert g is None
            continue

        def value(v, k=k):
            return np.sum(plain(function, [*arrays[:k], v, *arrays[k + 1 :]]) * weights)

        told = np.zeros_like(arrays[k]) if g is None else evaluate([g], feeds)[0]
        np.testing.assert_allclose(told, numerical_gradient(value, arrays[k], "richardson"), rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_value_is_numpys(text):
    function, names = parsed(text)
    arrays = in_precision(names, np.float64)
    output, inputs = traced(function, arrays, np.float64)
    (value,) = evaluate([output], dict(zip(inputs, arrays, strict=True)))
    expected = plain(function, arrays)
    assert (value.shape, value.dtype.kind) == (expected.shape, expected.dtype.kind)
    np.testing.assert_allclose(value, expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_float32_stays_float32(text):
    function, names = parsed(text)
    arrays = in_precision(names, np.float32)
    output, inputs = traced(function, arrays, np.float32)
    assert output.dtype in (np.float32, np.int64, np.bool_)
    (value,) = evaluate([output], dict(zip(inputs, arrays, strict=True)))
    np.testing.assert_allclose(value, plain(function, arrays), rtol=2e-4, atol=1e-5)


def is_real(text):
    function, names = parsed(text)
    return plain(function, in_precision(names, np.float64)).dtype.kind == "f"


REAL = [text for text in EXPRESSIONS if is_real(text)]


@pytest.mark.parametrize("text", REAL)
def test_gradient_is_the_slope(text):
    function, names = parsed(text)
    arrays = in_precision(names, np.float64)
    output, inputs = traced(function, arrays, np.float64)
    check_slopes(function, output, inputs, arrays)


@pytest.mark.parametrize("text", sorted(set(EXPRESSIONS) - set(REAL)))
def test_whole_numbers_and_booleans_are_constants(text):
    function, names = parsed(text)
    output, inputs = traced(function, in_precision(names, np.float64), np.float64)
    assert backward(cast(output, np.float64), inputs, constant(np.ones(output.dims))) == [None] * len(inputs)


@pytest.mark.parametrize("text", REAL)
def test_check_grad_agrees_to_the_second_order(text):
    function, names = parsed(text)
    arrays = dict(zip(names, in_precision(names, np.float64), strict=True))
    real = {name: array for name, array in arrays.items() if array.dtype.kind == "f"}
    with np.errstate(all="ignore"):
        found = hagang.check_grad(lambda point: function(**{**arrays, **point}), real)
    assert found, found


# --- rows ----------------------------------------------------------------------------------------------


def with_rows(text):
    """The expression's node where x, y and p have rows, its inputs and their arrays."""
    function, names = parsed(text)
    arrays = in_precision(names, np.float64)
    inputs = [
        input_node(name, (R, *array.shape[1:]) if name in "xyp" else array.shape, array.dtype, "batch")
        for name, array in zip(names, arrays, strict=True)
    ]
    precision = np.dtype(np.float64)
    (output,), _ = call(function, [Traced(node, precision) for node in inputs], precision)
    return output, inputs, arrays


@pytest.mark.parametrize("text", items(WITH_ROWS))
def test_value_with_rows_is_numpys(text):
    output, inputs, arrays = with_rows(text)
    (value,) = evaluate([output], dict(zip(inputs, arrays, strict=True)), 2)
    expected = plain(parsed(text)[0], arrays)
    assert value.shape == expected.shape
    np.testing.assert_allclose(value, expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("text", [text for text in items(WITH_ROWS) if is_real(text)])
def test_gradient_with_rows_is_the_slope(text):
    output, inputs, arrays = with_rows(text)
    check_slopes(parsed(text)[0], output, inputs, arrays)


@pytest.mark.parametrize(("text", "said"), WITHOUT_ROWS.items())
def test_what_needs_the_number_of_rows_is_an_error(text, said):
    with pytest.raises(HagangError, match=said):
        with_rows(text)


# --- the table is complete -----------------------------------------------------------------------------


def spoken(name):
    return any(re.search(rf"\b{re.escape(name)}\b", text) for text in EXPRESSIONS)


@pytest.mark.parametrize("name", UFUNCS)
def test_every_traced_ufunc_is_in_the_table(name):
    assert spoken(f"np.{name}") or spoken(f"special.{name}")


@pytest.mark.parametrize("function", [f for f in FUNCTIONS if f.__module__.startswith("numpy")])
def test_every_traced_function_is_in_the_table(function):
    assert spoken(f"{function.__module__}.{function.__name__}".replace("numpy", "np"))
