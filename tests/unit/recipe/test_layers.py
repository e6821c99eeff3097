"""The layers that a recipe makes, by hand."""

import pytest

from hagang.errors import ArgumentError
from hagang.nn import Activation, BatchNorm, Dense, Dropout, Gaussian, He, PReLU, Residual, RMSNorm
from hagang.recipe.layers import block, hidden_layers, input_layers, network


@pytest.mark.parametrize(
    ("options", "layers"),
    [
        ({}, [Dense(5, "tanh")]),
        ({"dropout": 0.2}, [Dense(5, "tanh"), Dropout(0.2)]),
        (
            {"norm": "batch", "initialiser": "he"},
            [Dense(5, bias=False, initialiser=He()), BatchNorm(), Activation("tanh")],
        ),
    ],
    ids=["plain", "dropout", "norm"],
)
def test_a_block(options, layers):
    assert block(5, "tanh", **options) == layers


def test_an_activation_that_learns_is_a_layer_of_its_own():
    dense, activation = block(5, "prelu")
    assert (dense.activation, activation, dense.initialiser) == ("identity", PReLU(), PReLU().suits)


@pytest.mark.parametrize("norm", ["batch", "layer", "rms"])
def test_no_bias_under_a_normalisation(norm):
    shapes = network([], block(5, norm=norm), 2).init((3,), 0)["layers"]
    assert "bias" not in shapes[0]
    assert "bias" in shapes[-1]


def test_an_unknown_normalisation_is_named():
    with pytest.raises(ArgumentError, match=r"norm: expected one of none, batch, layer, rms, received 'group'"):
        block(5, norm="group")


def test_only_blocks_of_equal_width_are_residual():
    layers = hidden_layers([4, 4, 3], residual=True, norm="rms")
    assert [type(layer) for layer in layers] == [Dense, RMSNorm, Activation, Residual, Dense, RMSNorm, Activation]


def test_outputs_begin_near_zero_unless_asked_otherwise():
    assert network(input_layers(), [], 2).layers[-1].initialiser == "Gaussian(std=0.01)"
    assert network([], [], 2, Gaussian(0.5)).layers[-1].initialiser == Gaussian(0.5)
