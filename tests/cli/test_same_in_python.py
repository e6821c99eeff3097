"""`hagang.train` gives what `hagang train` gives, to the bit: from a path, a frame and arrays, whatever is asked."""

import numpy as np
import pytest

import hagang as hg

CASES = {
    "defaults": ("", {}),
    "layers": (
        "--hidden 8,8 --norm layer --residual --dropout 0.1,0.2 --noise 0.1",
        {"hidden": (8, 8), "norm": "layer", "residual": True, "dropout": (0.1, 0.2), "noise": 0.1},
    ),
    "descent": (
        "--optimizer momentum --lr 0.02 --clip-norm 1 --max-norm 3 --l1 1e-4 --ema-decay 0 --schedule cosine",
        {"optimizer": "momentum", "lr": 0.02, "clip_norm": 1, "max_norm": 3, "l1": 1e-4, "ema_decay": 0}
        | {"schedule": "cosine"},
    ),
    "data": (
        "--drop id --drop colour --scale petal=robust --validation 0.3 --test 0.1 --seed 3 --batch-size 16",
        {"drop": ["id", "colour"], "scale": {"petal": "robust"}, "validation": 0.3, "test": 0.1, "seed": 3}
        | {"batch_size": 16},
    ),
    "class weights": ("--class-weight rose=3 --loss focal", {"class_weight": {"rose": 3}, "loss": "focal"}),
    "batches": (
        "--balanced --drop-last --batch-size 16 --patience 1 --lr 1",
        {"balanced": True, "drop_last": True, "batch_size": "16", "patience": 1, "lr": 1},
    ),
    "objects": (
        "--optimizer Adam(beta1=0.8) --activation LeakyReLU(slope=0.1) --init glorot",
        {"optimizer": hg.Adam(beta1=0.8), "activation": hg.LeakyReLU(slope=0.1), "init": hg.Glorot()},
    ),
    "folds": ("--folds 3 --label-smoothing 0.1", {"folds": 3, "label_smoothing": 0.1}),
    "other rows": ("--test flowers.csv --precision float64", {"test": "flowers.csv", "precision": "float64"}),
    "streamed": ("--stream --activation prelu", {"stream": True, "activation": "prelu"}),
}


def same(a, b):
    return a.keys() == b.keys() and all(np.array_equal(a[name], b[name]) for name in a)


@pytest.mark.parametrize("case", CASES)
def test_from_a_path(hagang, folder, case):
    typed, options = CASES[case]
    answer = hagang("train", "flowers.csv", "-t", "kind", "--epochs", 9, *typed.split(), "--out", "typed.safetensors")
    assert answer.status == 0, answer.err
    run = hg.train("flowers.csv", target="kind", epochs=9, out="called.safetensors", **options)
    assert same(run.network.weights, hg.load("typed.safetensors").weights)
    if case != "objects":  # whose options are recorded as they were given
        assert (folder / "typed.safetensors").read_bytes() == (folder / "called.safetensors").read_bytes()


@pytest.mark.parametrize(("typed", "log_target"), [("--log-target", True), ("--no-log-target", False)])
def test_a_quantity_and_its_logarithm(hagang, folder, typed, log_target):
    rng = np.random.default_rng(2)
    x = rng.uniform(-2, 2, 300)
    lines = [f"{a:.4f},{b:.4f}" for a, b in zip(x, np.exp(3 * x), strict=True)]
    (folder / "skewed.csv").write_text("\n".join(["x,y", *lines]) + "\n", encoding="utf-8")
    options = ["--epochs", "9", "--hidden", "16", "--lr", "0.02", "--out", "typed.safetensors"]
    assert hagang("train", "skewed.csv", "-t", "y", typed, *options).status == 0
    hg.train("skewed.csv", target="y", log_target=log_target, epochs=9, hidden=16, lr=0.02, out="called.safetensors")
    assert (folder / "typed.safetensors").read_bytes() == (folder / "called.safetensors").read_bytes()
    assert (hg.load("typed.safetensors").target.log is not None) == log_target


def test_options_from_a_file(hagang, folder):
    text = '[data]\nsource = "flowers.csv"\ntarget = "kind"\n[network]\nhidden = [8, 4]\n[descent]\nepochs = 3\n'
    (folder / "run.toml").write_text(text, encoding="utf-8")
    hagang("train", "--config", "run.toml")
    typed = hg.load("model.safetensors").weights
    assert same(hg.train("flowers.csv", target="kind", hidden=[8, 4], epochs=3).network.weights, typed)
    assert same(hg.train(config="run.toml").network.weights, typed)


def test_what_is_printed_as_a_file_is_read_here_too(hagang, folder):
    printed = hagang("train", "flowers.csv", "-t", "kind", "--epochs", 3, "--dropout", "0.1,0.2", "--print-config").out
    (folder / "run.toml").write_text(printed, encoding="utf-8")
    assert hagang("train", "--config", "run.toml", "--out", "typed.safetensors").status == 0
    hg.train(config="run.toml", out="called.safetensors")
    assert (folder / "typed.safetensors").read_bytes() == (folder / "called.safetensors").read_bytes()


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow.csv"])
def test_from_a_frame(hagang, folder, library):
    frame = pytest.importorskip(library).read_csv("flowers.csv")
    hagang("train", "flowers.csv", "-t", "kind", "--epochs", 9)
    run = hg.train(frame, target="kind", epochs=9)
    typed = hg.load("model.safetensors")
    assert same(run.network.weights, typed.weights)
    assert run.network.about["scores"] == typed.about["scores"]


def test_from_arrays(hagang, folder):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(80, 3))
    y = (X[:, 0] > 0).astype(int)
    np.savez("rows.npz", X=X, y=y)
    assert hagang("train", "rows.npz", "--epochs", 9, "--class-weight", "1=2").status == 0
    typed = hg.load("model.safetensors").weights
    assert same(hg.train((X, y), epochs=9, class_weight={1: 2}).network.weights, typed)
    assert same(hg.train(X, target=y, epochs=9, class_weight="1=2").network.weights, typed)
