"""Data that can be trained on: arrays, and what made them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from hagang.data.column_report import ColumnReport
    from hagang.data.features import Features
    from hagang.data.findings import Finding
    from hagang.data.stream.rows import StreamedRows
    from hagang.data.targets import Target

__all__ = ["Part", "Prepared"]


@dataclass(frozen=True, eq=False)
class Part:
    """Arrays to train, watch or test on.

    Parameters
    ----------
    X
        Shape (n, d): float32, or uint8 with `Prepared.features.affine` still to be applied.
    y
        Class codes, shape (n,), int64; or a standardised quantity, shape (n, 1), float32.
    rows
        Shape (n,), int64: the rows of the data set (from 0) that these are; of its own test part, if that
        is it.
    weight
        How much each row counts, shape (n,), float32; None where all count alike.
    """

    X: NDArray[Any]
    y: NDArray[Any]
    rows: NDArray[np.int64]
    weight: NDArray[np.float32] | None = None

    def __len__(self) -> int:
        return len(self.X)


@dataclass(frozen=True, eq=False)
class Prepared:
    """A data set ready to be trained on.

    Parameters
    ----------
    name
        Where it came from.
    train, validation, test
        The three parts; the rows to train on may lie on disk.
    features, target
        What was fitted to the training part: they turn new data into the same features, and outputs back into
        labels or units. Saved with the model.
    findings
        What was noticed and decided on the way.
    understood
        A line for each column: what it was taken for, and what becomes of it.
    """

    name: str
    train: Part | StreamedRows
    validation: Part
    test: Part
    features: Features
    target: Target
    findings: tuple[Finding, ...]
    understood: tuple[ColumnReport, ...] = ()

    @property
    def task(self) -> str:
        """``"classification"`` or ``"regression"``."""
        return self.target.task
