"""What was asked for, found: the layers of whatever is a network, the loss that a target calls for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hagang.errors import ArgumentError
from hagang.nn import Loss, Network, default_loss
from hagang.nn import loss as find_loss
from hagang.training.run import Run
from hagang.training.trained import TrainedNetwork

if TYPE_CHECKING:
    from hagang.training.inputs import TrainingData

__all__ = ["layers_of", "loss_for"]


def layers_of(network: Any) -> Network:
    """The layers of a network, a trained one or a run."""
    if isinstance(network, Network):
        return network
    if isinstance(network, Run) and network.config is not None:
        return layers_of(network.config.network)
    if isinstance(network, TrainedNetwork) and network.network is not None:
        return network.network
    msg = "network: expected a Network, a TrainedNetwork whose layers are known, or a Run, received "
    msg += type(network).__name__
    raise ArgumentError(msg)


def loss_for(chosen: Any, rows: TrainingData) -> Loss:
    """The loss that was chosen, or that suits the target; the target checked against it."""
    found = default_loss(rows.task) if chosen is None else find_loss(chosen)
    for part in (rows.train.head, rows.validation):
        if part is not None:
            found.check_target(part.y)
    return found
