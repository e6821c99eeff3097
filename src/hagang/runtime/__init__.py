"""Where Programs run. A runtime opens Sessions; nothing above this package knows which runtime it is."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from hagang.errors import ArgumentError
from hagang.graph import order
from hagang.runtime import reference
from hagang.runtime.session import Chunk as Chunk
from hagang.runtime.session import Result as Result
from hagang.runtime.session import Session as Session

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy.typing as npt

    from hagang.graph import Node

__all__ = ["RUNTIMES", "Chunk", "Result", "Session", "check_precision", "open_session", "runtime_for"]

RUNTIMES: dict[str, Callable[[Mapping[str, npt.ArrayLike], int | None], Session]] = {
    "reference": reference.open_session
}
if find_spec("hagang._native"):
    from hagang.runtime import native

    RUNTIMES["native"] = native.open_session
DEFAULT = next(reversed(RUNTIMES))
"""The fastest that is there: a source tree that has not been built runs on the reference."""


def open_session(
    slots: Mapping[str, npt.ArrayLike], *, runtime: str | None = None, threads: int | None = None
) -> Session:
    """Start a Session with these slots.

    Parameters
    ----------
    slots : mapping of str to array
        What lives between steps: weights, the optimiser's state, counters.
    runtime : str, optional
        `"native"` or `"reference"`; by default the fastest that is there.
    threads : int, optional
        How many threads; by default the cores that the process may use. Results do not depend on it.
    """
    chosen = runtime or DEFAULT
    if chosen not in RUNTIMES:
        msg = f"runtime: expected one of {', '.join(RUNTIMES)}, received {runtime!r}"
        raise ArgumentError(msg)
    return RUNTIMES[chosen](slots, threads)


def runtime_for(roots: Sequence[Node]) -> tuple[str | None, tuple[str, ...]]:
    """The runtime that has every op of a graph, None for any, and the names of the ops for whose sake it is."""
    lacking = tuple(sorted({node.op.name for node in order(roots) if node.op.reference_only}))
    return ("reference" if lacking else None), lacking


def check_precision(precision: str, runtime: str | None = None) -> None:
    """Refuse bfloat16 where the runtime has no products of it. The reference computes everything, slowly."""
    if precision == "bfloat16" and (runtime or DEFAULT) == "native" and not native.multiplies_bfloat16():
        msg = (
            "precision: expected 'float32' or 'float64' on this processor, received 'bfloat16', which needs AVX-512 "
            "BF16 (see hagang info); leave precision out"
        )
        raise ArgumentError(msg)
