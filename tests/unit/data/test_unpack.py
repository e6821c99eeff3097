"""What is unpacked before it is read: compressed files, workbooks, JSON, a pipe."""

import bz2
import datetime as dt
import gzip
import io
import json
import lzma
import zipfile

import duckdb
import pytest

from hagang.data import Numbers, load, prepare
from hagang.errors import FileFormatError

TABLE = "x,y\n" + "".join(f"{k},{'ab'[k % 2]}\n" for k in range(30))


def check(data):
    assert data.inputs.names == ("x", "y")
    assert data.inputs["x"].values.tolist() == list(range(30))
    assert data.inputs["y"].values == ("a", "b")


@pytest.mark.parametrize(("suffix", "opened"), [("gz", gzip.open), ("bz2", bz2.open), ("xz", lzma.open)])
def test_compressed_text_is_read(tmp_path, suffix, opened):
    path = tmp_path / f"t.csv.{suffix}"
    with opened(path, "wt") as file:
        file.write(TABLE)
    check(load(path))
    assert len(prepare(path, "y", stream=True).train) == 21
    path.write_bytes(path.read_bytes()[:30])
    with pytest.raises(FileFormatError, match=f"t.csv.{suffix} is a damaged"):
        load(path)


def test_zstandard_is_read(tmp_path):
    path = tmp_path / "t.csv.zst"
    rows = "SELECT range x, ['a', 'b'][1 + range % 2] y FROM range(30)"
    duckdb.connect().execute(f"COPY ({rows}) TO '{path}' (COMPRESSION zstd)")
    check(load(path))
    path.write_bytes(path.read_bytes()[:20])
    with pytest.raises(FileFormatError, match=r"cannot be read as text compressed with zstandard|t.csv.zst is empty"):
        load(path)


def test_a_zip_archive_with_one_table_is_read(tmp_path):
    path = tmp_path / "t.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("deep/inner.csv", TABLE)
        archive.writestr("__MACOSX/._inner.csv", "x")
    data = load(path)
    check(data)
    assert str(data.findings[0]) == "t.zip: deep/inner.csv in it is read"
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("other.csv", TABLE)
    with pytest.raises(
        FileFormatError, match=r"t.zip holds 'deep/inner.csv', 'other.csv'; expected one table. Unpack it"
    ):
        load(path)
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(FileFormatError, match=r"t.zip is a damaged zip archive"):
        load(path)


def test_what_expands_beyond_measure_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("hagang.data.unpack.LARGEST", 1 << 16)
    monkeypatch.setattr("hagang.data.unpack.TIMES", 10)
    for suffix, opened in (("bz2", bz2.open), ("xz", lzma.open)):
        path = tmp_path / f"t.csv.{suffix}"
        with opened(path, "wb") as file:
            file.write(b"1,2\n" * 10**6)
        with pytest.raises(FileFormatError, match=r"would expand to more than"):
            load(path)
    with zipfile.ZipFile(tmp_path / "t.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"1,2\n" * 10**6)
    with pytest.raises(FileFormatError, match=r"would expand to more than"):
        load(tmp_path / "t.zip")


def test_a_workbook_is_read(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    pytest.importorskip("python_calamine")
    book = openpyxl.Workbook()
    book.active.append(["이름", "날짜", "값"])
    for k in range(30):
        book.active.append([f"n{k % 4}", dt.datetime(2024, 1, 1) + dt.timedelta(days=k), k * 1.5 if k % 5 else None])
    book.create_sheet("other")
    path = tmp_path / "t.xlsx"
    book.save(path)
    data = load(path)
    assert data.inputs["날짜"].spelling == "dates"
    assert data.inputs["값"].missing.sum() == 6
    assert str(data.findings[0]) == "t.xlsx: the sheet 'Sheet' is read (beside it: 'other')"
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(FileFormatError, match=r"t.xlsx is a damaged"):
        load(path)


def test_json_lines_and_an_array_of_objects_are_read(tmp_path):
    rows = [
        {"size": k, "kind": "ab"[k % 2], "inner": {"a": 1}, **({} if k % 3 else {"price": k * 1.5})} for k in range(60)
    ]
    for name, text in (("t.jsonl", "\n".join(map(json.dumps, rows))), ("t.json", json.dumps(rows, indent=1))):
        (tmp_path / name).write_text(text)
        inputs = load(tmp_path / name).inputs
        assert isinstance(inputs["size"], Numbers)
        assert (inputs["kind"].values, inputs["inner"].values) == (("a", "b"), ('{"a": 1}',))
        assert inputs["price"].missing.sum() == 40


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1}\n{"a":\n', "line 2 is not JSON"),
        ('{"a": 1}\n[3]\n', "line 2 holds '3'; expected objects"),
        ('{"a": ' + "[" * 100_000, "line 1 is not JSON"),
        ("{}\n{}\n", "holds no objects with values"),
    ],
)
def test_other_json_is_refused(tmp_path, text, message):
    (tmp_path / "t.jsonl").write_text(text)
    with pytest.raises(FileFormatError, match=message):
        load(tmp_path / "t.jsonl")


def test_a_pipe_is_read(monkeypatch):
    for source in ("-", "/dev/stdin"):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(TABLE.encode())))
        check(load(source))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("sep=;\na;b\n1;2\n3;4\n", ("a", "b")),
        ("a,b,price\n" + "".join(f"{k},{k % 5},{k * 1.5},\n" for k in range(60)), ("a", "b", "price")),
        ("a,b,price,\n" + "".join(f"{k},{k % 5},{k * 1.5}\n" for k in range(60)), ("a", "b", "price")),
        (
            "id,2019,2020,price\n" + "".join(f"{k},{k % 13},{k % 7},{k * 1.5}\n" for k in range(60)),
            ("id", "2019", "2020", "price"),
        ),
    ],
)
def test_headers_of_their_own_kind(tmp_path, text, names):
    (tmp_path / "t.csv").write_text(text)
    data = load(tmp_path / "t.csv", names[-1])
    assert (*data.inputs.names, data.target.name) == names


def test_a_last_column_that_is_not_always_empty_needs_a_name(tmp_path):
    rows = "".join(f"{k},{k % 5},{'' if k < 1500 else 'x'}\n" for k in range(2000))
    (tmp_path / "t.csv").write_text("a,b\n" + rows)
    with pytest.raises(FileFormatError, match=r"t.csv, line 1: the header names 2 columns, but rows have 3 cells"):
        load(tmp_path / "t.csv")
