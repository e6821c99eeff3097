"""A network in numbers."""

from dataclasses import replace

import pytest

import hagang as hg
from hagang.errors import ArgumentError, ShapeError
from hagang.nn import BatchNorm, Dense, Dropout, Embedding, Network, Residual


def test_parameters_buffers_and_arithmetic_by_hand():
    net = Network([Dense(4, "relu"), Dropout(0.5), Residual([Dense(4, bias=False), BatchNorm()]), Dense(2)])
    first, dropped, block, last = net.summary((3,)).layers
    # 3·4 weights and 4 biases; two operations a weight, one a bias, and two for ReLU: a comparison and a choice
    assert (first.dims, first.parameters, first.flops) == ((4,), 16, 2 * 12 + 4 + 2 * 4)
    assert (dropped.parameters, dropped.flops) == (0, 0)
    # 4·4 weights, scale and offset; less the mean, times one factor, plus the offset, and the sum at the end
    assert (block.parameters, block.buffers, block.flops) == (16 + 8, 8, 2 * 16 + 3 * 4 + 4)
    assert (last.dims, last.parameters, last.flops) == ((2,), 10, 2 * 8 + 2)


def test_totals_are_those_of_the_arrays():
    net = Network([Embedding([5, 3], widths=[2, 1]), Dense(4, "gelu"), Dense(2)])
    summary = net.summary((4,))
    assert summary.parameters == 5 * 2 + 3 + (5 * 4 + 4) + (4 * 2 + 2)
    assert summary.buffers == 0
    assert summary.flops == sum(layer.flops for layer in summary.layers)
    assert "buffers" not in str(summary)


def test_it_prints_as_a_table():
    lines = str(Network([Dense(1000), BatchNorm()]).summary((10,))).splitlines()
    assert lines[0].split() == ["path", "layer", "output", "parameters", "buffers", "FLOPs", "per", "row"]
    assert lines[1].split() == ["layers.0", "1000", "(1000,)", "11,000", "0", "21,000"]
    assert lines[3].split() == ["13,000", "2,000", "24,000"]


def test_a_trained_network_knows_its_inputs(small_run):
    assert small_run.network.summary().layers[0].parameters == 2 * 3 + 3


@pytest.fixture
def small_run():
    return hg.fit(Network([Dense(3), Dense(2)]), ([[0.0, 1.0], [1.0, 0.0]], [0, 1]), epochs=1)


def test_errors_name_layer_and_shapes(small_run):
    with pytest.raises(ShapeError, match=r"layers\.0: Dense\(3\): expected rows of one axis"):
        Network([Dense(3)]).summary((2, 2))
    with pytest.raises(ArgumentError, match="expected a model whose layers are known"):
        replace(small_run.network, network=None).summary()
