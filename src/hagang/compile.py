"""The front door: a graph becomes a Program and is run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hagang.program import Program, optimise
from hagang.runtime import Chunk, open_session, runtime_for

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from hagang.graph import Node

__all__ = ["compute"]


def compute(
    roots: Sequence[Node],
    values: Mapping[str, npt.ArrayLike],
    *,
    data: Mapping[str, npt.NDArray[Any]] | None = None,
    steps: int = 1,
    batch_size: int | None = None,
    runtime: str | None = None,
) -> list[npt.NDArray[Any]]:
    """Run a graph without updates.

    Parameters
    ----------
    roots : sequence of Node
        The results to compute.
    values : mapping of str to array
        The slots, by name.
    data : mapping of str to array, optional
        The batch inputs' whole arrays, by name.
    steps : int
        How often the graph is run, over successive batches.
    batch_size : int, optional
        Rows per step; all by default.
    runtime : str, optional
        Which runtime; the fastest that is there and has all the ops by default.

    Returns
    -------
    list of ndarray
        A root's values: one per step, stacked along a new first axis, or concatenated where it has rows.
    """
    program = optimise(Program(outputs={str(k): root for k, root in enumerate(roots)}))
    session = open_session(values, runtime=runtime or runtime_for(roots)[0])
    result = session.run(program, Chunk(data=data or {}, steps=steps, batch_size=batch_size))
    return [result.outputs[str(k)] for k in range(len(roots))]
