"""The subject of a measurement: a network with weights, a loss and rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data import Prepared
from hagang.runs import Run
from hagang.runs.run import layers_of
from hagang.training import TrainedNetwork
from hagang.training.inputs import TrainingData, training_data
from hagang.training.resolve import loss_for
from hagang.training.step import Model, named

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from hagang.training.rows import Rows

__all__ = ["Subject", "subject"]


@dataclass(frozen=True, eq=False)
class Subject:
    """A network before tracing, the rows to measure, and the values of all weights and buffers by path."""

    model: Model
    rows: Rows
    values: Mapping[str, npt.NDArray[Any]]


def subject(network: Any, data: Any, *, loss: Any = None, seed: int = 0) -> Subject:
    """Assemble the subject of a measurement, in float64.

    Parameters
    ----------
    network : Network, TrainedNetwork or Run
        A network is measured with its weights at the start, drawn by the seed; the others with theirs.
    data : pair of arrays, Prepared or table
        Rows that bring the target; of prepared data the training part; a table for a network that was trained on one.
    loss : str, Loss or callable, optional
        By default the one that the network was trained with, or what `fit` would choose.
    seed : int
        For the weights of a network that is not trained, and for random layers.
    """
    ended = network.network if isinstance(network, Run) else network
    trained = ended if isinstance(ended, TrainedNetwork) else None
    told = _training_data(trained, data, seed)
    layers = layers_of(network)
    said = trained.about.get("config", {}).get("loss") if trained is not None else None
    rows = told.train.head
    model = Model(
        network=layers,
        loss=loss_for(said if loss is None else loss, told),
        params=layers.init(rows.dims, seed),
        buffers=layers.buffers(rows.dims),
        affine=told.affine,
        precision=np.dtype(np.float64),
        seed=seed,
    )
    values = named(model.params) | named(model.buffers) if trained is None else trained.weights
    return Subject(model, rows, {name: np.asarray(value, np.float64) for name, value in values.items()})


def _training_data(trained: TrainedNetwork | None, data: Any, seed: int) -> TrainingData:
    if trained is None or isinstance(data, Prepared):
        return training_data(data, None, "float64", seed)
    told = training_data(trained.labelled(data), None, "float64", seed)
    affine = trained.features.affine if trained.features is not None else (1.0, 0.0)
    return TrainingData(told.train, None, trained.task, affine)
