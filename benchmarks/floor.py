"""The floor: the time of a step's matrix products at the cores' peak multiply-add rate."""

from __future__ import annotations

import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

__all__ = ["Peak", "prepare_peak"]

_SOURCE = Path(__file__).with_name("fma_peak.cpp")
_SECONDS = 0.1


@dataclass(frozen=True)
class Peak:
    """How the peak is measured: by a small program, or by NumPy's matrix product without a compiler.

    Parameters
    ----------
    program : Path, optional
        The compiled program.
    threads : int
        How many cores together.
    """

    program: Path | None
    threads: int

    @property
    def source(self) -> str:
        """A description of the measurement."""
        if self.program is None:
            return (
                "NumPy's float32 product of two 1024×1024 matrices (no C++ compiler was found: the true peak is higher)"
            )
        return f"multiply–adds of float32 vectors in registers, threads: {self.threads}"

    def measure(self) -> float:
        """Current GFLOP/s of all cores together."""
        if self.program is None:
            return _product_gflops()
        words = [str(self.program), str(self.threads), str(_SECONDS), "32"]
        return float(subprocess.run(words, capture_output=True, text=True, check=True).stdout)


def prepare_peak(folder: Path, threads: int) -> Peak:
    """Compile the program into a folder, if there is a compiler."""
    compiler = shutil.which("c++") or shutil.which("g++") or shutil.which("clang++")
    if compiler is None:
        return Peak(None, threads)
    program = folder / "fma_peak"
    # The floor is of this very machine: here, and only here, the compiler may use all that the machine has.
    words = [compiler, "-std=c++20", "-O3", "-march=native", "-ffp-contract=fast", "-pthread"]
    built = subprocess.run([*words, str(_SOURCE), "-o", str(program)], capture_output=True, text=True, check=False)
    return Peak(program if built.returncode == 0 else None, threads)


def _product_gflops(size: int = 1024) -> float:
    a = np.ones((size, size), np.float32)
    best, until = np.inf, time.perf_counter() + _SECONDS
    while time.perf_counter() < until:
        began = time.perf_counter()
        a @ a
        best = min(best, time.perf_counter() - began)
    return 2 * size**3 / best / 1e9
