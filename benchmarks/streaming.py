"""Speed and memory of training on a table far larger than memory.

`python -m benchmarks.streaming [--rows N] [--folder DIR] [--memory 2GB]`: makes a table of N rows and 20 columns in
Parquet (unless it is there), reads it with DuckDB alone, converts it, trains one epoch, and tells rows a second, the
share of the time that passed in waiting for data, and the peak of anonymous memory (Linux only).
"""

from __future__ import annotations

import argparse
import json
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

import hagang as hg
from hagang.data import prepare
from hagang.training.streamed import Streamed

if TYPE_CHECKING:
    from hagang.training import RunBegin

COLUMNS = 20
STATUS = Path("/proc/self/status")


def make(path: Path, rows: int) -> None:
    """Write 16 numeric columns, two with gaps, two categorical ones, a date, and a class that depends on some."""
    numbers = [f"(hash(i * 31 + {k}) % 1000003) / 1000003.0::FLOAT AS x{k}" for k in range(15)]
    numbers += ["CASE WHEN hash(i + 5) % 20 = 0 THEN NULL ELSE (hash(i) % 997)::FLOAT END AS holes"]
    others = [
        "['red', 'green', 'blue', 'black'][1 + (hash(i + 7) % 4)::INT] AS colour",
        "'shop' || (hash(i + 11) % 40) AS shop",
        "DATE '2015-01-01' + (hash(i + 13) % 3000)::INT AS day",
    ]
    target = "CASE WHEN x0 + x1 * x2 + (colour = 'red')::INT * 0.5 + x3 * 0.2 > 1.0 THEN 'yes' ELSE 'no' END AS y"
    query = f"SELECT *, {target} FROM (SELECT {', '.join([*numbers, *others])} FROM range({rows}) AS r(i))"
    with duckdb.connect(config={"memory_limit": "1GB"}) as database:
        database.execute("SET preserve_insertion_order = false")
        database.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)").fetchall()


def anonymous() -> int:
    """Current anonymous memory in bytes."""
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith("RssAnon"))
    return int(line.split()[1]) * 1024


class Peak:
    """Peak anonymous memory while a block runs."""

    def __enter__(self) -> Peak:
        self.bytes, self._done = 0, threading.Event()
        self._watch = threading.Thread(target=self._look)
        self._watch.start()
        return self

    def _look(self) -> None:
        while not self._done.wait(0.02):
            self.bytes = max(self.bytes, anonymous())

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._watch.join()


class Reader:
    """Keeps the source of a run, to read its waiting time afterwards."""

    def on_run_begin(self, record: RunBegin) -> None:
        assert record.inside is not None
        self.source = record.inside.data.train
        assert isinstance(self.source, Streamed)


def read_alone(path: Path, rows: int) -> float:
    """Rows per second of DuckDB, reading every value of every column."""
    with duckdb.connect(config={"memory_limit": "1GB"}) as database:
        names = [name for (name,) in database.execute(f"SELECT column_name FROM (DESCRIBE FROM '{path}')").fetchall()]
        columns = ", ".join(f"bit_xor(hash({name}))" for name in names)
        began = time.perf_counter()
        database.execute(f"SELECT {columns} FROM '{path}'").fetchall()
        return rows / (time.perf_counter() - began)


def measure(path: Path, rows: int, memory: str, batch_size: int) -> dict[str, object]:
    alone = read_alone(path, rows)
    reader = Reader()
    with Peak() as peak:
        began = time.perf_counter()
        ready = prepare(path, "y", stream=True, memory=memory, folder=path.with_suffix(".stream"))
        converted = time.perf_counter()
        network = hg.Network([hg.Dense(128, "relu"), hg.Dense(64, "relu"), hg.Dense(2)])
        run = hg.fit(network, ready, epochs=1, batch_size=batch_size, lr=0.003, listeners=[reader])
        ended = time.perf_counter()
    return {
        "rows": rows,
        "columns": COLUMNS,
        "features": ready.features.width,
        "file_bytes": path.stat().st_size,
        "duckdb_rows_per_s": round(alone),
        "convert_rows_per_s": round(rows / (converted - began)),
        "train_rows_per_s": round(len(ready.train) / (ended - converted)),
        "waiting": round(reader.source.waiting, 4),
        "peak_anonymous_bytes": peak.bytes,
        "memory": memory,
        "batch_size": batch_size,
        "validation_loss": run.scores["loss"],
        "seconds": round(ended - began, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], allow_abbrev=False)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--folder", type=Path, default=Path("build/streaming"), help="where table and conversion lie")
    parser.add_argument("--memory", default="2GB")
    parser.add_argument("--batch-size", type=int, default=1024)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    path = arguments.folder / f"table-{arguments.rows}.parquet"
    if not path.exists():
        make(path, arguments.rows)
    print(json.dumps(measure(path, arguments.rows, arguments.memory, arguments.batch_size), indent=1))


if __name__ == "__main__":
    main()
