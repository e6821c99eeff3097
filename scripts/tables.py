"""The tables of `docs/activations-and-losses.md`, from the code: `python -m scripts.tables` writes them.

Formulas come from docstrings; ranges, slopes and bends are measured.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from hagang.derivatives import grad
from hagang.nn import ACTIVATIONS, INITIALISERS, LOSSES, activation
from hagang.nn.initialisers import initialiser_for

PAGE = Path(__file__).parents[1] / "docs" / "activations-and-losses.md"
FAR = 1e6
GRID = np.unique(np.concatenate([[-FAR, FAR], np.linspace(-1000.0, 1000.0, 2001), np.linspace(-10.0, 10.0, 8001)]))
ALONG_ROWS = ("softmax", "log_softmax", "glu")


def formula(thing: object) -> str:
    """The first displayed equation of a docstring, for a cell of a table."""
    text = re.search(r"\.\. math::\s*(.+?)\n\s*\n", thing.__doc__ or "", re.DOTALL)
    if text is None:
        inline = re.search(r":math:`(.+?)`", thing.__doc__ or "")
        return f"${inline[1]}$" if inline else "–"
    return "$" + re.sub(r"\s+", " ", text[1]).strip().replace("|", r"\vert ").rstrip() + "$"


def first_line(thing: object) -> str:
    """What the docstring says first, up to where peers are named."""
    line = re.split(r"\. |;|\n\n", (thing.__doc__ or "").strip() + "\n\n")[0].replace("\n    ", " ").rstrip(".")
    return re.sub(r":math:`(.+?)`", r"$\1$", line)


def number(value: float) -> str:
    """Four digits."""
    return "0" if abs(value) < 1e-9 else f"{value:.4g}"


def interval(low: float, high: float) -> str:
    """From the least to the largest, or the one there is."""
    return number(low) if low == high else f"{number(low)} to {number(high)}"


def measured(f) -> list[str]:
    """What values and slopes an activation has; where it still goes on at the end of the grid, without an end."""
    values, slopes = f(GRID), grad(lambda z: np.sum(f(z)))(GRID)
    low = -np.inf if slopes[0] > 1e-3 else values.min()
    high = np.inf if slopes[-1] > 1e-3 else values.max()
    return [interval(low, high).replace("inf", "∞"), interval(slopes.min(), slopes.max()), bends(f)]


def bends(f) -> str:
    """Where the slope jumps, and what it is taken to be there."""
    slope = grad(lambda z: np.sum(f(z)))
    at = np.arange(-10.0, 11.0)
    left, here, right = slope(at - 1e-9), slope(at), slope(at + 1e-9)
    jumps = np.abs(left - right) > 1e-6
    said = [f"at {x:g} slope {number(s)}" for x, s in zip(at[jumps], here[jumps], strict=True)]
    return ", ".join(said) or "nowhere"


def text_of(name: str, thing: object) -> str:
    """How it is written: by name, or with its constants at their defaults."""
    return f"`{thing()!r}`" if isinstance(thing, type) else f"`{name}`"


def activations() -> list[str]:
    """A line an activation."""
    lines = [
        "| write | value | values | slopes | bends | weights by default |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, thing in ACTIVATIONS.items():
        f = activation(name)
        told = ["of a row", "of a row", "nowhere"] if name in ALONG_ROWS else measured(f)
        lines.append(f"| {' | '.join([text_of(name, thing), formula(thing), *told, f'`{initialiser_for(name)}`'])} |")
    return lines


def losses() -> list[str]:
    """A line a loss."""
    lines = ["| write | what | of a row | the target is | for |", "| --- | --- | --- | --- | --- |"]
    for name, kind in LOSSES.items():
        wanted = " or ".join(each.said for each in kind.targets)
        cells = [text_of(name, kind), first_line(kind), formula(kind), wanted, kind.task]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def initialisers() -> list[str]:
    """A line an initialiser."""
    lines = ["| write | weights |", "| --- | --- |"]
    lines += [f"| {text_of(name, kind)} | {first_line(kind)} |" for name, kind in INITIALISERS.items()]
    return lines


TABLES = {"activations": activations, "losses": losses, "initialisers": initialisers}


def filled(page: str) -> str:
    """The page with what stands between each table's marks made anew."""
    for name, table in TABLES.items():
        begin, end = f"<!-- begin {name}: python -m scripts.tables -->", f"<!-- end {name} -->"
        before, rest = page.split(begin)
        after = rest.split(end, 1)[1]
        page = "\n".join([f"{before}{begin}", "", *table(), "", f"{end}{after}"])
    return page


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
