"""Arguments of `fit`, from options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hagang.training import Batches
from hagang.workflow import build
from hagang.workflow.parse import labelled

if TYPE_CHECKING:
    from hagang.data import Prepared
    from hagang.workflow.options import Options

__all__ = ["batches", "run_settings", "trial_settings"]


def trial_settings(options: Options, data: Prepared) -> dict[str, Any]:
    """What a run and a trial of it have in common."""
    return {
        "class_weight": labelled(options.class_weight, getattr(data.target, "labels", ())),
        "loss": build.loss(options, data),
        "optimizer": build.optimizer(options),
        "lr": options.lr,
        "seed": options.seed,
        "threads": options.threads,
        "precision": options.precision,
    }


def run_settings(options: Options, data: Prepared) -> dict[str, Any]:
    """What a run has beyond its trials."""
    return {
        "schedule": options.schedule,
        "epochs": options.epochs,
        "stop": build.stopping_rules(options, data),
    }


def batches(options: Options, data: Prepared) -> Prepared | Batches:
    """The data, in the batches that are asked for."""
    drop_last, balanced = options.drop_last, options.balanced
    return Batches(data, drop_last=drop_last, balanced=balanced) if drop_last or balanced else data
