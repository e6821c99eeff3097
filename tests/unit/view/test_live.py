"""The live view without a terminal: what is laid out, in which room, and what keys do."""

import io
import math

import numpy as np
import pytest
from rich.cells import cell_len
from rich.console import Console
from tests.unit.small import diagonal, tiny

from hagang.runs import fit
from hagang.training.events import EpochEnd
from hagang.view.live import Live, live
from hagang.view.live.braille import bar, plot
from hagang.view.live.keys import Keys
from hagang.view.live.state import LiveState, layout


class Typed(Keys):
    """Keys pressed at certain chunks."""

    def __init__(self, *pressed):
        super().__init__(io.StringIO())
        self.left = list(pressed)

    def pressed(self, wait=0.0):
        return self.left.pop(0) if self.left else ""


def shown(state, width, height):
    console = Console(file=io.StringIO(), width=width, height=height, color_system=None)
    console.print(layout(state, width, height))
    return console.file.getvalue().splitlines()


def a_state(**more):
    state = LiveState(epochs=500, steps=5000, epoch=12, step=120, seconds=2.0, rate=0.001, keys=True, **more)
    for k in range(1, 13):
        state.add_epoch(EpochEnd(k, 10 * k, 1 / k, 2 / k, {"accuracy": 0.9}, 1.0, 0.001, 0.1 * k, True))
    state.layers, state.norms = ("0: 256 relu", "1: 10"), (1e-2, 1e-4)
    return state


def test_everything_is_shown_where_there_is_room():
    lines = shown(a_state(), 100, 30)
    assert lines[0].startswith("epoch  12/500  ")
    assert lines[0].rstrip().endswith("60 steps/s  rate 0.001  0:01:21 left at most")
    assert lines[1].startswith("loss 0.0833  validation 0.1667  accuracy 0.9000  best 0.1667, epoch 12")
    assert lines[-3].startswith("gradient 0: 256 relu  ████")
    assert lines[-2].split()[-1] == "1.0e-04"
    assert lines[-1].startswith("s stop and keep the best")


@pytest.mark.parametrize("width", [10, 30, 44, 60, 80, 200])
@pytest.mark.parametrize("height", [3, 8, 12, 15, 24, 60])
def test_nothing_is_ever_wider_or_higher_than_the_terminal(width, height):
    state = a_state()
    state.layers = tuple(f"layers.{k}: a long name" for k in range(30))
    state.norms = tuple(10.0**-k for k in range(30))
    lines = shown(state, width, height)
    assert len(lines) < max(height, 4)
    assert all(cell_len(line) < width for line in lines)


def test_before_the_first_epoch_little_is_known():
    lines = shown(LiveState(epochs=3, steps=30, rate=0.1), 80, 24)
    assert lines[0].split()[:2] == ["epoch", "0/3"]
    assert lines[1].startswith("first epoch in progress")
    assert "nan" not in "".join(lines)


def test_curves_fall_from_left_to_right():
    (top, bottom) = (line.plain for line in plot([("blue", [4.0, 2.0, 1.0, 1.0])], 8, 2))
    assert top[0] != "\u2800"
    assert top[-1] == "\u2800"
    assert bottom[-1] != "\u2800"


def test_curves_with_gaps_and_levels():
    assert [line.plain for line in plot([("blue", [math.nan, math.inf])], 4, 2)] == ["\u2800" * 4] * 2
    flat = plot([("blue", [1.0, 1.0])], 4, 3)
    assert flat[1].plain != "\u2800" * 4
    assert flat[0].plain == flat[2].plain == "\u2800" * 4


def test_bars_fill_in_eighths():
    assert (bar(0.0, 3), bar(1 / 24, 3), bar(1.0, 3), bar(7.0, 3)) == ("   ", "▏  ", "███", "███")


def test_keys_change_the_rate_and_stop():
    live = Live(io.StringIO(), keys=Typed("", "+", "--", "q", "s"))
    run = fit(tiny(), diagonal(), lr=0.1, epochs=50, listeners=[live])
    assert run.stopped_by == "interrupted (the key s)"
    assert [change.said[-3:] for change in run.history.changes] == ["× 2", "0.5", "0.5"]
    assert set(run.history.step_rates) >= {0.1, 0.2, 0.05}


def test_a_pause_waits_and_its_time_does_not_count():
    live = Live(io.StringIO(), keys=Typed("p", "", "", "p"))
    alone = fit(tiny(), diagonal(), epochs=3)
    paused = fit(tiny(), diagonal(), epochs=3, listeners=[live])
    np.testing.assert_array_equal(alone.history.step_losses, paused.history.step_losses)


def test_showing_changes_no_bit():
    alone = fit(tiny(), diagonal(), epochs=20, validation=0.2)
    seen = fit(tiny(), diagonal(), epochs=20, validation=0.2, listeners=[Live(io.StringIO())])
    np.testing.assert_array_equal(alone.history.step_losses, seen.history.step_losses)


class Clock:
    """A clock that every look at it puts forward."""

    def __init__(self, by):
        self.now, self.by = 0.0, by

    def perf_counter(self):
        self.now += self.by
        return self.now


@pytest.mark.parametrize("by", [0.001, 0.2])
def test_drawing_is_rare_or_a_small_part_of_the_time(by, monkeypatch):
    """A drawing takes the time between two looks at the clock: ten a second of quick ones, a twentieth of slow ones."""
    drawn, clock = [], Clock(by)
    monkeypatch.setattr(live, "time", clock)
    monkeypatch.setattr(live, "layout", lambda *_: drawn.append(None) or "")
    fit(tiny(), diagonal(), epochs=400, listeners=[Live(io.StringIO())])
    assert 2 < len(drawn) <= 1 + clock.now / max(0.1, 20 * by)


def test_curves_of_long_runs_are_thinned():
    state = LiveState(epochs=10_000)
    for k in range(1, 10_001):
        state.add_epoch(EpochEnd(k, k, 1 / k, 2 / k, {}, 1.0, 0.001, 0.1, True))
    assert 512 <= len(state.losses.things) <= 1024
    assert state.losses.things[0] == (1.0, 2.0)
    assert state.best == (10_000, 2 / 10_000)
    assert len(shown(state, 100, 30)) > 10


def test_without_a_terminal_there_are_no_keys():
    with Keys(io.StringIO()) as keys:
        assert not keys.is_open
        assert keys.pressed() == ""
