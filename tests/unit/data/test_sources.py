"""Tables in memory, Parquet, IDX, .npz and the sets that come along: the same data, the same columns."""

import gzip
import struct

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sklearn import datasets

from hagang.data import Numbers, Pixels, Text, load
from hagang.errors import ArgumentError, DataError, FileFormatError

PLAIN = {"n": [1, 2, 3], "x": [0.5, None, 2.5], "s": ["b", None, "a"], "b": [True, False, True]}
FRAMES = {
    "dict": lambda: PLAIN,
    "pandas": lambda: pd.DataFrame(PLAIN),
    "pandas nullable": lambda: pd.DataFrame(PLAIN).convert_dtypes(),
    "pandas categories": lambda: pd.DataFrame(PLAIN).astype({"s": "category"}),
    "polars": lambda: pl.DataFrame(PLAIN),
    "polars lazy": lambda: pl.LazyFrame(PLAIN),
    "polars categories": lambda: pl.DataFrame(PLAIN).cast({"s": pl.Categorical}),
    "arrow": lambda: pa.table(PLAIN),
    "arrow dictionary": lambda: pa.table({**PLAIN, "s": pa.array(PLAIN["s"]).dictionary_encode()}),
}


def check_plain(table):
    n, x, s, b = table.columns
    assert table.names == ("n", "x", "s", "b")
    np.testing.assert_array_equal(n.values, [1, 2, 3])
    np.testing.assert_array_equal(x.values, [0.5, np.nan, 2.5])
    assert (s.values, s.codes.tolist()) == (("a", "b"), [1, -1, 0])
    assert b.boolean
    assert b.values.tolist() == [1, 0, 1]
    assert [type(column) for column in table.columns] == [Numbers, Numbers, Text, Numbers]


@pytest.mark.parametrize("kind", FRAMES)
def test_frames_give_the_same_columns(kind):
    check_plain(load(FRAMES[kind]()).inputs)


def test_parquet_gives_the_same_columns(tmp_path):
    pa.parquet = pytest.importorskip("pyarrow.parquet")
    pa.parquet.write_table(pa.table(PLAIN), tmp_path / "t.parquet")
    data = load(tmp_path / "t.parquet")
    check_plain(data.inputs)
    assert str(data.findings[0]) == "t.parquet: 3 rows, 4 columns (Parquet)"


def test_parquet_keeps_text_codes_and_leaves_nested_columns_out(tmp_path):
    path = tmp_path / "t.parquet"
    duckdb.sql(f"COPY (SELECT '007' AS k, [1, 2] AS v, DATE '2020-01-02' AS d, 1.5::DECIMAL(4,2) AS m) TO '{path}'")
    data = load(path)
    assert data.inputs.names == ("k", "d", "m")
    assert data.inputs["k"].values == ("007",)
    assert (data.inputs["d"].values.tolist(), data.inputs["d"].spelling) == ([18263 * 86400.0], "dates")
    assert data.inputs["m"].values.tolist() == [1.5]
    assert "'v' holds INTEGER[], neither numbers nor text: left out" in map(str, data.findings)


def test_a_damaged_parquet_file_is_said_to_be(tmp_path):
    (tmp_path / "t.parquet").write_bytes(b"PAR1" + bytes(20))
    with pytest.raises(FileFormatError, match="damaged Parquet file"):
        load(tmp_path / "t.parquet")


def test_dates_are_seconds_and_mixed_objects_are_text():
    frame = pd.DataFrame({"d": pd.to_datetime(["2020-01-02", None]), "m": [1, "x"]})
    table = load(frame).inputs
    assert table["d"].missing.tolist() == [False, True]
    assert table["d"].values[0] == 18263 * 86400
    assert table["m"].values == ("1", "x")


def test_numbers_among_strings_are_numbers():
    table = load({"x": ["1", "2.5", "?"], "z": np.array(["3", "4", ""])}).inputs
    np.testing.assert_array_equal(table["x"].values, [1, 2.5, np.nan])
    np.testing.assert_array_equal(table["z"].values, [3, 4, np.nan])


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ({}, "no columns"),
        ({"a": []}, "no rows"),
        ({"a": [1, 2], "b": [1]}, "differ in length: {'a': 2, 'b': 1}"),
        ({"a": [[1, 2], [3, 4]]}, r"shape \(2, 2\); expected one value per row"),
        ({"a": [1.0, np.inf]}, "infinite in row 2"),
        ({"a": np.array([1j])}, "type complex128"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "'a' stands for several columns"),
        (np.zeros(3), r"shape \(3,\) cannot be trained on.*reshape\(-1, 1\)"),
        (np.zeros((0, 3)), r"shape \(0, 3\)"),
        (np.array([[1.0], [np.inf]]), "column 'c1' is infinite in row 2"),
    ],
)
def test_frames_that_cannot_be_used(source, text):
    with pytest.raises(DataError, match=text):
        load(source)


def test_matrices_are_columns_and_bytes_are_images():
    table = load(np.arange(6, dtype=np.float32).reshape(3, 2)).inputs
    assert table.names == ("c1", "c2")
    assert table["c2"].values.tolist() == [1, 3, 5]
    images = load(np.arange(24, dtype=np.uint8).reshape(2, 3, 4)).inputs
    assert isinstance(images, Pixels)
    assert (images.shape, images.values.shape) == ((3, 4), (2, 12))


def test_what_is_no_source_is_named():
    with pytest.raises(ArgumentError, match="cannot read data from int; expected a path"):
        load(3)


@pytest.mark.parametrize("name", ["digits", "iris", "wine", "breast_cancer", "diabetes"])
def test_built_in_sets_are_scikit_learns(name):
    bunch = getattr(datasets, f"load_{name}")()
    data = load(name)
    np.testing.assert_array_equal(np.column_stack([c.values for c in data.inputs.columns]), bunch.data)
    if isinstance(data.target, Text):
        labels = np.array(data.target.values)[data.target.codes]
        np.testing.assert_array_equal(labels, np.array(bunch.target_names)[bunch.target])
    else:
        np.testing.assert_array_equal(data.target.values, bunch.target)


def test_a_file_called_like_a_set_is_the_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "iris").write_text("a,b\n1,2\n")
    assert load("iris").inputs.names == ("a", "b")


def idx(array):
    return struct.pack(">HBB", 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


@pytest.fixture
def digits():
    rng = np.random.default_rng(0)
    return {
        part: (rng.integers(0, 256, (n, 4, 3), np.uint8), rng.integers(0, 3, n, np.uint8))
        for part, n in (("train", 30), ("t10k", 7))
    }


@pytest.mark.parametrize("pattern", ["{}-{}-idx{}-ubyte", "{}-{}.idx{}-ubyte", "{}_{}-idx{}-ubyte.gz"])
def test_mnists_four_files(tmp_path, digits, pattern):
    for part, (x, y) in digits.items():
        for what, array in (("images", x), ("labels", y)):
            name = pattern.format(part, what, array.ndim)
            data = idx(array)
            (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith("gz") else data)
    data = load(tmp_path)
    np.testing.assert_array_equal(data.inputs.values, digits["train"][0].reshape(30, 12))
    np.testing.assert_array_equal(data.target.values, digits["train"][1])
    np.testing.assert_array_equal(data.test.inputs.values, digits["t10k"][0].reshape(7, 12))
    assert data.inputs.shape == (4, 3)
    assert data.inputs.values.dtype == np.uint8
    assert "30 training images, 7 test images" in str(data.findings[0])


def test_one_idx_file_finds_its_labels(tmp_path, digits):
    for part, (x, y) in digits.items():
        (tmp_path / f"{part}-images-idx3-ubyte").write_bytes(idx(x))
        (tmp_path / f"{part}-labels-idx1-ubyte").write_bytes(idx(y))
    data = load(tmp_path / "t10k-images-idx3-ubyte")
    assert (len(data), data.test) == (7, None)
    np.testing.assert_array_equal(data.target.values, digits["t10k"][1])


def test_one_idx_file_with_labels_given(tmp_path, digits):
    x, y = digits["train"]
    (tmp_path / "x.idx").write_bytes(idx(x))
    data = load(tmp_path / "x.idx", y)
    assert (len(data), data.task) == (30, "classification")


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (lambda data: data[:-1], "cut short: expected 376 bytes, found 375"),
        (lambda data: data[:10], "cut short"),
        (lambda data: data + b"x", "longer than its header says"),
        (lambda data: b"\0\0\x08", "not an IDX file"),
        (lambda data: gzip.compress(data)[:-20], "damaged gzip"),
    ],
)
def test_broken_idx_files(tmp_path, digits, change, text):
    x, y = digits["train"]
    (tmp_path / "train-images-idx3-ubyte").write_bytes(change(idx(x)))
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx(y))
    with pytest.raises(FileFormatError, match=text):
        load(tmp_path)


def test_a_folder_without_images_says_what_it_holds(tmp_path):
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(DataError, match=r"holds no training images.*found notes.txt"):
        load(tmp_path)


def test_images_and_labels_must_be_as_many(tmp_path, digits):
    x, y = digits["train"]
    (tmp_path / "train-images-idx3-ubyte").write_bytes(idx(x))
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx(y[:-1]))
    with pytest.raises(DataError, match="30 rows of inputs and 29 targets"):
        load(tmp_path)


@pytest.mark.parametrize("names", [("X", "y"), ("x_train", "y_train"), ("data", "target"), ("images", "labels")])
def test_npz_under_the_usual_names(tmp_path, names):
    x, y = np.eye(4), np.array([0.5, 1.5, 2.5, 3.5])
    np.savez(tmp_path / "t.npz", **dict(zip(names, (x, y))))
    data = load(tmp_path / "t.npz")
    assert data.inputs.names == ("c1", "c2", "c3", "c4")
    assert data.target.values.tolist() == y.tolist()
    assert data.task == "regression"


def test_npz_brings_its_test_part(tmp_path):
    x = np.zeros((6, 2, 2), np.uint8)
    np.savez(tmp_path / "t.npz", x_train=x, y_train=[0, 1] * 3, x_test=x[:2], y_test=[[0], [1]])
    data = load(tmp_path / "t.npz")
    assert (len(data), len(data.test), data.inputs.shape) == (6, 2, (2, 2))
    assert data.test.target.values.tolist() == [0, 1]


def test_npz_that_cannot_be_used(tmp_path):
    np.savez(tmp_path / "a.npz", foo=[1])
    with pytest.raises(DataError, match="holds the arrays foo; expected X and y"):
        load(tmp_path / "a.npz")
    np.savez(tmp_path / "b.npz", X=np.array([[object()]]), y=[1])
    with pytest.raises(FileFormatError, match=r"cannot be read as \.npz"):
        load(tmp_path / "b.npz")
