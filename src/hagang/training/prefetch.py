"""Prefetching: the next epoch's order is drawn while the engine works."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from hagang.training.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import Future

    from hagang.training.rows import Block, Source

__all__ = ["Prefetch"]

_WORTH_A_THREAD = 1000


class Prefetch:
    """Yields the blocks of each epoch; for rows in memory, they are prepared in advance.

    A source of another kind may keep a state that its drawing changes, so it is asked at its time only.

    Parameters
    ----------
    source : Source
        What is trained on.
    draw : callable
        The blocks of an epoch.
    last : int
        The last epoch that will be asked for.
    """

    def __init__(self, source: Source, draw: Callable[[int], Iterable[Block]], last: int) -> None:
        self._draw = draw
        self._last = last
        self._ready: tuple[int, Future[list[Block]]] | None = None
        self._pool = ThreadPoolExecutor(1) if type(source) is Rows and len(source) >= _WORTH_A_THREAD else None

    def blocks(self, epoch: int) -> Iterable[Block]:
        """The blocks of an epoch."""
        found: Iterable[Block] | None = None
        if self._ready is not None and self._ready[0] == epoch:
            found = self._ready[1].result()
        if self._pool is not None and epoch < self._last:
            self._ready = epoch + 1, self._pool.submit(lambda: list(self._draw(epoch + 1)))
        return self._draw(epoch) if found is None else found

    def close(self) -> None:
        """Stop prefetching."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
