"""Every loss × every law. A new loss joins by one row of the table."""

import json
import math
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import special
from sklearn.metrics import hinge_loss, mean_pinball_loss
from tests.laws.table_of_losses import CODES, DISTRIBUTIONS, IDS, OUTPUT, QUANTITIES, ROWS, SHARES, TABLE

from hagang import fit, load
from hagang.autodiff import backward
from hagang.compile import compute
from hagang.derivatives import grad, hessian_vector_product
from hagang.errors import ArgumentError, ShapeError
from hagang.graph import R
from hagang.nn import LOSSES, CrossEntropy, Dense, Network, loss
from hagang.ops.leaf import input_node
from hagang.runtime import RUNTIMES
from hagang.trace import Traced, logsumexp

STEP = 1e-6
EACH = pytest.mark.parametrize(("rule", "output", "target"), TABLE, ids=IDS)


def central(f, x):
    """The gradient by central differences, one element at a time."""
    found = np.zeros_like(x)
    for k in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[k] = STEP
        found[k] = (f(x + step) - f(x - step)) / (2 * STEP)
    return found


def test_the_table_has_every_loss():
    assert {type(rule) for rule, _, _ in TABLE} == set(LOSSES.values())
    assert {rule.name for rule, _, _ in TABLE} == set(LOSSES)


@EACH
def test_it_gives_a_number_a_row_and_brings_them_together(rule, output, target):
    rows = rule.per_row(output, target)
    assert rows.shape == (ROWS,)
    whole = rows.sum() if rule.reduce == "sum" else rows.mean()
    assert rule(output, target) == pytest.approx(whole, rel=1e-15)


@EACH
def test_its_gradient_is_the_slope_to_second_order(rule, output, target):
    def of_output(z):
        return rule(z, target)

    np.testing.assert_allclose(grad(of_output)(output), central(of_output, output), rtol=1e-7, atol=1e-9)
    weights = np.arange(output.size).reshape(output.shape) / 7.0
    along = central(lambda z: np.sum(grad(of_output)(z) * weights), output)
    np.testing.assert_allclose(hessian_vector_product(of_output, output, weights), along, rtol=1e-6, atol=1e-8)


@EACH
def test_it_takes_its_target_and_says_how_many_outputs_it_needs(rule, output, target):
    rule.check_target(target)
    classes = int(target.max()) + 1 if target.ndim == 1 else 0
    assert rule.outputs(target, classes) == output.shape[1]
    assert rule.predict(output).shape[0] == ROWS


def traced(rule, output, target, runtime):
    """The rows' losses and the gradient of the batch's, through a runtime."""
    z = input_node("z", (R, *output.shape[1:]), output.dtype, "batch")
    y = input_node("y", (R, *target.shape[1:]), target.dtype, "batch")
    args = Traced(z, output.dtype), Traced(y, output.dtype)
    roots = [rule.per_row(*args).node, rule.predict(args[0]).node, *backward(rule(*args).node, [z])]
    return compute(roots, {}, data={"z": output, "y": target}, runtime=runtime)


@EACH
def test_both_runtimes_agree_with_numpy(rule, output, target):
    for runtime in RUNTIMES:
        rows, prediction, slope = traced(rule, output, target, runtime)
        np.testing.assert_allclose(rows, rule.per_row(output, target), rtol=1e-14, atol=1e-15)
        np.testing.assert_allclose(prediction, rule.predict(output), rtol=1e-14)
        np.testing.assert_allclose(slope, grad(lambda z: rule(z, target))(output), rtol=1e-13, atol=1e-16)


@EACH
def test_float32_stays_float32_and_near_the_truth(rule, output, target):
    single = target.astype(np.float32) if target.dtype == np.float64 else target
    assert rule.per_row(output.astype(np.float32), single).dtype == np.float32
    for runtime in RUNTIMES:
        wanted = traced(rule, output, target, runtime)
        for got, exact in zip(traced(rule, output.astype(np.float32), single, runtime), wanted, strict=True):
            assert got.dtype == np.float32
            np.testing.assert_allclose(got, exact, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("size", [1e4, -1e4])
@pytest.mark.parametrize("runtime", RUNTIMES)
@EACH
def test_huge_outputs_neither_overflow_nor_warn(rule, output, target, runtime, size):
    if rule.name in ("poisson", "gaussian_nll"):
        size /= 1e4 / 30  # they are exponential by definition
    huge = (size * np.sign(output)).astype(np.float32)
    single = target.astype(np.float32) if target.dtype == np.float64 else target
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for told in traced(rule, huge, single, runtime):
            assert np.isfinite(told).all()


@EACH
def test_it_trains_and_is_saved_and_loaded(rule, output, target, tmp_path):
    features = np.random.default_rng(3).normal(size=(ROWS, 4))
    network = Network([Dense(6, "tanh"), Dense(output.shape[1])])
    run = fit(network, (features, target), loss=rule, optimizer="sgd", lr=1e-3, epochs=4, batch_size="full",
              precision="float64")  # fmt: skip
    assert (np.diff(run.history.losses) < 0).all()
    run.network.save(tmp_path / "model.safetensors")
    again = load(tmp_path / "model.safetensors")
    np.testing.assert_array_equal(again.predict(features), run.network.predict(features))
    assert loss(again.about["config"]["loss"]) == rule
    assert type(run.config).of_json(json.loads(json.dumps(run.config.to_json()))) == run.config


@EACH
def test_a_last_layer_that_does_not_fit_is_named(rule, output, target):
    units = output.shape[1] + (-1 if rule.allows_unseen_classes else 1)
    with pytest.raises(ShapeError, match=rf"loss '{rule.name}' needs .*; end with Dense\({output.shape[1]}\)"):
        fit(Network([Dense(units)]), (np.ones((ROWS, 2)), target), loss=rule, epochs=1)


NOT_TAKEN = [
    ("mean_squared", CODES, "quantities in y, received class codes from 0 to 2; pass y as floats"),
    ("cross_entropy", QUANTITIES, "class codes .* or rows of probabilities that sum to 1 .* from -2.5 to 2.7; pass y"),
    ("binary_cross_entropy", CODES, "class codes 0 and 1 or numbers from 0 to 1 .* from 0 to 2; for more classes use"),
    ("poisson", QUANTITIES, "quantities of at least 0 in y, received quantities from -2.5"),
    ("hinge", SHARES, "the class codes 0 and 1 or -1 and 1 as floats in y, received quantities from 0 to 1"),
    ("kl", CODES, "rows of probabilities that sum to 1 in y, received class codes"),
    ("multi_hinge", DISTRIBUTIONS, "class codes .whole numbers. in y, received quantities"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "target", "text"), NOT_TAKEN)
def test_a_target_of_another_kind_is_an_error_that_says_what_is_taken(name, target, text):
    with pytest.raises(ArgumentError, match=f"loss '{name}': expected .*{text}"):
        fit(Network([Dense(3)]), (np.ones((ROWS, 2)), target), loss=name, epochs=1)


@EACH
def test_it_is_printed_and_read_again(rule, output, target):
    assert loss(repr(rule)) == rule
    assert loss(rule.name) == type(rule)()


@pytest.mark.parametrize("name", ["cross_entropy", "binary_cross_entropy"])
@pytest.mark.parametrize("size", [1e4, -1e4])
def test_cross_entropies_are_stable_for_huge_logits(name, size):
    target = np.array([0, 1]) if name == "cross_entropy" else np.array([[1.0, 0.0], [0.0, 1.0]])
    output = np.array([[size, -size], [size, -size]])
    rows = LOSSES[name]().per_row(output, target)
    assert np.isfinite(rows).all()
    assert np.isfinite(grad(lambda z: LOSSES[name]()(z, target))(output)).all()
    # the row that is right costs nothing, the row that is wrong the distance of its logits
    right, wrong = (rows[0], rows[1]) if size > 0 else (rows[1], rows[0])
    distance = 2e4 if name == "cross_entropy" else 1e4
    assert (right, wrong) == (0.0, distance)


def test_cross_entropy_against_scipy():
    output, target = np.random.default_rng(5).normal(size=(4, 3)), np.array([0, 2, 1, 1])
    expected = -special.log_softmax(output, axis=1)[np.arange(4), target]
    np.testing.assert_allclose(LOSSES["cross_entropy"]().per_row(output, target), expected, rtol=1e-14)
    np.testing.assert_allclose(logsumexp(output, axis=1), special.logsumexp(output, axis=1), rtol=1e-15)


def test_half_mean_squared_has_the_residual_as_gradient():
    output, target = np.array([[3.0], [5.0]]), np.array([[1.0], [6.0]])
    # mean over two rows: (2, -1) / 2
    np.testing.assert_array_equal(grad(lambda z: LOSSES["half_mean_squared"]()(z, target))(output), [[1.0], [-0.5]])


# --- values that PyTorch does not have ---------------------------------------------------------------------


def test_log_cosh_is_that_and_keeps_the_digits_of_a_small_residual():
    r = np.array([[-3.0], [0.5], [20.0]])
    np.testing.assert_allclose(loss("log_cosh").per_row(r, 0 * r), np.log(np.cosh(r))[:, 0], rtol=1e-14)
    tiny = np.array([[1e-9]])  # log cosh r = r²/2 - r⁴/12 + …
    np.testing.assert_allclose(loss("log_cosh").per_row(tiny, 0 * tiny), 5e-19, rtol=1e-14)


@pytest.mark.parametrize("q", [0.1, 0.75])
def test_quantile_is_scikit_learns_pinball_loss(q):
    wanted = mean_pinball_loss(QUANTITIES, OUTPUT, alpha=q)
    assert loss(f"Quantile(q={q})")(OUTPUT, QUANTITIES) == pytest.approx(wanted, rel=1e-14)


def test_hinge_is_scikit_learns():
    score, codes = OUTPUT[:, :1], np.array([0, 1, 1, 0, 1])
    wanted = hinge_loss(codes, score[:, 0])
    assert loss("hinge")(score, codes) == pytest.approx(wanted, rel=1e-14)
    assert loss("hinge")(score, 2.0 * codes[:, None] - 1.0) == pytest.approx(wanted, rel=1e-14)


def test_focal_losses_are_their_formulas():
    p = special.softmax(OUTPUT, axis=1)[np.arange(ROWS), CODES]
    np.testing.assert_allclose(
        loss("Focal(gamma=1.5)").per_row(OUTPUT, CODES), -((1 - p) ** 1.5) * np.log(p), rtol=1e-13
    )
    np.testing.assert_allclose(
        loss("Focal(gamma=0)").per_row(OUTPUT, CODES), CrossEntropy().per_row(OUTPUT, CODES), rtol=1e-14
    )
    p = special.expit(OUTPUT)
    yes, no = 0.3 * SHARES * (1 - p) ** 2 * np.log(p), 0.7 * (1 - SHARES) * p**2 * np.log(1 - p)
    wanted = -np.mean(yes + no, axis=1)
    np.testing.assert_allclose(loss("BinaryFocal(gamma=2, alpha=0.3)").per_row(OUTPUT, SHARES), wanted, rtol=1e-13)


def test_smoothed_yes_and_no_are_shares_of_both():
    wanted = loss("binary_cross_entropy").per_row(OUTPUT, 0.8 * SHARES + 0.1)
    smoothed = loss("BinaryCrossEntropy(label_smoothing=0.2)").per_row(OUTPUT, SHARES)
    np.testing.assert_allclose(smoothed, wanted, rtol=1e-14)


@pytest.mark.parametrize("runtime", RUNTIMES)
@pytest.mark.parametrize("size", [1e-3, 30.0, 1e4])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_cross_entropy_of_ten_thousand_classes_keeps_its_digits(runtime, size, dtype):
    generator = np.random.default_rng(0)
    z, codes = (size * generator.normal(size=(3, 10_000))).astype(dtype), np.array([17, 9_999, 4_321])
    rows, probabilities, slope = traced(CrossEntropy(), z, codes, runtime)
    shifted = z.astype(np.float64) - z.max(axis=1, keepdims=True)
    totals = np.array([math.fsum(row) for row in np.exp(shifted)])  # summed without any rounding
    exact = np.exp(shifted) / totals[:, None]
    few = 30 * np.finfo(dtype).eps
    np.testing.assert_allclose(rows, np.log(totals) - shifted[range(3), codes], rtol=few)
    np.testing.assert_allclose(probabilities.sum(axis=1, dtype=np.float64), 1.0, rtol=few)
    np.testing.assert_allclose(slope, (exact - np.eye(10_000)[codes]) / 3, rtol=0, atol=few)


LOGITS = arrays(np.float64, (3, 4), elements=st.floats(-1e3, 1e3))


@given(LOGITS, st.floats(-1e3, 1e3))
def test_cross_entropy_is_not_below_zero_and_does_not_see_a_shift(z, shift):
    rows = CrossEntropy().per_row(z, np.array([0, 3, 1]))
    assert (rows >= 0).all()
    np.testing.assert_allclose(CrossEntropy().per_row(z + shift, np.array([0, 3, 1])), rows, rtol=1e-12, atol=1e-11)


@given(LOGITS)
def test_a_class_and_its_certain_probability_are_the_same_target(z):
    codes = np.array([0, 3, 1])
    wanted = CrossEntropy(label_smoothing=0.1).per_row(z, codes)
    np.testing.assert_allclose(CrossEntropy(label_smoothing=0.1).per_row(z, np.eye(4)[codes]), wanted, rtol=1e-12)


@given(arrays(np.float64, 25, elements=st.floats(-100, 100)), st.sampled_from([0.1, 0.5, 0.8]))
def test_the_quantile_is_quantiles_best_answer(y, q):
    def total(answer):
        return np.sum(loss(f"Quantile(q={q})").per_row(np.full((25, 1), answer), y[:, None]))

    best = total(np.quantile(y, q, method="inverted_cdf"))
    assert all(best <= total(answer) + 1e-9 for answer in (*y, y.mean()))
