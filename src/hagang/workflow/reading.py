"""How fast rows came from disk, and how long the training waited for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hagang.training.streamed import Streamed

if TYPE_CHECKING:
    from hagang.training import RunBegin

__all__ = ["Reading"]


class Reading:
    """A listener that can tell, after a run, how its rows were read."""

    def __init__(self) -> None:
        self._rows: Any = None

    def on_run_begin(self, record: RunBegin) -> None:
        """Keep what counts the rows."""
        self._rows = record.live.data.train if record.live is not None else None

    def describe(self) -> dict[str, float]:
        """Rows per second and the share of the time spent waiting; empty where the rows were in memory."""
        if not isinstance(self._rows, Streamed):
            return {}
        seconds = max(self._rows.waited + self._rows.busy, 1e-9)
        return {"rows_per_second": self._rows.rows_given / seconds, "waiting": self._rows.waiting}
