"""What a person, or a trained model, says of data before it is read."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from hagang.data.cell_parsing import MISSING
from hagang.data.readings import read_as
from hagang.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Hints", "make_hints"]


@dataclass(frozen=True)
class Hints:
    """How a source is to be read, where that is not left to be found out.

    Parameters
    ----------
    header, separator, encoding
        Of a text file: whether its first row names the columns, what parts its cells, how its letters are written.
    types
        What columns are, by name: see `hagang.data.readings.TYPES`.
    missing
        More words that mean "no value".
    names
        Columns that somebody names: a first row that holds one of them is a header.
    raw
        Whether texts stay as they are, to be understood later together with those of other files.
    shape
        Of pictures: the shape that they have at a model's training.
    """

    header: bool | None = None
    separator: str | None = None
    encoding: str | None = None
    types: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    raw: bool = False
    shape: tuple[int, ...] | None = None

    def is_missing(self, text: str, how: str | None) -> bool:
        """Whether a trimmed text means "no value" in a column of this type."""
        return not text or text in self.missing or (how != "words" and text in MISSING)

    def as_numbers(self, name: str) -> bool:
        """Whether plain numbers in a column may be read as such at once."""
        return self.types.get(name, "number") in ("number", "decimal-point")

    def joint(self) -> Hints:
        """The same, for one of several files that are understood together."""
        return replace(self, raw=True)


def make_hints(
    header: bool | None = None,
    separator: str | None = None,
    encoding: str | None = None,
    types: Mapping[str, str] | None = None,
    missing: Iterable[str] = (),
    names: Iterable[object] = (),
) -> Hints:
    """Check what was said.

    Raises
    ------
    ArgumentError
        When a type is unknown, or `missing` is no list of words.

    Examples
    --------
    >>> make_hints(types={"zip": "text"}, missing=["soon"]).types
    {'zip': 'text'}
    """
    if isinstance(missing, str):
        text = f"missing must be a list of words that mean 'no value', as ['soon']. Received {missing!r}."
        raise ArgumentError(text)
    known = {unicodedata.normalize("NFC", name): read_as(how) for name, how in (types or {}).items()}
    spoken = tuple(unicodedata.normalize("NFC", name) for name in names if isinstance(name, str))
    return Hints(header, separator, encoding, known, tuple(map(str, missing)), spoken)
