"""The process that one library runs in: `python -m benchmarks.worker PEER WORKLOAD SETTINGS`.

It answers each line on its standard input with a line of JSON on its standard output: `run N` with the seconds that N
epochs took, `loss` with the loss over all rows, and `cold` with what a first step cost in this fresh process.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import TYPE_CHECKING, Any, TextIO

import numpy as np  # noqa: F401  (every library needs it: its import is not counted against any)

from benchmarks.machine import resident_megabytes
from benchmarks.peers import PEERS
from benchmarks.peers.protocol import Settings
from benchmarks.workloads import WORKLOADS, data, loss

if TYPE_CHECKING:
    from benchmarks.peers.protocol import Trainer
    from benchmarks.workloads import Workload

__all__ = ["main"]


def main() -> None:
    """Answer until the input ends."""
    peer, workload = PEERS[sys.argv[1]], WORKLOADS[sys.argv[2]]
    settings = Settings(**json.loads(sys.argv[3]))
    answers = _own_output()
    trainer: Trainer | None = None
    for line in sys.stdin:
        command, *words = line.split()
        try:
            answer: dict[str, Any]
            if command == "cold":
                answer = _cold(peer.prepare, workload.one_step(), settings)
            else:
                trainer = trainer or peer.prepare(workload, settings)
                answer = _run(trainer, int(words[0])) if command == "run" else {"loss": _loss(workload, trainer)}
        except Exception as error:  # an error of one library is reported, and the others continue
            answer = {"error": f"{type(error).__name__}: {error}".split("\n")[0][:300]}
        print(json.dumps(answer), file=answers, flush=True)
    # Some libraries take seconds to shut down, or wait for threads that nobody ends.
    os._exit(0)


def _own_output() -> TextIO:
    """Reserve standard output for answers: what libraries print goes to standard error."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    return answers


def _run(trainer: Trainer, epochs: int) -> dict[str, float]:
    cpu = time.process_time()
    seconds = trainer.run(epochs)
    return {"seconds": seconds, "cpu": time.process_time() - cpu}


def _loss(workload: Workload, trainer: Trainer) -> float:
    x, y = data(workload)
    return loss(workload, x, y, trainer.weights())


def _cold(prepare: Any, workload: Workload, settings: Settings) -> dict[str, float]:
    """Seconds and memory of import, preparation and first step, beyond NumPy and the data."""
    data(workload)
    before, began = resident_megabytes(), time.perf_counter()
    prepare(workload, settings).run(1)
    return {"seconds": time.perf_counter() - began, "megabytes": resident_megabytes() - before}


if __name__ == "__main__":
    main()
