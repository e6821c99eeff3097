"""The record of a run: every so many points, decimated where memory would run out, the best and the last always."""

import math

import numpy as np
import pytest

from hagang.errors import ArgumentError
from hagang.minimizing.trajectory import Iterate, Segment, Trajectory, read_record


def segment(first, values, fired=False):
    values = np.array(values, float)
    points = np.stack([values, -values], axis=1)
    return Segment(first, points, values, abs(values), np.full(len(values), 0.1), fired)


def test_blocks_are_joined():
    trajectory = Trajectory(1)
    trajectory.add(segment(0, [5, 4, 3]))
    trajectory.add(segment(3, [2]))
    steps, points, values, norms, rates = trajectory.columns()
    np.testing.assert_array_equal(steps, range(4))
    np.testing.assert_array_equal(values, [5, 4, 3, 2])
    np.testing.assert_array_equal(points[:, 1], [-5, -4, -3, -2])
    assert norms.shape == rates.shape == (4,)


def test_some_points_and_the_last_are_kept():
    trajectory = Trajectory(3)
    trajectory.add(segment(0, range(5)))
    trajectory.add(segment(5, range(5, 8)))
    np.testing.assert_array_equal(trajectory.columns()[0], [0, 3, 6, 7])
    np.testing.assert_array_equal(trajectory.columns()[2], [0, 3, 6, 7])


def test_the_last_point_is_told_once():
    trajectory = Trajectory(2)
    trajectory.add(segment(0, range(5)))
    np.testing.assert_array_equal(trajectory.columns()[0], [0, 2, 4])


def test_memory_bounds_what_is_kept():
    trajectory = Trajectory(1, memory=1000)
    for k in range(100):
        trajectory.add(segment(10 * k, range(10 * k, 10 * k + 10)))
    steps = trajectory.columns()[0]
    assert trajectory.decimated
    assert trajectory.size <= 1000
    assert trajectory.every == 64
    np.testing.assert_array_equal(steps, [*range(0, 1000, 64), 999])


def test_the_best_point_is_remembered_even_if_nothing_is_kept():
    trajectory = Trajectory(None)
    trajectory.add(segment(0, [3, 1]))
    trajectory.add(segment(2, [math.nan, 2]))
    assert trajectory.columns() is None
    assert (trajectory.best.value, trajectory.best.step, trajectory.first_value) == (1, 1, 3)
    np.testing.assert_array_equal(trajectory.best.locate(), [1, -1])
    assert trajectory.done == 3


def test_points_that_are_not_there_are_found_when_asked_for():
    asked = []

    def replay(k):
        asked.append(k)
        return np.full(2, k)

    trajectory = Trajectory(None)
    values = np.array([3.0, 1.0, 2.0])
    trajectory.add(Segment(5, None, values, values, values, replay=replay))
    assert asked == []
    np.testing.assert_array_equal(trajectory.best.locate(), [1, 1])
    np.testing.assert_array_equal(trajectory.end.locate(), [2, 2])
    assert (trajectory.best.step, trajectory.end.step, asked) == (6, 7, [1, 2])


def test_a_rate_may_be_known_later():
    trajectory = Trajectory(1)
    trajectory.add(Iterate(0, np.zeros(2), 1.0, 1.0).segment())
    trajectory.set_rate(0.5)
    trajectory.add(Iterate(1, np.ones(2), 0.5, 1.0).segment())
    np.testing.assert_array_equal(trajectory.columns()[4], [0.5, math.nan])


@pytest.mark.parametrize(("given", "every"), [("all", 1), (None, None), (7, 7), (np.int64(2), 2)])
def test_how_often_is_read(given, every):
    assert read_record(given) == every


@pytest.mark.parametrize("given", ["none", 0, -1, 1.5, True])
def test_other_words_are_refused(given):
    with pytest.raises(ArgumentError, match="record: expected"):
        read_record(given)
