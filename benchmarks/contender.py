"""Control of a worker process: commands, timeouts, termination."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.machine import cores

if TYPE_CHECKING:
    from types import TracebackType

    from benchmarks.peers import Peer
    from benchmarks.peers.protocol import Settings

__all__ = ["Contender", "ContenderError"]

# Those who are not told how many threads to use read it here: BLAS, OpenMP, and XLA.
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "NPROC")
_ROOT = Path(__file__).resolve().parents[1]


class ContenderError(Exception):
    """A worker failed or timed out."""


def _environment(threads: int) -> dict[str, str]:
    """The environment of this process, unchanged if all cores may be used, as for a user."""
    if threads >= cores():
        return dict(os.environ)
    return {**os.environ, **dict.fromkeys(_THREADS, str(threads))}


class Contender:
    """A library in a separate process, with one workload."""

    def __init__(self, peer: Peer, workload: str, settings: Settings) -> None:
        self.peer = peer
        words = [sys.executable, "-m", "benchmarks.worker", peer.name, workload, json.dumps(asdict(settings))]
        self.process = subprocess.Popen(
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=_ROOT,
            env=_environment(settings.threads),
        )

    def ask(self, command: str, patience: float) -> dict[str, Any]:
        """The answer to a command, within a timeout."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        late = threading.Timer(patience, self.process.kill)
        late.start()
        try:
            self.process.stdin.write(command + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        finally:
            late.cancel()
        return self._answer(line, patience)

    def _answer(self, line: str, patience: float) -> dict[str, Any]:
        if not line:
            status = self.process.wait()
            raise ContenderError(f"ended with status {status}" if status != -9 else f"took over {patience:.0f} s")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise ContenderError(answer["error"])
        return answer

    def __enter__(self) -> Contender:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
