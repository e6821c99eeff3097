"""Hand-worked sequences, names and error texts of the schedules."""

import numpy as np
import pytest

from hagang import schedules as hs
from hagang.errors import ArgumentError


def test_a_sequence_gives_each_part_the_length_of_its_turn():
    joined = hs.Joined((hs.Linear(0.0, 1.0), hs.Linear()), (4,)).bind(8)
    np.testing.assert_allclose(joined.preview(9), [0, 0.25, 0.5, 0.75, 1, 0.75, 0.5, 0.25, 0])


def test_a_warm_up_leads_to_where_the_next_begins():
    warm = hs.Warmup(hs.ConstantRate(0.5), steps=4, start=0.0)
    np.testing.assert_allclose(warm.preview(6), [0, 0.125, 0.25, 0.375, 0.5, 0.5])


def test_a_warm_up_of_open_length_takes_a_twentieth():
    assert hs.Warmup(hs.Cosine()).bind(1000) == hs.Warmup(hs.Cosine(total=950), steps=50)
    assert hs.Warmup(hs.Cosine()).bind(3).steps == 1


def test_epochs_that_do_not_fill_the_run_count_as_whole():
    assert hs.PerEpoch(hs.Linear()).bind(25, 10) == hs.PerEpoch(hs.Linear(total=3), 10)


def test_a_schedule_of_epochs_in_a_run_of_steps():
    mixed = hs.Joined((hs.ConstantRate(0.5), hs.PerEpoch(hs.StepDecay(1, 0.1))), (2,)).bind(6, 2)
    np.testing.assert_allclose(mixed.preview(6), [0.5, 0.5, 1, 1, 0.1, 0.1])


def test_three_phases_come_down_as_they_went_up():
    factors = hs.OneCycle(0.4, "linear", three_phase=True, division=4, final_division=10, total=10).preview(10)
    np.testing.assert_allclose(factors, [0.25, 0.5, 0.75, 1, 0.75, 0.5, 0.25, 0.175, 0.1, 0.025])


def test_a_plateau_waits_falls_and_cools():
    plateau, levels = hs.Plateau(gamma=0.5, patience=1, cooldown=2, minimum=0.2), []
    for value in (5, 5, 5, 5, 5, 5, 5, 4, 4, 4, 4):
        plateau = plateau.observe(value)
        levels.append(plateau.state.level)
    assert levels == [1, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 0.2]
    assert plateau.state.best == 4


def test_a_plateau_of_scores_wants_them_higher_by_the_threshold():
    plateau = hs.Plateau(patience=0, threshold=0.1, threshold_mode="abs", mode="max").observe(0.5)
    assert plateau.observe(0.55).state.level == 0.1
    assert plateau.observe(0.65).state.best == 0.65


def test_a_value_that_is_not_finite_is_no_gain():
    plateau = hs.Plateau(patience=0).observe(float("nan"))
    assert plateau.state.best is None
    assert plateau.state.level == 0.1


def test_a_plateau_inside_others_hears_too():
    mixed = hs.Warmup(hs.PerEpoch(hs.Plateau(patience=0) * 0.5), steps=2).bind(10, 2)
    heard = mixed.observe(1.0).observe(1.0)
    np.testing.assert_allclose(heard(np.array([5, 9])), 0.05)
    np.testing.assert_allclose(mixed(np.array([5, 9])), 0.5)


def test_names_and_their_fields():
    assert hs.schedule("cosine") == hs.Cosine()
    assert hs.schedule("MultiStepDecay((3, 5), gamma=0.5)") == hs.MultiStepDecay((3, 5), 0.5)
    assert hs.schedule("multistep(3)") == hs.MultiStepDecay((3,))
    assert hs.schedule("cosineRESTARTS(50)") == hs.CosineRestarts(50)
    assert hs.schedule("OneCycle(anneal='linear', three_phase=True)") == hs.OneCycle(anneal="linear", three_phase=True)
    assert hs.schedule("warmup-StepDecay(5)") == hs.Warmup(hs.StepDecay(5))
    assert hs.schedule("cosine", unit="epoch") == hs.PerEpoch(hs.Cosine())
    assert hs.schedule(None) == hs.ConstantRate()
    assert hs.schedule(hs.Cosine()) == hs.Cosine()
    assert hs.schedule(lambda step: 1 / (step + 1)).preview(2).tolist() == [1, 0.5]


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: hs.schedule("cosin"), "expected a known name at character 1 of 'cosin'; did you mean 'cosine'"),
        (lambda: hs.schedule(""), "expected a name or a call at character 1 of ''; known: constant, linear"),
        (lambda: hs.schedule(3), "expected a name, a Schedule or a function of the step, received 3"),
        (
            lambda: hs.schedule("step"),
            r"missing a required argument: 'step_size'; expected step\(step_size, gamma=0.1\)",
        ),
        (lambda: hs.schedule("StepDecay(size=3)"), "unexpected keyword argument 'size'|missing a required argument"),
        (lambda: hs.schedule("StepDecay('many')"), "step_size to be an integer at least 1, received step_size='many'"),
        (lambda: hs.schedule("cosine", unit="hour"), "expected unit 'step' or 'epoch', received 'hour'"),
        (lambda: hs.Cosine(end=-1), "Cosine: expected end to be a finite number at least 0, received end=-1"),
        (lambda: hs.Cosine(total=0), "Cosine: expected total to be an integer at least 1, received total=0"),
        (lambda: hs.Linear(start=float("nan")), "Linear: expected start to be a finite number at least 0"),
        (lambda: hs.Exponential(True), "Exponential: expected gamma to be a finite number above 0"),
        (
            lambda: hs.MultiStepDecay((3, 3)),
            r"expected milestones to be increasing step numbers.*received \(3, 3\)",
        ),
        (lambda: hs.OneCycle(anneal="cos"), "expected anneal to be 'cosine' or 'linear', received anneal='cos'"),
        (lambda: hs.OneCycle(0.6, three_phase=True), "expected warmup to be a finite number above 0 and at most 0.5"),
        (lambda: hs.Cyclical(mode="up"), "expected mode to be 'triangular' or 'triangular2' or 'exp_range'"),
        (lambda: hs.Plateau(gamma=1), "Plateau: expected gamma to be a finite number above 0 and below 1"),
        (lambda: hs.Joined((hs.Cosine(),), (3,)), "expected one milestone fewer than schedules, received 1 schedules"),
        (lambda: hs.Joined((hs.Cosine(), 0.5), (3,)), "Joined: expected a Schedule, received 0.5"),
        (lambda: hs.Warmup("cosine"), "Warmup: expected a Schedule, received 'cosine'"),
        (lambda: hs.Function(0.5), "expected a function of the step, received 0.5"),
        (lambda: hs.Function(lambda step: -1.0)(3), "expected a finite factor of 0 or more at step 3, received"),
        (lambda: hs.Function(lambda step: [1, 2])(3), "expected a finite factor of 0 or more at step 3, received"),
    ],
)
def test_errors_say_what_was_expected(make, text):
    with pytest.raises(ArgumentError, match=text):
        make()
