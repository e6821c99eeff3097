"""`hagang compare`: how runs differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hagang.cli.console import Console, amount
from hagang.cli.phrases import chain
from hagang.errors import ArgumentError
from hagang.runs import Run, differences, open_run
from hagang.saved import check_output
from hagang.view import plot_comparison
from hagang.view.picture import check_suffix

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["run"]

_HEADS = {"config": "Settings", "data": "Data", "environment": "Environment", "outcome": "Outcome"}
_NAMES = {"stop.kind": "stopped_by"}


def run(folders: Sequence[Path], plot: Path | None, force: bool = False) -> None:
    """Open, compare, print; plot if asked."""
    if len(folders) < 2:
        msg = f"RUN: expected two runs or more to compare, received {len(folders)}"
        raise ArgumentError(msg)
    if plot is not None:
        check_output(plot, force=force, option="--plot")
        check_suffix(plot, "--plot")
    opened = [open_run(folder) for folder in folders]
    console = Console()
    for section, rows in differences(opened).items():
        if rows:
            shown = {
                _NAMES.get(name, name): [_shown(section, value) for value in values]
                for name, values in rows.items()
                if not _is_repeated(name)
            }
            if "network" in shown:
                shown["network"] = [_network(each) for each in opened]
            console.table((_HEADS[section], *(each.name for each in opened)), [(n, *v) for n, v in shown.items()])
            console.gap()
    if plot is not None:
        plot_comparison(opened).save(plot)
        console.row("Plot", str(plot))


def _network(opened: Run) -> str:
    if opened.config is None:
        return str(opened.record["config"]["network"])
    width = 1
    for n in opened.record["data"]["dims"]:
        width *= n
    return chain(opened.config.network, width)


def _is_repeated(name: str) -> bool:
    """Whether a row would say again what others show, or more than a line can hold."""
    return name in ("stopped_by", "shares") or (name.startswith("stop.") and name != "stop.kind")


def _shown(section: str, value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return amount(value) if section == "outcome" else f"{value:g}"
    return str(value)
