"""What turns one column into features: the law that every encoder follows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from hagang.data.columns import Column

__all__ = ["Encoder"]


@dataclass(frozen=True)
class Encoder(ABC):
    """Turns one column into features, by way of a compact array that can be kept in their stead.

    It is fitted once, frozen, and described by JSON without loss.

    Parameters
    ----------
    name
        The column's name.
    """

    name: str

    kind: ClassVar[str]

    @property
    @abstractmethod
    def outputs(self) -> tuple[str, ...]:
        """The features' names."""

    @abstractmethod
    def compact(self, column: Column) -> NDArray[Any]:
        """Return what of a column is needed, shape (n,), in the smallest type that holds it."""

    @abstractmethod
    def expand(self, values: NDArray[Any], out: NDArray[np.float32]) -> None:
        """Write the features that compact values stand for into `out`, zeros of shape (n, len(outputs))."""

    @abstractmethod
    def describe(self, *, brief: bool = False) -> str:
        """Say in a line what is done, or briefly, beside the column's kind."""

    def write(self, column: Column, out: NDArray[np.float32]) -> None:
        """Write the features of a column into `out`, zeros of shape (n, len(outputs))."""
        self.expand(self.compact(column), out)

    def to_json(self) -> dict[str, Any]:
        """Return a description for `encoder_from_json`."""
        return {"kind": self.kind, **asdict(self)}
