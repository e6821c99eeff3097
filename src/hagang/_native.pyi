"""The native engine: whole chunks of training steps without returning to Python."""

from collections.abc import Sequence
from typing import Any, TypedDict

import numpy as np
import numpy.typing as npt

class Cpu(TypedDict):
    isa: str
    vector_bytes: int
    usable: list[str]
    bfloat16: bool
    cores: int
    panel_columns: tuple[int, int]

def cpu() -> Cpu:
    """The instruction set in use and its sizes, the sets that this machine can run, bfloat16 and usable cores."""

def instructions() -> dict[str, int]:
    """The engine's pointwise instructions: name to number."""

class Plan:
    """A program lowered to kernels, verified."""

    @property
    def phases(self) -> int:
        """How many times threads synchronise per step."""

    @staticmethod
    def read(words: npt.NDArray[np.int64], numbers: npt.NDArray[np.float64]) -> Plan:
        """Read and verify the words of a plan; ValueError if they are malformed."""

class ScalarProgram:
    """A small program as straight-line scalar code, verified."""

    @staticmethod
    def read(words: npt.NDArray[np.int64], numbers: npt.NDArray[np.float64]) -> ScalarProgram:
        """Read and verify the words of a scalar program; ValueError if they are malformed."""

class Session:
    """Slots that persist between runs."""

    def __init__(self, shapes: Sequence[tuple[int, int, int, bool]]) -> None:
        """Slots as (bits, rows, columns, panelled), all zero."""

    def write(self, slot: int, value: npt.NDArray[Any]) -> None:
        """Replace a slot's value."""

    def read(self, slot: int, out: npt.NDArray[Any]) -> None:
        """Copy a slot's value into an array."""

class Executable:
    """A plan on a session, ready to run."""

    def __init__(self, plan: Plan, session: Session) -> None: ...
    @property
    def memory(self) -> int:
        """Bytes held for a step's values."""

    def run(
        self,
        data: Sequence[npt.NDArray[Any]],
        widths: Sequence[int],
        rows: npt.NDArray[np.int64] | None,
        row_count: int,
        batch: int,
        steps: int,
        scalars: npt.NDArray[np.float64],
        sinks: Sequence[npt.NDArray[Any]],
        threads: int,
    ) -> tuple[int, bool, int]:
        """Run a chunk; returns the steps done, whether the plan's stop value ended it, and the threads used."""

class ScalarExecutable:
    """A scalar program on a session, ready to run."""

    def __init__(self, program: ScalarProgram, session: Session) -> None: ...
    @property
    def memory(self) -> int:
        """Bytes held for a step's values."""

    def run(
        self,
        data: Sequence[npt.NDArray[Any]],
        widths: Sequence[int],
        rows: npt.NDArray[np.int64] | None,
        row_count: int,
        batch: int,
        steps: int,
        scalars: npt.NDArray[np.float64],
        sinks: Sequence[npt.NDArray[Any]],
        threads: int,
    ) -> tuple[int, bool, int]:
        """Run a chunk; returns the steps done, whether the plan's stop value ended it, and the threads used."""
