"""`hagang train --folder`, `hagang runs` and `hagang compare`, as typed."""

import pytest


@pytest.fixture
def kept(folder, hagang):
    """A folder with two runs of 'prices'."""
    for name, lr in (("first", "0.01"), ("second", "0.001")):
        done = hagang("train", "prices.csv", "-t", "price", "--epochs", 5, "--lr", lr, "--folder", f"runs/{name}")
        assert done.status == 0, done.err
    return folder


def test_training_keeps_the_run(kept, hagang):
    assert (kept / "runs" / "first" / "run.json").exists()
    shown = hagang("show", "runs/first/model.safetensors").out
    assert shown == hagang("show", "runs/first/model.safetensors").out
    assert "Data       prices.csv" in shown


def test_a_run_that_is_there_is_no_place(kept, hagang):
    done = hagang("train", "prices.csv", "-t", "price", "--folder", "runs/first")
    assert done.status == 2
    assert "'runs/first' holds a run already" in done.err


def test_runs_are_listed(kept, hagang):
    head, first, second = hagang("runs").out.splitlines()
    assert head.split() == ["run", "started", "data", "epochs", "score", "stopped", "by"]
    assert first.startswith("first ")
    assert "prices.csv" in second
    assert "rmse" in second
    (kept / "runs" / "second" / "run.json").write_text("{")
    assert "damaged" in hagang("runs").out


def test_no_runs_are_said(folder, hagang):
    done = hagang("runs")
    assert done.status == 2
    assert "there is no folder 'runs'; runs are kept by hagang train --folder runs/NAME" in done.err
    assert "none in" in hagang("runs", ".").out


def test_runs_are_compared(kept, hagang):
    shown = hagang("compare", "runs/first", "runs/second").out
    lines = {line.split("  ")[0]: line.split() for line in shown.splitlines() if line}
    assert lines["lr"] == ["lr", "0.01", "0.001"]
    assert "validation.loss" in lines
    assert "epochs" not in lines
    assert not [name for name in lines if name.startswith("stop.")]
    done = hagang("compare", "runs/first")
    assert "RUN: expected two runs or more to compare, received 1" in done.err
    assert "is not the folder of a run" in hagang("compare", "runs/first", "runs").err


def test_a_run_becomes_a_page(kept, hagang):
    done = hagang("report", "runs/first")
    assert done.out.startswith("Report     report.html, ")
    assert "<title>first</title>" in (kept / "report.html").read_text(encoding="utf-8")
    assert "the folder 'nowhere' does not exist" in hagang("report", "runs/first", "--out", "nowhere/x.html").err


def test_runs_are_drawn_in_one_picture(kept, hagang):
    assert "Plot       both.svg" in hagang("compare", "runs/first", "runs/second", "--plot", "both.svg").out
    assert "<svg" in (kept / "both.svg").read_text(encoding="utf-8")
    assert "expected a file that ends in .png" in hagang("compare", "runs/first", "runs/second", "--plot", "x.doc").err
