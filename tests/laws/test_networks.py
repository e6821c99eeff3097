"""Laws of activations, losses and initialisers: a new one joins by being listed in its table."""

import warnings

import numpy as np
import pytest
from scipy import special

from hagang.derivatives import grad, jacobian
from hagang.nn import ACTIVATIONS, INITIALISERS, LOSSES
from hagang.trace import logsumexp

STEP = 1e-6
AWAY_FROM_KINKS = np.array([[-2.3, -0.4, 0.3], [1.7, 0.9, -1.1]])

TRUE_VALUES = {
    "identity": lambda z: z,
    "sigmoid": special.expit,
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "softplus": lambda z: np.log1p(np.exp(-abs(z))) + np.maximum(z, 0),
    "softmax": lambda z: special.softmax(z, axis=-1),
    "log_softmax": lambda z: special.log_softmax(z, axis=-1),
}


def central(f, x):
    """The gradient by central differences, one element at a time."""
    found = np.zeros_like(x)
    for k in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[k] = STEP
        found[k] = (f(x + step) - f(x - step)) / (2 * STEP)
    return found


# --- activations ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activation_has_its_true_value(name):
    z = np.linspace(-40, 40, 161).reshape(-1, 7)
    np.testing.assert_allclose(ACTIVATIONS[name](z), TRUE_VALUES[name](z), rtol=1e-12, atol=1e-300)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activation_gradient_is_the_slope(name):
    weights = np.array([[0.3, -1.2, 0.7], [0.5, 2.0, -0.1]])

    def projected(z):
        return np.sum(ACTIVATIONS[name](z) * weights)

    slope = grad(projected)(AWAY_FROM_KINKS)
    np.testing.assert_allclose(slope, central(projected, AWAY_FROM_KINKS), rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activation_has_no_overflow_and_keeps_float32(name):
    z = np.array([[-1e3, -1e-30, 0.0, 1e-30, 1e3]], np.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        value = ACTIVATIONS[name](z)
    assert np.isfinite(value).all()
    assert np.asarray(value).dtype == np.float32
    assert np.isfinite(jacobian(lambda x: ACTIVATIONS[name](x))(z)).all()


def test_relu_is_flat_at_zero_and_passes_nan_on():
    assert grad(lambda z: ACTIVATIONS["relu"](z))(0.0) == 0.0
    assert np.isnan(ACTIVATIONS["relu"](np.array(np.nan)))


# --- losses --------------------------------------------------------------------------------------------


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


# --- initialisers --------------------------------------------------------------------------------------

SPREAD = {"gaussian": lambda i, o: 0.01, "he": lambda i, o: np.sqrt(2 / i), "glorot": lambda i, o: np.sqrt(2 / (i + o))}


@pytest.mark.parametrize("name", INITIALISERS)
def test_initialiser_has_mean_zero_and_its_spread(name):
    fan_in, fan_out = 300, 200
    weights = INITIALISERS[name]().draw(np.random.default_rng(1), fan_in, fan_out)
    assert weights.shape == (fan_in, fan_out)
    spread = SPREAD[name](fan_in, fan_out)
    assert abs(weights.mean()) < 4 * spread / np.sqrt(weights.size)
    assert weights.std() == pytest.approx(spread, rel=0.02)
