"""Data for a trained model."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data import Inputs, Numbers, Pixels, Table, load
from hagang.data.blocks import table_blocks
from hagang.data.multi_file import files_of
from hagang.data.text import count
from hagang.errors import DataError
from hagang.workflow.parse import column_types, columns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy.typing as npt

    from hagang.training import TrainedNetwork

__all__ = ["Block", "Source", "blocks", "note"]


@dataclass(frozen=True)
class Source:
    """Data as it was typed, and how it is to be read."""

    data: str
    header: bool | None = None
    separator: str | None = None
    encoding: str | None = None
    types: dict[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()

    @classmethod
    def typed(
        cls,
        data: str,
        header: bool | None,
        separator: str | None,
        encoding: str | None,
        types: list[str] | None,
        missing: list[str] | None,
    ) -> Source:
        """Read the options as they were typed."""
        return cls(data, header, separator, encoding, column_types(types), columns(missing))

    @property
    def files(self) -> list[Path]:
        """The files that it names."""
        return [Path(self.data), *files_of(self.data)]

    def options(self) -> dict[str, Any]:
        """What `hagang.data.load` takes of it."""
        return {name: value for name, value in vars(self).items() if name != "data"}


@dataclass(frozen=True)
class Block:
    """Rows to predict, as they were read and as the network takes them."""

    read: Inputs
    inputs: Any
    target: str
    notes: tuple[str, ...] = ()
    row_names: tuple[str, ...] = ()
    progress: Callable[[], None] = lambda: None


def blocks(network: TrainedNetwork, source: Source, keep: Sequence[str] = ()) -> Iterator[Block]:
    """Read the rows to predict, all at once or, of a large file, block by block."""
    pieces = None if network.features is None else table_blocks(source.data, network, source.options(), keep)
    if pieces is None:
        yield _whole(network, source)
        return
    for table, done, rows in pieces:
        inputs, notes = _aligned(network, table)
        yield Block(table, inputs, _target(network), tuple(notes), progress=lambda d=done, n=rows: _progress(d, n))  # type: ignore[misc]


def note(text: str) -> None:
    """Print a note on standard error, apart from the results."""
    print(f"note: {text}", file=sys.stderr)


def _whole(network: TrainedNetwork, source: Source) -> Block:
    read = load(source.data, like=network, **source.options())
    inputs = read.inputs if read.test is None else read.test.inputs
    notes = [f"{read.name} brings a test part: its {count(len(inputs), 'row')} are used"] * (read.test is not None)
    notes += [str(finding) for finding in read.findings if "read as" in finding.text]
    if network.features is None:
        return Block(inputs, _array(inputs), _target(network), tuple(notes))
    aligned, more = _aligned(network, inputs)
    return Block(inputs, aligned, _target(network), (*notes, *more), read.row_names)


def _aligned(network: TrainedNetwork, inputs: Inputs) -> tuple[Inputs, list[str]]:
    notes = []
    aligned = network.aligned(inputs)
    if isinstance(aligned, Table) and isinstance(inputs, Table) and aligned.names != inputs.names:
        notes.append("no header, and one column fewer than in training: assumed to lack the target")
    features: Any = network.features
    return aligned, notes + [str(finding) for finding in features.notice(_without_target(aligned, network))]


def _progress(done: int, rows: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done:,} of {rows:,} rows", end="\n" if done == rows else "", file=sys.stderr, flush=True)


def _target(network: TrainedNetwork) -> str:
    return network.target.name if network.target is not None else ""


def _without_target(inputs: Inputs, network: TrainedNetwork) -> Inputs:
    name = _target(network)
    return inputs.without([name]) if isinstance(inputs, Table) and name in inputs else inputs


def _array(inputs: Inputs) -> npt.NDArray[Any]:
    """The numbers of a table for a network that was trained on arrays."""
    if isinstance(inputs, Pixels):
        return inputs.values
    texts = [column.name for column in inputs.columns if not isinstance(column, Numbers)]
    if texts:
        text = f"the model was trained on arrays of numbers, and the column {texts[0]!r} is text; expected numbers only"
        raise DataError(text)
    return np.column_stack([column.values for column in inputs.columns if isinstance(column, Numbers)])
