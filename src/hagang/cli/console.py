"""What a command prints: labelled rows and small tables, in 80 columns where the terminal does not say."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rich.console import Console as Terminal
from rich.table import Table
from rich.text import Text

from hagang.metrics import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["Console", "amount", "size"]

_LABEL = 9


class Console:
    """Prints a command's results; a quiet one prints nothing.

    Texts are printed as they are: a column named `[red]` is no colour.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self._console = Terminal(quiet=quiet, highlight=False, emoji=False)

    def row(self, label: str, *lines: str) -> None:
        """Print a label and, beside it, its lines, each wrapped; nothing without lines."""
        room = max(20, self._console.width - _LABEL - 2)
        wrapped = [part for line in lines for part in Text(line).wrap(self._console, room)]
        for k, part in enumerate(wrapped):
            part.rstrip()
            self._console.print(Text.assemble(((label if not k else "").ljust(_LABEL + 2), "bold"), part))

    def gap(self) -> None:
        """Print an empty line."""
        self._console.print()

    def table(self, heads: Sequence[str], rows: Iterable[Sequence[str]], *, right: bool = True) -> None:
        """Print rows under heads: the first column aligned left, the others right if they are numbers."""
        table = Table(box=None, padding=(0, 3, 0, 0), pad_edge=False, header_style="bold")
        for k, head in enumerate(heads):
            table.add_column(Text(head), justify="right" if right and k else "left", overflow="fold")
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))
        with self._console.capture() as captured:
            self._console.print(table)
        for line in captured.get().splitlines():
            self._console.out(line.rstrip(), highlight=False)

    def scores(self, scores: Mapping[str, float], baseline: Mapping[str, float], of: str = "test") -> None:
        """Print scores, beside the baseline's where they are known."""
        named = [(name, title) for name, title in NAMES.items() if name in scores]
        sides = [side for side in (scores, baseline) if side]
        heads = ("", of, "baseline")[: 1 + len(sides)]
        self.table(heads, [(title, *(amount(side[name]) for side in sides)) for name, title in named])


def amount(value: float) -> str:
    """Write a score: five digits, no exponent where one can do without.

    Examples
    --------
    >>> amount(0.970370), amount(2.30291), amount(53670.88), amount(1234567.8), amount(float("nan"))
    ('0.9704', '2.3029', '53,671', '1,234,568', '–')
    """
    if not math.isfinite(value):
        return "–" if math.isnan(value) else str(value)
    if value and abs(value) < 1e-3:
        return f"{value:.2e}"
    return f"{value:,.{max(0, 5 - len(str(int(abs(value)))))}f}"


def size(n: int) -> str:
    """Write a file's size.

    Examples
    --------
    >>> size(900), size(33_400), size(4_210_000)
    ('900 B', '33 kB', '4.2 MB')
    """
    if n < 1000:
        return f"{n} B"
    return f"{n / 1000:.0f} kB" if n < 1_000_000 else f"{n / 1e6:.1f} MB"
