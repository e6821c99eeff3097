"""Epochs' orders drawn ahead are those that would have been drawn at their time."""

import threading

import numpy as np
import pytest

from hagang.training.prefetch import Prefetch
from hagang.training.rows import Rows


def rows(count):
    return Rows(np.zeros((count, 1)), np.zeros(count, np.int64))


@pytest.mark.parametrize("count", [10, 5000])
def test_orders_are_those_of_their_epochs(count):
    source = rows(count)
    ahead = Prefetch(source, lambda epoch: source.blocks(3, epoch, 7), last=4)
    for epoch in (1, 2, 3, 4):
        (block,) = ahead.blocks(epoch)
        (wanted,) = source.blocks(3, epoch, 7)
        np.testing.assert_array_equal(block.order, wanted.order)
    ahead.close()


def test_only_the_next_epoch_is_drawn_on_another_thread_and_none_after_the_last():
    drawn = []

    def draw(epoch):
        drawn.append((epoch, threading.current_thread() is threading.main_thread()))
        return []

    ahead = Prefetch(rows(2000), draw, last=3)
    for epoch in (1, 2, 3):
        ahead.blocks(epoch)
    ahead.close()
    assert sorted(drawn) == [(1, True), (2, False), (3, False)]


def test_a_fault_of_the_drawing_is_raised_where_it_is_asked_for():
    def draw(epoch):
        if epoch == 2:
            raise ValueError("no rows")
        return []

    ahead = Prefetch(rows(2000), draw, last=5)
    ahead.blocks(1)
    with pytest.raises(ValueError, match="no rows"):
        ahead.blocks(2)
    ahead.close()


def test_rows_that_keep_a_state_are_asked_at_their_time_only():
    class Stateful(Rows):
        pass

    drawn = []

    def draw(epoch):
        drawn.append(epoch)
        return []

    ahead = Prefetch(Stateful(np.zeros((2000, 1)), np.zeros(2000, np.int64)), draw, last=3)
    ahead.blocks(1)
    ahead.close()
    assert drawn == [1]
