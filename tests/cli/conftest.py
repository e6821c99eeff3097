"""A folder with small files and a model, and a way to type commands in it."""

import os
from dataclasses import dataclass

import numpy as np
import pytest

from hagang.cli import main


@dataclass(frozen=True)
class Answer:
    """What a command gave back."""

    status: int
    out: str
    err: str


@pytest.fixture
def hagang(capsys):
    """Run a command in this process, errors, warnings and exit status as a person would meet them."""

    def run(*arguments):
        capsys.readouterr()
        status = main([str(argument) for argument in arguments])
        told = capsys.readouterr()
        return Answer(status, told.out, told.err)

    return run


def table(path, head, rows):
    path.write_text("\n".join([head, *(",".join(map(str, row)) for row in rows)]) + "\n", encoding="utf-8")


def flowers(rows=120, seed=0):
    """Two kinds that the petals tell apart, with a colour that says nothing and a number for every row."""
    rng = np.random.default_rng(seed)
    kind = np.arange(rows) % 2
    petal = rng.normal(2.0 + 2.0 * kind, 0.5)
    width = rng.normal(1.0, 0.3, rows)
    colours = rng.choice(["red", "blue"], rows)
    names = ["rose", "iris"]
    return [(k + 1, f"{petal[k]:.3f}", f"{width[k]:.3f}", colours[k], names[kind[k]]) for k in range(rows)]


def write_files(folder):
    rows = flowers()
    table(folder / "flowers.csv", "id,petal,width,colour,kind", rows)
    table(folder / "new.csv", "petal,width,colour", [row[1:4] for row in rows[:6]])
    price = [(k, f"{0.5 * k:.2f}", f"{3.0 * k + 7 * (k % 3):.1f}") for k in range(80)]
    table(folder / "prices.csv", "size,age,price", price[1:])


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    """A folder in which `flowers.safetensors` and `prices.safetensors` have been trained."""
    folder = tmp_path_factory.mktemp("trained")
    write_files(folder)
    before = os.getcwd()  # noqa: PTH109
    os.chdir(folder)
    try:
        for name, target in (("flowers", "kind"), ("prices", "price")):
            typed = ["train", f"{name}.csv", "-t", target, "--epochs", "30", "-q", "--out", f"{name}.safetensors"]
            assert main(typed) == 0
    finally:
        os.chdir(before)
    return folder


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An own folder to work in, with the small files."""
    write_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def models(trained, tmp_path, monkeypatch):
    """An own folder with the small files and both models."""
    for file in trained.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path
