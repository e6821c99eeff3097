"""`hagang report`: a run as one console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hagang.cli.console import Console, size
from hagang.runs import open_run
from hagang.saved import atomic_write, check_writable

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["run"]


def run(folder: Path, out: Path) -> None:
    """Open, render, write."""
    check_writable(out)
    opened = open_run(folder)
    from hagang.view.report import report

    html = report(opened)
    with atomic_write(out) as unfinished:
        unfinished.write_text(html, encoding="utf-8")
    Console().row("Report", f"{out}, {size(out.stat().st_size)}")
