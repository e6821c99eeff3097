"""`hagang train`: what it reports, what its options do, what it leaves behind."""

import re

import numpy as np
import pytest

import hagang as hg
from hagang.data import prepare


def row(out, label):
    """The text beside a label, with the lines that it was wrapped into joined."""
    found = re.search(rf"^{label} +(.*(?:\n {{11}}.*)*)", out, re.MULTILINE)
    assert found, f"no '{label}' in:\n{out}"
    return re.sub(r"\s+", " ", found[1])


def test_it_says_what_it_took_the_data_and_the_task_to_be(hagang, folder):
    answer = hagang("train", "flowers.csv", "--target", "kind", "--epochs", 2)
    assert answer.status == 0
    assert row(answer.out, "Data") == "flowers.csv: 120 rows, 5 columns, separated by ',', a header"
    assert row(answer.out, "Task") == "classification: the target 'kind' is 2 classes ('iris', 'rose')"
    assert row(answer.out, "Rows") == "84 training, 18 validation, 18 test"
    assert row(answer.out, "Inputs") == "4 features of 3 columns, standardised"
    assert "'id' counts the rows: left out" in row(answer.out, "Notes")
    assert row(answer.out, "Network").startswith("4 → ")
    assert row(answer.out, "Network").endswith(" → 2")


def test_it_ends_with_scores_beside_the_baseline_and_the_models_place(hagang, folder):
    answer = hagang("train", "flowers.csv", "--target", "kind")
    found = re.search(r"^accuracy +(\S+) +(\S+)$", answer.out, re.MULTILINE)
    assert float(found[1]) >= 0.9
    assert float(found[2]) == 0.5
    assert "Baseline: always 'iris', the most frequent class in training." in answer.out
    assert row(answer.out, "Saved") == f"model.safetensors, {size_of(folder / 'model.safetensors')}"
    assert hg.load("model.safetensors").about["scores"]["accuracy"] == pytest.approx(float(found[1]), abs=1e-4)


def size_of(path):
    return f"{path.stat().st_size / 1000:.0f} kB"


def test_a_quantity_is_scored_in_its_own_unit_beside_the_mean(hagang, folder):
    answer = hagang("train", "prices.csv", "-t", "price", "--epochs", 100)
    found = re.search(r"^RMSE +(\S+) +(\S+)$", answer.out, re.MULTILINE)
    ready = prepare("prices.csv", "price")
    tests = ready.target.decode(ready.test.y)
    assert float(found[2]) == pytest.approx(((tests - ready.target.mean) ** 2).mean() ** 0.5, rel=1e-4)
    assert float(found[1]) < 0.3 * float(found[2])


def test_hidden_layers_and_activation(hagang, folder):
    answer = hagang("train", "flowers.csv", "-t", "kind", "--epochs", 1, "--hidden", "7,5", "--activation", "tanh")
    assert row(answer.out, "Network") == "4 → 7 tanh → 5 tanh → 2"
    answer = hagang("train", "flowers.csv", "-t", "kind", "--epochs", 1, "--hidden", "none")
    assert row(answer.out, "Network") == "4 → 2"


@pytest.mark.parametrize(
    ("typed", "network"),
    [
        (["--dropout", "0.2"], "4 → 8 relu → dropout 0.2 → 8 relu → dropout 0.2 → 2"),
        (["--dropout", "0.1,0.2"], "4 → dropout 0.1 → 8 relu → dropout 0.2 → 8 relu → dropout 0.2 → 2"),
        (["--noise", "0.1"], "4 → noise 0.1 → 8 relu → 8 relu → 2"),
        (["--norm", "batch"], "4 → 8 → batch norm → relu → 8 → batch norm → relu → 2"),
        (["--norm", "layer", "--residual"], "4 → 8 → layer norm → relu → (+ 8 → layer norm → relu) → 2"),
        (["--activation", "prelu"], "4 → 8 → prelu → 8 → prelu → 2"),
        (["--activation", "ELU(alpha=0.5)"], "4 → 8 ELU(alpha=0.5) → 8 ELU(alpha=0.5) → 2"),
        (["--norm", "rms", "--activation", "tanh"], "4 → 8 → rms norm → tanh → 8 → rms norm → tanh → 2"),
    ],
    ids=["dropout", "of inputs too", "noise", "batch", "residual", "prelu", "elu", "rms"],
)
def test_the_networks_options_reach_its_layers(hagang, folder, typed, network):
    answer = hagang("train", "flowers.csv", "-t", "kind", "--epochs", 1, "--hidden", "8,8", *typed)
    assert row(answer.out, "Network") == network


def test_only_layers_as_wide_as_that_before_them_pass_their_input_on(hagang, folder):
    answer = hagang("train", "flowers.csv", "-t", "kind", "--epochs", 1, "--hidden", "8,9,9", "--residual")
    assert row(answer.out, "Network") == "4 → 8 relu → 9 relu → (+ 9 relu) → 2"


def test_weights_are_drawn_as_asked(hagang, folder):
    hagang("train", "flowers.csv", "-t", "kind", "--epochs", 1, "--lr", "1e-9", "--init", "gaussian", "--norm", "batch")
    weights = hg.load("model.safetensors").weights
    assert max(abs(weights[name]).max() for name in weights if name.endswith("weights")) < 0.06


def test_the_losss_options_reach_the_run(hagang, folder):
    assert hagang("train", "flowers.csv", "-t", "kind", "--epochs", 1, "--label-smoothing", "0.1").status == 0
    assert hg.load("model.safetensors").about["config"]["loss"] == "CrossEntropy(label_smoothing=0.1)"


def test_counts_are_predicted_as_they_are(hagang, folder):
    rng = np.random.default_rng(0)
    x = rng.normal(size=200)
    lines = [f"{a:.3f},{n}" for a, n in zip(x, rng.poisson(np.exp(1.0 + 0.5 * x)), strict=True)]
    (folder / "visits.csv").write_text("\n".join(["x,visits", *lines]) + "\n", encoding="utf-8")
    asked = ["train", "visits.csv", "-t", "visits", "--task", "regression", "--loss", "poisson", "--hidden", "none"]
    answer = hagang(*asked, "--out", "counts.safetensors")
    assert answer.status == 0, answer.err
    told = hg.load("counts.safetensors").predict({"x": [0.0, 2.0]})
    np.testing.assert_allclose(told, np.exp([1.0, 2.0]), rtol=0.25)


def test_two_classes_may_have_one_logit(hagang, folder):
    answer = hagang("train", "flowers.csv", "-t", "kind", "--loss", "binary_cross_entropy", "--out", "one.safetensors")
    assert row(answer.out, "Network").endswith(" → 1")
    assert hg.load("one.safetensors").about["scores"]["accuracy"] >= 0.9


def test_the_descents_options_reach_the_run(hagang, folder):
    typed = ["--optimizer", "momentum", "--lr", "0.05", "--schedule", "cosine", "--batch-size", "full", "--seed", "3"]
    assert hagang("train", "flowers.csv", "-t", "kind", "--epochs", 3, *typed).status == 0
    config = hg.load("model.safetensors").about["config"]
    assert config["optimizer"].startswith("ExponentialAverage(inner=Momentum(")
    assert config["schedule"].startswith("Cosine(")
    assert (config["lr"], config["batch_size"], config["seed"], config["epochs"]) == (0.05, 84, 3, 3)


@pytest.mark.parametrize(
    ("typed", "optimizer"),
    [
        ([], "ExponentialAverage(inner=DecoupledWeightDecay(inner=Adam(beta1=0.9, "),
        (["--ema-decay", "0"], "DecoupledWeightDecay(inner=Adam("),
        (["--ema-decay", "0", "--weight-decay", "0"], "Adam("),
        (["--ema-decay", "0", "--weight-decay", "0.1"], "DecoupledWeightDecay(inner=Adam("),
        (["--ema-decay", "0", "--l1", "1e-4"], "L1Penalty(inner=Adam("),
        (["--ema-decay", "0", "--l2", "1e-4"], "WeightDecay(inner=Adam("),
        (
            [
                "--optimizer",
                "sgd",
                "--clip-norm",
                "1",
                "--max-norm",
                "2",
                "--l1",
                "1e-4",
                "--l2",
                "1e-3",
                "--weight-decay",
                "0.1",
            ],
            "ExponentialAverage(inner=MaxNorm(inner=ClipByNorm(inner=L1Penalty(inner=WeightDecay(inner="
            "DecoupledWeightDecay(inner=SGD(",
        ),
        (["--optimizer", "sgd", "--ema-decay", "0"], "SGD("),
        (["--optimizer", "ExponentialAverage(SGD(), decay=0.5)"], "ExponentialAverage(inner=SGD("),
    ],
    ids=["by default", "not averaged", "nor shrunk", "shrunk so", "l1", "l2", "all", "sgd", "averaged as written"],
)
def test_weights_shrink_and_are_averaged_unless_asked_otherwise(hagang, folder, typed, optimizer):
    assert hagang("train", "flowers.csv", "-t", "kind", "--epochs", 1, *typed).status == 0
    assert hg.load("model.safetensors").about["config"]["optimizer"].startswith(optimizer)


def test_patience_looks_at_the_validation_loss(hagang, folder):
    answer = hagang("train", "flowers.csv", "-t", "kind", "--patience", 1, "--lr", "1")
    assert row(answer.out, "Stopped").startswith("patience: the validation loss has not improved on its best")
    answer = hagang("train", "flowers.csv", "-t", "kind", "--patience", 0, "--epochs", 3)
    assert row(answer.out, "Stopped") == "epoch limit: 3 epochs done"


def test_a_further_rule_may_stop_it(hagang, folder):
    answer = hagang("train", "flowers.csv", "-t", "kind", "--stop", "loss<0.5")
    assert "0.5" in row(answer.out, "Stopped")
    assert "patience" not in row(answer.out, "Stopped")


def test_columns_may_be_left_out(hagang, folder):
    answer = hagang("train", "flowers.csv", "-t", "kind", "--epochs", 1, "--drop", "colour", "--drop", "id")
    assert row(answer.out, "Inputs") == "2 features of 2 columns, standardised"
    assert row(answer.out, "Notes") == "left out as asked: 'colour', 'id'"


def test_other_rows_may_be_the_test_part(hagang, folder):
    answer = hagang("train", "flowers.csv", "-t", "kind", "--epochs", 1, "--test", "flowers.csv")
    assert row(answer.out, "Rows") == "102 training, 18 validation, 120 test"


def test_without_test_rows_the_validation_part_is_scored(hagang, folder):
    answer = hagang("train", "flowers.csv", "-t", "kind", "--epochs", 1, "--test", "0")
    assert re.search(r"^ +validation +baseline$", answer.out, re.MULTILINE)


def test_without_any_rows_kept_there_are_no_scores(hagang, folder):
    answer = hagang("train", "flowers.csv", "-t", "kind", "--epochs", 1, "--test", "0", "--validation", "0")
    assert row(answer.out, "Scores") == "none: no rows were held out"
    assert "Baseline" not in answer.out


def test_a_table_without_header_and_with_its_own_separator(hagang, folder):
    text = (folder / "flowers.csv").read_text(encoding="utf-8").partition("\n")[2].replace(",", "|")
    (folder / "bare.txt").write_text(text, encoding="utf-8")
    answer = hagang("train", "bare.txt", "-t", "last", "--epochs", 1, "--no-header", "--separator", "|")
    assert "no header" in row(answer.out, "Data")
    assert "the target 'c5' is 2 classes" in row(answer.out, "Task")


def test_the_same_command_makes_the_same_model(hagang, folder):
    for name in ("a", "b"):
        hagang("train", "flowers.csv", "-t", "kind", "--epochs", 3, "--out", f"{name}.safetensors")
    a, b = (hg.load(f"{name}.safetensors") for name in "ab")
    assert all((a.weights[name] == b.weights[name]).all() for name in a.weights)


def test_quiet_is_quiet(hagang, folder):
    answer = hagang("train", "flowers.csv", "-t", "kind", "--epochs", 1, "--quiet")
    assert (answer.status, answer.out, answer.err) == (0, "", "")
    assert (folder / "model.safetensors").exists()


def test_an_older_model_is_replaced_and_said_so(hagang, folder):
    hagang("train", "flowers.csv", "-t", "kind", "--epochs", 1)
    answer = hagang("train", "flowers.csv", "-t", "kind", "--epochs", 1)
    assert row(answer.out, "Saved").endswith(", in place of an older file")


def test_a_model_no_better_than_guessing_is_called_so(hagang, folder):
    answer = hagang("train", "flowers.csv", "-t", "colour", "--drop", "petal", "--epochs", 1, "--lr", "1e-6")
    assert row(answer.out, "Warning").startswith("the model is no better than the baseline")


def test_digits_are_learned_by_default(hagang, folder):
    hagang("train", "digits", "--quiet")
    assert hg.load("model.safetensors").about["scores"]["accuracy"] >= 0.97
