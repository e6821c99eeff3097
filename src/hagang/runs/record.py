"""The record of a run as plain values: settings, data, environment, outcome; stored in `run.json`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from hagang.data import Classes, Prepared, Quantity
from hagang.runs.environment import command_line, environment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hagang.training.config import Config
    from hagang.training.events import RunEnd
    from hagang.training.inputs import TrainingData

__all__ = ["FORMAT", "about_data", "begun", "ended"]

FORMAT = 1
"""Raised when an older hagang could not read what is written."""


def begun(config: Config, data: Mapping[str, Any], threads: int | None, runtime: str) -> dict[str, Any]:
    """The record of a run before its first step."""
    return {
        "format": FORMAT,
        "state": "unfinished",
        "began": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": command_line(),
        "config": config.describe(),
        "parts": config.to_json(),
        "environment": environment(threads, runtime),
        "data": dict(data),
    }


def ended(record: Mapping[str, Any], end: RunEnd, **outcome: Any) -> dict[str, Any]:
    """The record of a finished run, with its outcome and reason to stop."""
    how = {
        "stopped_by": str(end.stopped_by),
        "stop": end.stopped_by.to_json(),
        "epochs": end.epochs,
        "steps": end.steps,
        "best_epoch": end.best_epoch,
        "seconds": end.seconds,
    }
    return {**record, "state": "done", "outcome": how | outcome}


def about_model(record: Mapping[str, Any]) -> dict[str, Any]:
    """What a model file records of its run: data, reason to stop, scores and baseline."""
    data, outcome = record["data"], record["outcome"]
    told = {
        "data": {
            "name": data["name"],
            "rows": data["rows"],
            "notes": [finding["text"] for finding in data["findings"] if finding["kind"] not in ("file", "task")],
        },
        "stopped_by": outcome["stopped_by"],
        "stop": outcome["stop"],
        "guess": outcome["guess"],
        "shares": outcome["shares"],
    }
    return told | {name: outcome[name] for name in ("scored", "scores", "baseline", "unscored") if name in outcome}


# --- data ----------------------------------------------------------------------------------------------


def about_data(data: Any, rows: TrainingData) -> dict[str, Any]:
    """The data: rows, task, findings, columns."""
    head = rows.train.head
    described = {
        "name": data.name if isinstance(data, Prepared) else "arrays",
        "task": rows.task,
        "rows": _counts(data, rows),
        "dims": list(head.dims),
        "findings": [_finding(finding) for finding in data.findings] if isinstance(data, Prepared) else [],
    }
    return {**described, **_target(rows)}


def _counts(data: Any, rows: TrainingData) -> dict[str, int]:
    test = len(data.test) if isinstance(data, Prepared) else 0
    return {"training": len(rows.train), "validation": len(rows.validation or ()), "test": test}


def _finding(finding: Any) -> dict[str, Any]:
    return {"kind": finding.kind, "text": finding.text, "column": finding.column}


def _target(rows: TrainingData) -> dict[str, Any]:
    target = rows.target
    if isinstance(target, Classes):
        return {"target": target.name, "labels": [str(label) for label in target.labels]}
    if isinstance(target, Quantity):
        return {"target": target.name, "unit": 1.0 if target.log else target.scale}
    columns = rows.train.head.y.shape[1] if rows.task == "multilabel" else 0
    labels = [str(k) for k in range(rows.classes if rows.is_classification else columns)]
    return {"target": None, "labels": labels}
