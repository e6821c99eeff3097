"""The test functions of the benchmark: their lowest values, and what is counted."""

import numpy as np
import pytest
from benchmarks.functions import BEGIN, CLOSE, END, FUNCTIONS, METHODS, PAGE, main, ours, scipys

import hagang as hg

KNOWN = {
    "Rosenbrock, 2": [1, 1],
    "Beale": [3, 0.5],
    "Booth": [1, 3],
    "Himmelblau": [3, 2],
    "Powell's singular": [0, 0, 0, 0],
    "Wood": [1, 1, 1, 1],
    "Rastrigin, 2": [0, 0],
    "Ackley, 2": [0, 0],
    "Styblinski–Tang, 2": [-2.903534027771177, -2.903534027771177],
    "Six-hump camel": [0.08984201368301331, -0.7126564032704135],
    "Goldstein–Price": [0, -1],
    "Branin": [np.pi, 2.275],
    "McCormick": [-0.5471975602214493, -1.547197559268372],
    "Freudenstein–Roth": [5, 4],
    "Helical valley": [1, 0, 0],
    "Zakharov, 10": [0] * 10,
    "Quadratic, 50, condition 1e4": [1] * 50,
}
BY_NAME = {function.name: function for function in FUNCTIONS}


def test_there_are_twenty_five():
    assert len(BY_NAME) == len(FUNCTIONS) == 25


@pytest.mark.parametrize("name", KNOWN)
def test_lowest_values_are_those_of_the_literature(name):
    function = BY_NAME[name]
    assert function.f(np.array(KNOWN[name], float)) == pytest.approx(function.lowest, abs=1e-12)


@pytest.mark.parametrize("function", FUNCTIONS, ids=BY_NAME)
def test_no_run_comes_lower(function):
    result = hg.minimize(function.f, function.start, method="newton-cg", steps=300, stop="gradient<1e-9")
    assert result.gradient == "graph"
    assert result.losses.min() > function.lowest - 1e-10
    assert function.f(np.array(function.start)) > function.lowest + CLOSE


def test_steps_and_evaluations_are_counted():
    booth = BY_NAME["Booth"]
    steps, evaluations = ours(booth, "cg")
    assert steps == 2
    assert steps < evaluations < 12
    steps, evaluations = scipys(booth, "L-BFGS-B")
    assert evaluations >= 3 * steps
    steps, evaluations = ours(booth, "momentum")
    assert evaluations == steps + 1


def test_what_never_comes_close_is_none():
    assert ours(BY_NAME["Quadratic, 50, condition 1e6"], "momentum") is None


def test_the_page_has_a_place_for_the_table_and_every_function_in_it():
    text = PAGE.read_text(encoding="utf-8")
    table = text.split(BEGIN)[1].split(END)[0]
    assert [line.split("|")[1].strip() for line in table.strip().splitlines()[2:]] == list(BY_NAME)
    assert [cell.strip() for cell in table.strip().splitlines()[0].split("|")[2 : 2 + len(METHODS)]] == METHODS


def test_the_command_writes_the_page(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("benchmarks.functions.FUNCTIONS", [BY_NAME["Booth"]])
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    assert main(["--page", str(page)]) == 0
    text = page.read_text(encoding="utf-8")
    assert "old" not in text
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "| Booth |" in capsys.readouterr().out
