"""What a listener may change, and see, while a run goes."""

import numpy as np
import pytest
from tests.unit.small import diagonal, tiny

from hagang.runs import fit


class Hand:
    """Halves the rate after the second epoch, and stands still for a while."""

    def on_run_begin(self, record):
        self.steering, self.live = record.steering, record.live

    def on_epoch_end(self, record):
        if record.epoch == 2:
            self.steering.multiply_rate(0.5, record.step)
            self.steering.idle += 1000.0


def test_the_rate_changes_from_the_next_chunk_on_and_the_clock_leaves_idle_time_out():
    hand = Hand()
    run = fit(tiny(), diagonal(90), lr=0.1, epochs=4, batch_size=45, listeners=[hand])
    assert run.history.step_rates.tolist() == [0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05]
    assert [epoch.rate for epoch in run.history.epochs] == [0.1, 0.1, 0.05, 0.05]
    assert [(change.step, change.said) for change in hand.steering.changes] == [(4, "manual: learning rate × 0.5")]
    assert run.history.epochs[-1].seconds < 0


def test_a_listener_may_look_at_weights_and_data():
    hand = Hand()
    run = fit(tiny(), diagonal(90), epochs=3, listeners=[hand])
    told = hand.live.network()
    assert set(told.weights) <= set(hand.live.session.read())
    np.testing.assert_array_equal(told.weights["layers.0.weights"], run.network.weights["layers.0.weights"])
    assert len(hand.live.data.train) == 90


@pytest.mark.parametrize("event", ["on_chunk_end", "on_epoch_end"])
def test_a_listener_ends_the_run(event):
    class Ends:
        pass

    def end(record):
        if record.epoch == 2:
            raise StopIteration("enough")

    listener = Ends()
    setattr(listener, event, end)
    for batch_size in (16, "full"):
        run = fit(tiny(), diagonal(90), epochs=2000, batch_size=batch_size, listeners=[listener], validation=0.2)
        assert run.stopped_by == "enough"
        assert len(run.history.epochs) == (1 if event == "on_chunk_end" else 2)
