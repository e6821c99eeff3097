"""Why a run stopped: a sentence that carries a record."""

import copy
import pickle

import numpy as np
import pytest

from hagang.errors import ArgumentError
from hagang.stopping import Interrupt, Record, Rule, StopReason, Verdict, rule


def test_it_is_its_text_and_more():
    reason = StopReason("patience ran out", "patience", "patience 5", {"best": 0.25})
    assert reason == "patience ran out"
    assert f"{reason}!" == "patience ran out!"
    assert (reason.kind, reason.rule, dict(reason.numbers)) == ("patience", "patience 5", {"best": 0.25})


@pytest.mark.parametrize(
    "go", [copy.copy, copy.deepcopy, lambda r: pickle.loads(pickle.dumps(r)), lambda r: StopReason.of_json(r.to_json())]
)
def test_it_survives_copies_pickles_and_json(go):
    reason = StopReason("loss", "divergence", "", {"loss": np.float32(2.5), "step": np.int64(7)})
    again = go(reason)
    assert type(again) is StopReason
    assert again.to_json() == {"text": "loss", "kind": "divergence", "rule": "", "numbers": {"loss": 2.5, "step": 7}}
    assert [type(number) for number in again.numbers.values()] == [float, int]


def test_it_does_not_change():
    reason = StopReason("x", "time")
    with pytest.raises(AttributeError, match="a StopReason does not change"):
        reason.kind = "steps"
    with pytest.raises(TypeError):
        reason.numbers["x"] = 1


def test_an_unknown_kind_is_refused():
    with pytest.raises(ArgumentError, match=r"expected kind to be one of epochs, steps, .* received 'tired'"):
        StopReason("x", "tired")


@pytest.mark.parametrize(
    ("text", "record", "kind"),
    [
        ("steps 3", Record(step=3), "steps"),
        ("epochs 3", Record(epoch=3), "epochs"),
        ("time>1s", Record(seconds=2.0), "time"),
        ("value<1", Record(step=1, value=0.5), "threshold"),
        ("gradient<1", Record(step=1, gradient_norm=0.5), "threshold"),
        ("value<1 or steps 9", Record(step=1, value=0.5), "threshold"),
        ("value<1 and steps 1", Record(step=1, value=0.5), "all_of"),
    ],
)
def test_each_rule_gives_its_kind(text, record, kind):
    stop = rule(text)
    _, verdict = stop.check(stop.start(), record)
    assert verdict.reason.kind == kind
    assert verdict.reason == str(verdict)
    assert verdict.reason.rule in text.replace("1s", "1s")


def test_ctrl_c_is_an_interruption_and_a_function_a_callback():
    stop = Interrupt(lambda record: "enough")
    assert stop.check(stop.start(), Record(step=1))[1].reason.kind == "callback"
    assert stop.check(stop.start(), Record(step=1, interrupted=True))[1].reason.kind == "interrupted"


def test_a_rule_of_ones_own_is_custom():
    class Full(Rule):
        reads = ("step",)

        def holds(self, state, record):
            return True

        def verdict(self, state, record):
            return Verdict(self, "full")

    assert Full().check({}, Record(step=1))[1].reason.kind == "custom"
