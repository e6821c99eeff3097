"""Stopping rules on sequences worked by hand, their text and their errors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hagang.errors import ArgumentError
from hagang.stopping import (
    AllOf,
    AnyOf,
    Divergence,
    Epochs,
    GradientBelow,
    Interrupt,
    NoChange,
    Patience,
    Record,
    Steps,
    Time,
    ValueBelow,
    rule,
)


def fired(one, **series):
    """The position in the series at which the rule fires, counted from 1, and its verdict."""
    state = one.start()
    for step, values in enumerate(zip(*series.values(), strict=True), start=1):
        record = Record(step=step, epoch=step, **dict(zip(series, values, strict=True)))
        state, verdict = one.check(state, record)
        if verdict:
            return step, verdict
    return None, None


def test_no_change_counts_from_the_last_change():
    values = [5.0, 4.0, 4.0, 4.0, 3.9, 3.9, 3.9, 3.9]
    assert fired(NoChange(3), value=values)[0] == 8
    assert fired(NoChange(2), value=values)[0] == 4


@given(
    st.lists(st.sampled_from([0.0, 0.5, 1.0, 1.25]), max_size=30), st.integers(1, 5), st.sampled_from([0.0, 0.3, 0.6])
)
def test_no_change_fires_at_the_end_of_the_first_still_stretch(values, steps, tolerance):
    """Found by looking back from every step, where the rule looks ahead from the last change."""
    expected, changed = None, 0
    for k, value in enumerate(values):
        if abs(value - values[changed]) > tolerance:
            changed = k
        if k - changed == steps:
            expected = k + 1
            break
    assert fired(NoChange(steps, tolerance), value=values)[0] == expected


@given(st.lists(st.floats(0, 1), max_size=30), st.integers(1, 5), st.integers(0, 12))
def test_patience_ends_so_many_epochs_after_the_best(losses, count, least):
    expected = None
    for epoch in range(1, len(losses) + 1):
        best = min(range(epoch), key=lambda k: losses[k])
        if epoch - 1 - best >= count and epoch >= least:
            expected = epoch
            break
    assert fired(Patience(count, minimum_epochs=least), validation=losses)[0] == expected


def test_a_slow_drift_is_a_change():
    drift = list(np.arange(20) * 0.4)
    assert fired(NoChange(3, tolerance=1.0), value=drift)[0] is None
    assert fired(NoChange(3, tolerance=1.3), value=drift)[0] == 4


def test_weights_that_lie_still():
    step, verdict = fired(NoChange(2, of="weights"), change=[1.0, 0.0, 0.5, 0.0, 0.0])
    assert step == 5
    assert str(verdict) == "the weights moved not at all for 2 steps, from step 3 to step 5"


def test_values_that_are_not_numbers_are_changes():
    assert fired(NoChange(1), value=[np.inf, np.inf, np.nan, np.nan])[0] is None


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_divergence_at_a_value_that_is_not_finite(value):
    step, verdict = fired(Divergence(), value=[1.0, value])
    assert step == 2
    assert f"the value became {value} at step 2" in str(verdict)
    assert verdict.restore_best


def test_divergence_is_measured_from_the_best_on_the_scale_of_the_run():
    assert fired(Divergence(10), value=[8.0, 1.0, 80.9])[0] is None
    assert fired(Divergence(10), value=[8.0, 1.0, 81.1])[0] == 3
    assert fired(Divergence(10), value=[-8.0, 71.0, 72.5])[0] == 3
    assert fired(Divergence(10), value=[0.0, 9.9, 10.1])[0] == 3
    assert fired(Divergence(0.5), value=[2.0, 2.9, 3.1])[0] == 3


def test_divergence_at_the_first_step_has_no_best():
    assert fired(Divergence(), value=[np.nan])[1].numbers["best"] == np.inf


def test_patience_waits_for_gains_and_epochs():
    losses = [1.0, 0.5, 0.6, 0.7, 0.4, 0.41, 0.42, 0.43]
    assert fired(Patience(2), validation=losses)[0] == 4
    assert fired(Patience(2, minimum_epochs=6), validation=losses)[0] == 7
    assert fired(Patience(3, minimum_gain=0.2), validation=losses)[0] == 5


def test_patience_passes_over_epochs_without_a_measurement():
    assert fired(Patience(2), validation=[1.0, None, None, 1.1, None, 1.2])[0] == 6


def test_patience_names_the_best():
    _, verdict = fired(Patience(2), validation=[1.0, 0.5, 0.6, 0.7])
    assert str(verdict) == (
        "patience: the validation loss has not improved on its best, 0.5 (epoch 2), for 2 evaluations; "
        "it is 0.7 (epoch 4)"
    )
    assert verdict.restore_best
    assert verdict.numbers == {"value": 0.7, "best": 0.5, "best_epoch": 2, "waited": 2, "epoch": 4}


def test_patience_knows_the_best_so_that_it_can_be_kept():
    one, state, best = Steps(9) | Patience(5), None, []
    state = one.start()
    for epoch, loss in enumerate([1.0, 0.5, 0.6, 0.4], start=1):
        state, _ = one.check(state, Record(step=epoch, epoch=epoch, validation=loss))
        best.append(one.is_best(state))
    assert best == [True, True, False, True]
    assert not Patience(restore_best=False).is_best({"best": 1.0, "waited": 0})


def test_the_callback_is_called_once_per_boundary():
    asked = []

    def enough(record):
        asked.append(record.step)
        return record.step == 3

    step, verdict = fired(Interrupt(enough), seconds=[1, 2, 3, 4])
    assert (step, asked) == (3, [1, 2, 3])
    assert str(verdict) == "interrupted (enough) at step 3"


def test_ctrl_c_interrupts():
    _, verdict = fired(Interrupt(), interrupted=[False, True])
    assert str(verdict) == "interrupted (Ctrl-C) at step 2"


def test_of_several_the_first_that_fires_gives_the_reason():
    one = rule("gradient<0.5 | value<2 | steps 9")
    assert fired(one, gradient_norm=[1, 1, 0.9], value=[3, 2, 1.5])[1].rule == ValueBelow(2)


def test_all_must_hold_at_once():
    one = rule("steps 2 & value<1")
    step, verdict = fired(one, value=[0.5, 1.5, 0.25])
    assert step == 3
    assert str(verdict) == "step limit: 3 of 2 steps done, and the value 0.25 fell below 1 at step 3"
    assert verdict.numbers == {"step": 3, "value": 0.25, "threshold": 1}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("gradient<1e-6", GradientBelow(1e-6)),
        ("Gradient < .5", GradientBelow(0.5)),
        ("value<1e-8", ValueBelow(1e-8)),
        ("loss < -2", ValueBelow(-2)),
        ("no-change 20", NoChange(20)),
        ("no-change 20 within 1e-9", NoChange(20, 1e-9)),
        ("no-change 5 of weights", NoChange(5, of="weights")),
        ("steps 1000", Steps(1000)),
        ("epochs 50", Epochs(50)),
        ("time>60s", Time(60)),
        ("time > 1.5 h", Time(5400)),
        ("time>5m", Time(300)),
        ("time>5min", Time(300)),
        ("time>250ms", Time(0.25)),
        ("divergence", Divergence()),
        ("divergence 50", Divergence(50)),
        ("patience 10", Patience(10)),
        ("patience 3 gain 0.01 after 5 keep-last", Patience(3, 0.01, 5, restore_best=False)),
        ("interrupt", Interrupt()),
        ("steps 3 or steps 4 and value<1", AnyOf((Steps(3), AllOf((Steps(4), ValueBelow(1)))))),
        ("(steps 3, steps 4) & value<1", AllOf((AnyOf((Steps(3), Steps(4))), ValueBelow(1)))),
        ("  steps 3|epochs 2 ", AnyOf((Steps(3), Epochs(2)))),
        (["steps 3", Epochs(2)], AnyOf((Steps(3), Epochs(2)))),
        (["steps 3"], Steps(3)),
        ((), AnyOf(())),
        (None, AnyOf(())),
        (Steps(3), Steps(3)),
        (max, Interrupt(max)),
    ],
)
def test_what_is_meant(text, meant):
    assert rule(text) == meant


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (
            lambda: rule("grad<1e-6"),
            r"expected a rule at character 1 of 'grad<1e-6'; known: gradient<1e-6; value<1e-8;",
        ),
        (lambda: rule("steps 3 or or"), "expected a rule at character 12"),
        (lambda: rule("steps 3 or"), "expected a rule at character 11"),
        (lambda: rule("(steps 3"), r"expected '\)' at character 9"),
        (lambda: rule("(steps 3 (steps 4)"), r"expected '\)' at character 10"),
        (lambda: rule("steps 3 (epochs 2)"), "expected 'or' or 'and' at character 9"),
        (lambda: rule(""), "expected a rule at character 1 of ''"),
        (lambda: rule("time>60"), "expected a rule at character 1 of 'time>60'; .*time>60s"),
        (lambda: rule("value>3"), "expected a rule at character 1"),
        (lambda: rule("steps 0"), "Steps: expected count to be an integer at least 1, received count=0"),
        (lambda: rule(3.5), "expected text, a rule or a function of the record, received 3.5; known: gradient<1e-6"),
        (lambda: GradientBelow(0), "GradientBelow: expected threshold to be a finite number above 0, received"),
        (lambda: ValueBelow(float("inf")), "ValueBelow: expected target to be a finite number, received target=inf"),
        (lambda: NoChange(of="loss"), "NoChange: expected of to be 'value' or 'weights', received of='loss'"),
        (lambda: NoChange(2.5), "NoChange: expected steps to be an integer at least 1, received steps=2.5"),
        (lambda: Time(-1), "Time: expected seconds to be a finite number above 0, received seconds=-1"),
        (lambda: Patience(0), "Patience: expected count to be an integer at least 1, received count=0"),
        (
            lambda: Interrupt("stop"),
            "Interrupt: expected callback to be a function of the record, received callback='stop'",
        ),
        (lambda: AnyOf((Steps(1), 3)), "AnyOf: expected stopping rules, received 3; hagang.stopping.rule makes one"),
        (lambda: AllOf(()), "AllOf: expected at least one rule, received none"),
    ],
)
def test_errors_say_what_was_expected(make, text):
    with pytest.raises(ArgumentError, match=text):
        make()
