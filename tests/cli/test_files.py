"""What is written where: nothing over what is read, a format as the name says, columns beside predictions."""

import csv
import gzip
from pathlib import Path

import duckdb
import pytest

TABLE = "id,x,price\n" + "".join(f'C{k:04},{k % 50},"{k % 50 * 2500:,}원"\n' for k in range(200))


@pytest.fixture
def model(hagang, folder):
    Path("t.csv").write_text(TABLE, encoding="utf-8")
    assert hagang("train", "t.csv", "-t", "price", "--epochs", 1, "-q", "-o", "m.st").status == 0
    return Path("m.st")


def test_what_is_read_is_never_written_over(hagang, model):
    before = {name: Path(name).read_bytes() for name in ("t.csv", "m.st")}
    for words in (
        ("train", "t.csv", "-t", "price", "--epochs", 1, "-o", "t.csv"),
        ("train", "t.csv", "-t", "price", "--epochs", 1, "-o", "t.csv", "--force"),
        ("predict", "m.st", "t.csv", "--out", "t.csv", "--force"),
    ):
        answer = hagang(*words)
        assert answer.status == 2
        assert "--out: expected another file than what is read, received 't.csv' for both" in answer.err
    assert "whose name ends in .csv" in hagang("predict", "m.st", "t.csv", "--out", "m.st").err
    assert {name: Path(name).read_bytes() for name in before} == before


def test_what_exists_is_replaced_by_force_alone_but_for_a_model(hagang, model):
    assert hagang("train", "t.csv", "-t", "price", "--epochs", 1, "-q", "-o", "m.st").status == 0
    for words in (("train", "t.csv", "-t", "price", "--epochs", 1, "-q"), ("predict", "m.st", "t.csv")):
        Path("own.csv").write_text("mine")
        answer = hagang(*words, "-o", "own.csv")
        assert answer.status == 2
        assert "expected a new file, received 'own.csv', which exists" in answer.err
        assert "--force" in answer.err
        assert Path("own.csv").read_text() == "mine"
        assert hagang(*words, "-o", "own.csv", "--force").status == 0
        assert Path("own.csv").read_bytes() != b"mine"


def test_an_ending_is_a_promise(hagang, model):
    expected = list(csv.reader(hagang("predict", "m.st", "t.csv").out.splitlines()))
    assert (len(expected), expected[0]) == (201, ["price"])
    for name in ("p.csv", "p.csv.gz", "p.tsv", "p.parquet"):
        assert hagang("predict", "m.st", "t.csv", "--out", name).status == 0
    with gzip.open("p.csv.gz", "rt") as file:
        assert list(csv.reader(file)) == expected
    prices = [price for (price,) in duckdb.connect().execute("SELECT price FROM 'p.parquet'").fetchall()]
    assert prices == [float(price) for (price,) in expected[1:]]
    answer = hagang("predict", "m.st", "t.csv", "--out", "p.pdf")
    assert (answer.status, Path("p.pdf").exists()) == (2, False)
    assert hagang("predict", "m.st", "t.csv", "--out", "-").out.splitlines()[0] == "price"


def test_columns_stand_beside_predictions(hagang, model):
    rows = list(csv.DictReader(hagang("predict", "m.st", "t.csv", "--keep", "id,x").out.splitlines()))
    assert [(row["id"], row["x"]) for row in rows[:2]] == [("C0000", "0"), ("C0001", "1")]
    head = hagang("predict", "m.st", "t.csv", "--keep", "all").out.splitlines()[0]
    assert head == "id,x,price (read),price"
    answer = hagang("predict", "m.st", "t.csv", "--keep", "idd")
    assert "--keep: expected a column of the data ('id', 'x', 'price') or all, received 'idd'" in answer.err


def test_a_large_file_is_predicted_block_by_block(hagang, model, monkeypatch):
    whole = hagang("predict", "m.st", "t.csv", "--keep", "id").out
    monkeypatch.setattr("hagang.data.blocks.LARGE", 1)
    monkeypatch.setattr("hagang.data.blocks.CELLS", 100)
    assert hagang("predict", "m.st", "t.csv", "--keep", "id").out == whole


def test_a_person_corrects_what_was_understood(hagang, folder):
    rows = "".join(f"{k % 40},{'soon' if k % 3 == 0 else k},{k % 7}\n" for k in range(120))
    Path("t.csv").write_text("zip,x,y\n" + rows)
    plain = hagang("inspect", "t.csv", "-t", "y", "--task", "regression").out
    told = hagang("inspect", "t.csv", "-t", "y", "--task", "regression", "--type", "zip=text", "--missing", "soon").out
    assert "whole number" in next(line for line in plain.splitlines() if line.strip().startswith("zip"))
    assert "text" in next(line for line in told.splitlines() if line.strip().startswith("zip"))
    assert "expected a column and what it is" in hagang("inspect", "t.csv", "-t", "y", "--type", "zip").err


@pytest.mark.parametrize(
    ("content", "target", "new"),
    [
        (
            "면적;거래일;동네;가격\n"
            + "".join(
                f"{30 + k % 80};2024. {1 + k % 12}. {1 + k % 28}.;{('강남', '마포')[k % 2]};{k % 80 * 1000:,}원\n"
                for k in range(200)
            ),
            "가격",
            "면적;거래일;동네\n없음;2024. 1. 5.;강남\n45;2024. 12. 25.;마포\n",
        ),
        (
            "größe;verkauft;preis\n"
            + "".join(f"{k % 80},5;{1 + k % 28:02}.{1 + k % 12:02}.2024;{1 + k % 80}.{k:03},56\n" for k in range(200)),
            "preis",
            "größe;verkauft\n12;05.01.2024\n7,25;25.12.2024\n",
        ),
    ],
)
def test_a_korean_and_a_german_table_from_end_to_end(hagang, folder, content, target, new):
    encoding = "cp949" if target == "가격" else "cp1252"
    Path("t.csv").write_bytes(content.encode(encoding))
    Path("n.csv").write_bytes(new.encode(encoding))
    assert hagang("train", "t.csv", "-t", target, "--epochs", 2, "-q").status == 0
    answer = hagang("predict", "model.safetensors", "n.csv")
    assert (answer.status, len(answer.out.splitlines())) == (0, 3)
    assert hagang("evaluate", "model.safetensors", "t.csv").status == 0
