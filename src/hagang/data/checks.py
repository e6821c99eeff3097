"""What a careful reader looks at before training: repeated rows, labels that differ between two files."""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from hagang.data.columns import Numbers, Pixels, Text
from hagang.data.findings import Finding
from hagang.data.text import count, listing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hagang.data.columns import Column
    from hagang.data.dataset import Labelled

__all__ = ["align_labels", "repeats", "row_hashes"]

WORTH_SAYING = 0.01


def repeats(data: Labelled) -> list[Finding]:
    """Say how many rows repeat another one, if 1 % or more do: they may fall in several parts of a split."""
    if isinstance(data.inputs, Pixels):
        return []
    hashes = row_hashes((*data.inputs.columns, data.target))
    hashes.sort()
    repeated = int(np.count_nonzero(hashes[1:] == hashes[:-1]))
    if repeated < WORTH_SAYING * len(data):
        return []
    text = (
        f"{count(repeated, 'row')} of {len(data):,} repeat another row, so rows of the test part may have been "
        "trained on: its scores may flatter"
    )
    return [Finding("repeated", text)]


def row_hashes(columns: Sequence[Column]) -> NDArray[np.uint64]:
    """A number for each row that rows of equal values share, and in all likelihood no others."""
    hashes = np.zeros(len(columns[0]), np.uint64)
    for column in columns:
        hashes = _mix(hashes ^ _bits(column))
    return hashes


def align_labels(labels: Sequence[object], column: Column) -> tuple[Column, list[Finding]]:
    """Strip the full stop that ends every label of some test files (UCI's adult.test), where it then fits.

    Parameters
    ----------
    labels
        The target's labels at training.
    column
        The target as the test part has it.
    """
    if not isinstance(column, Text) or set(column.values) <= set(labels):
        return column, []
    stripped = tuple(value.removesuffix(".") for value in column.values)
    if len(set(stripped)) < len(stripped) or not set(stripped) <= set(labels):
        return column, []
    text = f"the test part's labels {listing(column.values, 3)} are taken as {listing(stripped, 3)}"
    return replace(column, values=stripped), [Finding("target", text, column.name)]


def _bits(column: Column) -> NDArray[np.uint64]:
    if isinstance(column, Numbers):
        return np.ascontiguousarray(column.values + 0.0).view(np.uint64)  # + 0.0 makes -0 a 0
    own = np.array([*(zlib.crc32(value.encode()) for value in column.values), 1 << 40], np.uint64)
    return own[column.codes]


def _mix(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Stafford's 64-bit finaliser (variant 13, as in SplitMix64): every bit in depends on every bit out."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: NDArray[np.uint64] = x ^ (x >> np.uint64(31))
    return mixed
