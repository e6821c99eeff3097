"""Opening a run folder: record, history, model, predictions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import FileFormatError, HagangError
from hagang.runs.folder import ANSWERS, HISTORY, MEASURED, MODEL, RECORD, SECTIONS, STEPS
from hagang.runs.parquet import read_columns
from hagang.runs.report_section import ReportSection
from hagang.runs.run import Run
from hagang.saved import read, strict
from hagang.stopping import StopReason
from hagang.training.config import Config
from hagang.training.history import History
from hagang.training.holdout import Outcomes
from hagang.training.loading import load
from hagang.training.steering import Change

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

_FOREIGN = (ArithmeticError, AttributeError, LookupError, MemoryError, OSError, RecursionError, TypeError, ValueError)
"""What a record that was edited, or written by another, makes raise."""

__all__ = ["find_runs", "open_run", "read_record"]


def open_run(folder: str | os.PathLike[str]) -> Run:
    """Open the folder of a run, including one that is still running or was interrupted.

    Parameters
    ----------
    folder : str or path
        What `fit(..., folder=...)` or `hagang train --folder` wrote.

    Raises
    ------
    FileFormatError
        Where it is not such a folder, or is damaged.
    """
    place = Path(folder)
    record = read_record(place)
    try:
        return _opened(place, record)
    except HagangError:
        raise
    except _FOREIGN as error:
        reason = (str(error).splitlines() or [""])[0][:200]
        msg = f"'{place / RECORD}' or a file beside it is damaged ({type(error).__name__}: {reason}); restore a copy"
        raise FileFormatError(msg) from error


def _opened(place: Path, record: dict[str, Any]) -> Run:
    outcome = record.get("outcome", {})
    return Run(
        history=read_history(place, record),
        scores=outcome.get("validation", {}),
        stopped_by=read_reason(record),
        config=Config.of_json(record["parts"]),
        folder=place,
        state=None,
        record=record,
        model=load(place / MODEL) if (place / MODEL).exists() else None,
        outcomes=read_outcomes(place, record),
        measured=read_measured(place),
        sections=read_sections(place),
    )


def find_runs(folder: str | os.PathLike[str]) -> list[Path]:
    """The run folders in a folder, oldest first.

    Raises
    ------
    FileFormatError
        Where there is no such folder.
    """
    place = Path(folder)
    if not place.is_dir():
        msg = f"there is no folder '{place}'; runs are kept by hagang train --folder {place}/NAME"
        raise FileFormatError(msg)
    return sorted((file.parent for file in place.glob(f"*/{RECORD}")), key=lambda run: (run / RECORD).stat().st_mtime)


# --- the files -----------------------------------------------------------------------------------------


def read_record(folder: Path) -> dict[str, Any]:
    """Read `run.json`.

    Raises
    ------
    FileFormatError
        Where there is none, or it is damaged or from a newer hagang.
    """
    file = folder / RECORD
    try:
        record = dict(strict.load(file.read_text(encoding="utf-8")))
        number = int(record["format"])
    except OSError:
        msg = f"'{folder}' is not the folder of a run: it holds no {RECORD}; give a folder that --folder has made"
        raise FileFormatError(msg) from None
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        msg = f"'{file}' is damaged ({error!r}); restore a copy, or train again"
        raise FileFormatError(msg) from None
    if number > 1:
        msg = f"'{file}' was written in format {number}, this hagang reads format 1; install a newer one"
        raise FileFormatError(msg)
    return record


def read_measured(folder: Path) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """Read the measurements of listeners, by name."""
    files = sorted(folder.glob(f"{MEASURED}*.safetensors"))
    return {file.stem.removeprefix(MEASURED): read(file) for file in files}


def read_sections(folder: Path) -> list[ReportSection]:
    """Read the report sections of listeners."""
    file = folder / SECTIONS
    if not file.exists():
        return []
    try:
        return [ReportSection(**section) for section in strict.load(file.read_text(encoding="utf-8"))["sections"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        msg = f"'{file}' is damaged ({error!r}); remove it, or restore a copy"
        raise FileFormatError(msg) from None


def read_reason(record: Mapping[str, Any]) -> StopReason:
    """Why the run ended."""
    outcome = record.get("outcome", {})
    return StopReason.of_json(outcome["stop"]) if "stop" in outcome else StopReason("unfinished", "unfinished")


def read_history(folder: Path, record: Mapping[str, Any]) -> History:
    """Read the history; empty if the run had not finished an epoch."""
    changes = [Change(**change) for change in record.get("changes", ())]
    if not (folder / HISTORY).exists():
        return History(changes=changes)
    return History.of_columns(read_columns(folder / HISTORY), read_columns(folder / STEPS), changes)


def read_outcomes(folder: Path, record: Mapping[str, Any]) -> Outcomes | None:
    """Read the predictions on held-out rows; None if the run did not finish."""
    if not (folder / ANSWERS).exists():
        return None
    columns = read_columns(folder / ANSWERS)

    def part(name: str) -> Any:
        found = [values for key, values in columns.items() if key.rpartition("_")[0] == name]
        return np.stack(found, axis=1) if found else None

    target = part("target")
    task = record["data"]["task"]
    codes = target[:, 0].astype(np.int64) if task == "classification" else target
    return Outcomes(record["outcome"]["held"], task, codes, part("output"), part("input"))
