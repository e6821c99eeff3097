"""The environment of a run, and the command to repeat it."""

from __future__ import annotations

import os
import platform
import shlex
import sys
from pathlib import Path
from typing import Any

from hagang._version import installed_version

__all__ = ["command_line", "environment"]

_PACKAGES = ("hagang", "numpy", "scipy", "scikit-learn", "duckdb")


def environment(threads: int | None, runtime: str) -> dict[str, Any]:
    """Versions, machine and runtime, as plain values.

    Examples
    --------
    >>> environment(None, "reference")["runtime"]
    'reference'
    """
    return {
        "versions": {"python": platform.python_version(), **{name: installed_version(name) for name in _PACKAGES}},
        "system": f"{platform.system()} {platform.machine()}",
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        "threads": threads,
        "runtime": runtime,
    }


def command_line() -> str | None:
    """The command line of this process; None if there is none, as in a notebook."""
    if "ipykernel" in sys.modules or not sys.orig_argv:
        return None
    typed = [Path(sys.orig_argv[0]).name, *sys.orig_argv[1:]]
    if len(typed) > 1 and Path(typed[1]).name in ("hagang", "hagang.exe"):
        typed = ["hagang", *typed[2:]]
    return shlex.join(typed)
