"""What is read besides single tables of text: Arrow, arrays on disk, pictures, sparse matrices, many files; and the
errors that name file, line and column."""

import gzip

import numpy as np
import pytest
from scipy import sparse

from hagang.data import Numbers, Pixels, Text, load, prepare
from hagang.errors import DataError, FileFormatError


def test_arrow_and_feather(tmp_path):
    pa = pytest.importorskip("pyarrow")
    feather = pytest.importorskip("pyarrow.feather")
    table = pa.table({"x": [1, None, 3], "w": ["a", None, "b"], "on": [True, False, None]})
    feather.write_feather(table, tmp_path / "t.feather", compression="uncompressed")
    data = load(tmp_path / "t.feather")
    assert [str(finding) for finding in data.findings] == ["t.feather: 3 rows, 3 columns (Arrow)"]
    np.testing.assert_array_equal(data.inputs["x"].values, [1, np.nan, 3])
    assert data.inputs["w"].missing.tolist() == [False, True, False]
    assert data.inputs["on"].boolean
    (tmp_path / "bad.arrow").write_bytes(b"ARROW1" + bytes(30))
    with pytest.raises(FileFormatError, match=r"bad.arrow is a damaged Arrow file"):
        load(tmp_path / "bad.arrow")


def test_arrays_on_disk_are_mapped(tmp_path):
    images = np.arange(10 * 12, dtype=np.uint8).reshape(10, 3, 4)
    np.save(tmp_path / "x.npy", images)
    np.savez(tmp_path / "d.npz", X=images, y=np.arange(10) % 2)
    np.savez_compressed(tmp_path / "c.npz", X=images, y=np.arange(10) % 2)
    for name in ("x.npy", "d.npz"):
        pixels = load(tmp_path / name).inputs
        assert isinstance(pixels, Pixels)
        assert isinstance(pixels.values.base, np.memmap) or isinstance(pixels.values, np.memmap)
        np.testing.assert_array_equal(pixels.values, images.reshape(10, 12))
    np.testing.assert_array_equal(load(tmp_path / "c.npz").inputs.values, images.reshape(10, 12))
    np.save(tmp_path / "t.npy", np.asfortranarray(np.arange(12.0).reshape(4, 3)))
    assert load(tmp_path / "t.npy", "last").target.values.tolist() == [2, 5, 8, 11]
    (tmp_path / "bad.npy").write_bytes(b"\x93NUMPY" + bytes(30))
    with pytest.raises(FileFormatError, match=r"bad.npy cannot be read as .npy"):
        load(tmp_path / "bad.npy")


def test_sparse_matrices():
    matrix = sparse.random(20, 5, density=0.3, random_state=0, format="csr")
    data = load(matrix, np.arange(20) % 2)
    np.testing.assert_array_equal(np.column_stack([c.values for c in data.inputs.columns]), matrix.toarray())
    with pytest.raises(
        DataError, match=r"shape \(100000, 100000\) is too large to be trained on: its layers are dense"
    ):
        load(sparse.coo_matrix((100_000, 100_000)))


@pytest.fixture
def pictures(tmp_path):
    image = pytest.importorskip("PIL.Image")
    rng = np.random.default_rng(0)

    def write(folder, colour=False, size=(4, 6)):
        for k, name in enumerate(("cat", "dog")):
            (folder / name).mkdir(parents=True)
            for i in range(6):
                values = rng.integers(0, 256, (*size, 3) if colour else size, dtype=np.uint8)
                image.fromarray(values).save(folder / name / f"{k}{i}.png")

    return tmp_path, write


def test_a_folder_of_pictures_by_class(pictures):
    folder, write = pictures
    write(folder)
    data = load(folder)
    assert (data.inputs.shape, len(data), data.target.values) == ((4, 6), 12, ("cat", "dog"))
    assert str(data.findings[0]) == f"{folder.name}: 12 pictures, a folder for each class"
    assert data.task == "classification"
    assert prepare(folder).train.X.dtype == np.uint8


def test_pictures_in_colour_and_in_two_parts(pictures):
    folder, write = pictures
    write(folder / "train", colour=True)
    write(folder / "test", colour=True)
    data = load(folder)
    assert data.inputs.shape == (4, 6, 3)
    assert len(data.test) == 12


def test_pictures_that_do_not_fit(pictures):
    folder, write = pictures
    write(folder)
    image = pytest.importorskip("PIL.Image")
    image.fromarray(np.zeros((5, 7), np.uint8)).save(folder / "cat" / "wide.png")
    with pytest.raises(
        DataError, match=r"differ in size: .*wide.png is 7 × 5, and 12 pictures 6 × 4; expected one size"
    ):
        load(folder)
    (folder / "cat" / "wide.png").write_bytes(b"no picture")
    with pytest.raises(FileFormatError, match=r"wide.png is a damaged picture"):
        load(folder)


def test_many_files_are_one_table(tmp_path):
    for k in range(3):
        rows = "".join(f"{10 * k + i},{'abc'[(k + i) % 3]},\n" for i in range(4))
        (tmp_path / f"part{k}.csv").write_text("x,w,empty\n" + rows)
    for source in (tmp_path, str(tmp_path / "part*.csv")):
        data = load(source)
        assert data.inputs["x"].values.tolist() == [10 * k + i for k in range(3) for i in range(4)]
        words = data.inputs["w"]
        assert isinstance(words, Text)
        assert "".join(words.values[code] for code in words.codes) == "abcabcabcabc"[:4] + "bcab" + "cabc"
        assert str(data.findings[0]).endswith(": 3 files, 12 rows, 3 columns")
    assert load(tmp_path / "part[0].csv", None) if (tmp_path / "part[0].csv").exists() else True


def test_files_that_do_not_belong_together(tmp_path):
    (tmp_path / "a.csv").write_text("x,y\n1,2\n3,4\n")
    (tmp_path / "b.csv").write_text("x,z\n1,2\n3,4\n")
    with pytest.raises(DataError, match=r"b.csv and a.csv do not have the same columns: 'y', 'z'"):
        load(tmp_path)
    (tmp_path / "b.csv").write_text("x,y\n1,red\n3,blue\n")
    with pytest.raises(
        DataError, match=r"column 'y' is not written alike in all files: plain numbers and text \(as in b"
    ):
        load(tmp_path)


HOLES = 'x,when,text\n1,2020-01-01,"two\nlines"\n2,2020-01-02,b\n'


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ("inf,2020-01-03,c", r"t.csv, line 5: column 'x' is infinite in row 3 "),
        ("3,2020-02-30,c", r"t.csv, line 5: column 'when' holds '2020-02-30' in row 3, which is no date"),
        ("3,2020-01-03", r"t.csv, line 5: expected 3 cells separated by ',', found 2"),
        ('3,2020-01-03,"c', r"t.csv.*: a quote is opened and never closed"),
    ],
)
@pytest.mark.parametrize("zipped", [False, True])
def test_errors_name_file_line_and_column(tmp_path, row, text, zipped):
    data = (HOLES + row + "\n").encode("utf-8", "surrogateescape")
    path = tmp_path / ("t.csv.gz" if zipped else "t.csv")
    path.write_bytes(gzip.compress(data) if zipped else data)
    with pytest.raises((DataError, FileFormatError), match=text.replace("t.csv", "t.csv(.gz)?")):
        load(path)


def test_lines_are_counted_below_titles_and_between_blanks(tmp_path):
    path = tmp_path / "t.txt"
    path.write_text("# made by hand\n1 2\n\n3 inf\n5 6\n")
    with pytest.raises(DataError, match=r"t.txt, line 4: column 'c2' is infinite in row 2"):
        load(path)


def test_a_file_that_changes_while_it_is_read(tmp_path, monkeypatch):
    from hagang.data import sources

    path = tmp_path / "t.csv"
    path.write_text("x,y\n1,2\n3,4\n")
    read = sources.read_delimited

    def slow(*arguments, **options):
        table = read(*arguments, **options)
        path.write_text(path.read_text() + "5,6\n")
        return table

    monkeypatch.setattr(sources, "read_delimited", slow)
    with pytest.raises(FileFormatError, match=r"t.csv changed while it was read; expected a file that stays"):
        load(path)


def test_columns_and_classes_that_cannot_be_learned_are_said():
    data = {"x": range(40), "none": [None] * 40, "y": ["a"] * 20 + ["b"] * 16 + [None] * 3 + ["once"]}
    ready = prepare(data, "y", validation=0.1, test=0.1)
    told = [str(finding) for finding in ready.findings]
    assert "3 rows left out, the target 'y' being missing" in told
    assert "'none' has no values: left out" in told
    assert "1 class has one training row only: 'once'" in told
    assert isinstance(load({"x": [1.0]}).inputs["x"], Numbers)
