"""Decimation of a long series: evenly spaced epochs, at most a fixed number."""

from __future__ import annotations

from typing import Generic, TypeVar

__all__ = ["Decimated"]

T = TypeVar("T")


class Decimated(Generic[T]):
    """Values by epoch: the first, and those of epochs divisible by `every`.

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
        """The epochs kept."""
        return list(self._things)

    @property
    def things(self) -> list[T]:
        """The values kept."""
        return list(self._things.values())

    def wants(self, epoch: int) -> bool:
        """Whether a value of this epoch would be kept."""
        return not self._things or epoch % self.every == 0

    def keep(self, epoch: int, thing: T) -> None:
        """Keep the value, if its epoch is."""
        if not self.wants(epoch):
            return
        self._things[epoch] = thing
        while len(self._things) > self._most:
            self.every *= 2
            first = next(iter(self._things))
            self._things = {at: one for at, one in self._things.items() if at == first or at % self.every == 0}
