"""Evaluation of the current weights on rows: loss, metric and score."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data.batches import steps_per_epoch
from hagang.runtime import Chunk, Session
from hagang.training.scoring import quick_metric
from hagang.training.step import INPUT, PREDICTION, ROW_LOSS, TARGET, WEIGHT

if TYPE_CHECKING:
    import numpy.typing as npt

    from hagang.program import Program
    from hagang.training.rows import Rows
    from hagang.training.scoring import Score

__all__ = ["Evaluation", "batch_of", "evaluate", "run_rows"]

_ROWS_PER_STEP = 1024


@dataclass(frozen=True)
class Evaluation:
    """The result of an evaluation: the loss, the displayed metric, and the score if one is used."""

    loss: float
    metrics: dict[str, float] = field(default_factory=dict)
    score: float | None = None


def batch_of(rows: Rows) -> dict[str, npt.NDArray[Any]]:
    """The arrays from which a step gathers its rows."""
    arrays = {INPUT: rows.x, TARGET: rows.y}
    return arrays if rows.weight is None else {**arrays, WEIGHT: rows.weight}


def run_rows(session: Session, program: Program, data: dict[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
    """Run a Program over all rows in blocks, and concatenate its outputs."""
    steps = max(1, steps_per_epoch(len(data[INPUT]), _ROWS_PER_STEP))
    return dict(session.run(program, Chunk(data, batch_size=_ROWS_PER_STEP, steps=steps)).outputs)


def evaluate(
    session: Session, program: Program, rows: Rows, *, task: str, summed: bool, score: Score | None = None
) -> Evaluation:
    """Evaluate the weights of a session on rows.

    Parameters
    ----------
    session : Session
        Holds the weights.
    program : Program
        Reports the prediction and the loss of each row.
    rows : Rows
        What to look at.
    task : str
        "classification", "multilabel" or "regression": which metric people watch.
    summed : bool
        Whether the loss sums its rows instead of averaging them.
    score : Score, optional
        What else to measure.
    """
    outputs = run_rows(session, program, batch_of(rows))
    prediction, losses = outputs[PREDICTION], outputs[ROW_LOSS].astype(np.float64)
    weight = np.ones(len(losses)) if rows.weight is None else rows.weight.astype(np.float64)
    total = float(np.dot(losses, weight))
    return Evaluation(
        loss=total if summed else total / float(weight.sum()),
        metrics=quick_metric(task, prediction, rows.y, rows.weight),
        score=None if score is None else score(rows.y, prediction, rows.weight),
    )
