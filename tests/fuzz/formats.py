"""A sound file of each format that strangers send, and what reads it."""

import bz2
import gzip
import io
import json
import lzma
import struct
import zipfile
from pathlib import Path

import duckdb
import numpy as np

import hagang as hg
from hagang.data import load
from hagang.minimizing.expression import read_expression
from hagang.workflow.config import read_config

ROWS = range(80)
HEAD = "size,when,kind,price"
LINES = [f'{k * 1.5},2024-{1 + k % 12:02}-{1 + k % 28:02},{"abc"[k % 3]},"{k * 1000:,}"' for k in ROWS]
TABLE = "\n".join([HEAD, *LINES, ""]).encode()
KOREAN = "\n".join(["면적;종류;가격", *(f"{k};{'아파트' if k % 2 else '주택'};{k},5 원" for k in ROWS), ""]).encode(
    "cp949"
)
JSON = "\n".join(json.dumps({"a": k, "b": "xy"[k % 2], "c": [k]}) for k in ROWS).encode()
CONFIG = b'[data]\ntarget = "y"\nscale = ["minmax"]\n[network]\nhidden = "8,8"\n[descent]\nlr = 0.1\nepochs = 3\n'
EXPRESSION = b"sum((x - arange(3))**2) + where(x[0] > 1/3, exp(-x[1]), 2e3 % 7) + sum(log1p(abs(x)))"


def _npz(save) -> bytes:
    file = io.BytesIO()
    save(file, X=np.arange(160.0).reshape(80, 2), y=np.arange(80) % 2)
    return file.getvalue()


def _npy() -> bytes:
    file = io.BytesIO()
    np.save(file, np.arange(160.0).reshape(80, 2))
    return file.getvalue()


def _zip(name: str, content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file.getvalue()


def _by_duckdb(folder: Path, options: str) -> bytes:
    path = folder / "made"
    rows = "SELECT i * 1.5 AS a, 'w' || i % 3 AS b, DATE '2024-01-01' + i::INT AS c FROM range(80) t(i)"
    duckdb.connect().execute(f"COPY ({rows}) TO '{path}' ({options})")
    return path.read_bytes()


def _arrow(folder: Path, compression: str) -> bytes:
    import pyarrow as pa
    from pyarrow import feather

    path = folder / "made.arrow"
    table = pa.table({"a": [float(k) for k in ROWS], "w": [("yes", "no")[k % 2] for k in ROWS], "n": [*ROWS]})
    feather.write_feather(table, path, compression=compression)
    return path.read_bytes()


def _picture(kind: str) -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray((np.arange(192) % 256).astype(np.uint8).reshape(8, 8, 3)).save(file, kind)
    return file.getvalue()


def _workbook() -> bytes:
    import openpyxl

    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in (["a", "b"], *([k, "xy"[k % 2]] for k in range(30))):
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def _idx() -> bytes:
    return struct.pack(">4B3I", 0, 0, 8, 3, 40, 4, 4) + bytes(range(256)) * 2 + bytes(128)


def _model(folder: Path) -> bytes:
    run = hg.train({"x": [*ROWS], "k": ["a", "b"] * 40, "y": [k * 2.0 for k in ROWS]}, target="y", epochs=1)
    run.network.save(folder / "made.safetensors")
    return (folder / "made.safetensors").read_bytes()


def _run(folder: Path, name: str) -> bytes:
    place = folder / "run"
    if not place.exists():
        hg.train({"x": [*ROWS], "y": [k * 2.0 for k in ROWS]}, target="y", epochs=2, folder=place)
    return (place / name).read_bytes()


def _open_run(file: Path) -> None:
    """Read a run of which one file is damaged: the others are beside it."""
    hg.open_run(file.parent)


def _read_expression(file: Path) -> None:
    text = file.read_bytes().decode("utf-8", "replace")
    with np.errstate(all="ignore"):
        read_expression(text, ["x"])({"x": np.array([0.5, 1.0, 2.0])})


# name: (the file's name, its bytes, what reads it)
FORMATS = {
    "csv": ("t.csv", lambda _: TABLE, load),
    "cp949": ("t.csv", lambda _: KOREAN, load),
    "csv.gz": ("t.csv.gz", lambda _: gzip.compress(TABLE), load),
    "bz2": ("t.csv.bz2", lambda _: bz2.compress(TABLE), load),
    "xz": ("t.csv.xz", lambda _: lzma.compress(TABLE), load),
    "zst": ("t.csv.zst", lambda folder: _by_duckdb(folder, "FORMAT csv, COMPRESSION zstd"), load),
    "zip": ("t.zip", lambda _: _zip("t.csv", TABLE), load),
    "xlsx": ("t.xlsx", lambda _: _workbook(), load),
    "json lines": ("t.jsonl", lambda _: JSON, load),
    "parquet": ("t.parquet", lambda folder: _by_duckdb(folder, "FORMAT parquet"), load),
    "arrow": ("t.arrow", lambda folder: _arrow(folder, "uncompressed"), load),
    "feather": ("t.feather", lambda folder: _arrow(folder, "lz4"), load),
    "npy": ("t.npy", lambda _: _npy(), load),
    "npz": ("t.npz", lambda _: _npz(np.savez), load),
    "npz packed": ("t.npz", lambda _: _npz(np.savez_compressed), load),
    "idx": ("images-idx3-ubyte", lambda _: _idx(), load),
    "idx.gz": ("images-idx3-ubyte.gz", lambda _: gzip.compress(_idx()), load),
    "png": ("t.png", lambda _: _picture("PNG"), load),
    "jpeg": ("t.jpg", lambda _: _picture("JPEG"), load),
    "tiff": ("t.tif", lambda _: _picture("TIFF"), load),
    "gif": ("t.gif", lambda _: _picture("GIF"), load),
    "model": ("m.safetensors", _model, hg.load),
    "run record": ("run.json", lambda folder: _run(folder, "run.json"), _open_run),
    "config": ("run.toml", lambda _: CONFIG, read_config),
    "expression": ("e.txt", lambda _: EXPRESSION, _read_expression),
}
