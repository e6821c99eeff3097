"""The results of a benchmark run, as written to JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["Cell", "Cold", "Loss", "Results", "joined", "read", "strange_losses", "write"]

_FORMAT = 1


@dataclass(frozen=True)
class Cell:
    """One library on one workload.

    Parameters
    ----------
    disturbed : bool
        Whether another process kept one core busy.
    microseconds : sequence of float
        A training step's, one figure for each round.
    cores : sequence of float
        Of each round: processor time over time, how many cores the library used on average.
    others : sequence of float
        Of each round: how many cores other processes used meanwhile; empty where it cannot be known.
    """

    workload: str
    peer: str
    disturbed: bool
    microseconds: Sequence[float]
    cores: Sequence[float]
    others: Sequence[float]


@dataclass(frozen=True)
class Loss:
    """The mean cross entropy over all rows after some steps, and the number of steps."""

    workload: str
    peer: str
    steps: int
    loss: float


@dataclass(frozen=True)
class Cold:
    """Seconds and peak megabytes of import, preparation and first step in fresh processes, beyond NumPy."""

    peer: str
    seconds: Sequence[float]
    megabytes: Sequence[float]


@dataclass
class Results:
    """All results of a run.

    Parameters
    ----------
    about : dict
        Date, commit, machine, versions, threads and the options of the run.
    workloads : dict
        Of each by name: title, FLOPs and steps an epoch.
    peak_source, peak_gflops
        How the peak was measured, and its figure in each round.
    start_losses : dict
        Of each workload: the loss before the first step.
    megabytes : dict
        Of each library: the installed size of every package it needs.
    failed : dict
        Library, or workload and library: why there is no figure.
    """

    about: dict[str, Any] = field(default_factory=dict)
    workloads: dict[str, dict[str, Any]] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    peak_source: str = ""
    peak_gflops: list[float] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    start_losses: dict[str, float] = field(default_factory=dict)
    losses: list[Loss] = field(default_factory=list)
    cold: list[Cold] = field(default_factory=list)
    megabytes: dict[str, dict[str, float]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    def cell(self, workload: str, peer: str, *, disturbed: bool = False) -> Cell | None:
        """The statistics of a library on a workload, if any."""
        wanted = (workload, peer, disturbed)
        return next((c for c in self.cells if (c.workload, c.peer, c.disturbed) == wanted), None)

    def floor(self, workload: str) -> float | None:
        """Microseconds of the step's matrix products at the highest measured peak."""
        if not self.peak_gflops:
            return None
        return float(self.workloads[workload]["flops"] / max(self.peak_gflops) / 1e3)


def write(results: Results, path: Path) -> None:
    """As JSON."""
    path.write_text(json.dumps({"format": _FORMAT, **asdict(results)}, indent=1, ensure_ascii=False) + "\n", "utf-8")


def read(path: Path) -> Results:
    """From JSON."""
    told = json.loads(path.read_text("utf-8"))
    if told.pop("format", None) != _FORMAT:
        msg = f"{path}: expected results of format {_FORMAT}; run the benchmarks again"
        raise ValueError(msg)
    for name, kind in (("cells", Cell), ("losses", Loss), ("cold", Cold)):
        told[name] = [kind(**record) for record in told[name]]
    return Results(**told)


def joined(parts: Sequence[Results]) -> Results:
    """Merge several partial runs; `about` is the last one's."""
    whole = Results()
    for part in parts:
        for name in (entry.name for entry in fields(Results)):
            mine, theirs = getattr(whole, name), getattr(part, name)
            setattr(whole, name, mine | theirs if isinstance(mine, dict) else mine + theirs)
    whole.peak_source = parts[-1].peak_source
    return whole


def strange_losses(results: Results) -> list[Loss]:
    """Losses that differ from the others', or are no better than at the start, which means different work."""
    strange = []
    for workload, start in results.start_losses.items():
        losses = [told for told in results.losses if told.workload == workload]
        if losses:
            middle = float(np.median([told.loss for told in losses]))
            near = 0.1 * middle + 0.02
            strange += [told for told in losses if not (abs(told.loss - middle) <= near and told.loss < start)]
    return strange
