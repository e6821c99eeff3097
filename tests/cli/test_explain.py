"""`hagang explain`, as a person types it."""

import pytest

BASKET = "(apples*a + oranges*o)*tax"
AT = "apples=2,a=100,oranges=3,o=150,tax=1.1"


def test_the_textbooks_basket(hagang):
    answer = hagang("explain", BASKET, "--at", AT)
    assert (answer.status, answer.err) == (0, "")
    lines = answer.out.splitlines()
    assert lines[0] == BASKET
    assert "apples                    2       110  1.1 × 100 from v1" in lines
    assert "f        v3 × tax       715         1" in [line.rstrip() for line in lines]
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize("ending", ["svg", "html", "txt"])
def test_it_is_written_too(hagang, ending, tmp_path):
    file = tmp_path / f"graph.{ending}"
    answer = hagang("explain", BASKET, "--at", AT, "--out", file)
    assert f"Saved      {file}"[:40] in answer.out
    assert "715" in file.read_text(encoding="utf-8")


def test_a_vector(hagang):
    answer = hagang("explain", "(x[0]-2)**2 + 4*(x[1]-3)**2", "--at", "100,-10")
    assert "[196, 0] from x[0]" in answer.out


def test_a_models_loss_layer_by_layer(hagang, models):
    answer = hagang("explain", "flowers.safetensors", "flowers.csv")
    assert (answer.status, answer.err) == (0, "")
    assert answer.out.startswith("cross_entropy of 120 rows: ")
    assert "gradient of the first layer / last layer" in answer.out


def test_the_chain_from_one_weight(hagang, models):
    answer = hagang("explain", "flowers.safetensors", "flowers.csv", "--weight", "layers.0.weights[1,0]", "--row", "3")
    assert (answer.status, answer.err) == (0, "")
    lines = answer.out.splitlines()
    assert lines[0].startswith("layers.0.weights[1,0] in cross_entropy of 1 row: ")
    assert any(line.startswith("layers.0.before[0, 0]") for line in lines)
    assert lines[-2].split() == ["input", "gradient", "numerical", "difference"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            ["flowers.safetensors"],
            "DATA: expected rows with a target column, as hagang explain MODEL DATA, received none",
        ),
        (["flowers.safetensors", "flowers.csv", "--row", "120"], "--row: expected one of the 120 rows, counted from 0"),
        (["flowers.safetensors", "flowers.csv", "--weight", "layers.0.weight"], "weight: expected one as layers.0."),
        (
            ["x**2", "--at", "1", "--row", "1"],
            "expected a model's file beside DATA, --weight or --row, received 'x**2'",
        ),
    ],
)
def test_mistakes_with_models_are_told(hagang, models, typed, said):
    answer = hagang("explain", *typed)
    assert (answer.status, answer.out) == (2, "")
    assert said in answer.err


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ([BASKET], "--at: expected where, as apples=2,tax=1.1 or 100,-10, received None"),
        (["x**2", "--at", "normal(2)"], "--at: expected where, as apples=2,tax=1.1 or 100,-10, received 'normal(2)'"),
        ([BASKET, "--at", "1,2"], "--at: the function's variables are apples, a, oranges, o, tax; write --at apples=…"),
        (["x[0]+x[2]", "--at", "1,2"], "x needs at least 3 numbers here, --at gives 2"),
        (["x", "--at", "1,2"], "expected a function that returns one real number"),
        (["x", "--at", "1", "--out", "graph.png"], "--out: expected a file that ends in .txt, .svg, .html"),
    ],
)
def test_mistakes_are_told(hagang, typed, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    answer = hagang("explain", *typed)
    assert (answer.status, answer.out) == (2, "")
    assert said in answer.err
    assert list(tmp_path.iterdir()) == []
