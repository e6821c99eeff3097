"""Another process that keeps one core busy."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["one_core_busy"]

_SPIN = "while True: pass"


@contextlib.contextmanager
def one_core_busy() -> Iterator[None]:
    """A process that computes continuously, pinned to one core if the system supports it."""
    process = subprocess.Popen([sys.executable, "-S", "-c", _SPIN])
    try:
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(process.pid, {min(os.sched_getaffinity(0))})
        yield
    finally:
        process.kill()
        process.wait()
