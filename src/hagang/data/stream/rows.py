"""The rows of a part that lies on disk, and how blocks of them become features."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hagang.data.column_features import ColumnFeatures
    from hagang.data.stream.store import Store

__all__ = ["TARGET", "WEIGHT", "StreamedRows"]

TARGET, WEIGHT = "\0target", "\0weight"
"""The names of columns that no column of a table can have."""


@dataclass(frozen=True, eq=False)
class StreamedRows:
    """A part of a data set on disk, in the place of a `Part`: its inputs come a chunk at a time.

    Parameters
    ----------
    store
        Where the columns lie.
    part
        Which part of it.
    features
        What turns its columns into features.
    block_rows
        About how many rows are in memory at once, and shuffled with each other.
    """

    store: Store
    part: str
    features: ColumnFeatures
    block_rows: int

    def __len__(self) -> int:
        return self.store.rows(self.part)

    @cached_property
    def y(self) -> NDArray[Any]:
        """The targets as for `Part`, mapped into memory and not read."""
        target = self.store.column(self.part, TARGET)
        return target if target.dtype.kind in "iu" else target.reshape(-1, 1)

    @cached_property
    def weight(self) -> NDArray[Any] | None:
        """How much each row counts, or None."""
        return self.store.column(self.part, WEIGHT) if WEIGHT in self.store.dtypes else None

    def inputs(self, start: int, stop: int, out: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
        """The features of some rows, shape (stop - start, width), float32."""
        if out is None:
            out = np.empty((stop - start, self.features.width), np.float32)
        out[:] = 0
        first = 0
        for encoder in self.features.encoders:
            last = first + len(encoder.outputs)
            encoder.expand(np.array(self._columns[encoder.name][start:stop]), out[:, first:last])
            first = last
        return out

    @cached_property
    def _columns(self) -> dict[str, NDArray[Any]]:
        return {name: self.store.column(self.part, name) for name in self.features.inputs}
