"""Pictures of the flow: three panels, a line for each network."""

import numpy as np
import pytest

import hagang as hg
from hagang.measure import gradient_flow
from hagang.view import plot_gradient_flow


@pytest.fixture(scope="module")
def flow():
    X = np.random.default_rng(0).normal(size=(30, 4))
    return gradient_flow(hg.Network([hg.Dense(6, "sigmoid")] * 3 + [hg.Dense(1)]), (X, X[:, :1]))


def test_gradient_spread_and_flat_places_by_layer(flow):
    back, forth, flat = plot_gradient_flow(flow).panels
    assert [panel.y.label for panel in (back, forth, flat)] == [
        "gradient (RMS)",
        "activation (std)",
        "saturated (share)",
    ]
    assert (back.y.scale, back.x.label) == ("log", "layer, from the input")
    np.testing.assert_array_equal(back.marks[0].x, [1, 2, 3, 4])
    np.testing.assert_array_equal(back.marks[0].y, [layer.gradient for layer in flow.layers])


def test_several_networks_and_a_quarter_a_layer(flow):
    back, *_ = plot_gradient_flow({"one": flow, "two": flow}, quarter=True).panels
    assert [line.label for line in back.marks] == ["one", "two", "¼ per layer"]
    np.testing.assert_allclose(back.marks[2].y[:-1] / back.marks[2].y[1:], 0.25)


def test_no_flow_is_told():
    with pytest.raises(hg.ArgumentError, match="flows: expected at least one flow with layers, received 0"):
        plot_gradient_flow({})
