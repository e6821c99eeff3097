"""The optimiser as wrapped by default, and as asked."""

import pytest

from hagang.optim import (
    SGD,
    Adam,
    ClipByNorm,
    DecoupledWeightDecay,
    ExponentialAverage,
    L1Penalty,
    MaxNorm,
    PolyakAverage,
    WeightDecay,
)
from hagang.recipe.defaults import EMA_START, WEIGHT_DECAY
from hagang.recipe.descent import descent


@pytest.mark.parametrize(
    ("options", "rule"),
    [
        ({}, ExponentialAverage(DecoupledWeightDecay(Adam(), WEIGHT_DECAY), 0.99, start=EMA_START)),
        ({"ema_decay": 0}, DecoupledWeightDecay(Adam(), WEIGHT_DECAY)),
        ({"ema_decay": 0, "weight_decay": 0}, Adam()),
        ({"ema_decay": 0, "optimizer": "sgd"}, SGD()),
        ({"optimizer": PolyakAverage(SGD())}, PolyakAverage(SGD())),
    ],
    ids=["default", "no average", "plain", "sgd", "averaged already"],
)
def test_decay_and_averaging_by_default(options, rule):
    assert descent(**options) == rule


def test_a_penalty_takes_the_place_of_weight_decay():
    assert "Decoupled" not in repr(descent(l2=1e-4))
    assert "Decoupled" in repr(descent(l2=1e-4, weight_decay=0.1))


def test_what_wraps_what():
    rule = descent("sgd", weight_decay=0.1, l1=0.2, l2=0.3, clip_norm=1.0, max_norm=2.0)
    penalised = L1Penalty(WeightDecay(DecoupledWeightDecay(SGD(), 0.1), 0.3), 0.2)
    assert rule == ExponentialAverage(MaxNorm(ClipByNorm(penalised, 1.0), 2.0), 0.99, start=EMA_START)
