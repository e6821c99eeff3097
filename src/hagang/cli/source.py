"""Data for a trained model."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data import Inputs, Numbers, Pixels, Table, load
from hagang.data.text import count
from hagang.errors import DataError

if TYPE_CHECKING:
    import numpy.typing as npt

    from hagang.training import TrainedNetwork

__all__ = ["note", "read_inputs"]


def read_inputs(
    network: TrainedNetwork, data: str, header: bool | None, separator: str | None
) -> tuple[Any, list[str]]:
    """Read the rows to predict, with notes on what differs from the training data."""
    read = load(data, header=header, separator=separator)
    inputs = read.inputs if read.test is None else read.test.inputs
    notes = [f"{read.name} brings a test part: its {count(len(inputs), 'row')} are used"] * (read.test is not None)
    if network.features is None:
        return _array(inputs), notes
    aligned = network.aligned(inputs)
    if isinstance(aligned, Table) and isinstance(inputs, Table) and aligned.names != inputs.names:
        notes.append("no header, and one column fewer than in training: assumed to lack the target")
    return aligned, notes + [str(finding) for finding in network.features.notice(_without_target(aligned, network))]


def note(text: str) -> None:
    """Print a note on standard error, apart from the results."""
    print(f"note: {text}", file=sys.stderr)


def _without_target(inputs: Inputs, network: TrainedNetwork) -> Inputs:
    name = network.target.name if network.target is not None else ""
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
