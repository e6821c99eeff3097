"""`hagang predict`: a prediction for each row, beside the columns that are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.cli.predictions import check_ending, opened
from hagang.cli.source import Source, blocks, note
from hagang.data import Table
from hagang.data.column_report import cell_texts
from hagang.data.text import count, did_you_mean, listing
from hagang.errors import ArgumentError
from hagang.saved import check_output
from hagang.training import TrainedNetwork, load

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from hagang.cli.source import Block

__all__ = ["run"]


def run(model: Path, source: Source, out: Path | None, keep: Sequence[str] = (), *, force: bool = False) -> None:
    """Predict each row of the data."""
    network = load(model)
    if out is not None and str(out) not in ("-", "/dev/stdout"):
        check_ending(out)
        check_output(out, (model, *source.files), force=force, option="--out")
    kept = [name for text in keep for name in text.split(",") if name]
    with opened(out) as rows:
        for k, block in enumerate(blocks(network, source, kept)):
            head, answers = _classes(network, block) if network.task == "classification" else _values(network, block)
            names, beside = _beside(block, kept)
            if k == 0:
                rows.head([*names, *head])
                for text in block.notes:
                    note(text)
            rows.write([*cells, *answer] for cells, answer in zip(beside, answers, strict=True))
            block.progress()
    if out is not None and str(out) != "-":
        note(f"{count(rows.count, 'row')} written to {out}")


def _classes(network: TrainedNetwork, block: Block) -> tuple[list[str], Iterable[list[Any]]]:
    shares = network.predict_proba(block.inputs)
    labels = np.asarray(network.classes if network.classes is not None else range(shares.shape[1]))
    head = [_name(network), *(f"probability of {label}" for label in labels)]
    chosen = labels[shares.argmax(axis=1)]
    return head, ([label, *(f"{share:.6g}" for share in row)] for label, row in zip(chosen, shares, strict=True))


def _values(network: TrainedNetwork, block: Block) -> tuple[list[str], Iterable[list[Any]]]:
    values = network.predict(block.inputs)
    columns = values.reshape(len(values), -1)
    name, width = _name(network), columns.shape[1]
    head = [name] if width == 1 else [f"{name} {k}" for k in range(1, width + 1)]
    return head, ([f"{value:.9g}" for value in row] for row in columns)


def _name(network: TrainedNetwork) -> str:
    return network.target.name if network.target is not None else "prediction"


def _beside(block: Block, keep: Sequence[str]) -> tuple[list[str], Iterable[Sequence[str]]]:
    """What stands beside the predictions: the columns that are kept, or the pictures' files."""
    names, columns = [], []
    if block.row_names:
        names, columns = ["file"], [list(block.row_names)]
    if keep and isinstance(block.read, Table):
        table = block.read
        chosen = list(table.names) if list(keep) == ["all"] and "all" not in table else keep
        for name in chosen:
            if name not in table:
                near = did_you_mean(name, table.names)
                msg = f"--keep: expected a column of the data ({listing(table.names)}) or all, received {name!r}.{near}"
                raise ArgumentError(msg)
        names += [f"{name} (read)" if name == _kept_twice(block) else name for name in chosen]
        columns += [cell_texts(table[name]) for name in chosen]
    rows = len(block.read)
    return names, zip(*columns, strict=True) if columns else [()] * rows


def _kept_twice(block: Block) -> str:
    """The target's name, where the data brings it too."""
    return block.target if isinstance(block.read, Table) and block.target in block.read else ""
