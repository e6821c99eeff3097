"""Every loss × every law. A new loss joins by one row of the table."""

import numpy as np
import pytest
from scipy import special
from tests.laws.table_of_losses import IDS, ROWS, TABLE

from hagang.derivatives import grad, hessian_vector_product
from hagang.nn import LOSSES, loss
from hagang.trace import logsumexp

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
