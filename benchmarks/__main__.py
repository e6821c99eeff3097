"""`python -m benchmarks`: measure, and write JSON and Markdown."""

from __future__ import annotations

import argparse
import datetime
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import machine
from benchmarks.floor import prepare_peak
from benchmarks.peers import PEERS
from benchmarks.peers.protocol import Settings
from benchmarks.report import put_into, report
from benchmarks.results import Results, joined, read, strange_losses, write
from benchmarks.rounds import COLD_WORKLOAD, Plan, cold_starts, compare
from benchmarks.sizes import installed_megabytes
from benchmarks.workloads import WORKLOADS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.peers import Peer

__all__ = ["main"]

_PARTS = ("steps", "busy", "cold", "size")
_QUICK_WORKLOADS = ["W1", "W2", "W4"]


def main(words: Sequence[str] | None = None) -> int:
    """Run the benchmarks; returns 1 if a library failed or its losses differ from the others'."""
    options = _options(words)
    results = joined([read(path) for path in options.read]) if options.read else _measure(options)
    if not options.read:
        options.out.mkdir(parents=True, exist_ok=True)
        write(results, options.out / "results.json")
        (options.out / "results.md").write_text(report(results), "utf-8")
    if options.readme:
        put_into(options.readme, results)
    print(report(results))
    return int(bool(results.failed or strange_losses(results)))


# --- options -------------------------------------------------------------------------------------------


def _options(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="hagang's speed beside other libraries'.")
    parser.add_argument("--quick", action="store_true", help="three workloads, two rounds, no torch.compile: 2 minutes")
    parser.add_argument("--workloads", type=_names(WORKLOADS), help=f"of {', '.join(WORKLOADS)}; commas between")
    parser.add_argument("--peers", type=_names(PEERS), help=f"of {', '.join(PEERS)}; commas between")
    parser.add_argument("--parts", type=_names(_PARTS), default=list(_PARTS), help=f"of {', '.join(_PARTS)}")
    parser.add_argument("--rounds", type=int, help="figures of each cell (5; 2 when quick)")
    parser.add_argument("--seconds", type=float, help="how long one figure is measured (0.4; 0.2 when quick)")
    parser.add_argument("--threads", type=int, default=machine.cores(), help="at most so many (all cores)")
    parser.add_argument("--runtime", help="hagang's runtime (the fastest that is there)")
    parser.add_argument("--out", type=Path, default=Path("build/benchmarks"), help="the folder for JSON and Markdown")
    parser.add_argument("--read", type=Path, nargs="+", help="results.json of runs before, instead of measuring")
    parser.add_argument("--readme", type=Path, help="a page whose table is to be replaced")
    return parser.parse_args(words)


def _names(known: Iterable[str]) -> Any:
    def chosen(text: str) -> list[str]:
        names = text.split(",")
        unknown = [name for name in names if name not in known]
        if unknown:
            raise argparse.ArgumentTypeError(f"expected some of {', '.join(known)}, received {', '.join(unknown)}")
        return names

    return chosen


# --- measuring -----------------------------------------------------------------------------------------


def _measure(options: argparse.Namespace) -> Results:
    results = Results(about=_about(options))
    peers = _peers(options, results)
    results.labels = {peer.name: peer.label for peer in peers}
    plan = _plan(options, peers)
    if "steps" in options.parts:
        with tempfile.TemporaryDirectory() as folder:
            peak = prepare_peak(Path(folder), options.threads)
            results.peak_source = peak.source
            for name in options.workloads or (_QUICK_WORKLOADS if options.quick else list(WORKLOADS)):
                compare(WORKLOADS[name], plan, peak, results)
    if "cold" in options.parts:
        cold_starts(plan, results)
    if "size" in options.parts:
        _sizes(peers, results)
    return results


def _sizes(peers: list[Peer], results: Results) -> None:
    for peer in (peer for peer in peers if peer.alone):
        sizes = results.megabytes[peer.name] = installed_megabytes(peer.packages)
        absent = [name for name, size in sizes.items() if size == 0]
        if absent:
            results.failed[f"size of {peer.label}"] = f"too small: {', '.join(absent)} is not installed"


def _peers(options: argparse.Namespace, results: Results) -> list[Peer]:
    """The requested libraries that are installed; missing ones are reported."""
    usual = [peer.name for peer in PEERS.values() if peer.quick or not options.quick]
    found = []
    for peer in (PEERS[name] for name in options.peers or usual):
        missing = peer.missing()
        if missing:
            results.failed[peer.label] = f"not measured, {', '.join(missing)} is not installed"
        else:
            found.append(peer)
    return found


def _plan(options: argparse.Namespace, peers: list[Peer]) -> Plan:
    quick = options.quick
    rounds = options.rounds or (2 if quick else 5)
    return Plan(
        peers,
        Settings(options.threads, options.runtime),
        rounds=rounds,
        busy_rounds=min(rounds, 1 if quick else 3) if "busy" in options.parts else 0,
        cold_rounds=min(rounds, 3),
        seconds=options.seconds or (0.2 if quick else 0.4),
        say=lambda text: print(text, file=sys.stderr, flush=True),
    )


def _about(options: argparse.Namespace) -> dict[str, Any]:
    packages = sorted({name for peer in PEERS.values() for name in peer.packages} | {"numpy", "scipy"})
    return {
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "commit": machine.commit(),
        "machine": machine.describe(),
        "versions": machine.versions(tuple(packages)),
        "threads": options.threads,
        "runtime": machine.engine(options.runtime),
        "cold_workload": f"{COLD_WORKLOAD} ({WORKLOADS[COLD_WORKLOAD].title})",
        "options": {name: str(value) for name, value in vars(options).items() if value is not None},
    }


if __name__ == "__main__":
    sys.exit(main())
