"""Showing a run: a bar in a terminal, lines elsewhere."""

import io
import json
from contextlib import suppress
from dataclasses import dataclass

from hagang.training import ChunkEnd, EpochEnd, RunBegin, RunEnd
from hagang.training.progress import Bar, JsonLines, Lines, progress


@dataclass(frozen=True)
class Settings:
    epochs: int


class Terminal(io.StringIO):
    def isatty(self):
        return True


def epoch(k, metrics=None, validation_loss=0.5):
    metrics = {"accuracy": 0.9} if metrics is None else metrics
    return EpochEnd(k, 3 * k, 1 / k, validation_loss, metrics, 1.0, 0.001, 0.25 * k, True)


def tell(listener, epochs, **details):
    listener.on_run_begin(RunBegin(Settings(epochs), rows=30, steps_per_epoch=3))
    for k in range(1, epochs + 1):
        if hasattr(listener, "on_chunk_end"):
            listener.on_chunk_end(ChunkEnd(k, 3 * k, [], [], 0.25 * k))
        listener.on_epoch_end(epoch(k, **details))
    if hasattr(listener, "on_run_end"):
        listener.on_run_end(RunEnd("the end", epochs, 3 * epochs, 1, 1.0))


def test_where_the_stream_goes_decides():
    assert isinstance(progress(Terminal()), Bar)
    assert isinstance(progress(io.StringIO()), Lines)
    assert progress(Terminal(), quiet=True) is None


def test_a_line_an_epoch_where_there_are_few():
    stream = io.StringIO()
    tell(Lines(stream), 2)
    assert stream.getvalue().splitlines() == [
        "epoch 1/2  loss 1.0000  validation 0.5000  accuracy 0.9000  0.2 s",
        "epoch 2/2  loss 0.5000  validation 0.5000  accuracy 0.9000  0.5 s",
    ]


def test_lines_become_seldom(monkeypatch):
    monkeypatch.setattr("hagang.training.progress.time.perf_counter", lambda: 0.0)
    stream = io.StringIO()
    tell(Lines(stream), 100)
    shown = [int(line.split()[1].partition("/")[0]) for line in stream.getvalue().splitlines()]
    assert shown == [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 18, 22, 27, 33, 41, 51, 63, 78, 97]


def test_a_slow_run_is_not_silent(monkeypatch):
    clock = iter(range(0, 10_000, 6))
    monkeypatch.setattr("hagang.training.progress.time.perf_counter", lambda: next(clock))
    stream = io.StringIO()
    tell(Lines(stream), 100)
    assert len(stream.getvalue().splitlines()) > 40


def test_errors_of_a_quantity_are_in_its_own_unit():
    stream = io.StringIO()
    tell(Lines(stream, unit=200.0), 1, metrics={"rmse": 0.5}, validation_loss=None)
    assert stream.getvalue() == "epoch 1/1  loss 1.0000  rmse 100  0.2 s\n"


def test_the_bar_shows_epoch_loss_and_metric_and_goes_away():
    stream = Terminal()
    with Bar(stream) as bar:
        tell(bar, 12)
    shown = stream.getvalue()
    assert "epoch 12/12" in shown
    assert "loss 0.0833  validation 0.5000  accuracy 0.9000" in shown
    assert shown.count("\x1b[?25l") == shown.count("\x1b[?25h") == 1


def test_the_bar_leaves_the_terminal_in_order_after_an_error():
    stream = Terminal()
    with suppress(ZeroDivisionError), Bar(stream) as bar:
        bar.on_run_begin(RunBegin(Settings(5), rows=30, steps_per_epoch=3))
        raise ZeroDivisionError
    assert stream.getvalue().count("\x1b[?25h") == 1


def test_programs_get_an_object_a_line():
    stream = io.StringIO()
    lines = JsonLines(stream)
    lines.on_epoch_end(epoch(2, metrics={"accuracy": float("nan")}))
    lines.on_run_end(RunEnd("the end", 2, 6, 1, 1.0))
    first, second = (json.loads(line) for line in stream.getvalue().splitlines())
    assert (first["event"], first["step"], first["metrics"]) == ("epoch", 6, {"accuracy": None})
    assert second == {"event": "end", "stopped_by": "the end", "epochs": 2, "steps": 6, "best_epoch": 1, "seconds": 1.0}
