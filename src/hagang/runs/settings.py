"""The arguments of `fit`, checked and resolved: the configuration of a run, and its rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hagang.data.batches import batch_rows
from hagang.errors import ShapeError
from hagang.optim import optimizer as find_optimizer
from hagang.runtime import check_precision
from hagang.schedules import schedule as find_schedule
from hagang.stopping import rule as find_rule
from hagang.training.config import Config, dtype_of
from hagang.training.inputs import TrainingData, training_data
from hagang.training.resolve import loss_for
from hagang.training.scoring import find_score
from hagang.training.sources import Ordered
from hagang.training.stops import check_measured
from hagang.training.weights import weighted_classes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hagang.nn import Loss, Network
    from hagang.optim import Optimizer

__all__ = ["resolve", "with_batch_size"]


def resolve(
    network: Network,
    data: Any,
    *,
    class_weight: str | Mapping[Any, float] | None = None,
    loss: str | Loss | Callable[[Any, Any], Any] | None = None,
    optimizer: str | Optimizer = "adam",
    lr: float | None = None,
    schedule: Any = None,
    epochs: int = 20,
    batch_size: int | str | None = None,
    validation: Any = None,
    score: Any = None,
    stop: Any = None,
    seed: int = 0,
    precision: str = "float32",
    runtime: str | None = None,
) -> tuple[Config, TrainingData]:
    """Resolve the arguments of `fit`: names to what they name, defaults filled in, data to rows; all checked."""
    check_precision(precision, runtime)
    dtype = dtype_of(precision)
    rows = weighted_classes(training_data(data, validation, dtype, seed), class_weight, dtype)
    chosen = loss_for(loss, rows)
    _check_output(network, rows, chosen)
    rule = find_optimizer(optimizer)
    config = Config(
        network=network,
        loss=chosen,
        optimizer=rule,
        schedule=find_schedule(schedule),
        stop=find_rule(stop),
        lr=rule.default_lr if lr is None else lr,
        epochs=epochs,
        batch_size=batch_rows(batch_size, len(rows.train)),
        seed=seed,
        precision=precision,
        score=find_score(score, rows.task),
    )
    check_measured(config.stop, watched=rows.validation is not None, scored=config.score is not None)
    return with_batch_size(config, rows, config.batch_size)


def with_batch_size(config: Config, rows: TrainingData, size: int) -> tuple[Config, TrainingData]:
    """The same with so many rows per step, which an order that drops a short batch must know."""
    if isinstance(rows.train, Ordered):
        rows = replace(rows, train=rows.train.bound(size))
    return replace(config, batch_size=size), rows


def _check_output(network: Network, rows: TrainingData, loss: Loss) -> None:
    """Check that the last layer has the outputs that the loss needs for the target."""
    head, classes = rows.train.head, rows.classes if rows.is_classification else 0
    need, out = loss.outputs(head.y, classes), network.out_dims(head.dims)
    may_be_more = loss.allows_unseen_classes and classes > 0 and rows.target is None
    if need is None or out == (need,) or (may_be_more and len(out) == 1 and out[0] > need):
        return
    what = f"{classes} classes" if classes else f"{head.y.shape[1]} outputs"
    msg = (
        f"network: the target has {what}, for which loss '{loss.name}' needs rows of shape ({need},); the last layer "
        f"gives rows of shape {out}; end with Dense({need})"
    )
    raise ShapeError(msg)
