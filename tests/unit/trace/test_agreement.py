"""What a trace says is what the function says, or an error; what is kept from a trace, and operands of pandas."""

import numpy as np
import pytest

import hagang as hg
from hagang.errors import GradientError, TraceError

pandas = pytest.importorskip("pandas")


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda x: np.sum(x) if isinstance(x, np.ndarray) else 0.0 * x[0], np.ones(3)),
        (lambda x: x**2 if isinstance(x, float) else x**3, 2.0),
        (lambda x: np.sum(x if type(x) is np.ndarray else 2 * x), np.ones(3)),
    ],
)
def test_another_way_for_stand_ins_is_refused(f, x):
    for derivative in (hg.grad(f), hg.value_and_grad(f), hg.hessian(f), hg.grad(lambda x: (f(x), x), has_aux=True)):
        with pytest.raises(TraceError, match=r"f: its trace says .*, f itself .* ask np\.ndim\(x\) or np\.shape\(x\)"):
            derivative(x)
    with pytest.raises(TraceError, match="its trace says"):
        hg.hessian_vector_product(f, x, x)
    with pytest.raises(TraceError, match="its trace says"):
        hg.jacobian(lambda x: 1.0 * f(x))(x)
    result = hg.minimize(f, x, steps=1)
    assert result.gradient == "numerical"


def test_the_function_is_compared_once():
    calls = []

    def f(x):
        calls.append(type(x))
        return np.sum(x**2)

    g = hg.grad(f)
    for _ in range(3):
        g(np.ones(2))
    assert calls.count(np.ndarray) == 1


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int64])
def test_precision_is_no_disagreement(dtype):
    x = np.arange(1, 101).astype(dtype) / 100 if dtype is not np.int64 else np.arange(100)
    assert np.all(np.isfinite(hg.grad(lambda x: np.sum(np.exp(x / 20) ** 2))(x)))


def test_random_numbers_within_are_no_disagreement():
    random = np.random.default_rng(0)
    assert np.isfinite(hg.grad(lambda x: x * random.standard_normal())(2.0))


def test_what_runs_on_stand_ins_only_is_not_compared():
    assert hg.grad(lambda x: x.node and x * 2)(1.0) == 2.0


def test_the_function_may_write_into_what_it_is_compared_with():
    x = np.ones(2)

    def f(x):
        if isinstance(x, np.ndarray):
            y = np.sum(x**2)
            x[:] = 9
            return y
        return np.sum(x**2)

    np.testing.assert_array_equal(hg.grad(f)(x), [2, 2])
    np.testing.assert_array_equal(x, [1, 1])


def test_any_keyword_goes_to_f():
    for name in ("f", "args", "self", "x", "kwargs", "argnums"):
        f = eval(f"lambda v, {name}=1.0: np.sum(v) * {name}", {"np": np})
        np.testing.assert_array_equal(hg.grad(f)(np.ones(2), **{name: 2.0}), [2, 2])
        np.testing.assert_array_equal(hg.jacobian(f)(np.ones(2), **{name: 2.0}), [2, 2])
        np.testing.assert_array_equal(hg.hessian(f)(np.ones(2), **{name: 2.0}), np.zeros((2, 2)))


@pytest.mark.parametrize(
    ("value", "what"),
    [
        (None, "received None; a return is missing"),
        (3, "received a whole number; it has no derivative; return a float"),
        (True, r"received a truth value; return a number, as in np\.where"),
        ((1.0, 2.0), r"received tuple; where it returns \(value, aux\), pass has_aux=True"),
        ({"a": 1.0}, "received dict"),
        (np.ones(2), r"received shape \(2,\); sum it, or ask for hagang\.jacobian"),
    ],
)
def test_what_is_no_real_number_is_named(value, what):
    with pytest.raises(GradientError, match="expected a function that returns one real number, " + what):
        hg.grad(lambda x: value)(1.0)


def test_a_jacobian_of_nothing():
    with pytest.raises(GradientError, match="received None; a return is missing"):
        hg.jacobian(lambda x: None)(np.ones(2))


# --- kept stand-ins -------------------------------------------------------------------------------------


def test_a_kept_stand_in_says_what_it_is():
    kept = []

    def f(x):
        kept.append(x)
        return np.sum(x**2)

    hg.minimize(f, [1.0, 2.0])
    with pytest.raises(TraceError, match="kept from being traced holds no numbers") as caught:
        float(kept[-1][0])
    assert "read result.path, keep copies of what callback= gives" in str(caught.value)
    with pytest.raises(TraceError, match="holds no numbers"):
        np.array(kept)


# --- pandas ---------------------------------------------------------------------------------------------


def test_columns_are_operands():
    s = pandas.Series([1.0, 2.0, 3.0])
    f = lambda w: np.mean((s * w[0] + w[1]) ** 2)  # noqa: E731
    np.testing.assert_allclose(hg.grad(f)(np.ones(2)), [40 / 3, 6])
    for g in (lambda w: np.sum(w[0] * s), lambda w: np.sum(s - w), lambda w: np.sum(np.multiply(s, w))):
        assert np.all(np.isfinite(hg.grad(g)(np.ones(3))))


def test_a_table_names_the_users_own_line_and_a_remedy_that_runs():
    table = pandas.DataFrame(np.arange(6.0).reshape(2, 3), columns=list("abc"))
    with pytest.raises(TraceError, match=r"use table\.to_numpy\(\) @ w") as caught:
        hg.grad(lambda w: np.sum(table @ w))(np.ones(3))
    assert __file__ in str(caught.value)
    assert "pandas/" not in str(caught.value)
    np.testing.assert_array_equal(hg.grad(lambda w: np.sum(table.to_numpy() @ w))(np.ones(3)), [3, 5, 7])


# --- items ----------------------------------------------------------------------------------------------


def test_item_is_an_element():
    x = np.arange(6.0).reshape(2, 3)
    f = lambda x: x.item(4) ** 2 + x.item(0, 1) * x[1, 1:2].item() + sum(x.tolist()[0])  # noqa: E731
    assert hg.value_and_grad(f)(x)[0] == f(x) == 16 + 4 + 3
    np.testing.assert_array_equal(hg.grad(f)(x), [[1, 5, 1], [0, 9, 0]])
