"""Networks that do not suit their data are said to before training."""

import pytest

import hagang as hg
from hagang.data import prepare
from hagang.training import network_findings


def told(network, ready):
    return [str(finding) for finding in network_findings(network, ready)]


def test_far_more_weights_than_rows():
    (said,) = told(hg.Network([hg.Dense(2000), hg.Dense(20), hg.Dense(3)]), prepare("iris"))
    assert said.startswith("the network has 50,083 weights for 104 training rows: it can learn them by heart")


@pytest.mark.parametrize(
    ("activation", "said"), [("sigmoid", "gives 0 to 1"), ("tanh", "-1 to 1"), ("relu", "0 to inf")]
)
def test_a_target_that_the_last_layer_cannot_give(activation, said):
    (text,) = told(hg.Network([hg.Dense(1, activation)]), prepare("diabetes"))
    assert said in text
    assert text.endswith("it cannot be reached; end with Dense(1)")


def test_usual_networks_are_not_spoken_of():
    assert told(hg.Network([hg.Dense(100, "relu"), hg.Dense(1)]), prepare("diabetes")) == []
    assert told(hg.Network([hg.Dense(3, "tanh")]), prepare("iris")) == []
