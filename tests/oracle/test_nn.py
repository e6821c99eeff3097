"""Activations and losses beside PyTorch's: stored numbers, and PyTorch itself where installed."""

import json

import numpy as np
import pytest
from tests.oracle import make_nn as peers

from hagang.derivatives import value_and_grad
from hagang.nn import activation, loss

COARSE = {"hard_sigmoid": 1e-8}
"""PyTorch's gradient here holds its sixth in float32, for float64 too."""
STORED = json.loads(peers.STORED.read_text())


def ours(name):
    """The value, and the gradient of its sum."""
    if name in peers.LOSSES:
        _, output, target = peers.LOSSES[name]
        return value_and_grad(lambda z: loss(name)(z, target))(output)
    f, points = activation(name), peers.POINTS if name in peers.ACTIVATIONS else peers.ROWS
    return f(points), value_and_grad(lambda z: np.sum(f(z)))(points)[1]


def check(name, told):
    for got, wanted in zip(ours(name), told, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=2e-13, atol=COARSE.get(name, 1e-15))


def test_what_is_stored_is_what_is_compared():
    assert STORED.keys() == {*peers.ACTIVATIONS, *peers.ALONG_ROWS, *peers.LOSSES}


@pytest.mark.parametrize("name", STORED)
def test_it_equals_the_stored_numbers(name):
    check(name, STORED[name])


def test_they_equal_pytorch():
    pytest.importorskip("torch", exc_type=ImportError)
    for name, told in peers.from_torch().items():
        check(name, told)
