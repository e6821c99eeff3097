"""Wrong input: one to three lines on standard error, exit status 2, nothing left behind."""

import re
import warnings
from pathlib import Path

import numpy as np
import pytest

from hagang.errors import HagangWarning


def write(name, head, cells):
    Path(name).write_text("\n".join([head, *cells]) + "\n", encoding="utf-8")


@pytest.fixture
def wrong(models):
    """A folder of everything that can be wrong with a file."""
    kinds = ["xy"[k % 2] for k in range(40)]
    (models / "empty.csv").write_bytes(b"")
    (models / "binary.csv").write_bytes(np.random.default_rng(0).integers(0, 256, 4000, dtype=np.uint8).tobytes())
    (models / "cut.safetensors").write_bytes((models / "flowers.safetensors").read_bytes()[:600])
    (models / "short.safetensors").write_bytes((models / "flowers.safetensors").read_bytes()[:-100])
    write("header.csv", "a,b,kind", [])
    write("constant.csv", "a,b", [f"{k},7" for k in range(40)])
    write("infinite.csv", "a,kind", [f"{'inf' if k == 3 else k},{kind}" for k, kind in enumerate(kinds)])
    write("one.csv", "a,kind", [f"{k},x" for k in range(40)])
    write("two.csv", "a,kind", ["1,x", "2,y"])
    write("unknown.csv", "a,kind", [f"{k}," for k in range(40)])
    write("text.csv", "petal,width,colour", ["2.5,1.0,red", "long,1.0,red"])
    write("lacks.csv", "petal,colour", ["2.5,red"])
    write("others.csv", "petal,width,colour,kind", ["2.5,1.0,red,tulip", "2.0,1.0,red,rose"])
    return models


TRAIN = ["train", "flowers.csv", "-t", "kind"]
WRONG = [
    (["train", "nowhere.csv"], "there is no file 'nowhere.csv'"),
    ([*TRAIN, "--watch"], "--watch: expected a folder beside it, .* give --folder runs/first"),
    (["train", "flower.csv"], "Did you mean 'flowers.csv'"),
    (["train", "empty.csv", "-t", "a"], "empty.csv is empty; expected a table with at least one row"),
    (["train", "header.csv", "-t", "kind"], "header.csv holds a header and no rows"),
    (
        ["train", "flowers.csv"],
        "which column is the target\\? .* The columns are",
    ),
    (["train", "flowers.csv", "-t", "kinds"], "no column 'kinds' to be the target; .* Did you mean 'kind'"),
    (["train", "flowers.csv", "-t", "9"], "there is no column 9: positions count from 1 to 5"),
    (["train", "constant.csv", "-t", "b"], "the target 'b' is 7 in every row: there is nothing to predict"),
    (["train", "unknown.csv", "-t", "kind"], "the target 'kind' is missing in every row"),
    (["train", "infinite.csv", "-t", "kind"], "column 'a' is infinite in row 4"),
    (["train", "one.csv", "-t", "kind"], "the target 'kind' has one class only, 'x'; expected two classes or more"),
    (["train", "two.csv", "-t", "kind"], "expected at least 10 rows to split .*, found 2"),
    (["train", "binary.csv", "-t", "a"], "binary.csv is a binary file, not a table of text"),
    (["train", "."], "binary.csv is a binary file, not a table of text"),
    (["train", "digits", "-t", "x"], "digits has no column 'x' to be the target: it has its own target, 'target'"),
    ([*TRAIN, "--out", "no/model.safetensors"], "cannot be written: the folder 'no' does not exist"),
    ([*TRAIN, "--out", "."], "it is a folder or a device, not a file"),
    ([*TRAIN, "--drop", "colours"], "there is no column 'colours'"),
    ([*TRAIN, "--task", "regression"], "--task regression needs numbers, but the target 'kind' is text"),
    ([*TRAIN, "--task", "sorting"], "task must be 'classification' or 'regression'"),
    ([*TRAIN, "--scale", "log"], "scale must be one of 'standard', 'minmax', 'robust', 'none'. Received 'log'"),
    ([*TRAIN, "--validation", "2"], "validation must be a share of the rows from 0 to less than 1. Received 2.0"),
    ([*TRAIN, "--test", "nowhere.csv"], "there is no file 'nowhere.csv'"),
    ([*TRAIN, "--test", "new.csv"], "there is no column 'kind' to be the target"),
    ([*TRAIN, "--hidden", "a"], "--hidden: expected whole numbers as 100 or 100,50, or none .*, received 'a'"),
    ([*TRAIN, "--hidden", "10,-1"], "--hidden: expected whole numbers"),
    ([*TRAIN, "--activation", "rely"], "activation: expected a known name .* did you mean .relu."),
    ([*TRAIN, "--optimizer", "adm"], "optimizer: expected a known name at character 1 of 'adm'; did you mean 'adam'"),
    ([*TRAIN, "--loss", "hinges"], "loss: expected a known name at character 1 of .hinges.; did you mean .hinge."),
    (
        [*TRAIN, "--loss", "mean_squared"],
        "--loss: expected one for classification, .* mean_squared; leave it out, or say --task reg",
    ),
    ([*TRAIN, "--schedule", "bend"], "schedule: expected a known name at character 1 of 'bend'"),
    ([*TRAIN, "--stop", "soon"], "stop: expected a rule at character 1 of 'soon'"),
    ([*TRAIN, "--dropout", "1"], "--dropout: expected a rate from 0 to below 1 .*, received '1'"),
    ([*TRAIN, "--dropout", "a"], "--dropout: expected a rate .*, received 'a'"),
    ([*TRAIN, "--norm", "group"], "--norm: expected one of none, batch, layer, rms, received 'group'"),
    ([*TRAIN, "--init", "xavier"], "init: expected .* 'xavier'"),
    ([*TRAIN, "--noise", "-1"], "invalid value for '--noise'"),
    ([*TRAIN, "--max-norm", "0"], "MaxNorm: expected max_norm to be a finite number above 0"),
    (
        [*TRAIN, "--loss", "multi_hinge", "--label-smoothing", "0.1"],
        "--label-smoothing: expected a loss such as cross_entropy, received --loss multi_hinge; leave it out",
    ),
    ([*TRAIN, "--label-smoothing", "2"], "CrossEntropy: expected label_smoothing .* received label_smoothing=2"),
    ([*TRAIN, "--lr", "-1"], "--lr: expected a finite learning rate above 0, received -1"),
    ([*TRAIN, "--lr", "fast"], "invalid value for '--lr'"),
    ([*TRAIN, "--epochs", "0"], "invalid value for '--epochs'"),
    ([*TRAIN, "--batch-size", "half"], "--batch-size: expected a whole number of rows, full or auto, received 'half'"),
    ([*TRAIN, "--batch-size", "500"], "--batch-size: expected a whole number from 1 to the 84 rows"),
    ([*TRAIN, "--precision", "float16"], "precision: expected 'float32', 'float64' or 'bfloat16', received"),
    ([*TRAIN, "--optimizer", "sgd", "--lr", "1e30"], "nothing is saved: divergence: .*; try --lr 1e.29"),
    (["predict", "none.safetensors", "new.csv"], "'none.safetensors' does not exist"),
    (["predict", "new.csv", "new.csv"], "'new.csv' is not a model: it is text"),
    (["predict", "cut.safetensors", "new.csv"], "'cut.safetensors' is damaged"),
    (["predict", "short.safetensors", "new.csv"], "'short.safetensors' is damaged"),
    (["predict", "flowers.safetensors", "text.csv"], "column 'petal' holds 'long' in row 2; expected a number"),
    (["predict", "flowers.safetensors", "lacks.csv"], "1 column is missing that the model was trained on: 'width'"),
    (["predict", "flowers.safetensors", "new.csv", "--out", "no/p.csv"], "the folder 'no' does not exist"),
    (["evaluate", "flowers.safetensors", "new.csv"], "there is no column 'kind' to be the target"),
    (["evaluate", "flowers.safetensors", "others.csv"], "classes not there at training: 'tulip'"),
    (["show", "cut.safetensors"], "'cut.safetensors' is damaged"),
    (["trian", "digits"], "no such command 'trian'"),
    (["train"], "missing argument 'DATA'"),
    (["train", "digits", "--speed", "9"], "no such option: --speed"),
]


@pytest.mark.parametrize(("typed", "said"), WRONG, ids=[" ".join(typed) for typed, _ in WRONG])
def test_it_is_told_in_a_line_or_two(hagang, wrong, typed, said):
    before = set(wrong.iterdir())
    answer = hagang(*typed)
    assert answer.status == 2
    lines = answer.err.splitlines()
    errors = [line for line in lines if line.startswith("error: ")]
    assert len(errors) == 1
    assert 1 <= len(lines) <= 3
    assert "Traceback" not in answer.err
    assert re.search(said, errors[0]), errors[0]
    assert set(wrong.iterdir()) == before


def test_usage_errors_say_where_help_is(hagang):
    assert hagang("train").err.splitlines()[1] == "Try 'hagang train --help'."
    assert hagang("tell").err.splitlines()[1] == "Try 'hagang --help'."


def test_a_column_without_values_is_left_out_and_said_so(hagang, folder):
    write("missing.csv", "a,b,kind", [f",{k % 7},{'xy'[k % 2]}" for k in range(40)])
    answer = hagang("train", "missing.csv", "-t", "kind", "--epochs", "1")
    assert answer.status == 0
    assert "'a' has no values: left out" in answer.out


def test_extra_columns_are_ignored_and_said_so(hagang, models):
    write("more.csv", "petal,weight,width,colour", ["2.5,9,1.0,red"])
    answer = hagang("predict", "flowers.safetensors", "more.csv")
    assert answer.status == 0
    assert answer.err == "note: columns not there at training are ignored: 'weight'\n"


def test_a_system_error_names_the_file(hagang, models, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device", "model.safetensors")

    monkeypatch.setattr("hagang.training.TrainedNetwork.save", full)
    answer = hagang("train", "flowers.csv", "-t", "kind", "--epochs", "1", "-q")
    assert (answer.status, answer.err) == (2, "error: model.safetensors: No space left on device\n")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            ZeroDivisionError("by 0"),
            r"ZeroDivisionError: by 0\n  at .*, line \d+, in broken \(hagang .*please report it",
        ),
        (RecursionError("too deep"), r"RecursionError: too deep\n  at "),
        (MemoryError(), "the machine's memory is not enough"),
    ],
)
def test_a_fault_of_ours_is_three_lines_that_ask_for_a_report(hagang, models, monkeypatch, error, said):
    def broken(*_):
        raise error

    monkeypatch.setattr("hagang.training.TrainedNetwork.save", broken)
    answer = hagang("train", "flowers.csv", "-t", "kind", "--epochs", "1", "-q")
    assert answer.status == 2
    assert re.search(said, answer.err, re.DOTALL)


def test_a_warning_is_a_line(hagang, models, monkeypatch):
    def careful(*_):
        warnings.warn("mind the gap", HagangWarning, stacklevel=1)

    monkeypatch.setattr("hagang.cli.show.run", careful)
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        answer = hagang("show", "flowers.safetensors")
    assert (answer.status, answer.err) == (0, "warning: mind the gap\n")
