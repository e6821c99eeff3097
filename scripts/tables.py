"""The tables of `docs/activations-and-losses.md`, from the code: `python -m scripts.tables` writes them.

Formulas come from docstrings; ranges, derivatives and kinks are measured.
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
    """The first line of a docstring, up to the names of peers."""
    line = re.split(r"\. |;|\n\n", (thing.__doc__ or "").strip() + "\n\n")[0].replace("\n    ", " ").rstrip(".")
    return re.sub(r":math:`(.+?)`", r"$\1$", line)


def number(value: float) -> str:
    """Four digits."""
    return "0" if abs(value) < 1e-9 else f"{value:.4g}"


def interval(low: float, high: float) -> str:
    """From the least to the largest, or a single value."""
    return number(low) if low == high else f"{number(low)} to {number(high)}"


def measured(f) -> list[str]:
    """The range of an activation and of its derivative, unbounded where it still grows at the end of the grid."""
    values, slopes = f(GRID), grad(lambda z: np.sum(f(z)))(GRID)
    low = -np.inf if slopes[0] > 1e-3 else values.min()
    high = np.inf if slopes[-1] > 1e-3 else values.max()
    return [interval(low, high).replace("inf", "∞"), interval(slopes.min(), slopes.max()), kinks_of(f)]


def kinks_of(f) -> str:
    """Where the derivative jumps, and the value it takes there."""
    slope = grad(lambda z: np.sum(f(z)))
    at = np.arange(-10.0, 11.0)
    left, here, right = slope(at - 1e-9), slope(at), slope(at + 1e-9)
    jumps = np.abs(left - right) > 1e-6
    kinks = [f"derivative {number(s)} at {x:g}" for x, s in zip(at[jumps], here[jumps], strict=True)]
    return ", ".join(kinks) or "none"


def text_of(name: str, thing: object) -> str:
    """The name, or the constructor with its defaults."""
    return f"`{thing()!r}`" if isinstance(thing, type) else f"`{name}`"


def activations() -> list[str]:
    """One line per activation."""
    lines = [
        "| name | definition | range | derivative | kinks | default initialiser |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, thing in ACTIVATIONS.items():
        f = activation(name)
        behaviour = ["per row", "per row", "none"] if name in ALONG_ROWS else measured(f)
        lines.append(
            f"| {' | '.join([text_of(name, thing), formula(thing), *behaviour, f'`{initialiser_for(name)}`'])} |"
        )
    return lines


def losses() -> list[str]:
    """One line per loss."""
    lines = ["| name | description | per row | target | task |", "| --- | --- | --- | --- | --- |"]
    for name, kind in LOSSES.items():
        targets = " or ".join(each.description for each in kind.targets)
        cells = [text_of(name, kind), first_line(kind), formula(kind), targets, kind.task]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def initialisers() -> list[str]:
    """One line per initialiser."""
    lines = ["| name | weights |", "| --- | --- |"]
    lines += [f"| {text_of(name, kind)} | {first_line(kind)} |" for name, kind in INITIALISERS.items()]
    return lines


TABLES = {"activations": activations, "losses": losses, "initialisers": initialisers}


def filled(page: str) -> str:
    """The page with the text between each table's marks replaced."""
    for name, table in TABLES.items():
        begin, end = f"<!-- begin {name}: python -m scripts.tables -->", f"<!-- end {name} -->"
        before, rest = page.split(begin)
        after = rest.split(end, 1)[1]
        page = "\n".join([f"{before}{begin}", "", *table(), "", f"{end}{after}"])
    return page


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
