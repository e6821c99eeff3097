"""What a run was asked for, resolved: the loss that a target calls for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hagang.nn import Loss, default_loss
from hagang.nn import loss as find_loss

if TYPE_CHECKING:
    from hagang.training.inputs import TrainingData

__all__ = ["loss_for"]


def loss_for(chosen: Any, rows: TrainingData) -> Loss:
    """The loss that was chosen, or that suits the target; the target checked against it."""
    loss = default_loss(rows.task) if chosen is None else find_loss(chosen)
    for part in (rows.train.head, rows.validation):
        if part is not None:
            loss.check_target(part.y)
    return loss
