"""`hagang predict`, `evaluate` and `show`: what becomes of a saved model."""

import csv
import io

import numpy as np
import pytest

import hagang as hg
from hagang.data import load, prepare
from hagang.recipe import defaults


def rows_of(text):
    return list(csv.reader(io.StringIO(text)))


# --- predict -------------------------------------------------------------------------------------------


def test_a_class_and_its_probabilities_for_each_row(hagang, models):
    answer = hagang("predict", "flowers.safetensors", "new.csv")
    head, *rows = rows_of(answer.out)
    network = hg.load("flowers.safetensors")
    assert answer.err == ""
    assert head == ["kind", "probability of iris", "probability of rose"]
    assert [row[0] for row in rows] == network.predict("new.csv").tolist()
    np.testing.assert_allclose(np.array([row[1:] for row in rows], float), network.predict_proba("new.csv"), rtol=1e-5)


def test_a_value_for_each_row(hagang, models):
    answer = hagang("predict", "prices.safetensors", "prices.csv")
    head, *rows = rows_of(answer.out)
    assert head == ["price"]
    np.testing.assert_allclose([float(row[0]) for row in rows], hg.load("prices.safetensors").predict("prices.csv"))


def test_predictions_go_to_a_file(hagang, models):
    answer = hagang("predict", "flowers.safetensors", "new.csv", "--out", "p.csv")
    assert answer.out == ""
    assert answer.err == "note: 6 rows written to p.csv\n"
    text = (models / "p.csv").read_text(encoding="utf-8")
    assert text == hagang("predict", "flowers.safetensors", "new.csv").out


def test_the_target_among_the_columns_changes_nothing(hagang, models):
    with_target = hagang("predict", "flowers.safetensors", "flowers.csv")
    text = (models / "flowers.csv").read_text(encoding="utf-8")
    without = "\n".join(line.rpartition(",")[0] for line in text.splitlines())
    (models / "without.csv").write_text(without, encoding="utf-8")
    assert with_target.err == ""
    assert hagang("predict", "flowers.safetensors", "without.csv").out == with_target.out


def test_columns_come_in_any_order(hagang, models):
    (models / "ab.csv").write_text("petal,width,colour\n2.5,1.0,red\n", encoding="utf-8")
    (models / "ba.csv").write_text("colour,petal,width\nred,2.5,1.0\n", encoding="utf-8")
    first, second = (hagang("predict", "flowers.safetensors", name).out for name in ("ab.csv", "ba.csv"))
    assert first == second


def test_a_new_category_is_said(hagang, models):
    (models / "green.csv").write_text("petal,width,colour\n2.5,1.0,green\n", encoding="utf-8")
    answer = hagang("predict", "flowers.safetensors", "green.csv")
    assert answer.status == 0
    assert answer.err == "note: 'colour' has values not there at training: 'green'\n"


@pytest.mark.parametrize("target", ["1", "2", "3"])
def test_a_table_without_header_needs_no_target_column(hagang, folder, target):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 2)).round(3)
    columns = np.insert(x.astype(str), int(target) - 1, np.where(x[:, 0] > 0, "up", "down"), axis=1)
    for name, cells in (("whole", columns), ("new", x.astype(str))):
        (folder / f"{name}.csv").write_text("\n".join(map(",".join, cells.tolist())) + "\n", encoding="utf-8")
    assert hagang("train", "whole.csv", "-t", target, "-q", "--epochs", 5).status == 0
    answer = hagang("predict", "model.safetensors", "new.csv")
    assert answer.status == 0, answer.err
    assert answer.out == hagang("predict", "model.safetensors", "whole.csv").out


def test_a_network_trained_on_arrays_predicts_from_a_table_of_numbers(hagang, folder):
    x = np.random.default_rng(0).normal(size=(50, 2)).round(3)
    run = hg.fit(hg.Network([hg.Dense(2)]), (x, (x[:, 0] > 0).astype(int)), epochs=2)
    run.network.save("arrays.safetensors")
    (folder / "x.csv").write_text("a,b\n" + "\n".join(f"{a},{b}" for a, b in x), encoding="utf-8")
    head, *rows = rows_of(hagang("predict", "arrays.safetensors", "x.csv").out)
    assert head == ["prediction", "probability of 0", "probability of 1"]
    assert [int(row[0]) for row in rows] == run.network.predict(x).tolist()
    answer = hagang("predict", "arrays.safetensors", "new.csv")
    assert answer.err == (
        "error: the model was trained on arrays of numbers, and the column 'colour' is text; expected numbers only\n"
    )


# --- evaluate ------------------------------------------------------------------------------------------


def test_scores_on_other_data(hagang, models):
    text = (models / "flowers.csv").read_text(encoding="utf-8").splitlines()
    (models / "few.csv").write_text("\n".join(text[:31]), encoding="utf-8")
    answer = hagang("evaluate", "flowers.safetensors", "few.csv")
    scores = hg.load("flowers.safetensors").evaluate("few.csv")
    lines = [line.split() for line in answer.out.splitlines()]
    assert ["Data", "few.csv:", "30", "rows"] in lines
    assert next(line for line in lines if line[:1] == ["accuracy"])[1:] == [f"{scores['accuracy']:.4f}", "0.5000"]
    assert answer.err == ""


def test_scores_on_the_rows_of_the_training_may_flatter(hagang, models):
    answer = hagang("evaluate", "prices.safetensors", "prices.csv")
    assert answer.status == 0
    assert answer.err.startswith("note: the model seems to have been trained on some of these rows")


def test_a_test_file_may_end_its_labels_with_a_full_stop(hagang, models):
    head, *rows = (models / "flowers.csv").read_text(encoding="utf-8").splitlines()
    (models / "test.csv").write_text("\n".join([head, *(f"{row}." for row in rows[:40])]), encoding="utf-8")
    (models / "same.csv").write_text("\n".join([head, *rows[:40]]), encoding="utf-8")
    dotted, plain = (hagang("evaluate", "flowers.safetensors", name) for name in ("test.csv", "same.csv"))
    assert "the test part's labels 'iris.', 'rose.' are taken as 'iris', 'rose'" in " ".join(dotted.out.split())
    assert dotted.out.partition("\n\n")[2] == plain.out.partition("\n\n")[2]
    network = hg.load("flowers.safetensors")
    assert network.evaluate("test.csv") == network.evaluate("same.csv")


def test_a_model_that_python_trained_has_scores_beside_the_baseline_too(hagang, folder):
    run = hg.fit(hg.Network([hg.Dense(3)]), prepare("iris"), epochs=2)
    run.network.save("iris.safetensors")
    answer = hagang("evaluate", "iris.safetensors", "iris")
    assert answer.status == 0
    assert "accuracy" in answer.out
    assert "always 'setosa'" in answer.out or "most frequent class in training" in answer.out


def test_a_set_by_name_is_evaluated_whole(hagang, folder):
    hagang("train", "iris", "--epochs", 3, "-q")
    answer = hagang("evaluate", "model.safetensors", "iris")
    assert "Data       iris: 150 rows" in answer.out


# --- show ----------------------------------------------------------------------------------------------


def test_a_model_tells_what_it_is(hagang, models):
    out = hagang("show", "flowers.safetensors").out
    assert "Task       classification: 2 classes of 'kind' ('iris', 'rose')" in out
    assert "Data       flowers.csv: 84 training, 18 validation, 18 test rows" in out
    assert "id       left out: it counts the rows" in out
    assert "colour   category, a feature for each of 2 values" in out
    weights = hg.load("flowers.safetensors").weights
    assert f"{sum(w.size for w in weights.values()):,} weights, float32" in out
    assert defaults.SCHEDULE in " ".join(out.split())
    assert "log loss" in out


def test_a_model_of_images_and_one_of_arrays_tell_it_too(hagang, folder):
    images = np.random.default_rng(0).integers(0, 256, (60, 4, 4), dtype=np.uint8)
    np.savez("images.npz", x_train=images, y_train=np.arange(60) % 2)
    assert hagang("train", "images.npz", "--epochs", 1, "-q").status == 0
    out = hagang("show", "model.safetensors").out
    assert "Inputs     images of 4 × 4 pixels, each times 0.00392157 plus 0" in out
    run = hg.fit(hg.Network([hg.Dense(1)]), (np.eye(4), np.arange(4.0)), epochs=1)
    run.network.save("arrays.safetensors")
    out = hagang("show", "arrays.safetensors").out
    assert "Task       regression\n" in out
    assert "Network    4 → 1; 5 weights, float32" in out


def test_no_line_is_wider_than_80(hagang, models):
    for command in (
        ["show", "flowers.safetensors"],
        ["info"],
        ["train", "--help"],
        ["train", "flowers.csv", "-t", "5"],
    ):
        answer = hagang(*command)
        assert max(map(len, (answer.out + answer.err).splitlines())) <= 80


def test_info_names_what_a_report_of_a_fault_needs(hagang):
    out = hagang("info").out
    for name in ("hagang", "Python", "Runtimes", "Engine", "Cores", "numpy", "duckdb", "safetensors"):
        assert name in out
    assert load is not None
