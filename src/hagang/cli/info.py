"""`hagang info`: what is installed, for a bug report."""

from __future__ import annotations

import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version

import hagang
from hagang import runtime
from hagang.cli.console import Console

__all__ = ["run"]

_PACKAGES = ("numpy", "scipy", "scikit-learn", "duckdb", "safetensors", "typer", "rich", "matplotlib")


def run() -> None:
    """Print versions and capabilities."""
    console = Console()
    console.row("hagang", hagang.__version__)
    console.row("Python", f"{platform.python_version()} on {platform.system()} {platform.machine()}, {sys.executable}")
    console.row("Runtimes", ", ".join(f"{name}{' (default)' * (name == runtime.DEFAULT)}" for name in runtime.RUNTIMES))
    console.row("Engine", _engine())
    console.row("Cores", str(_cores()))
    console.row("Packages", ", ".join(f"{name} {_version(name)}" for name in _PACKAGES))


def _engine() -> str:
    try:
        from hagang import _native
    except ImportError as error:
        return f"missing ({error})"
    cpu = _native.cpu()
    vectors = f"vectors of {cpu['vector_bytes']} bytes"
    rounded = "" if cpu["bfloat16"] else "no "
    return f"instruction set {cpu['isa']} of {', '.join(cpu['usable'])}; {vectors}; {rounded}bfloat16 products"


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"
