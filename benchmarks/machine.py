"""The machine: processor, memory, versions, commit, and its load."""

from __future__ import annotations

import importlib
import importlib.metadata
import os
import platform
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

__all__ = ["busy_seconds", "commit", "cores", "describe", "engine", "resident_megabytes", "versions"]

_HERE = Path(__file__).resolve().parent


def cores() -> int:
    """The cores available to this process."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def describe() -> dict[str, Any]:
    """The machine and the interpreter."""
    return {
        "processor": _processor(),
        "cores": cores(),
        "memory_gigabytes": _memory_gigabytes(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(),
    }


def _processor() -> str:
    """The processor's name and widest vector extension."""
    info = Path("/proc/cpuinfo")
    if not info.exists():
        return platform.processor() or platform.machine()
    fields = dict(line.split(":", 1) for line in info.read_text().splitlines() if ":" in line)
    told = {key.strip(): value.strip() for key, value in fields.items()}
    flags = told.get("flags", "").split()
    vectors = next((name for name in ("avx512f", "avx2", "avx") if name in flags), "no AVX")
    family = f"family {told['cpu family']} model {told['model']}" if "cpu family" in told else ""
    return ", ".join(part for part in (told.get("model name", platform.machine()), family, vectors) if part)


def _memory_gigabytes() -> float | None:
    names = os.sysconf_names if hasattr(os, "sysconf_names") else {}
    if "SC_PHYS_PAGES" not in names:
        return None
    return round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30, 1)


def versions(packages: tuple[str, ...]) -> dict[str, str]:
    """The versions of the installed packages."""
    found = {}
    for name in packages:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def engine(runtime: str | None) -> str:
    """The runtime of hagang and its instruction set."""
    if find_spec("hagang") is None:
        return "none, hagang is not installed"
    chosen = str(runtime or importlib.import_module("hagang.runtime").DEFAULT)
    if chosen != "native":
        return chosen
    return f"{chosen}, {importlib.import_module('hagang._native').cpu()['isa']}"


def commit() -> str | None:
    """The commit of the source tree, with a + if it has changes."""
    try:
        name = _git("rev-parse", "--short=12", "HEAD")
        changed = _git("status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.CalledProcessError):
        return None
    return name + ("+" if changed else "")


def _git(*words: str) -> str:
    run = subprocess.run(["git", "-C", str(_HERE), *words], capture_output=True, text=True, check=True)
    return run.stdout.strip()


def resident_megabytes() -> float:
    """Peak memory of this process, in units of 10⁶ bytes."""
    status = Path("/proc/self/status")
    if status.exists():
        # Not getrusage: a process inherits there what its parent held when it started it.
        told = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(told.split()[1]) * 1024 / 1e6
    import resource  # not on Windows

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1e6 if sys.platform == "darwin" else most * 1024 / 1e6


def busy_seconds() -> float | None:
    """Processor seconds used by all processes of the machine; None if unknown."""
    stat = Path("/proc/stat")
    if not stat.exists():
        return None
    user, nice, system, _idle, _wait, irq, softirq, steal, *_ = map(int, stat.read_text().split("\n", 1)[0].split()[1:])
    return (user + nice + system + irq + softirq + steal) / float(os.sysconf("SC_CLK_TCK"))
