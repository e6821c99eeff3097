"""Layers and networks."""

import numpy as np
import pytest

from hagang.errors import ArgumentError, ShapeError
from hagang.nn import Activation, Dense, Forward, Gaussian, Glorot, He, Huber, Network, activation, initialiser, loss
from hagang.nn.initialisers import initialiser_for


def test_a_dense_layer_by_hand():
    layer = Dense(2, "relu")
    params = {"weights": np.array([[1.0, -1.0], [2.0, 0.5]]), "bias": np.array([0.5, 0.5])}
    # (1, 2) W + b = (1 + 4 + 0.5, -1 + 1 + 0.5)
    np.testing.assert_array_equal(layer.apply(params, np.array([[1.0, 2.0]]), Forward()), [[5.5, 0.5]])


def test_strings_and_functions_are_activations():
    net = Network([Dense(3), "tanh", Dense(2), np.sin])
    assert net.layers[1] == Activation("tanh")
    assert net.layers[3] == Activation(np.sin)
    assert net.out_dims((7,)) == (2,)


def test_each_layer_draws_from_a_stream_of_its_own():
    small, large = Network([Dense(3), Dense(2)]), Network([Dense(3), Dense(2), Dense(4)])
    a, b = small.init((5,), seed=3), large.init((5,), seed=3)
    np.testing.assert_array_equal(a["layers"][1]["weights"], b["layers"][1]["weights"])
    assert not np.array_equal(a["layers"][0]["weights"], small.init((5,), seed=4)["layers"][0]["weights"])


def test_layers_without_bias_have_none():
    assert list(Network([Dense(3, bias=False)]).init((2,))["layers"][0]) == ["weights"]


def test_the_initialiser_follows_the_activation():
    assert initialiser_for("relu") == He()
    assert initialiser_for("tanh") == Glorot()
    weights = Network([Dense(50, "relu", initialiser=Gaussian(0.5))]).init((40,))["layers"][0]["weights"]
    assert weights.std() == pytest.approx(0.5, rel=0.1)


@pytest.mark.parametrize(
    ("make", "error", "text"),
    [
        (lambda: Dense(0), ArgumentError, "whole number of at least 1, received units=0"),
        (lambda: Dense(2.5), ArgumentError, "received units=2.5"),
        (lambda: Dense(3, "rleu"), ArgumentError, "activation: expected one of identity, .*received 'rleu'"),
        (lambda: Dense(3, initialiser="xavier"), ArgumentError, "init: expected one of gaussian, he, glorot"),
        (lambda: Network([]), ArgumentError, "at least one layer"),
        (lambda: Network([Dense]), ArgumentError, r"write Dense\(\.\.\.\)"),
        (lambda: Network([3]), ArgumentError, "expected layers, names of activations or functions, received 3"),
        (lambda: Network([Dense(2)]).init((28, 28)), ShapeError, r"layers\.0: Dense\(2\): expected rows of one axis"),
        (lambda: Gaussian(-1.0), ArgumentError, "finite std of at least 0, received std=-1.0"),
        (lambda: activation("swoosh"), ArgumentError, "received 'swoosh'"),
        (lambda: initialiser("zeros!"), ArgumentError, "received 'zeros!'"),
        (lambda: loss("hubert"), ArgumentError, "did you mean 'huber'"),
        (
            lambda: loss("Huber(delta=0)"),
            ArgumentError,
            "expected delta to be a finite number above 0, received",
        ),
        (lambda: loss("Quantile(q=1)"), ArgumentError, "above 0 and below 1, received q=1"),
        (lambda: loss(3), ArgumentError, r"loss: expected one of .*, received 3"),
        (lambda: loss(Huber), ArgumentError, r"received <class .*Huber"),
        (lambda: loss("mse"), ArgumentError, "loss: expected a known name at .*'mse'; known: residual_sum_of_squares"),
    ],
)
def test_errors_name_what_is_wrong(make, error, text):
    with pytest.raises(error, match=text):
        make()
