"""`hagang inspect`: what a person reads before training."""

import re


def test_columns_and_findings(hagang, folder):
    answer = hagang("inspect", "flowers.csv", "--target", "kind")
    assert answer.status == 0
    assert "Rows       84 training, 18 validation, 18 test" in answer.out
    assert re.search(r"^petal +number +\S+ to \S+ +\(x - ", answer.out, re.MULTILINE)
    assert re.search(r"^colour +text +2 values: ", answer.out, re.MULTILINE)
    assert re.search(r"^id +whole number +1 to 120 +left out: counts the", answer.out, re.MULTILINE)
    assert re.search(r"^kind +text +2 values: .*the target, 2", answer.out, re.MULTILINE)
    assert re.search(r"^Findings +'id' counts the rows: left out", answer.out, re.MULTILINE)
    assert sorted(path.suffix for path in folder.iterdir()) == [".csv"] * 3


def test_without_a_target_the_columns_alone(hagang, folder):
    answer = hagang("inspect", "flowers.csv")
    assert re.search(r"^Column +Kind +Missing +Range$", answer.out, re.MULTILINE)
    assert "With --target COLUMN more is shown." in answer.out


def test_what_is_wrong_is_said_with_what_to_type(hagang, folder):
    rows = [f"{k},{k % 7},{k}" for k in range(30)]
    (folder / "leak.csv").write_text("\n".join(["a,b,y", *rows]))
    answer = hagang("inspect", "leak.csv", "-t", "y", "--scale", "b=robust")
    assert "leave it out (--drop a)" in re.sub(r"\s+", " ", answer.out) or "'a' counts the rows" in answer.out
    assert "smoothly clipped" in re.sub(r"\s+", " ", answer.out)
    assert hagang("inspect", "leak.csv", "-t", "z").err.startswith("error: there is no column 'z' to be the target")


def test_training_stores_what_was_understood_and_splits_as_asked(hagang, folder):
    import hagang as hg

    rows = [f"{k % 11},{k // 6},{'train' if k < 40 else 'test'},{k % 3}" for k in range(60)]
    (folder / "groups.csv").write_text("\n".join(["a,who,part,y", *rows]))
    answer = hagang("train", "groups.csv", "-t", "y", "--part", "part", "--drop", "who", "--epochs", 1)
    assert "40 training, 20 test" in answer.out
    columns = hg.load("model.safetensors").about["data"]["columns"]
    assert [line["column"] for line in columns] == ["a", "part", "y"]
    answer = hagang("train", "groups.csv", "-t", "y", "--group", "who", "--drop", "part", "--epochs", 1)
    assert "42 training, 6 validation, 12 test" in answer.out or "42 training" in answer.out


def test_many_categories_are_embedded(hagang, folder):
    rows = [f"w{k % 70},{k % 70 % 2}" for k in range(420)]
    (folder / "words.csv").write_text("\n".join(["word,y", *rows]))
    answer = hagang("train", "words.csv", "-t", "y", "--epochs", 20)
    assert answer.status == 0
    assert re.search(r"1 → embedding \d+→", answer.out)
    (folder / "new.csv").write_text("word\nw1\nunheard\n\n")
    told = hagang("predict", "model.safetensors", "new.csv")
    assert told.out.splitlines()[1].startswith("1,")
    assert len(told.out.splitlines()) == 4  # a blank line is a missing value, where there is one column


def test_rows_and_classes_are_weighted(hagang, folder):
    rows = [f"{k % 9},{1 + k % 2},{k % 5 == 0:d}" for k in range(100)]
    (folder / "w.csv").write_text("\n".join(["a,often,y", *rows]))
    plain = hagang("train", "w.csv", "-t", "y", "--drop", "often", "--epochs", 3, "-q", "--out", "plain.safetensors")
    typed = ("--weight", "often", "--class-weight", "balanced", "--epochs", 3, "-q")
    assert (plain.status, hagang("train", "w.csv", "-t", "y", *typed).status) == (0, 0)
    answers = [hagang("predict", model, "w.csv").out for model in ("plain.safetensors", "model.safetensors")]
    assert answers[0] != answers[1]
    assert hagang("train", "w.csv", "-t", "y", "--class-weight", "1=5", "--epochs", 1, "-q").status == 0
    refused = hagang("train", "w.csv", "-t", "y", "--class-weight", "maybe=5", "--epochs", 1)
    assert refused.err.startswith(
        "error: --class-weight: expected balanced, or a class and its weight as 0=5, received"
    )


def test_batches_are_tried_balanced_and_whole(hagang, folder):
    answer = hagang(
        "train", "flowers.csv", "-t", "kind", "--batch-size", "16", "--drop-last", "--balanced", "--epochs", 2
    )
    assert "2 epochs, 10 steps" in answer.out  # 84 rows are 5 whole batches
    auto = hagang("train", "prices.csv", "-t", "price", "--batch-size", "auto", "--epochs", 1)
    assert re.search(r"^Batch +\d+ rows per step, the best of those tried", auto.out, re.MULTILINE)


def test_folds_test_every_row(hagang, folder):
    answer = hagang("train", "flowers.csv", "-t", "kind", "--folds", 3, "--epochs", 5)
    assert answer.status == 0
    assert [line.split()[:2] for line in answer.out.splitlines() if line.startswith("fold")] == [
        ["fold", "1"],
        ["fold", "2"],
        ["fold", "3"],
    ]
    assert re.search(r"^mean +0\.", answer.out, re.MULTILINE)
