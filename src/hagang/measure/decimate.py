"""What is kept of a long run: some epochs, evenly spaced, never more than so many."""

from __future__ import annotations

from typing import Generic, TypeVar

__all__ = ["Decimated"]

T = TypeVar("T")


class Decimated(Generic[T]):
    """Things by epoch: the first, and those of epochs that `every` divides.

    Parameters
    ----------
    most : int
        So many are kept, at least one; when there are more, every second one goes, and from then on every second epoch.

    Examples
    --------
    >>> kept = Decimated(4)
    >>> for epoch in range(10):
    ...     kept.keep(epoch, f"epoch {epoch}")
    >>> kept.epochs, kept.every
    ([0, 4, 8], 4)
    """

    def __init__(self, most: int) -> None:
        self._most, self.every = most, 1
        self._things: dict[int, T] = {}

    @property
    def epochs(self) -> list[int]:
        """Those of what is kept."""
        return list(self._things)

    @property
    def things(self) -> list[T]:
        """What is kept."""
        return list(self._things.values())

    def wants(self, epoch: int) -> bool:
        """Whether it would keep something of this epoch."""
        return not self._things or epoch % self.every == 0

    def keep(self, epoch: int, thing: T) -> None:
        """Keep this, if it is wanted."""
        if not self.wants(epoch):
            return
        self._things[epoch] = thing
        while len(self._things) > self._most:
            self.every *= 2
            first = next(iter(self._things))
            self._things = {at: one for at, one in self._things.items() if at == first or at % self.every == 0}
