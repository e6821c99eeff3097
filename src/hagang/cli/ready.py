"""Data made ready as the panel Data asks, for every command that trains or looks ahead."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

from hagang.cli.asked import scales, share_or_source
from hagang.data import Prepared, prepare
from hagang.recipe import defaults
from hagang.training.streamed import Streamed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hagang.cli.options import DataOptions
    from hagang.training import RunBegin

__all__ = ["Converting", "Waits", "made_ready"]

_SILENCE = 2.0


def made_ready(
    data: DataOptions,
    seed: int,
    standardise: bool = True,
    *,
    folder: Path | None = None,
    told: Callable[[int, int], None] | None = None,
) -> Prepared:
    """Read, split and encode; with a quantity to predict standardised, or as it is.

    A table larger than memory goes by way of a folder, its conversion told as it goes.
    """
    return prepare(
        data.source,
        data.target,
        task=data.task,
        scale=scales(data.scale),
        embed=defaults.MANY_CATEGORIES,
        validation=data.validation,
        test=share_or_source(data.test),
        drop=tuple(data.drop or ()),
        header=data.header,
        separator=data.separator,
        weight=data.weight,
        group=data.group,
        time=data.time,
        part=data.part,
        standardise=standardise,
        stream=data.stream,
        memory=data.memory,
        folder=folder,
        progress=told,
        seed=seed,
    )


class Converting:
    """Says on standard error how far a conversion is, now and then."""

    def __init__(self) -> None:
        self._next = time.perf_counter() + _SILENCE

    def __call__(self, done: int, rows: int) -> None:
        now = time.perf_counter()
        if now >= self._next:
            self._next = now + _SILENCE
            print(f"converted {done:,} of {rows:,} rows", file=sys.stderr)


class Waits:
    """Knows, after a run, how long it waited for rows from disk. A listener."""

    def __init__(self) -> None:
        self._train: Any = None

    def on_run_begin(self, record: RunBegin) -> None:
        self._train = record.inside.data.train if record.inside is not None else None

    def said(self) -> list[str]:
        """A sentence, where rows came from disk."""
        if not isinstance(self._train, Streamed):
            return []
        rate = self._train.rows_given / max(self._train.waited + self._train.busy, 1e-9)
        return [f"{rate:,.0f} rows/s from disk; {self._train.waiting:.1%} of the time was spent waiting for them"]
