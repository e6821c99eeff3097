"""`hagang schedule`: a preview of learning-rate schedules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.cli.console import Console
from hagang.errors import ArgumentError
from hagang.saved import check_output
from hagang.view.schedules import plot_schedules, previews

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["run"]

_BARS = "▁▂▃▄▅▆▇█"
_WIDTH = 24


def run(names: Sequence[str], steps: int, lr: float | None, plot: Path | None, force: bool = False) -> None:
    """Print how each begins, how high it goes and how it ends; plot them if asked."""
    if steps < 1:
        msg = f"--steps: expected at least 1, received {steps}"
        raise ArgumentError(msg)
    if plot is not None:
        from hagang.view.picture import STILL, check_suffix

        check_output(plot, force=force, option="--plot")
        check_suffix(plot, "--plot", (*STILL, ".html"))
    rate = 1.0 if lr is None else lr
    rates = previews(list(names), steps, lr=rate)
    console = Console()
    rows = [(name, bars(each), *(f"{v:.4g}" for v in (each[0], each.max(), each[-1]))) for name, each in rates.items()]
    console.table(("Schedule", f"over {steps:,} steps", "first", "highest", "last"), rows)
    if plot is not None:
        plot_schedules(list(names), steps, lr=rate).save(plot)
        console.gap()
        console.row("Plot", str(plot))


def bars(numbers: np.ndarray[Any, Any]) -> str:
    """Numbers as a row of bars, the highest of them a full one.

    Examples
    --------
    >>> bars(np.array([0.0, 0.5, 1.0]))
    '▁▅█'
    """
    places = np.linspace(0, len(numbers) - 1, min(_WIDTH, len(numbers))).round().astype(int)
    shares = numbers[places] / (numbers.max() or 1.0)
    return "".join(_BARS[round(share * (len(_BARS) - 1))] for share in shares)
