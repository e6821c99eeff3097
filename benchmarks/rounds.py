"""Measurement in rounds: every library in a separate process, in turn, so that disturbances affect all alike."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmarks.busy import one_core_busy
from benchmarks.contender import Contender, ContenderError
from benchmarks.machine import busy_seconds
from benchmarks.results import Cell, Cold, Loss, Results
from benchmarks.workloads import data, loss, start

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from benchmarks.floor import Peak
    from benchmarks.peers import Peer
    from benchmarks.peers.protocol import Settings
    from benchmarks.workloads import Workload

__all__ = ["COLD_WORKLOAD", "Plan", "cold_starts", "compare"]

_CHECKED_EPOCHS = 2
COLD_WORKLOAD = "W2"


@dataclass(frozen=True)
class Plan:
    """The amount of measurement.

    Parameters
    ----------
    rounds, busy_rounds : int
        Figures of each cell, undisturbed and with one core busy.
    seconds : float
        About how long one figure is measured: whole epochs, at least one.
    patience : float
        Seconds after which an answer is not waited for any longer.
    """

    peers: Sequence[Peer]
    settings: Settings
    rounds: int
    busy_rounds: int
    cold_rounds: int
    seconds: float
    patience: float = 120.0
    say: Callable[[str], None] = field(default=print)


@dataclass
class _Entrant:
    """A prepared library: the number of epochs per measurement, and its timings so far."""

    contender: Contender
    epochs: int
    spent: float = 0.0
    microseconds: list[float] = field(default_factory=list)
    cores: list[float] = field(default_factory=list)
    others: list[float] = field(default_factory=list)


def compare(workload: Workload, plan: Plan, peak: Peak, results: Results) -> None:
    """Measure all libraries on a workload, and add the timings to the results."""
    results.workloads[workload.name] = {"title": workload.title, "flops": workload.flops, "steps": workload.steps}
    results.start_losses[workload.name] = loss(workload, *data(workload), start(workload))
    with contextlib.ExitStack() as stack:
        ready = {}
        for peer in plan.peers:
            plan.say(f"{workload.name}: {peer.label} starts")
            contender = stack.enter_context(Contender(peer, workload.name, plan.settings))
            with _failures_told(results, f"{workload.name} {peer.name}"):
                _check(contender, workload, plan, results)
                ready[peer.name] = _calibrate(contender, plan)
        _rounds(ready, workload, plan, plan.rounds, peak, results)
        _record(ready, workload, results, disturbed=False)
        if plan.busy_rounds:
            with one_core_busy():
                _rounds(ready, workload, plan, plan.busy_rounds, None, results)
            _record(ready, workload, results, disturbed=True)


@contextlib.contextmanager
def _failures_told(results: Results, where: str) -> Iterator[None]:
    try:
        yield
    except ContenderError as error:
        results.failed[where] = str(error)


def _check(contender: Contender, workload: Workload, plan: Plan, results: Results) -> None:
    """Train a little from the given weights and compute the loss, to verify that all do the same work."""
    contender.ask(f"run {_CHECKED_EPOCHS}", plan.patience)
    reached = contender.ask("loss", plan.patience)["loss"]
    results.losses.append(Loss(workload.name, contender.peer.name, _CHECKED_EPOCHS * workload.steps, reached))


def _calibrate(contender: Contender, plan: Plan) -> _Entrant:
    contender.ask("run 1", plan.patience)
    seconds = contender.ask("run 1", plan.patience)["seconds"]
    return _Entrant(contender, max(1, round(plan.seconds / seconds)))


def _rounds(
    ready: dict[str, _Entrant], workload: Workload, plan: Plan, rounds: int, peak: Peak | None, results: Results
) -> None:
    """Measure one after another, each round starting with another; skip those far over their share of time."""
    limit = max(5.0, 5 * rounds * plan.seconds)
    for k in range(rounds):
        plan.say(f"{workload.name}: round {k + 1} of {rounds}{'' if peak else ', one core busy'}")
        if peak is not None:
            results.peak_gflops.append(peak.measure())
        names = list(ready)
        turn = k % max(1, len(names))
        for name in names[turn:] + names[:turn]:
            if ready[name].spent < limit:
                with _failures_told(results, f"{workload.name} {name}"):
                    _take_figure(ready[name], workload, plan, disturbed=peak is None)
            if f"{workload.name} {name}" in results.failed:
                del ready[name]


def _take_figure(entrant: _Entrant, workload: Workload, plan: Plan, *, disturbed: bool) -> None:
    before = busy_seconds()
    told = entrant.contender.ask(f"run {entrant.epochs}", plan.patience)
    after = busy_seconds()
    seconds = told["seconds"]
    entrant.spent += seconds
    entrant.microseconds.append(seconds / (entrant.epochs * workload.steps) * 1e6)
    entrant.cores.append(told["cpu"] / seconds)
    if before is not None and after is not None:
        entrant.others.append(max(0.0, (after - before - told["cpu"]) / seconds - disturbed))


def _record(ready: dict[str, _Entrant], workload: Workload, results: Results, *, disturbed: bool) -> None:
    """Store the timings and reset."""
    for name, entrant in ready.items():
        if entrant.microseconds:
            figures = (entrant.microseconds, entrant.cores, entrant.others)
            results.cells.append(Cell(workload.name, name, disturbed, *figures))
        ready[name] = _Entrant(entrant.contender, entrant.epochs)


def cold_starts(plan: Plan, results: Results) -> None:
    """Import, preparation and one step in fresh processes; the first run warms file caches and is discarded."""
    peers = [peer for peer in plan.peers if peer.alone]
    figures: dict[str, list[dict[str, float]]] = {peer.name: [] for peer in peers}
    for k in range(plan.cold_rounds + 1):
        plan.say(f"cold start: round {k} of {plan.cold_rounds}")
        for peer in peers:
            with _failures_told(results, f"cold {peer.name}"), Contender(peer, COLD_WORKLOAD, plan.settings) as fresh:
                figures[peer.name] += [fresh.ask("cold", plan.patience)][: int(k > 0)]
    for name, told in figures.items():
        if told:
            results.cold.append(Cold(name, [t["seconds"] for t in told], [t["megabytes"] for t in told]))
