"""Curves of Braille dots: each terminal character holds two by four of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

__all__ = ["bar", "plot"]

_DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
"""The bit of each dot of a character, four rows by two columns."""

_EMPTY = 0x2800
_EIGHTHS = " ▏▎▍▌▋▊▉█"


def plot(curves: Sequence[tuple[str, Sequence[float]]], width: int, height: int) -> list[Text]:
    """Draw curves over each other, later ones on top.

    Parameters
    ----------
    curves : sequence of (colour, values)
        A colour name of rich, and values from left to right; non-finite ones are left out.
    width, height : int
        In characters.

    Returns
    -------
    list of Text
        `height` lines. The scale is logarithmic if all values are positive and span more than a factor of 30.

    Examples
    --------
    >>> for line in plot([("blue", [4.0, 2.0, 1.0, 1.0])], 8, 2):
    ...     print(line.plain)
    ⠑⢄⠀⠀⠀⠀⠀⠀
    ⠀⠀⠑⠢⢄⣀⣀⣀
    """
    heights = [_scaled(values, curves) for _, values in curves]
    bits = np.zeros((height, width), np.int64)
    owner = np.full((height, width), -1)
    for k, places in enumerate(heights):
        for row, column in _dots(places, 2 * width, 4 * height):
            bits[row // 4, column // 2] |= _DOTS[row % 4, column % 2]
            owner[row // 4, column // 2] = k
    return [_line(bits[row], owner[row], [colour for colour, _ in curves]) for row in range(height)]


def _scaled(values: Sequence[float], curves: Sequence[tuple[str, Sequence[float]]]) -> npt.NDArray[np.float64]:
    """Scale from 0 at the minimum of all curves to 1 at the maximum; NaN stays NaN."""
    everything = np.concatenate([np.asarray(each, np.float64) for _, each in curves])
    everything = everything[np.isfinite(everything)]
    array = np.asarray(values, np.float64)
    if not everything.size:
        return np.full(len(array), np.nan)
    low, high = float(everything.min()), float(everything.max())
    if low > 0 and high > 30 * low:
        low, high, array = np.log(low), np.log(high), np.log(array)
    if high > low:
        scaled: npt.NDArray[np.float64] = (array - low) / (high - low)
        return scaled
    return np.where(array == low, 0.5, np.nan)


def _dots(places: npt.NDArray[np.float64], columns: int, rows: int) -> list[tuple[int, int]]:
    """One dot per column, and the dots between neighbours, so that steep curves are connected."""
    good = np.flatnonzero(np.isfinite(places))
    if not good.size:
        return []
    across = np.linspace(0, max(1, len(places) - 1), columns)
    inside = (across >= good[0]) & (across <= good[-1])
    level = np.rint((1 - np.interp(across, good, places[good])) * (rows - 1)).astype(int)
    return [
        (row, column)
        for column in np.flatnonzero(inside).tolist()
        for row in _reach(level[column - 1] if column and inside[column - 1] else level[column], level[column])
    ]


def _reach(before: int, now: int) -> range:
    """From the neighbour of the previous row to this one."""
    if before == now:
        return range(now, now + 1)
    return range(before + 1, now + 1) if before < now else range(now, before)


def _line(bits: npt.NDArray[np.int64], owner: npt.NDArray[np.int64], colours: Sequence[str]) -> Text:
    line = Text()
    for cell, k in zip(bits.tolist(), owner.tolist(), strict=True):
        line.append(chr(_EMPTY + cell), style=colours[k] if k >= 0 else "")
    return line


def bar(share: float, width: int) -> str:
    """A bar that fills a share of the width, in eighths of a character.

    Examples
    --------
    >>> bar(0.5, 5)
    '██▌  '
    """
    eighths = round(float(np.clip(share, 0, 1)) * width * 8)
    full, part = divmod(eighths, 8)
    return ("█" * full + (_EIGHTHS[part] if part else "")).ljust(width)
