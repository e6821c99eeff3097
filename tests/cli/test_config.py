"""Options from a file, and to one."""

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

import hagang as hg
from hagang.cli.config import read, to_toml
from hagang.cli.options import TRAIN, DataOptions, DescentOptions, NetworkOptions, RunOptions
from hagang.cli.parse import options
from hagang.workflow.config import TABLES
from hagang.workflow.options import Options

ODD = ["--dropout", "0.1,0.2", "--hidden", "8,8", "--drop", "id", "--drop", "colour", "--header", "--out", 'o "ü".st']


def test_what_is_printed_is_read_back_to_the_letter(hagang, folder):
    first = hagang("train", "flowers.csv", "-t", "kind", *ODD, "--print-config")
    Path("run.toml").write_text(first.out, encoding="utf-8")
    assert hagang("train", "--config", "run.toml", "--print-config").out == first.out
    document = tomllib.loads(first.out)
    assert document["data"] | {"drop": ["id", "colour"], "header": True} == document["data"]
    assert document["run"]["out"] == 'o "ü".st'
    assert (document["network"]["dropout"], document["descent"]["epochs"]) == ("0.1,0.2", 500)


def test_every_option_is_there_set_or_as_a_comment(hagang, folder):
    text = hagang("train", "flowers.csv", "--print-config").out
    keys = set(re.findall(r"^(?:# )?([a-z0-9-]+)(?: = .*|: .*|)$", text, re.MULTILINE))
    help_text = hagang("train", "--help").out
    flags = set(re.findall(r"^│ --([a-z0-9-]+)", help_text, re.MULTILINE)) - {"help", "config", "print-config"}
    assert keys == flags | {"source"}


def test_nothing_is_trained_or_written(hagang, folder):
    before = set(folder.iterdir())
    assert hagang("train", "nowhere.csv", "--print-config").status == 0
    assert set(folder.iterdir()) == before


def test_a_run_from_a_file_is_the_run_that_was_typed(hagang, folder):
    lines = '[data]\nsource = "flowers.csv"\ntarget = "kind"\n[network]\nhidden = [8, 4]\ndropout = 0.1\n'
    Path("run.toml").write_text(lines + "[descent]\nepochs = 2\nbatch_size = 32\n", encoding="utf-8")
    assert hagang("train", "--config", "run.toml", "--out", "a.safetensors").status == 0
    typed = ["--hidden", "8,4", "--dropout", "0.1", "--epochs", 2, "--batch-size", 32, "--out", "b.safetensors"]
    assert hagang("train", "flowers.csv", "-t", "kind", *typed).status == 0
    a, b = (hg.load(f"{name}.safetensors") for name in "ab")
    assert all((a.weights[name] == b.weights[name]).all() for name in b.weights)


def test_what_is_typed_comes_before_the_file(hagang, folder):
    text = '[data]\nsource = "flowers.csv"\n[network]\nresidual = true\n[descent]\nepochs = 2\n'
    Path("run.toml").write_text(text, encoding="utf-8")
    answer = hagang("train", "prices.csv", "--config", "run.toml", "--epochs", 7, "--print-config")
    document = tomllib.loads(answer.out)
    assert document["data"]["source"] == "prices.csv"
    assert (document["descent"]["epochs"], document["network"]["residual"]) == (7, True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "run.toml: no such file; hagang train DATA --print-config > run.toml writes one"),
        ("[descent\n", "run.toml: expected TOML: "),
        ("[network]\ndorpout = 0.2\n", r"run.toml: \[network\] has no 'dorpout'; did you mean 'dropout'\?"),
        ("[network]\nepochs = 3\n", r"run.toml: \[network\] has no 'epochs'; it belongs under \[descent\]"),
        ("[network]\nepoch = 3\n", r"run.toml: \[network\] has no 'epoch'; did you mean 'epochs'\?"),
        ("[network]\nzzz = 3\n", r"run.toml: \[network\] has no 'zzz'$"),
        ("epochs = 3\n", r"run.toml: 'epochs' belongs under \[descent\]"),
        ("[netwrk]\n", r"expected the tables \[data\], .* received 'netwrk'; did you mean \[network\]\?"),
        ("zzz = 3\n", r"expected the tables \[data\], \[network\], \[descent\], \[run\], received 'zzz'$"),
        ("[network]\nresidual = 1\n", r"run.toml: \[network\] residual: expected true or false, received 1"),
        ("[data]\ndrop = 1\n", r"run.toml: \[data\] drop: expected a list of strings, received 1"),
        ("[descent]\nepochs = true\n", r"\[descent\] epochs: expected a number or a string, received True"),
        ("[descent]\nepochs = [1]\n", r"\[descent\] epochs: expected a number or a string, received \[1\]"),
        ("[descent]\nepochs = 1.5\n", "invalid value for '--epochs'"),
        ("[descent]\nepochs = 0\n", "invalid value for '--epochs'"),
    ],
)
def test_a_wrong_file_is_told_in_a_line(hagang, folder, text, said):
    if text is not None:
        Path("run.toml").write_text(text, encoding="utf-8")
    answer = hagang("train", "flowers.csv", "--config", "run.toml")
    assert answer.status == 2
    assert re.search(said, answer.err.splitlines()[0].removeprefix("error: ")), answer.err


def test_the_tables_are_the_panels():
    for panel in TRAIN:
        table = panel.__name__.removesuffix("Options").lower()
        assert [field.name for field in fields(panel)] == [*TABLES[table]]


def test_defaults_are_the_librarys():
    panels = [DataOptions(source="iris"), NetworkOptions(), DescentOptions(), RunOptions()]
    assert options(*panels).describe() == Options().describe()


def test_texts_survive_whatever_they_hold(tmp_path):
    strange = 'a "b" \\ \n \t \x7f é 🦆'
    options = RunOptions(out=Path(strange))
    (tmp_path / "run.toml").write_text(to_toml([options]), encoding="utf-8")
    assert read(tmp_path / "run.toml", TRAIN)["out"] == strange
