"""Pictures of a training: which panels, which lines, what is marked."""

import re
from dataclasses import replace

import numpy as np
import pytest
from tests.unit.small import blobs

from hagang.errors import ArgumentError
from hagang.nn import Dense, Network
from hagang.runs import fit
from hagang.training.events import EpochEnd
from hagang.training.history import History
from hagang.training.steering import Change
from hagang.training.timeline import jumps, timeline
from hagang.view import (
    plot_calibration,
    plot_comparison,
    plot_confusion,
    plot_regions,
    plot_residuals,
    plot_training,
    plot_weights,
)
from hagang.view.marks import Image, Line, Points, ReferenceLine, Regions


def network(outputs=3):
    return Network([Dense(6, "tanh"), Dense(outputs)])


@pytest.fixture(scope="module")
def classes():
    return fit(network(), blobs(90), lr=0.05, epochs=12, validation=0.3, schedule="Step(16, gamma=0.1)")


@pytest.fixture(scope="module")
def quantity():
    x, y = blobs(90)
    return fit(network(1), (x, x[:, 0] * 10.0 + y), lr=0.05, epochs=5, validation=0.3)


def of(panel, kind):
    return [mark for mark in panel.marks if isinstance(mark, kind)]


def test_a_training_is_loss_metric_gradient_and_rate(classes):
    picture = plot_training(classes)
    assert [panel.y.label for panel in picture.panels] == ["loss", "accuracy", "gradient norm", "learning rate"]
    assert {panel.x.label for panel in picture.panels} == {"epoch"}
    training, validation = of(picture.panels[0], Line)
    assert (training.label, validation.label) == ("training", "validation")
    assert list(training.y) == classes.history.losses
    assert list(validation.y) == classes.history.validation_losses
    (best,) = of(picture.panels[0], Points)
    assert best.x == [classes.history.epochs[int(np.argmin(classes.history.validation_losses))].epoch]
    assert picture.title.endswith("ended after epoch 12 by epoch limit")
    (rate,) = of(picture.panels[3], Line)
    np.testing.assert_array_equal(rate.y, classes.history.step_rates)


def test_cuts_of_the_rate_are_marked_where_they_were(classes):
    cuts = of(plot_training(classes).panels[3], ReferenceLine)
    assert (len(cuts), cuts[0].at, cuts[0].label) == (2, 4.0, "rate 0.05 → 0.005")
    assert [level.label for level in of(plot_training(classes).panels[0], ReferenceLine)] == ["", ""]


def test_without_validation_there_is_no_metric():
    run = fit(network(), blobs(90), epochs=2)
    panels = plot_training(run).panels
    assert [panel.y.label for panel in panels] == ["loss", "gradient norm", "learning rate"]
    assert [line.label for line in of(panels[0], Line)] == ["training"]
    assert of(panels[0], Points) == []


def test_errors_are_in_the_unit_of_the_target():
    from hagang.data import prepare

    data = prepare("diabetes")
    run = fit(network(1), data, epochs=3)
    panel = plot_training(run).panels[1]
    assert panel.y.label == "rmse (in units of the target)"
    np.testing.assert_allclose(panel.marks[0].y[-1], run.history.epochs[-1].metrics["rmse"] * data.target.scale)


def test_runs_are_compared_by_what_is_watched(classes, quantity):
    (panel,) = plot_comparison([classes, quantity]).panels
    lines = of(panel, Line)
    assert [(line.faint, line.label) for line in lines] == [
        (True, ""),
        (False, "arrays"),
        (True, ""),
        (False, "arrays"),
    ]
    assert list(lines[1].y) == classes.history.validation_losses


def test_confusion_counts_rows(classes):
    (panel,) = plot_confusion(classes).panels
    (image,) = of(panel, Image)
    counts = np.array([[int(text or 0) for text in row] for row in image.texts])
    assert counts.sum() == len(classes.outcomes) == 27
    by_hand = np.zeros((3, 3), int)
    for true, told in zip(classes.outcomes.target, classes.outcomes.output.argmax(1), strict=True):
        by_hand[true, told] += 1
    np.testing.assert_array_equal(counts, by_hand)
    np.testing.assert_allclose(image.values.sum(axis=1), 1.0)
    assert (panel.x.label, panel.y.label, panel.x.names) == ("predicted class", "true class", ["0", "1", "2"])


def test_words_on_an_image_do_not_turn_in_the_dark(classes):
    """The colours of an image stay where a browser asks for dark ones, and so must the words on them."""
    svg = plot_confusion(classes).svg()
    texts = re.findall(r"<text style=\"[^\"]*fill: (#[0-9a-f]{6})[^\"]*\"[^>]*>(\d+)</text>", svg)
    assert {colour for colour, word in texts} & {"#fdfdfd", "#232323"}
    turned = set(re.findall(r"fill: (#[0-9a-f]{6})\"\]", svg[: svg.index("</style>")]))
    assert turned.isdisjoint({"#fdfdfd", "#232323"})


def test_calibration_by_hand(classes):
    output = np.array([[0.9, 0.1], [0.85, 0.15], [0.65, 0.35], [0.1, 0.9]])
    run = replace(classes, outcomes=replace(classes.outcomes, target=np.array([0, 0, 1, 1]), output=output))
    upper, lower = plot_calibration(run).panels
    diagonal, line = of(upper, Line)
    assert (diagonal.label, line.label) == ("perfect", "validation rows")
    np.testing.assert_allclose(line.x, [0.125, 0.35, 0.9])
    np.testing.assert_allclose(line.y, [0.0, 1.0, 1.0])
    assert list(lower.marks[0].values) == [0, 2, 0, 1, 0, 0, 0, 0, 0, 1]
    # (2 * 0.125 + 0.65 + 0.1) / 4
    assert plot_calibration(run).title == "Calibration error 0.250"


def test_residuals_are_true_minus_predicted(quantity):
    left, right = plot_residuals(quantity).panels
    outcomes = quantity.outcomes
    (points,) = of(right, Points)
    np.testing.assert_allclose(points.y, (outcomes.target - outcomes.output)[:, 0])
    assert left.x.label == "predicted target"
    assert [mark.label for mark in left.marks] == ["perfect", "validation rows"]


def test_regions_are_the_class_of_each_point(classes):
    (panel,) = plot_regions(classes).panels
    (regions,) = of(panel, Regions)
    row, column = 40, 100
    at = np.array([[regions.x[column], regions.y[row]]], np.float32)
    assert classes.network.predict(at)[0] == regions.z[row, column]
    assert [points.label for points in of(panel, Points)] == ["0", "1", "2"]


def test_weights_of_a_table_are_inputs_by_units(classes):
    (panel,) = plot_weights(classes).panels
    (image,) = of(panel, Image)
    weights = classes.network.weights["layers.0.weights"]
    assert image.values.shape == weights.shape == (2, 6)
    norms = np.linalg.norm(image.values, axis=0)
    assert (np.diff(norms) <= 0).all()
    assert plot_weights(classes.network).title == "Weights into the 6 units of the first layer, the largest first"


def test_weights_of_images_are_images(tmp_path):
    from hagang.data import prepare

    rng = np.random.default_rng(0)
    images = rng.integers(0, 255, (60, 5, 4)).astype(np.uint8)
    np.savez(tmp_path / "images.npz", x=images, y=np.arange(60) % 2)
    run = fit(network(2), prepare(tmp_path / "images.npz"), epochs=1)
    (panel,) = plot_weights(run).panels
    (image,) = of(panel, Image)
    assert panel.bare
    assert image.values.shape == (2 * 6 - 1, 3 * 5 - 1)
    assert np.isnan(image.values[5]).all()
    weights = run.network.weights["layers.0.weights"]
    strongest = weights[:, np.linalg.norm(weights, axis=0).argmax()].reshape(5, 4)
    np.testing.assert_array_equal(image.values[:5, :4], strongest)


def test_pictures_say_what_they_need(classes, quantity):
    with pytest.raises(ArgumentError, match="expected one that predicts quantities, 'arrays' predicts classes"):
        plot_residuals(classes)
    with pytest.raises(ArgumentError, match="expected one that predicts classes, 'arrays' predicts quantities"):
        plot_confusion(quantity)
    with pytest.raises(ArgumentError, match="expected one with predictions on held-out rows"):
        plot_confusion(fit(network(), blobs(90), epochs=1))
    x, y = blobs(90)
    with pytest.raises(ArgumentError, match="expected a network with two inputs, 'arrays' has 4"):
        plot_regions(fit(network(), (np.hstack([x, x]), y), epochs=1, validation=0.3))


def test_they_are_drawn(classes, quantity, tmp_path):
    pictures = [plot_training(classes), plot_confusion(classes), plot_calibration(classes), plot_regions(classes)]
    pictures += [plot_weights(classes), plot_residuals(quantity), plot_comparison([classes, quantity])]
    for picture in pictures:
        picture.save(tmp_path / "picture.png", "dark")
        assert (tmp_path / "picture.png").stat().st_size > 5000


# --- what happened -------------------------------------------------------------------------------------


def history(rates, epochs=4, changes=()):
    steps = len(rates) // epochs
    ends = [
        EpochEnd(k, k * steps, 1.0, 1.0 / k, {}, 1.0, rates[k * steps - 1], 0.0, True) for k in range(1, epochs + 1)
    ]
    return History(ends, list(changes), [np.ones(len(rates))], [np.array(rates)])


def test_happenings_come_in_order():
    told = timeline(history([1.0, 1.0, 0.1, 0.1, 0.1, 0.1, 1.0, 1.0]), "patience: none better")
    assert [(one.kind, one.epoch) for one in told] == [("cut", 1.0), ("restart", 3.0), ("best", 4.0), ("stop", 4.0)]
    assert [one.said for one in told] == ["rate 1 → 0.1", "rate 0.1 → 1", "best epoch 4", "patience: none better"]


def test_what_a_person_did_is_no_cut():
    change = Change(3, "manual: learning rate × 0.5")
    told = timeline(history([1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.5, 0.5], changes=[change]), "")
    assert [(one.kind, one.epoch) for one in told] == [("person", 1.5), ("best", 4.0), ("stop", 4.0)]


def test_smooth_schedules_do_not_jump():
    t = np.arange(200)
    assert jumps(0.5 + 0.5 * np.cos(np.pi * t / 200)).tolist() == []
    assert jumps(0.99**t).tolist() == []
    assert jumps(np.minimum(1, (t + 1) / 50)).tolist() == []
    restarts = 0.5 + 0.5 * np.cos(np.pi * (t % 50) / 50)
    assert jumps(restarts).tolist() == [50, 100, 150]


def test_an_empty_history_has_no_happenings_and_no_picture():
    assert timeline(History(), "") == []
