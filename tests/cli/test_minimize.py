"""`hagang minimize`, as a person types it."""

import csv

import numpy as np
import pytest

BOWL = "(x[0]-2)**2 + 4*(x[1]-3)**2"
HIMMELBLAU = "(x[0]**2 + x[1] - 11)**2 + (x[0] + x[1]**2 - 7)**2"
RASTRIGIN = "20 + sum(x**2 - 10*cos(2*pi*x))"


def rows(answer):
    """The labelled rows that were printed."""
    return {line[:11].strip(): line[11:] for line in answer.out.splitlines() if line[:1].strip()}


def test_the_textbooks_example(hagang):
    answer = hagang("minimize", BOWL, "--start", "100,-10", "--lr", "0.01", "--steps", "1000")
    assert (answer.status, answer.err) == (0, "")
    told = rows(answer)
    assert told.pop("Gradient").startswith("(3.299e-07, ")
    assert told == {
        "Function": BOWL,
        "Start": "(100, -10), value 10280",
        "Method": "sgd, exact gradients, 1,001 evaluations",
        "Stopped": "step limit: 1000 of 1000 steps done",
        "End": "(2.000000165, 3)",
        "Value": "2.720216927e-14",
    }


def test_l_bfgs_unless_a_method_or_a_rate_is_named(hagang):
    assert rows(hagang("minimize", BOWL, "--start", "100,-10"))["Method"].startswith("lbfgs")
    assert rows(hagang("minimize", BOWL, "--start", "100,-10", "--method", "gd"))["Method"].startswith("gd")


def test_all_options_at_once(hagang, tmp_path):
    table, picture = tmp_path / "path.csv", tmp_path / "path.png"
    answer = hagang(
        *("minimize", BOWL, "--start", "100,-10", "--lr", "0.01", "--steps", "1000", "--method", "momentum"),
        *("--schedule", "cosine", "--stop", "gradient<1e-6", "--plot", picture, "--csv", table),
    )
    assert answer.status == 0
    told = rows(answer)
    assert told["Method"].startswith("momentum, exact gradients")
    assert "fell below 1e-06 at step" in told["Stopped"]
    assert picture.read_bytes().startswith(b"\x89PNG")
    with table.open(newline="") as handle:
        head, first, *_, last = csv.reader(handle)
    assert head == ["step", "value", "gradient_norm", "learning_rate", "x[0]", "x[1]"]
    assert [float(cell) for cell in first] == pytest.approx([0, 10280, np.hypot(196, 104), 0.01, 100, -10])
    assert last[3] == ""
    assert float(last[2]) < 1e-6
    assert [float(cell) for cell in last[4:]] == pytest.approx([2, 3], abs=1e-6)


def test_variables_may_have_names(hagang):
    answer = hagang(
        "minimize", "(apples*a + oranges*o)*tax", "--start", "apples=2,a=100,oranges=3,o=150,tax=1.1", "--steps", "0"
    )
    # The textbook's shopping basket: its gradient is what backpropagation writes on the graph.
    assert rows(answer)["Value"] == "715"
    assert rows(answer)["Gradient"].startswith("apples = 110, a = 2.2, oranges = 165, o = 3.3, tax = 650")


def test_a_function_of_one_number(hagang):
    answer = hagang("minimize", "x**2 - 3*x", "--start", "-5")
    assert rows(answer)["End"] == "x = 1.5"


def test_fifty_starts_find_the_four_minima(hagang):
    answer = hagang("minimize", HIMMELBLAU, "--starts", "50")
    assert answer.status == 0
    for point in ("(3, 2)", "(-2.80512, 3.13131)", "(-3.77931, -3.28319)", "(3.58443, -1.84813)"):
        (line,) = [line for line in answer.out.splitlines() if line.startswith(point)]
        assert " minimum " in line
    assert answer.out.count("minimum") == 4


def test_fifty_starts_find_the_lowest_of_many(hagang):
    answer = hagang("minimize", RASTRIGIN, "--start", "normal(2)", "--starts", "50")
    lines = answer.out.splitlines()
    first = lines[next(k for k, line in enumerate(lines) if line.startswith("Point")) + 1]
    assert first.startswith("(0, 0)")


def test_bounds(hagang):
    answer = hagang("minimize", BOWL, "--start", "4,2", "--bounds", ":5,-1:2.5")
    assert rows(answer)["End"].endswith("2.5)")
    named = hagang("minimize", "(a-1)**2 + b**2", "--start", "a=0,b=1", "--bounds", "b=0.5:")
    assert rows(named)["End"].endswith("b = 0.5")


def test_a_run_away_is_told_with_the_lowest_point(hagang):
    answer = hagang("minimize", BOWL, "--start", "100,3.001", "--lr", "0.3", "--steps", "2000")
    assert answer.status == 0
    assert rows(answer)["Stopped"].startswith("divergence: ")
    assert "Lowest" in rows(answer)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            ["x + __import__('os').system('ls')", "--start", "1"],
            "may stand here\n  x + __import__('os').system('ls')\n      ^",
        ),
        (["x[2] + x[0]", "--start", "1,2"], "x needs at least 3 numbers here, --start gives 2\n  x[2] + x[0]\n  ^"),
        (["x.sum()", "--start", "1,2"], "write sum(x), not x.sum()"),
        (
            ["aples*2 + b", "--start", "apples=1,b=2"],
            "'aples' has no value; did you mean 'apples'?\n  aples*2 + b\n  ^",
        ),
        (["a + b", "--start", "a=1,b=2,c=3"], "--start: 'c' does not stand in the function, which has a, b"),
        (["a + b", "--start", "1,2"], "--start: the function's variables are a, b; write --start a=…,b=…"),
        (["a[0]", "--start", "a=1"], "'a' is one number and cannot be indexed"),
        (["1 + 2", "--start", "1"], "expected a variable, x for example"),
        (["sum(x**2)"], "--start: expected where to begin, as 100,-10 or 'normal(2)'"),
        (["x**2", "--start", "one"], "--start: expected a number, received 'one'"),
        (["x**2", "--start", "a=1,2"], "--start: expected a name and a number for each variable"),
        (["x**2", "--start", "nan"], "--start: expected finite numbers to start from, received nan"),
        (["log(x)", "--start", "-1"], "f: expected a finite value at the start, received nan"),
        (["x", "--start", "1,2"], "expected a function that returns one real number, received an array of shape (2,)"),
        ([BOWL, "--start", "1,2", "--lr", "-1"], "--lr: expected a finite learning rate above 0, received -1.0"),
        (
            [BOWL, "--start", "1,2", "--lr", "1", "--method", "cg"],
            "--lr: method 'cg' finds the length of its steps by itself",
        ),
        ([BOWL, "--start", "1,2", "--method", "adamm"], "did you mean 'adam'?"),
        ([BOWL, "--start", "1,2", "--stop", "gradent<1"], "expected a rule at character 1"),
        ([BOWL, "--start", "1,2", "--bounds", "1,2"], "--bounds: expected low:high for each variable"),
        ([BOWL, "--start", "1,2", "--steps", "-1"], "expected a whole number of at least 0, received -1"),
        (
            [BOWL, "--start", "1,2", "--plot", "path.txt"],
            "--plot: expected a file that ends in .png, .svg, .pdf, .html, .gif, .mp4, received",
        ),
        ([BOWL, "--start", "1,2", "--csv", "no/such/folder/path.csv"], "no/such/folder"),
    ],
)
def test_mistakes_are_told(hagang, typed, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    answer = hagang("minimize", *typed)
    assert (answer.status, answer.out) == (2, "")
    assert answer.err.startswith("error: ")
    assert said in answer.err
    assert list(tmp_path.iterdir()) == []
