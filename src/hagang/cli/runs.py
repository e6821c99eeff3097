"""`hagang runs`: which runs there are."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from hagang.cli.console import Console, amount
from hagang.errors import FileFormatError
from hagang.runs import find_runs, read_record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["run"]

_NONE = "–"


def run(directory: Path) -> None:
    """Find and print."""
    folders = find_runs(directory)
    console = Console()
    if not folders:
        console.row("Runs", f"none in {directory}; hagang train DATA --folder {directory}/NAME keeps one")
        return
    console.table(("run", "started", "data", "epochs", "score", "stopped by"), map(_row, folders), right=False)


def _row(folder: Path) -> tuple[str, ...]:
    try:
        record = read_record(folder)
    except FileFormatError:
        return (folder.name, *[_NONE] * 4, "damaged")
    outcome = record.get("outcome", {})
    began = datetime.fromisoformat(record["began"]).astimezone()
    return (
        folder.name,
        f"{began:%d %b %H:%M}",
        record["data"]["name"],
        _epochs(outcome),
        _score(outcome),
        _end(record),
    )


def _epochs(outcome: Mapping[str, Any]) -> str:
    return f"{outcome['best_epoch']:,} of {outcome['epochs']:,}" if outcome else _NONE


def _score(outcome: Mapping[str, Any]) -> str:
    """Accuracy or RMSE on the held-out rows."""
    scores = outcome.get("scores", {})
    name = "accuracy" if "accuracy" in scores else "rmse"
    return f"{name} {amount(scores[name])}" if name in scores else _NONE


def _end(record: Mapping[str, Any]) -> str:
    if record["state"] != "done":
        return "– (unfinished)"
    return str(record["outcome"]["stop"]["kind"]).replace("_", " ")
