"""Tables that are never in memory: what is trained on is what it would be in memory."""

import json

import duckdb
import numpy as np
import pytest

from hagang.data import StreamedRows, load, prepare
from hagang.data.stream.scan import scan_parquet
from hagang.data.stream.settings import Streaming, bytes_of
from hagang.data.stream.shares import Shares
from hagang.data.stream.store import Store
from hagang.errors import ArgumentError, DataError, FileFormatError

ROWS = 3000
COLUMNS = """
    (i * 7919 % 1009) / 10.0 AS x,
    CASE WHEN i % 11 = 0 THEN NULL ELSE i % 97 END AS holes,
    ['red', 'green', 'blue', NULL][1 + i % 4] AS colour,
    'w' || (i % 90) AS word,
    DATE '2020-01-01' + (i % 700)::INT AS day,
    i % 3 = 0 AS flag,
    1 + i % 2 AS weight,
    CASE WHEN i % 100 = 7 THEN NULL ELSE ['no', 'yes'][1 + (i % 5 = 0)::INT] END AS y
"""


@pytest.fixture
def parquet(tmp_path):
    path = tmp_path / "t.parquet"
    duckdb.sql(f"COPY (SELECT {COLUMNS} FROM range({ROWS}) AS r(i)) TO '{path}' (ROW_GROUP_SIZE 2048)")
    return path


@pytest.fixture
def csv(tmp_path):
    path = tmp_path / "t.csv"
    duckdb.sql(f"COPY (SELECT {COLUMNS} FROM range({ROWS}) AS r(i)) TO '{path}'")
    return path


def streamed(path, target="y", **options):
    return prepare(path, target, stream=True, **options)


def told(ready):
    return " / ".join(map(str, ready.findings))


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_parts_and_features_are_those_of_the_whole_table(kind, request, monkeypatch):
    path = request.getfixturevalue(kind)
    monkeypatch.setattr("hagang.data.stream.convert.CELLS_AT_ONCE", 7 * 500)  # several ranges
    ready = streamed(path, weight="weight", embed=64)
    assert isinstance(ready.train, StreamedRows)
    assert len(ready.train.store.chunks) > 3
    assert len(ready.train) + len(ready.validation) + len(ready.test) == ROWS - 30
    assert abs(len(ready.test) - 0.15 * ROWS) < 20
    assert "30 rows left out, the target 'y' being missing" in told(ready)
    kinds = {encoder.name: encoder.kind for encoder in ready.features.encoders}
    numbers = dict.fromkeys(("x", "holes", "flag"), "number")
    assert kinds == numbers | {"colour": "category", "word": "code", "day": "time"}
    assert ready.features.codes == (92,)
    assert ready.target.labels == ("no", "yes")
    holes = next(e for e in ready.features.encoders if e.name == "holes")
    assert holes.missing > 0
    x = ready.train.inputs(0, len(ready.train))
    assert abs(x[:, 0].mean()) < 1e-4  # of all training rows, not of a sample
    assert x[:, 0].std() == pytest.approx(1, abs=1e-4)
    assert set(np.unique(ready.train.weight)) == {1, 2}
    lines = {line.column: line.missing for line in ready.understood}
    assert lines["holes"] == holes.missing


def test_cells_mean_what_they_mean_in_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("hagang.data.stream.convert.CELLS_AT_ONCE", 7 * 300)
    monkeypatch.setattr("hagang.data.stream.fit.CELLS_AT_ONCE", 7 * 300)
    rows = range(2000)
    cells = {
        "won": [f'"{1000 * k:,}원"' for k in rows],
        "german": [f'"{k // 10}.{k % 1000:03},5"' if k > 999 else f'"{k},25"' for k in rows],
        "short": [("1.5k", "900", "(20)", str(k))[k % 4] for k in rows],
        "gap": ["없음" if k % 9 == 0 else str(k) for k in rows],
        "day": [f"{1 + k % 12}/{1 + k % 12}/2024" if k != 1999 else "2/25/2024" for k in rows],
        "korean": [f"2024. {1 + k % 12}. {1 + k % 28}." for k in rows],
        "zip": [f"{k % 50:05}" for k in rows],
        "word": [("NA", "a", "b")[k % 3] for k in rows],
        "y": [f'"{3 * k + k % 7:,}원"' for k in rows],
    }
    path = tmp_path / "t.csv"
    path.write_text(",".join(cells) + "\n" + "\n".join(map(",".join, zip(*cells.values()))) + "\n")
    data = load(path, "y")
    assert data.inputs["day"].spelling == "dates (the month first)"
    ready = streamed(path)
    parts = (ready.train, ready.validation, ready.test)
    out = np.concatenate([part.inputs(0, len(part)) if part is ready.train else part.X for part in parts])
    expected = ready.features.transform(data.inputs)
    assert sorted(map(tuple, out.tolist())) == sorted(map(tuple, expected.tolist()))
    y = np.concatenate([ready.target.decode(part.y) for part in parts])
    np.testing.assert_allclose(np.sort(y), np.sort(data.target.values), rtol=1e-4, atol=0.1)
    x = ready.train.inputs(0, len(ready.train))
    assert abs(x[:, 0].mean()) < 1e-4  # of all training rows, though read one by one


def test_a_class_that_is_in_no_training_row_is_known(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("x,k\n" + "".join(f"{k % 17},{'c' if k == 399 else 'ab'[k % 2]}\n" for k in range(400)))
    for seed in range(4):
        assert streamed(path, "k", seed=seed, folder=tmp_path / str(seed)).target.labels == ("a", "b", "c")


def test_rows_come_out_as_in_memory(parquet):
    """The encoders that were fitted to the stream give the same bits for the table in memory."""
    ready = streamed(parquet, drop=["weight"])
    data = load(parquet, "y", drop=["weight"])
    everything = ready.features.transform(data.inputs)
    parts = Shares.of(ROWS, 0.15, 0.15, 0).parts(0, ROWS)[[i for i in range(ROWS) if i % 100 != 7]]
    np.testing.assert_array_equal(ready.train.inputs(0, len(ready.train)), everything[parts == 0])
    np.testing.assert_array_equal(ready.validation.X, everything[parts == 1])
    np.testing.assert_array_equal(ready.test.y, ready.target.encode(data.target)[parts == 2])


def test_what_was_converted_is_used_again_and_an_interrupted_conversion_goes_on(parquet, monkeypatch):
    monkeypatch.setattr("hagang.data.stream.convert.CELLS_AT_ONCE", 8 * 500)

    class Stopped(Exception):
        pass

    def stop(done, rows):
        if done > 1000:
            raise Stopped

    with pytest.raises(Stopped):
        streamed(parquet, progress=stop)
    log = parquet.with_name("t.parquet.stream") / "chunks.jsonl"
    half = log.read_text()
    log.write_text(half + half[:20])  # a line that was being written
    seen = []
    ready = streamed(parquet, progress=lambda done, rows: seen.append(done))
    assert log.read_text().startswith(half)
    assert seen[0] > 1000
    again = streamed(parquet, progress=lambda done, rows: seen.append("converted again"))
    assert "converted again" not in seen
    np.testing.assert_array_equal(again.train.inputs(0, 500), ready.train.inputs(0, 500))
    fresh = streamed(parquet, folder=parquet.with_name("other"))
    np.testing.assert_array_equal(fresh.train.inputs(0, 2000), ready.train.inputs(0, 2000))


def test_other_wishes_convert_again_and_damage_is_found(parquet):
    ready = streamed(parquet, drop=["colour"])
    assert "colour" not in ready.features.inputs
    assert "colour" in streamed(parquet).features.inputs
    file = parquet.with_name("t.parquet.stream") / "train" / "0000.bin"
    data = bytearray(file.read_bytes())
    data[40] ^= 1
    file.write_bytes(data)
    with pytest.raises(FileFormatError, match=r"t.parquet.stream is damaged: the rows before row 3,000 are others"):
        streamed(parquet)


def test_a_source_that_changes_while_it_is_read(parquet):
    def change(done, rows):
        with parquet.open("ab") as file:
            file.write(b"more")

    with pytest.raises(FileFormatError, match=r"t.parquet changed while it was read; expected a source that stays"):
        streamed(parquet, progress=change)


def test_a_folder_of_someone_elses_is_left_alone(parquet, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    with pytest.raises(FileFormatError, match=r"is to hold the converted rows, and holds 'letter.txt'; give another"):
        streamed(parquet, folder=tmp_path / "mine")


def test_several_files_and_patterns(tmp_path):
    for k in range(3):
        query = f"SELECT i + {1000 * k} AS x, i % 2 AS y FROM range(1000) AS r(i)"
        duckdb.sql(f"COPY ({query}) TO '{tmp_path}/p{k}.parquet'")
    ready = streamed(str(tmp_path / "p*.parquet"), folder=tmp_path / "s", validation=0.1, test=0.1)
    assert len(ready.train) + len(ready.validation) + len(ready.test) == 3000
    duckdb.sql(f"COPY (SELECT 1 AS z) TO '{tmp_path}/p3.parquet'")
    with pytest.raises(FileFormatError, match=r"p3.parquet has other columns than .*p0.parquet"):
        streamed(str(tmp_path / "p*.parquet"), folder=tmp_path / "s")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("'inf'::DOUBLE", r"column 'x' is infinite in row 77778 of .*t.parquet; expected finite numbers"),
        ("1e39", r"column 'x' is 1e\+39 in row 77778 of "),
    ],
)
def test_numbers_that_cannot_be(tmp_path, value, text):
    path = tmp_path / "t.parquet"
    query = f"SELECT CASE WHEN i = 77_777 THEN {value} ELSE i % 10 END AS x, i % 2 AS y FROM range(200_000) AS r(i)"
    duckdb.sql(f"COPY ({query}) TO '{path}'")
    with pytest.raises(DataError, match=text):
        streamed(path, validation=0.0, test=0.0)


def test_words_among_numbers_are_counted(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("x,y\n" + "".join(f"{'oops' if k == 400 else k % 37},{k % 2}\n" for k in range(2000)))
    ready = streamed(path, validation=0.0, test=0.0)
    assert "'x' is numbers, but for 'oops' (1 row): counted as missing" in told(ready)
    assert ready.features.encoders[0].missing == 1


def test_quantities(parquet):
    ready = streamed(parquet, "x", drop=["y"])
    assert (ready.task, ready.train.y.shape, ready.train.y.dtype) == ("regression", (len(ready.train), 1), np.float32)
    assert float(np.mean(ready.train.y)) == pytest.approx(0, abs=1e-5)
    assert float(np.std(ready.train.y)) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    ("arguments", "options", "text"),
    [
        (({"x": [1, 2], "y": [0, 1]}, "y"), {}, "stream: expected a CSV or Parquet file.*received a dict in memory"),
        (("iris",), {}, "stream: expected a CSV or Parquet file.*received iris"),
    ],
)
def test_what_cannot_be_streamed(arguments, options, text):
    with pytest.raises(ArgumentError, match=text):
        prepare(*arguments, stream=True, **options)


def test_options_that_a_stream_does_not_know(parquet):
    with pytest.raises(ArgumentError, match="a streamed table is split at random, by shares: 'group' cannot be given"):
        streamed(parquet, group="word")
    with pytest.raises(
        ArgumentError, match="memory: expected an amount of at least 100MB, as 2GB, received '3 pounds'"
    ):
        streamed(parquet, memory="3 pounds")
    with pytest.raises(DataError, match="there is no column 'z' to be the target"):
        streamed(parquet, "z")


def test_it_is_automatic_beyond_the_memory(parquet):
    assert not Streaming(None, bytes_of("100MB")).applies([parquet])
    assert Streaming(None, 1000).applies([parquet])
    assert not Streaming(False, 1000).applies([parquet])


def test_every_stretch_of_rows_is_drawn_from_alike():
    parts = Shares(0.2, 0.1, seed=3).parts(0, 10_000).reshape(100, 100)
    assert np.abs((parts == 1).sum(axis=1) - 20).max() <= 2
    assert np.abs((parts == 2).sum(axis=1) - 10).max() <= 2
    same = duckdb.sql(
        f"SELECT file_row_number FROM (SELECT range AS file_row_number FROM range(1000)) WHERE "
        f"{Shares(0.2, 0.1, seed=3).sql} ORDER BY 1"
    ).fetchnumpy()["file_row_number"]
    np.testing.assert_array_equal(same, np.flatnonzero(Shares(0.2, 0.1, seed=3).parts(0, 1000) == 0))


def test_a_store_that_lost_bytes_goes_back_to_its_last_whole_chunk(tmp_path):
    store = Store(tmp_path, {"a": "<f4"}, ["train"])
    store.resume()
    for k in range(3):
        store.append(10 * (k + 1), {"train": {"a": np.arange(4, dtype=np.float32) + k}}, 0)
    file = tmp_path / "train" / "0000.bin"
    file.write_bytes(file.read_bytes()[:-1])
    other = Store(tmp_path, {"a": "<f4"}, ["train"])
    assert other.resume() == 20
    other.check()
    assert other.column("train", "a").tolist() == [0, 1, 2, 3, 1, 2, 3, 4]
    assert len((tmp_path / "chunks.jsonl").read_text().splitlines()) == 2
    assert json.loads((tmp_path / "chunks.jsonl").read_text().splitlines()[0])["stop"] == 10


def test_ranges_go_file_by_file(parquet):
    scan = scan_parquet([parquet, parquet], 10**8)
    assert len(scan) == 2 * ROWS
    assert [(r.start, r.stop, r.first) for r in scan.ranges(2000, begin=2000)] == [
        (2000, 3000, 2000),
        (0, 2000, 3000),
        (2000, 3000, 5000),
    ]
