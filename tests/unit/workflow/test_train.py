"""`hagang.train` by itself: what it takes, what it refuses, what it leaves behind."""

import inspect
from dataclasses import fields

import numpy as np
import pytest

import hagang as hg
from hagang.errors import ArgumentError
from hagang.workflow.options import Options
from hagang.workflow.training import train

QUICK = {"epochs": 2, "hidden": 4}


@pytest.fixture
def rows():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 3))
    return X, (X[:, 0] > 0).astype(int)


def test_its_signature_has_every_option_with_its_default():
    parameters = inspect.signature(train).parameters
    given = {name: p.default for name, p in parameters.items() if name not in ("data", "listeners", "config")}
    assert Options.of(**given).describe() == Options().describe()
    assert list(given) == [field.name for field in fields(Options)]


@pytest.mark.parametrize("name", [field.name for field in fields(Options)])
def test_every_option_is_documented(name):
    assert f" {name} " in train.__doc__.replace(",", " ").replace(":", " ")


def test_arrays_with_weights(rows):
    X, y = rows
    weight = np.ones(len(y))
    together = hg.train((X, y, weight), **QUICK).network.weights
    apart = hg.train(X, target=y, weight=weight, **QUICK).network.weights
    assert all((together[name] == apart[name]).all() for name in together)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"hiden": 3}, "hiden: expected an option of train, .*; did you mean hidden"),
        ({"quiet": True}, "quiet: expected an option of train, .*; it belongs to the command line"),
        ({"hidden": (3, 0)}, "hidden: expected whole numbers"),
        ({"hidden": 2.5}, "hidden: expected whole numbers"),
        ({"dropout": (0.1, 0.2, 0.3)}, "dropout: expected a rate"),
        ({"batch_size": 2.5}, "batch_size: expected a whole number of rows, full or auto, received 2.5"),
        ({"norm": "group"}, "norm: expected one of none, batch, layer, rms"),
        ({"class_weight": {"tulip": 2.0}}, "class_weight: expected balanced, or a class and its weight as setosa=5"),
        ({"class_weight": "tulip"}, "class_weight: expected balanced, or a class and its weight as yes=5"),
        ({"loss": "mean_squared"}, "loss: expected one for classification, .* say task='regression'"),
        ({"residual": "yes"}, "residual: expected True or False, received 'yes'"),
        ({"epochs": 0}, "epochs: expected a whole number of at least 1, received 0"),
        ({"config": "nowhere.toml"}, "nowhere.toml: no such file"),
        ({"l1": "much"}, "l1: expected a number, received 'much'"),
        ({"watch": True}, "watch: expected a folder beside it"),
        ({"folds": 3, "stream": True}, "folds: expected data in memory, received stream=True"),
        ({"listeners": [3]}, "listeners: expected functions"),
        ({"listeners": len}, "listeners: expected functions"),
        ({"target": "kind"}, "digits has no column"),
    ],
)
def test_what_is_refused(options, text):
    source = "digits" if "target" in options else "iris"
    with pytest.raises(hg.HagangError, match=text):
        hg.train(source, **QUICK | options)


def test_a_pair_brings_its_own_target(rows):
    with pytest.raises(ArgumentError, match="target: expected None beside data of 2 arrays, which brings it"):
        hg.train(rows, target=rows[1])
    with pytest.raises(ArgumentError, match=r"data: expected a path, .* \(X, y, weight\), received 1 values"):
        hg.train((rows[0],))


def test_options_from_a_file_are_those_that_are_not_given(tmp_path):
    file = tmp_path / "run.toml"
    text = (
        '[data]\nsource = "iris"\n[network]\nhidden = [4]\n[descent]\nepochs = 3\nema-decay = 0\n[run]\nquiet = true\n'
    )
    file.write_text(text, encoding="utf-8")
    options = hg.train(config=file, epochs=2, seed=5).record["options"]
    assert (options["data"], options["hidden"], options["epochs"], options["seed"]) == ("iris", [4], 2, 5)
    assert hg.train("wine", config=file).record["options"]["data"] == "wine"
    with pytest.raises(ArgumentError, match="data: expected a path, a table, an array"):
        hg.train()


def test_its_record_holds_what_the_command_prints(rows, tmp_path):
    run = hg.train(rows, folds=3, class_weight="balanced", folder=tmp_path / "run", watch=True, **QUICK)
    assert len(run.record["folds"]["scores"]) == 3
    accuracies = [scores["accuracy"] for scores in run.record["folds"]["scores"]]
    assert run.record["folds"]["mean"]["accuracy"] == pytest.approx(np.mean(accuracies))
    assert run.record["options"] == run.network.about["options"]
    assert run.record["options"]["hidden"] == [4]
    assert run.network.about["scores"].keys() == run.network.about["baseline"].keys()
    again = hg.open_run(tmp_path / "run")
    assert again.record["folds"] == run.record["folds"]
    assert again.network.about == hg.load(tmp_path / "run" / "model.safetensors").about
    assert again.measured


def test_batch_sizes_that_were_tried_are_on_the_record(rows):
    sizes = hg.train(rows, batch_size="auto", **QUICK).record["batch_sizes"]
    assert sizes["chosen"] in {trial["batch_size"] for trial in sizes["tried"]}


def test_streamed_rows_tell_how_they_were_read(tmp_path):
    table = tmp_path / "t.csv"
    lines = [f"{k % 7},{k % 5},{k % 2}" for k in range(400)]
    table.write_text("\n".join(["a,b,y", *lines]) + "\n", encoding="utf-8")
    heard = []

    class Ear:
        def on_conversion(self, record):
            heard.append(record.rows)

    run = hg.train(table, target="y", stream=True, out=tmp_path / "m.safetensors", listeners=[Ear()], **QUICK)
    assert 0 <= run.record["reading"]["waiting"] <= 1
    assert set(heard) == {400}
    assert (tmp_path / "m.stream").is_dir()


def test_listeners_hear_the_whole_course(rows):
    heard = []

    class Ear:
        def on_data(self, record):
            heard.append(("data", record.data.task, len(record.network.layers)))

        def on_folds(self, record):
            heard.append(("folds", len(record.scores)))

        def on_epoch_end(self, record):
            heard.append(("epoch", record.epoch))

    hg.train(rows, folds=2, listeners=[Ear(), lambda record: heard.append(("too", record.epoch))], **QUICK)
    epochs = [(who, k) for k in (1, 2) for who in ("epoch", "too")]
    assert heard == [("data", "classification", 2), ("folds", 2), *epochs]


@pytest.mark.parametrize("option", ["balanced", "drop_last"])
def test_ordered_batches_hide_nothing_of_the_data(option):
    run = hg.train("iris", hidden=(4,), epochs=2, **{option: True})
    assert run.network.about["scored"] == "test"
    assert run.record["data"]["name"] == "iris"
    assert run.record["data"]["rows"]["test"] > 0
