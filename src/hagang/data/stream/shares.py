"""Which part a row of a stream falls in: a rule that NumPy and SQL can both follow, without a list of rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["PARTS", "Shares"]

PARTS = ("train", "validation", "test")
STEP, TURN = 2654435769, 1 << 32
MOST_HELD = 100_000
"""Rows beyond which a part to watch or to test on tells nothing more; these parts are held in memory."""


@dataclass(frozen=True)
class Shares:
    r"""Rows drawn by Weyl's sequence: row r of a file has its place at :math:`(r s + o) \bmod 2^{32}` on a circle.

    s is 2^32 times the golden ratio's fraction, so that every stretch of rows is drawn from alike; o comes from the
    seed.
    """

    validation: float
    test: float
    seed: int

    @classmethod
    def of(cls, rows: int, validation: float, test: float, seed: int) -> Shares:
        """The shares as asked, but no part to watch or test on is larger than 100,000 rows."""
        most = MOST_HELD / max(rows, 1)
        return cls(min(validation, most), min(test, most), seed)

    @property
    def offset(self) -> int:
        """Where on the circle row 0 is."""
        return int(np.random.Philox(key=self.seed).random_raw() % TURN)

    def parts(self, start: int, stop: int) -> NDArray[np.int8]:
        """The part of each of these rows of a file, as a position in `PARTS`."""
        place = (np.arange(start, stop, dtype=np.uint64) * np.uint64(STEP) + np.uint64(self.offset)) % np.uint64(TURN)
        test, held = self._ends
        return np.where(place < test, 2, np.where(place < held, 1, 0)).astype(np.int8)

    @property
    def sql(self) -> str:
        """SQL for a row of the training part."""
        return f"((file_row_number * {STEP} + {self.offset}) % {TURN} >= {self._ends[1]})"

    @property
    def _ends(self) -> tuple[int, int]:
        return int(self.test * TURN), int((self.test + self.validation) * TURN)
