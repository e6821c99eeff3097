"""A run folder on disk, updated during the run; every file is written atomically.

A crash thus leaves what was known by then.
`run.json` is the record, `history.parquet` the epochs, `steps.parquet` the steps, `model.safetensors` the network that
would be kept, `answers.parquet` what it answers for rows held out, `sections.json` what listeners add to the report.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hagang.errors import ArgumentError, FileFormatError
from hagang.runs.parquet import write_columns
from hagang.saved import atomic_write, check_writable, strict, write

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping

    from hagang.runs.run import Run
    from hagang.training.events import EpochEnd, RunBegin
    from hagang.training.history import History
    from hagang.training.holdout import Outcomes
    from hagang.training.trained import TrainedNetwork

__all__ = [
    "MODEL",
    "RECORD",
    "Folder",
    "check_folder",
    "claim",
    "write_record",
]

RECORD, SECTIONS, HISTORY, STEPS, ANSWERS, MODEL = (
    "run.json",
    "sections.json",
    "history.parquet",
    "steps.parquet",
    "answers.parquet",
    "model.safetensors",
)
MEASURED = "measured-"
"""How the names of files begin that hold what listeners measured."""

_SECONDS = 5.0
_SHARE = 0.02
"""How often the folder is brought up to date: at most every so many seconds, and for this share of the time."""


def claim(path: str | os.PathLike[str]) -> Path:
    """Create the folder of a new run.

    Raises
    ------
    ArgumentError
        Where something is there already.
    FileFormatError
        Where nothing can be written.
    """
    folder = check_folder(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        msg = f"'{folder}' cannot be made: {error.strerror or error}; choose another place"
        raise FileFormatError(msg) from None
    check_writable(folder / RECORD)
    return folder


def check_folder(path: str | os.PathLike[str]) -> Path:
    """Check that a folder is free for a new run.

    Raises
    ------
    ArgumentError
        Where something is there already.
    """
    folder = Path(path)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        held = "a run already" if (folder / RECORD).exists() else "something already"
        msg = f"folder: expected a new or an empty folder, '{folder}' holds {held}; choose another name, or remove it"
        raise ArgumentError(msg)
    return folder


class Folder:
    """A listener that keeps the run folder up to date.

    Parameters
    ----------
    path : Path
        The folder, which is there.
    history : History
        What is written as columns.
    record : mapping
        What `run.json` says before the first step.
    """

    def __init__(self, path: Path, history: History, record: Mapping[str, Any]) -> None:
        self._path, self._history, self._record = path, history, record
        self._network: Callable[[], TrainedNetwork] | None = None
        self._told, self._cost = time.perf_counter(), 0.0

    def on_run_begin(self, record: RunBegin) -> None:
        """Write the record."""
        self._network = record.live.network if record.live is not None else None
        write_record(self._path, self._record)

    def on_epoch_end(self, record: EpochEnd) -> None:
        """Write new results, if the last write is long enough ago."""
        del record
        began = time.perf_counter()
        if began - self._told > max(_SECONDS, self._cost / _SHARE):
            self._write()
            self._told = time.perf_counter()
            self._cost = self._told - began

    def _write(self) -> None:
        write_columns(self._path / HISTORY, self._history.epoch_columns())
        write_columns(self._path / STEPS, self._history.step_columns())
        if self._network is not None:
            self._network().save(self._path / MODEL)

    def finish(self, run: Run) -> None:
        """Write everything, the record last."""
        if self._history.epochs:
            self._write()
        run.network.save(self._path / MODEL)
        if run.outcomes is not None:
            write_columns(self._path / ANSWERS, _columns(run.outcomes))
        for name, (tensors, document) in run.measured.items():
            write(self._path / f"{MEASURED}{name}.safetensors", tensors, document)
        if run.sections:
            _write_json(self._path / SECTIONS, {"sections": [vars(section) for section in run.sections]})
        changes = [vars(change) for change in self._history.changes]
        write_record(self._path, {**run.record, "changes": changes})


# --- the files -----------------------------------------------------------------------------------------


def write_record(folder: Path, record: Mapping[str, Any]) -> None:
    """Write `run.json`."""
    _write_json(folder / RECORD, record)


def _write_json(file: Path, document: Mapping[str, Any]) -> None:
    """Write readable JSON."""
    plain = json.loads(strict.dump(document))
    with atomic_write(file) as unfinished:
        unfinished.write_text(json.dumps(plain, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _columns(outcomes: Outcomes) -> dict[str, Any]:
    """One column per target, output and stored input."""
    parts = {"target": outcomes.target, "output": outcomes.output, "input": outcomes.inputs}
    return {
        f"{name}_{k}": column
        for name, part in parts.items()
        if part is not None
        for k, column in enumerate(part.reshape(len(part), -1).T)
    }
