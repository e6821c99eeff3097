"""Layers and networks."""

import numpy as np
import pytest

from hagang.derivatives import grad
from hagang.errors import ArgumentError, ShapeError
from hagang.nn import (
    Activation,
    Dense,
    Forward,
    Gaussian,
    Glorot,
    He,
    Huber,
    LeakyReLU,
    LeCun,
    Network,
    PReLU,
    activation,
    initialiser,
    loss,
)
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
    assert initialiser_for(LeakyReLU(0.2)) == He(slope=0.2)
    assert initialiser_for("selu") == LeCun()
    assert initialiser_for(np.sin) == Glorot()
    weights = Network([Dense(50, "relu", initialiser=Gaussian(0.5))]).init((40,))["layers"][0]["weights"]
    assert weights.std() == pytest.approx(0.5, rel=0.1)


@pytest.mark.parametrize(
    ("make", "error", "text"),
    [
        (lambda: Dense(0), ArgumentError, "whole number of at least 1, received units=0"),
        (lambda: Dense(2.5), ArgumentError, "received units=2.5"),
        (lambda: Dense(3, "rleu"), ArgumentError, "activation: expected a known name at .*; did you mean 'relu'"),
        (
            lambda: Dense(3, initialiser="xavier"),
            ArgumentError,
            "'xavier'; known: he, glorot, lecun",
        ),
        (lambda: Network([]), ArgumentError, "at least one layer"),
        (lambda: Network([Dense]), ArgumentError, r"write Dense\(\.\.\.\)"),
        (lambda: Network([3]), ArgumentError, "expected layers, names of activations or functions, received 3"),
        (lambda: Network([Dense(2)]).init((28, 28)), ShapeError, r"layers\.0: Dense\(2\): expected rows of one axis"),
        (lambda: Gaussian(-1.0), ArgumentError, "std to be a finite number at least 0, received std=-1.0"),
        (lambda: activation("swoosh"), ArgumentError, "known: identity, relu, relu6, leaky_relu"),
        (lambda: initialiser("zeros!"), ArgumentError, "init: expected a name or a call at"),
        (lambda: activation(3), ArgumentError, "activation: expected one of .*, received 3"),
        (lambda: activation(LeakyReLU), ArgumentError, "received <class .*LeakyReLU"),
        (lambda: activation("LeakyReLU(slop=1)"), ArgumentError, r"expected LeakyReLU\(slope=0.01\)"),
        (lambda: activation("ELU(alpha=0)"), ArgumentError, "ELU: expected alpha to be .* above 0, received alpha=0"),
        (lambda: initialiser(3), ArgumentError, "init: expected one of he, .*, received 3"),
        (lambda: initialiser("He(distribution='cauchy')"), ArgumentError, "'normal' or 'uniform', received .*cauchy"),
        (
            lambda: Network([Dense(3, "glu")]).out_dims((2,)),
            ShapeError,
            r"layers\.0: glu: expected an even number",
        ),
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


def test_an_activation_may_leave_fewer_outputs():
    net = Network([Dense(12, "glu"), "glu", Dense(2)])
    assert [w["weights"].shape for w in net.init((4,))["layers"] if w] == [(4, 12), (3, 2)]
    assert net.out_dims((4,)) == (2,)


def test_activations_that_learn_go_by_their_name_in_a_list():
    net = Network([Dense(3), "prelu", Dense(2), "PReLU(slope=0.5, per_feature=True)", "LeakyReLU(slope=0.1)"])
    assert net.layers[1::2] == (PReLU(), PReLU(slope=0.5, per_feature=True))
    assert net.layers[4] == Activation("LeakyReLU(slope=0.1)")
    assert PReLU(slope=0.5).suits == He(slope=0.5)


def test_prelu_learns_one_slope_or_one_a_feature():
    z = np.array([[-2.0, 3.0, 0.0]])
    generator = np.random.default_rng(0)
    for layer, shape in ((PReLU(), ()), (PReLU(slope=0.5, per_feature=True), (3,))):
        params = layer.init((3,), generator)
        assert params["slope"].shape == shape
        np.testing.assert_array_equal(layer.apply(params, z, Forward()), [[-2.0 * layer.slope, 3.0, 0.0]])
        # z a for z <= 0: the slope's gradient is -2 where it was used, and a itself at 0
        slope = grad(lambda p, layer=layer: np.sum(layer.apply(p, z, Forward())))(params)["slope"]
        np.testing.assert_array_equal(slope, -2.0 if shape == () else [-2.0, 0.0, 0.0])
        assert grad(lambda x, layer=layer, p=params: np.sum(layer.apply(p, x, Forward())))(z)[0, 2] == layer.slope
