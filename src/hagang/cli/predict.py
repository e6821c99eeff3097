"""`hagang predict`: a prediction for each row, as CSV."""

from __future__ import annotations

import csv
import sys
from typing import TYPE_CHECKING, Any, TextIO

import numpy as np

from hagang.cli.source import note, read_inputs
from hagang.data.text import count
from hagang.saved import atomic_write, check_writable
from hagang.training import TrainedNetwork, load

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["run"]


def run(model: Path, data: str, out: Path | None, *, header: bool | None, separator: str | None) -> None:
    """Predict each row of the data."""
    network = load(model)
    if out is not None:
        check_writable(out)
    inputs, notes = read_inputs(network, data, header, separator)
    head, rows = _classes(network, inputs) if network.task == "classification" else _values(network, inputs)
    for text in notes:
        note(text)
    if out is None:
        _write(sys.stdout, head, rows)
        return
    with atomic_write(out) as unfinished, unfinished.open("w", encoding="utf-8", newline="") as file:
        written = _write(file, head, rows)
    note(f"{count(written, 'row')} written to {out}")


def _write(file: TextIO, head: list[str], rows: Iterable[list[Any]]) -> int:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(head)
    return sum(1 for _ in map(writer.writerow, rows))


def _classes(network: TrainedNetwork, inputs: Any) -> tuple[list[str], Iterable[list[Any]]]:
    shares = network.predict_proba(inputs)
    labels = np.asarray(network.classes if network.classes is not None else range(shares.shape[1]))
    head = [_name(network), *(f"probability of {label}" for label in labels)]
    chosen = labels[shares.argmax(axis=1)]
    return head, ([label, *(f"{share:.6g}" for share in row)] for label, row in zip(chosen, shares, strict=True))


def _values(network: TrainedNetwork, inputs: Any) -> tuple[list[str], Iterable[list[Any]]]:
    values = network.predict(inputs)
    columns = values.reshape(len(values), -1)
    name, width = _name(network), columns.shape[1]
    head = [name] if width == 1 else [f"{name} {k}" for k in range(1, width + 1)]
    return head, ([f"{value:.9g}" for value in row] for row in columns)


def _name(network: TrainedNetwork) -> str:
    return network.target.name if network.target is not None else "prediction"
