"""Run workers over a range of seeds, beginning anew behind each that one of them dies of."""

import subprocess
import sys
from collections import Counter

__all__ = ["campaign"]


def campaign(name: str, stop: int, start: int = 0) -> tuple[Counter[str], list[str]]:
    """Count what came of each damaged file: "read", "refused" and "other"; the others with their seeds."""
    counts: Counter[str] = Counter()
    others: list[str] = []
    while start < stop:
        command = [sys.executable, "-m", "tests.fuzz.worker", name, str(start), str(stop)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        last = start - 1
        for line in done.stdout.splitlines():
            seed, _, outcome = line.partition(" ")
            last = int(seed)
            if outcome not in ("read", "refused"):
                others.append(f"seed {seed}: {outcome or f'the process ended with {done.returncode}'}")
                outcome = "other"
            counts[outcome] += 1
        if last < start:
            message = f"the worker for {name} could not begin: {done.stderr[-500:]}"
            raise RuntimeError(message)
        start = last + 1
    return counts, others
