"""`hagang report`: a run as one console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hagang.cli.console import Console, size
from hagang.runs import open_run
from hagang.saved import atomic_write, check_output

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["is_report", "run"]

_MARK = b'<meta name="generator" content="hagang">'


def is_report(file: Path) -> bool:
    """Whether a file is a page that this command wrote."""
    with file.open("rb") as opened:
        return _MARK in opened.read(4096)


def run(folder: Path, out: Path, force: bool = False) -> None:
    """Open, render, write."""
    check_output(out, force=force, replaceable=is_report, option="--out")
    opened = open_run(folder)
    from hagang.view.report import report

    html = report(opened)
    with atomic_write(out) as unfinished:
        unfinished.write_text(html, encoding="utf-8")
    Console().row("Report", f"{out}, {size(out.stat().st_size)}")
